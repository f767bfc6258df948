#include "cel/parse.hpp"
#include "policy/loader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeward::policy {
namespace {

std::optional<Severity> severity_named(std::string_view name) {
    for (const auto severity :
         {Severity::structural, Severity::medium, Severity::high, Severity::critical})
        if (name_of(severity) == name) return severity;
    return {};
}

}  // namespace

void Loader::load_safeguards() {
    out_.safeguards_of.resize(out_.dossier_types.size());
    for (const Doc* doc : docs("safeguards/")) {
        if (!doc->root.is(Node::Kind::list))
            report_.error(*doc, doc->root.at, "this file holds a list of safeguards");
        for (const auto& node : doc->root.items) load_safeguard(*doc, node);
    }
}

void Loader::load_safeguard(const Doc& doc, const Node& node) {
    Keys keys(report_, doc, node, "a safeguard");
    if (!keys.ok()) return;
    const auto id = keys.word("id", true);
    Safeguard made;
    made.id = id.text;
    made.file = doc.name;
    made.line = node.at.line;
    made.title = keys.text("title", true);
    made.explain = keys.text("explain");
    made.basis = basis(keys);
    if (made.basis.empty() && keys.get("basis") == nullptr) keys.need("basis");
    made.source = sources(keys);
    made.tag = tag(keys);
    const auto severity = keys.word("severity", true);
    if (!severity.text.empty() && !severity_named(severity.text))
        keys.error(severity.at, "'severity' is critical, high, medium or structural");
    made.severity = severity_named(severity.text).value_or(Severity::medium);
    made.tells = refer_all(keys, "tells", "role", "role");
    made.blocks = refer_all(keys, "blocks", "act", "act");
    if (const Node* remedy = keys.get("remedy")) {
        Keys own(report_, doc, *remedy, "a remedy");
        made.remedy = Remedy{own.text("title", true), own.word("template").text};
        own.done();
    }
    safeguard_paths_.clear();
    safeguard_now_ = NowUse::none;
    if (safeguard_about(keys, made))
        safeguard_form(keys, made);
    else
        for (const auto key : {"applies", "requires", "forbids", "within", "every"}) keys.get(key);
    keys.done();
    note_reads(made);
    if (out_.safeguards.size() >= options_.limits.safeguards_max) {
        keys.error(id.at, fmt::format("more than {} safeguards", options_.limits.safeguards_max));
        return;
    }
    const auto index = static_cast<std::uint16_t>(out_.safeguards.size());
    if (!enter(doc, "safeguard", id, index, false)) return;
    safeguard_sites_.push_back({&doc, &node, id.at, doc.layer});
    if (made.dossier < out_.safeguards_of.size()) out_.safeguards_of[made.dossier].push_back(index);
    out_.now_uses.push_back(safeguard_now_);
    out_.safeguards.push_back(std::move(made));
}

bool Loader::safeguard_about(Keys& keys, Safeguard& safeguard) {
    const auto about = keys.word("about", true);
    if (about.text.empty()) return false;
    constexpr std::string_view prefix = "dossier:";
    if (about.text.rfind(prefix, 0) == 0) {
        const auto type = refer(
            keys.doc(), "dossier", "dossier type", {about.text.substr(prefix.size()), about.at}
        );
        safeguard.dossier = type.value_or(0);
        return type.has_value();
    }
    if (about.text == "dossier") {
        if (out_.dossier_types.size() == 1) return true;
        keys.error(about.at, "say which dossier type: 'dossier:<type>'");
        return false;
    }
    const auto kind = refer(keys.doc(), "kind", "kind", about);
    if (!kind) return false;
    safeguard.about = *kind;
    safeguard.dossier = out_.kinds[*kind].dossier;
    return true;
}

std::optional<cel::Program> Loader::part(
    const Doc& doc, const Node& node, Safeguard& safeguard, const cel::Type& expect
) {
    const Kind* kind = safeguard.about ? &out_.kinds[*safeguard.about] : nullptr;
    auto program = expression(doc, node, names_of(safeguard.dossier, kind, nullptr), expect);
    if (!program) return program;
    const auto read = paths_read(*program, node.text, safeguard.dossier, safeguard.about);
    safeguard_paths_.insert(read.begin(), read.end());
    safeguard_now_ = std::max(safeguard_now_, now_use(node.text, safeguard.dossier));
    for (const auto& field : program->reads())
        if (field.object == out_.param_type.get())
            if (const auto index = out_.find("parameter", field.object->field(field.slot).name))
                safeguard.parameters.push_back(*index);
    return program;
}

void Loader::safeguard_form(Keys& keys, Safeguard& safeguard) {
    const auto& doc = keys.doc();
    const auto yes_or_no = cel::Type::boolean();
    if (const Node* applies = keys.get("applies"))
        safeguard.applies = part(doc, *applies, safeguard, yes_or_no);
    const Node* requires_node = keys.get("requires");
    const Node* forbids = keys.get("forbids");
    const Node* within = keys.get("within");
    const Node* every = keys.get("every");
    const auto forms = static_cast<int>(requires_node != nullptr) +
                       static_cast<int>(forbids != nullptr) + static_cast<int>(every != nullptr);
    if (forms > 1 || (every != nullptr && within != nullptr))
        keys.error(keys.at(), "a safeguard has one of requires, forbids and every");
    else if (forms == 0 && within == nullptr)
        keys.error(keys.at(), "a safeguard says what must be: requires, forbids, within or every");
    if (requires_node != nullptr) {
        safeguard.form = Form::requires_true;
        safeguard.condition = part(doc, *requires_node, safeguard, yes_or_no);
    } else if (forbids != nullptr) {
        safeguard.form = Form::forbids_true;
        safeguard.condition = part(doc, *forbids, safeguard, yes_or_no);
    } else {
        safeguard.form = every != nullptr ? Form::at_intervals : Form::event_in_time;
    }
    if (every != nullptr)
        load_clock(keys, *every, safeguard, true);
    else if (within != nullptr)
        load_clock(keys, *within, safeguard, false);
}

void Loader::load_clock(Keys& keys, const Node& node, Safeguard& safeguard, bool every) {
    const auto& doc = keys.doc();
    const auto moment = cel::Type::moment();
    Keys own(report_, doc, node, every ? "'every'" : "'within'");
    if (!own.ok()) return;
    Clock clock;
    const Node* before = every ? nullptr : own.get("before");
    const Node* from = before != nullptr ? own.get("from") : own.need("from");
    if (before != nullptr && from != nullptr)
        own.error(from->at, "a clock has 'from' or 'before', not both");
    clock.before = before != nullptr;
    const auto of = own.word("of", before == nullptr);
    clock.of = refer(doc, "parameter", "parameter", of);
    if (clock.of) {
        const auto unit = out_.parameters[*clock.of].unit;
        if (unit == Unit::number || unit == Unit::text)
            own.error(of.at, fmt::format("'{}' is no span of time", of.text));
        safeguard.parameters.push_back(*clock.of);
    }
    const Node* start = clock.before ? before : from;
    if (start != nullptr) clock.from = part(doc, *start, safeguard, moment);
    if (clock.from && !clock.before) check_from(doc, *start, *clock.from);
    if (const Node* until = own.get("until")) clock.until = part(doc, *until, safeguard, moment);
    if (every) {
        if (const Node* each = own.need("each"))
            clock.each = part(doc, *each, safeguard, cel::Type::list(moment));
    } else if (safeguard.form == Form::event_in_time) {
        own.need("until");
    } else if (clock.until) {
        own.error(node.at, "'until' and a condition both say when it is met: keep one");
    }
    own.done();
    safeguard.clock = std::move(clock);
}

void Loader::check_from(const Doc& doc, const Node& node, const cel::Program& from) {
    for (const auto& read : from.reads()) {
        for (const auto& kind : out_.kinds) {
            if (!kind.episode || kind.type != read.object) continue;
            const auto& start = kind.fields[kind.episode->start];
            if (read.slot != start.slot) continue;
            report_.error(
                doc,
                node.at,
                fmt::format(
                    "a clock may not start at {}.{}: a transfer would reset it", kind.id, start.id
                ),
                "spell_start(this)"
            );
        }
    }
}

void Loader::note_reads(Safeguard& safeguard) {
    if (safeguard.about) safeguard.reads |= bit_of(out_.kinds[*safeguard.about].category);
    for (const auto path : safeguard_paths_) {
        if (path == no_path) continue;
        safeguard.reads |= bit_of(out_.path_categories[path]);
        safeguard.paths.push_back(path);
    }
    auto& parameters = safeguard.parameters;
    const std::set<std::uint16_t> unique(parameters.begin(), parameters.end());
    parameters.assign(unique.begin(), unique.end());
}

}  // namespace homeward::policy
