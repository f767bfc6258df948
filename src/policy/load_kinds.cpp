#include "cel/text.hpp"
#include "policy/loader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace homeward::policy {
namespace {

constexpr std::array<std::string_view, 5> taken_ids{
    "id",
    "recorded_at",
    "recorded_by",
    "kind",
    "unknown",
};

std::size_t count_fields(const std::vector<Field>& fields) {
    std::size_t count = fields.size();
    for (const auto& field : fields) count += count_fields(field.fields);
    return count;
}

std::string_view folder_of(std::string_view path) {
    const auto first = path.find('/');
    const auto last = path.rfind('/');
    return first == last ? std::string_view() : path.substr(first + 1, last - first - 1);
}

bool is_dossier_file(std::string_view path) {
    const auto last = path.rfind('/');
    return path.substr(last + 1) == "dossier.yaml";
}

}  // namespace

void Loader::load_dossiers() {
    for (const Doc* doc : docs("dossiers/")) {
        if (!is_dossier_file(doc->path) || doc->root.find("extend") != nullptr) continue;
        Keys keys(report_, *doc, doc->root, "dossier.yaml");
        const auto id = keys.word("dossier", true);
        DossierType type;
        type.id = id.text;
        type.title = keys.text("title", true);
        if (!id.text.empty() && folder_of(doc->path) != id.text)
            keys.error(id.at, fmt::format("this file belongs in dossiers/{}/", id.text));
        if (enter(*doc, "dossier", id, out_.dossier_types.size(), true))
            out_.dossier_types.push_back(std::move(type));
    }
}

void Loader::load_kinds() {
    for (const Doc* doc : docs("dossiers/")) {
        if (is_dossier_file(doc->path)) continue;
        if (doc->root.find("extend") != nullptr)
            extend_kind(*doc);
        else
            load_kind(*doc);
    }
}

void Loader::load_kind(const Doc& doc) {
    Keys keys(report_, doc, doc.root, "a kind");
    if (!keys.ok()) return;
    const auto id = keys.word("kind", true);
    Kind kind;
    kind.id = id.text;
    const auto dossier = refer(doc, "dossier", "dossier type", keys.word("dossier", true));
    kind.dossier = dossier.value_or(0);
    kind.title = keys.text("title", true);
    kind.help = keys.text("help");
    kind.basis = basis(keys);
    kind.side = side(keys, Side::protection);
    const auto category = keys.word("category", true);
    kind.category =
        static_cast<std::uint8_t>(refer(doc, "category", "category", category).value_or(0));
    kind.repeats = keys.flag("repeats", true);
    keys.get("when");
    keys.get("summary");
    keys.get("episode");
    const Node* fields = keys.need("fields");
    keys.done();
    if (!dossier || out_.kinds.size() >= options_.limits.kinds_max) {
        if (dossier)
            keys.error(id.at, fmt::format("more than {} kinds", options_.limits.kinds_max));
        return;
    }
    if (!enter(doc, "kind", id, out_.kinds.size(), true)) return;
    const auto index = static_cast<std::uint16_t>(out_.kinds.size());
    out_.dossier_types[*dossier].kinds.push_back(index);
    kind_sites_.push_back({&doc, &doc.root, id.at, doc.layer});
    out_.kinds.push_back(std::move(kind));
    auto& made = out_.kinds.back();
    if (fields != nullptr) add_fields(doc, *fields, index, {}, made.fields, made.category);
    finish_kind(doc, made);
}

void Loader::extend_kind(const Doc& doc) {
    Keys keys(report_, doc, doc.root, "an extension");
    const auto id = keys.word("extend", true);
    if (doc.layer == 0) keys.error(id.at, "only an overlay extends");
    const auto index = refer(doc, "kind", "kind", id);
    const Node* fields = keys.need("fields");
    keys.done();
    if (!index || fields == nullptr) return;
    auto& kind = out_.kinds[*index];
    add_fields(doc, *fields, *index, {}, kind.fields, kind.category);
}

void Loader::add_fields(
    const Doc& doc,
    const Node& list,
    std::uint16_t kind,
    std::vector<std::uint16_t> way,
    std::vector<Field>& into,
    std::uint8_t category
) {
    if (!list.is(Node::Kind::list)) report_.error(doc, list.at, "'fields' is a list of fields");
    if (way.size() > options_.limits.group_depth_max) {
        report_.error(
            doc, list.at, fmt::format("groups nest deeper than {}", options_.limits.group_depth_max)
        );
        return;
    }
    for (const auto& node : list.items) {
        if (count_fields(out_.kinds[kind].fields) >= options_.limits.fields_max) {
            report_.error(
                doc, node.at, fmt::format("more than {} fields", options_.limits.fields_max)
            );
            return;
        }
        load_field(doc, node, kind, way, into, category);
    }
}

void Loader::load_field(
    const Doc& doc,
    const Node& node,
    std::uint16_t kind,
    const std::vector<std::uint16_t>& way,
    std::vector<Field>& into,
    std::uint8_t category
) {
    Keys keys(report_, doc, node, "a field");
    if (!keys.ok()) return;
    Field field;
    const auto id = keys.word("id", true);
    field.id = id.text;
    field.category = category;
    const auto own = keys.word("category");
    if (const auto found = refer(doc, "category", "category", own))
        field.category = static_cast<std::uint8_t>(*found);
    field_details(keys, field);
    const Node* fields = keys.get("fields");
    FieldSite site{kind, way, &doc, &node, doc.layer, node.find("about") != nullptr};
    keys.done();
    if (std::find(taken_ids.begin(), taken_ids.end(), id.text) != taken_ids.end())
        keys.error(id.at, fmt::format("'{}' is taken: every record has it", id.text));
    const auto place =
        fmt::format("field {} {}", out_.kinds[kind].id, fmt::join(way.begin(), way.end(), "."));
    if (!enter(doc, place, id, into.size(), true)) return;
    site.way.push_back(static_cast<std::uint16_t>(into.size()));
    const auto here = site.way;
    field_sites_.push_back(std::move(site));
    into.push_back(std::move(field));
    auto& made = into.back();
    if (made.type == FieldType::group) {
        if (fields == nullptr)
            keys.error(node.at, "a group needs 'fields'");
        else
            add_fields(doc, *fields, kind, here, made.fields, made.category);
    } else if (fields != nullptr) {
        keys.error(fields->at, "only a group has 'fields'");
    }
}

void Loader::field_details(Keys& keys, Field& field) {
    const auto type = keys.word("type", true);
    bool known = false;
    std::vector<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(FieldType::computed); ++i) {
        const auto candidate = static_cast<FieldType>(i);
        names.push_back(name_of(candidate));
        if (name_of(candidate) != type.text) continue;
        field.type = candidate;
        known = true;
    }
    if (!known && !type.text.empty())
        keys.error(
            type.at, fmt::format("there is no type '{}'", type.text), cel::nearest(type.text, names)
        );
    field.title = keys.text("title", true);
    field.help = keys.text("help");
    field.basis = basis(keys);
    field.required = keys.flag("required", false);
    field.repeats = keys.flag("repeats", false);
    field.second_reason = keys.flag("second_reason", false);
    field.account = keys.flag("account", false);
    const bool coded = field.type == FieldType::code || field.type == FieldType::codes;
    const auto codes = keys.word("codes", coded);
    if (!codes.text.empty() && !coded && field.type != FieldType::age)
        keys.error(codes.at, "only code, codes and age have 'codes'");
    field.codes = refer(keys.doc(), "codes", "code list", codes).value_or(0);
    field.has_codes = !codes.text.empty();
    const auto to = keys.word("to", field.type == FieldType::reference);
    field.to = to.text;
    if (!to.text.empty() && field.type != FieldType::reference)
        keys.error(to.at, "only a reference has 'to'");
    field.min = keys.number("min");
    field.max = keys.number("max");
    const bool numeric = field.type == FieldType::number || field.type == FieldType::scale ||
                         field.type == FieldType::decimal;
    if ((field.min || field.max) && !numeric)
        keys.error(type.at, "only a number, a decimal or a scale has 'min' and 'max'");
    if (field.type == FieldType::scale && (!field.min || !field.max))
        keys.error(type.at, "a scale needs 'min' and 'max'");
    if (field.min && field.max && *field.min > *field.max)
        keys.error(type.at, "'min' is above 'max'");
    field.unit = keys.word("unit").text;
    field.says = keys.text("says");
    for (auto& subject : keys.words("about")) {
        const auto& red = out_.red_subjects;
        if (std::find(red.begin(), red.end(), subject.text) == red.end())
            keys.error(
                subject.at,
                fmt::format("red-lines.yaml has no subject '{}'", subject.text),
                cel::nearest(subject.text, {red.begin(), red.end()})
            );
        field.about.push_back(subject.text);
    }
    const bool computed = field.type == FieldType::computed;
    const Node* checked = keys.get("check");
    if (checked != nullptr && field.says.empty())
        keys.error(checked->at, "a 'check' needs 'says': what is shown when it fails");
    keys.get("shown");
    const bool is = keys.get("is") != nullptr;
    const bool result = keys.get("result") != nullptr;
    if ((is || result) != computed || is != result)
        keys.error(type.at, "a computed field has 'is' and 'result', and no other field has");
    if (computed && field.required) keys.error(type.at, "a computed field is never required");
}

std::optional<std::uint16_t> Loader::field_of(
    const Doc& doc, const Kind& kind, const Word& id, std::span<const FieldType> types
) {
    if (id.text.empty()) return {};
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < kind.fields.size(); ++i) {
        const auto& field = kind.fields[i];
        names.emplace_back(field.id);
        if (field.id != id.text) continue;
        if (types.empty() || std::find(types.begin(), types.end(), field.type) != types.end())
            return static_cast<std::uint16_t>(i);
        report_.error(
            doc,
            id.at,
            fmt::format("'{}' is a {}, which cannot stand here", id.text, name_of(field.type))
        );
        return {};
    }
    report_.error(
        doc,
        id.at,
        fmt::format("{} has no field '{}'", kind.id, id.text),
        cel::nearest(id.text, names)
    );
    return {};
}

void Loader::finish_kind(const Doc& doc, Kind& kind) {
    constexpr std::array times{FieldType::instant, FieldType::date};
    Keys keys(report_, doc, doc.root, "a kind");
    kind.when = field_of(doc, kind, keys.word("when"), times);
    for (const auto& word : keys.words("summary"))
        if (const auto found = field_of(doc, kind, word)) kind.summary.push_back(*found);
    const Node* node = keys.get("episode");
    if (node == nullptr) return;
    Keys episode(report_, doc, *node, "an episode");
    Episode made;
    const auto start = field_of(doc, kind, episode.word("start", true), times);
    const auto end = field_of(doc, kind, episode.word("end", true), times);
    for (const auto& word : episode.words("continues"))
        if (const auto found = field_of(doc, kind, word)) made.continues.push_back(*found);
    episode.get("support");
    episode.done();
    if (!start || !end) return;
    made.start = *start;
    made.end = *end;
    if (!kind.when) kind.when = start;
    kind.episode = std::move(made);
}

void Loader::check_references() {
    for (const auto& site : field_sites_) {
        const auto& field = field_at(site);
        if (field.type != FieldType::reference || field.to.empty()) continue;
        constexpr std::string_view prefix = "dossier:";
        const Node* to = site.node->find("to");
        const bool other = field.to.substr(0, prefix.size()) == prefix;
        if (other) {
            refer(*site.doc, "dossier", "dossier type", {field.to.substr(prefix.size()), to->at});
        } else if (const auto kind = refer(*site.doc, "kind", "kind", {field.to, to->at})) {
            if (out_.kinds[*kind].dossier != out_.kinds[site.kind].dossier)
                report_.error(
                    *site.doc,
                    to->at,
                    fmt::format("'{}' is a kind of another dossier type", field.to)
                );
        }
    }
    for (auto& kind : out_.kinds) kind.categories |= bit_of(kind.category);
    for (const auto& site : field_sites_)
        out_.kinds[site.kind].categories |= bit_of(field_at(site).category);
}

}  // namespace homeward::policy
