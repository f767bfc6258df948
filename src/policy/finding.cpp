#include "policy/projection.hpp"

namespace homeward::policy {
namespace {

template <class Ids, class Items>
json::array names_of(const Ids& indexes, const Items& items) {
    json::array out;
    for (const auto index : indexes) out.emplace_back(items[index].id);
    return out;
}

json::value view(std::string_view text) {
    return json::value(json::string_view(text.data(), text.size()));
}

}  // namespace

std::string_view name_of(Outcome outcome) {
    constexpr std::array<std::string_view, 5> names{
        "not_applicable",
        "met",
        "running",
        "breached",
        "unknown",
    };
    return names[static_cast<std::size_t>(outcome)];
}

/// Of a finding as JSON; room is made for them at once.
constexpr std::size_t members_at_most = 18;

json::object to_json(const Pack& pack, const Finding& finding, std::string_view language) {
    const auto& safeguard = pack.safeguards()[finding.safeguard];
    json::object out;
    out.reserve(members_at_most);
    out["safeguard"] = safeguard.id;
    if (!finding.record.is_nil()) out["record"] = to_text(finding.record);
    out["outcome"] = view(name_of(finding.outcome));
    out["severity"] = view(name_of(safeguard.severity));
    out["title"] = view(safeguard.title.in(language));
    if (!safeguard.explain.empty()) out["explain"] = view(safeguard.explain.in(language));
    if (safeguard.about) out["kind"] = pack.kinds()[*safeguard.about].id;
    if (finding.outcome == Outcome::running) out["warning"] = finding.warning;
    const auto time = [&](const char* key, const std::optional<Instant>& at) {
        if (at) out[key] = to_text(*at);
    };
    time("start", finding.start);
    time("due", finding.due);
    time("since", finding.since);
    time("next_due", finding.next_due);
    if (finding.must_come_first) out["must_come_first"] = true;
    if (finding.fault) out["fault"] = true;
    json::array missing;
    for (const auto& one : finding.missing) {
        json::object item;
        item["path"] = view(pack.path(one.path));
        item["recorded_as_unknown"] = one.recorded;
        missing.push_back(std::move(item));
    }
    if (!missing.empty()) out["missing"] = std::move(missing);
    out["basis"] = names_of(safeguard.basis, pack.provisions());
    json::array source;
    for (const auto& text : safeguard.source) source.emplace_back(text);
    out["source"] = std::move(source);
    out["tells"] = names_of(safeguard.tells, pack.roles());
    out["blocks"] = names_of(safeguard.blocks, pack.acts());
    if (safeguard.remedy) {
        json::object remedy;
        remedy["title"] = view(safeguard.remedy->title.in(language));
        if (!safeguard.remedy->sample.empty()) remedy["template"] = safeguard.remedy->sample;
        out["remedy"] = std::move(remedy);
    }
    return out;
}

}  // namespace homeward::policy
