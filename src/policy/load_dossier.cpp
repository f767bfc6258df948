#include "policy/loader.hpp"

#include <fmt/format.h>

#include <array>

namespace homeward::policy {

void Loader::finish_dossiers() {
    for (const Doc* doc : docs("dossiers/")) {
        const auto slash = doc->path.rfind('/');
        if (std::string_view(doc->path).substr(slash + 1) != "dossier.yaml") continue;
        const bool extends = doc->root.find("extend") != nullptr;
        Keys keys(report_, *doc, doc->root, "dossier.yaml");
        const auto id = keys.word(extends ? "extend" : "dossier");
        const auto index = refer(*doc, "dossier", "dossier type", id);
        if (!index) continue;
        if (extends && doc->layer == 0) keys.error(id.at, "only an overlay extends");
        keys.get("definitions");
        if (extends) {
            keys.done();
            continue;
        }
        keys.text("title");
        keys.text("help");
        finish_dossier(keys, out_.dossier_types[*index]);
        keys.done();
    }
}

void Loader::finish_dossier(Keys& keys, DossierType& type) {
    const auto& doc = keys.doc();
    if (const Node* node = keys.get("subject")) {
        Keys subject(report_, doc, *node, "a subject");
        const auto name = subject.word("name", true);
        const auto kind = refer(doc, "kind", "kind", subject.word("kind", true));
        subject.done();
        const auto own = out_.index["dossier"].find(type.id);
        if (kind && own != out_.index["dossier"].end() &&
            out_.kinds[*kind].dossier == own->second) {
            type.subject_name = name.text;
            type.subject = *kind;
        } else if (kind) {
            keys.error(name.at, "the subject is a kind of this dossier type");
        }
    }
    constexpr std::array ages{FieldType::age, FieldType::date};
    constexpr std::array texts{FieldType::text, FieldType::person_name, FieldType::code};
    constexpr std::array names{FieldType::person_name, FieldType::text};
    type.birth = field_ref(keys, "birth", ages);
    type.labels = field_refs(keys, "label", texts);
    type.names = field_ref(keys, "names", names);
    for (const auto& word : keys.words("search"))
        if (const auto found = field_path(doc, word)) {
            const Field& field = out_.kinds[found->kind].fields[found->field];
            refuse_second_reason(doc, word.at, &field, "'search'");
            type.search.push_back(*found);
        }
    type.members = mapping(keys, "members", type);
    type.grants = mapping(keys, "grants", type);
    type.bars = mapping(keys, "bars", type);
    type.acts = mapping(keys, "acts", type);
}

std::optional<FieldRef> Loader::field_ref(
    Keys& keys, std::string_view key, std::span<const FieldType> types
) {
    const Node* node = keys.get(key);
    return node == nullptr ? std::nullopt : field_place(keys, *node, key, types);
}

std::vector<FieldRef> Loader::field_refs(
    Keys& keys, std::string_view key, std::span<const FieldType> types
) {
    std::vector<FieldRef> out;
    const Node* node = keys.get(key);
    if (node == nullptr) return out;
    const auto take = [&](const Node& one) {
        const auto ref = field_place(keys, one, key, types);
        if (ref) out.push_back(*ref);
    };
    if (!node->is(Node::Kind::list)) take(*node);
    for (const Node& one : node->items) take(one);
    if (out.size() > labels_max)
        keys.error(node->at, fmt::format("'{}' has at most {} fields", key, labels_max));
    return out;
}

std::optional<FieldRef> Loader::field_place(
    Keys& keys, const Node& node, std::string_view key, std::span<const FieldType> types
) {
    Keys own(report_, keys.doc(), node, key);
    const auto kind = refer(keys.doc(), "kind", "kind", own.word("kind", true));
    const auto id = own.word("field", true);
    own.done();
    if (!kind) return {};
    const auto field = field_of(keys.doc(), out_.kinds[*kind], id, types);
    if (!field) return {};
    const Field& found = out_.kinds[*kind].fields[*field];
    refuse_second_reason(keys.doc(), id.at, &found, fmt::format("'{}'", key));
    return FieldRef{*kind, *field};
}

std::optional<FieldRef> Loader::field_path(const Doc& doc, const Word& path) {
    const auto dot = path.text.find('.');
    if (dot == std::string::npos) {
        report_.error(doc, path.at, "a field is named kind.field");
        return {};
    }
    const auto kind = refer(doc, "kind", "kind", {path.text.substr(0, dot), path.at});
    if (!kind) return {};
    const auto field = field_of(doc, out_.kinds[*kind], {path.text.substr(dot + 1), path.at});
    if (!field) return {};
    return FieldRef{*kind, *field};
}

std::optional<Mapping> Loader::mapping(Keys& keys, std::string_view key, const DossierType& type) {
    const Node* node = keys.get(key);
    if (node == nullptr) return {};
    Keys own(report_, keys.doc(), *node, key);
    Mapping out;
    const auto named = own.word("kind", true);
    const auto kind = refer(keys.doc(), "kind", "kind", named);
    const auto take = [&](std::string_view name,
                          std::optional<std::uint16_t>& into,
                          bool needed,
                          std::span<const FieldType> types = {}) {
        const auto id = own.word(name, needed);
        if (kind) into = field_of(keys.doc(), out_.kinds[*kind], id, types);
    };
    constexpr std::array texts{FieldType::text};
    constexpr std::array times{FieldType::instant, FieldType::date};
    if (key == "acts") {
        take("act", out.act, true);
        take("reasons", out.reasons, false);
        take("by", out.by, false);
        take("when", out.when, false);
    } else if (key == "bars") {
        take("account", out.account, true, texts);
        take("agency", out.agency, true, texts);
        take("from", out.from, true, times);
        take("until", out.until, true, times);
    } else {
        take("account", out.account, true);
        take("role", out.role, key == "members");
        take("from", out.from, false);
        take("until", out.until, key == "grants");
    }
    if (key == "grants") {
        take("categories", out.categories, true);
        take("withdrawn", out.withdrawn, false);
    }
    own.done();
    if (!kind) return {};
    const auto index = out_.find("dossier", type.id);
    if (index && out_.kinds[*kind].dossier != *index)
        keys.error(named.at, "the kind is a form of another dossier type");
    out.kind = *kind;
    return out;
}

}  // namespace homeward::policy
