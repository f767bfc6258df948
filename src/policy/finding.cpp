#include "policy/finding.hpp"

#include "base/check.hpp"
#include "base/json_text.hpp"

#include <algorithm>

namespace homeward::policy {
namespace {

using json_text::put_plain;
using json_text::put_raw;

template <class Ids, class Items>
json::array names_of(const Ids& indexes, const Items& items) {
    json::array out;
    for (const auto index : indexes) out.emplace_back(items[index].id);
    return out;
}

json::value view(std::string_view text) {
    return json::value(json::string_view(text.data(), text.size()));
}

/// What each finding of a safeguard says alike.
json::object said_always(const Pack& pack, const Safeguard& safeguard, std::string_view language) {
    json::object out;
    out["severity"] = view(name_of(safeguard.severity));
    out["title"] = view(safeguard.title.in(language));
    if (!safeguard.explain.empty()) out["explain"] = view(safeguard.explain.in(language));
    if (safeguard.about) out["kind"] = pack.kinds()[*safeguard.about].id;
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

FindingText::FindingText(const Pack& pack) : pack_(pack) {
    for (const std::string& language : pack.languages()) {
        std::vector<std::string>& texts = always_.emplace_back();
        for (const Safeguard& safeguard : pack.safeguards()) {
            texts.push_back(
                "\"safeguard\":" + json::serialize(json::string(safeguard.id)) + ',' +
                json::serialize(said_always(pack, safeguard, language)).substr(1)
            );
        }
    }
}

void FindingText::append(
    std::string& out, const Finding& finding, std::string_view language, std::optional<bool> limited
) const {
    const auto languages = pack_.languages();
    const auto known = std::find(languages.begin(), languages.end(), language);
    const auto index =
        known == languages.end() ? 0 : static_cast<std::size_t>(known - languages.begin());
    out += '{';
    if (limited) put_raw(out, "limited", *limited ? "true" : "false");
    if (!finding.record.is_nil()) put_plain(out, "record", to_text(finding.record));
    put_plain(out, "outcome", name_of(finding.outcome));
    if (finding.outcome == Outcome::running)
        put_raw(out, "warning", std::to_string(finding.warning));
    const auto time = [&](std::string_view name, const std::optional<Instant>& at) {
        if (at) put_plain(out, name, to_text(*at));
    };
    time("start", finding.start);
    time("due", finding.due);
    time("since", finding.since);
    time("next_due", finding.next_due);
    if (finding.must_come_first) put_raw(out, "must_come_first", "true");
    if (finding.fault) put_raw(out, "fault", "true");
    if (!finding.missing.empty()) {
        std::string missing = "[";
        for (const auto& one : finding.missing) {
            missing += '{';
            put_plain(missing, "path", pack_.path(one.path));
            put_raw(missing, "recorded_as_unknown", one.recorded ? "true" : "false");
            missing.back() = '}';
            missing += ',';
        }
        missing.back() = ']';
        put_raw(out, "missing", missing);
    }
    out += always_[index][finding.safeguard];
}

json::object FindingText::to_json(
    const Finding& finding, std::string_view language, std::optional<bool> limited
) const {
    std::string text;
    append(text, finding, language, limited);
    const auto value = parse_json(text);
    check(value.has_value(), "findings are written as JSON");
    return value->get_object();
}

}  // namespace homeward::policy
