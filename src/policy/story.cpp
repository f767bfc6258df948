#include "policy/story.hpp"

#include "cel/text.hpp"
#include "policy/finding.hpp"
#include "policy/story_file.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeward::policy {
namespace {

/// A finding as stories name it: `JE-01@c1`, `JB-04`.
std::string name_in(const StoryReport& report, const Finding& finding) {
    std::string out = report.pack->safeguards()[finding.safeguard].id;
    for (const auto& [label, id] : report.labels)
        if (id == finding.record) out += "@" + label;
    return out;
}

/// Why a finding is what it is, in one line.
std::string reason_of(const Pack& pack, const Finding& finding) {
    auto out = std::string(name_of(finding.outcome));
    if (finding.outcome == Outcome::running && finding.warning > 0)
        out += fmt::format(" ({} %)", finding.warning);
    if (finding.start) out += ", since " + to_text(*finding.start);
    if (finding.due) out += ", due " + to_text(*finding.due);
    if (finding.next_due) out += ", next due " + to_text(*finding.next_due);
    for (std::size_t i = 0; i < finding.missing.size(); ++i) {
        out += i == 0 ? ", missing " : ", ";
        out += pack.path(finding.missing[i].path);
        if (finding.missing[i].recorded) out += " (recorded as not known)";
    }
    if (finding.fault) out += ", an expression went wrong";
    return out;
}

bool matches(const StoryReport& report, const Finding& finding, std::string_view name) {
    const auto full = name_in(report, finding);
    if (name.find('@') != std::string_view::npos) return full == name;
    return report.pack->safeguards()[finding.safeguard].id == name;
}

/// Compares what a moment expects with what was found.
class Comparison {
  public:
    Comparison(StoryReport& report, const Expected& expected, const Projection& found)
        : report_(report), expected_(expected), found_(found) {}

    void run() {
        for (const auto& [outcome, wanted] : expected_.exact) exactly(outcome, wanted);
        for (const auto& [outcome, wanted] : expected_.includes)
            for (const auto& name : wanted)
                if (count(outcome, name.text) == 0)
                    differ(name, fmt::format("expected {} {}", name_of(outcome), name.text));
        for (const auto& name : expected_.excludes) {
            for (const auto& finding : found_.findings) {
                const bool listed = finding.outcome == Outcome::breached ||
                                    finding.outcome == Outcome::running ||
                                    finding.outcome == Outcome::unknown;
                if (listed && matches(report_, finding, name.text))
                    differ(name, fmt::format("expected no {}", name.text));
            }
        }
    }

  private:
    std::size_t count(Outcome outcome, std::string_view name) const {
        return static_cast<std::size_t>(std::count_if(
            found_.findings.begin(),
            found_.findings.end(),
            [&](const Finding& f) { return f.outcome == outcome && matches(report_, f, name); }
        ));
    }

    void exactly(Outcome outcome, const std::vector<Named>& wanted) {
        for (const auto& name : wanted) {
            const auto times = count(outcome, name.text);
            if (times == 0)
                differ(name, fmt::format("expected {} {}", name_of(outcome), name.text));
            if (times > 1)
                differ(
                    name, fmt::format("{} is {} on {} records", name.text, name_of(outcome), times)
                );
        }
        for (const auto& finding : found_.findings) {
            if (finding.outcome != outcome) continue;
            const bool expected = std::any_of(wanted.begin(), wanted.end(), [&](const auto& name) {
                return matches(report_, finding, name.text);
            });
            if (expected) continue;
            report_.mismatches.push_back(
                {expected_.at,
                 fmt::format(
                     "not expected: {} is {}",
                     name_in(report_, finding),
                     reason_of(*report_.pack, finding)
                 ),
                 expected_.line}
            );
        }
    }

    void differ(const Named& name, std::string what) {
        what += ", found ";
        bool any = false;
        for (const auto& finding : found_.findings) {
            if (!matches(report_, finding, name.text)) continue;
            what += any ? "; " : "";
            what += reason_of(*report_.pack, finding);
            any = true;
        }
        if (!any) what += "nothing of that name";
        report_.mismatches.push_back({expected_.at, std::move(what), name.line});
    }

    StoryReport& report_;
    const Expected& expected_;
    const Projection& found_;
};

/// The dossier as it stood at a moment: records whose time had come, with the changes so far.
Dossier dossier_at(const StoryFile& story, const std::shared_ptr<const Pack>& pack, Instant at) {
    DossierBuilder builder(pack, *story.type);
    for (const auto& record : story.records) {
        if (record.at > at) continue;
        auto data = record.data;
        for (const auto& change : record.changes)
            if (change.at <= at) data = merge_patch(data, change.data);
        builder.add(record.id, *record.kind, data, record.at, record.by);
    }
    return builder.build();
}

}  // namespace

StoryReport run_story(
    std::string_view file, std::string_view text, const PackSource& packs, std::optional<Instant> at
) {
    StoryReport report;
    StoryFile story = read_story(file, text, packs, report);
    if (!report.problems.empty()) return report;
    if (at) story.moments = {Expected{*at, 0, {}, {}, {}}};
    Scratch scratch;
    for (const auto& expected : story.moments) {
        auto dossier = dossier_at(story, report.pack, expected.at);
        auto projection = evaluate(*report.pack, dossier, expected.at, scratch, {true});
        Comparison(report, expected, projection).run();
        report.moments.push_back({expected.at, std::move(projection)});
    }
    return report;
}

std::string to_text(const StoryReport& report, std::string_view language) {
    std::string out = report.title + "\n";
    for (const auto& problem : report.problems) out += to_text(problem) + "\n";
    for (const auto& moment : report.moments) {
        out += fmt::format("at {}\n", to_text(moment.at));
        for (const auto& finding : moment.projection.findings) {
            if (finding.outcome == Outcome::met || finding.outcome == Outcome::not_applicable)
                continue;
            const auto& safeguard = report.pack->safeguards()[finding.safeguard];
            out += fmt::format(
                "  {:<18} {}: {}\n",
                name_in(report, finding),
                safeguard.title.in(language),
                reason_of(*report.pack, finding)
            );
        }
    }
    for (const auto& mismatch : report.mismatches)
        out +=
            fmt::format("line {}, at {}: {}\n", mismatch.line, to_text(mismatch.at), mismatch.text);
    return out;
}

json::object to_json(const StoryReport& report, std::string_view language) {
    json::object out;
    out["story"] = report.title;
    out["passed"] = report.passed();
    json::array problems;
    for (const auto& problem : report.problems) problems.emplace_back(to_text(problem));
    out["problems"] = std::move(problems);
    json::array mismatches;
    for (const auto& mismatch : report.mismatches) {
        json::object item;
        item["at"] = to_text(mismatch.at);
        item["line"] = mismatch.line;
        item["text"] = mismatch.text;
        mismatches.push_back(std::move(item));
    }
    out["mismatches"] = std::move(mismatches);
    json::array moments;
    const FindingText text(*report.pack);
    for (const auto& moment : report.moments) {
        json::array findings;
        for (const auto& finding : moment.projection.findings) {
            auto item = text.to_json(finding, language);
            item["name"] = name_in(report, finding);
            findings.push_back(std::move(item));
        }
        json::object item;
        item["at"] = to_text(moment.at);
        item["findings"] = std::move(findings);
        moments.push_back(std::move(item));
    }
    out["moments"] = std::move(moments);
    return out;
}

}  // namespace homeward::policy
