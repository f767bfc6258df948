#pragma once

#include "base/json.hpp"
#include "unit/casework/office.hpp"

#include <string>
#include <vector>

namespace homeward::test {

/// Everything that a file shows, so that any difference is one of the text.
inline std::string written(const casework::File& file) {
    std::string out = to_text(file.ref) + file.type + std::to_string(file.version) + file.label;
    if (file.age) out += std::to_string(file.age->low) + '-' + std::to_string(file.age->high);
    out += std::string(policy::name_of(file.side)) + file.role;
    const auto add = [&](const std::vector<std::string>& texts) {
        for (const std::string& text : texts) out += '|' + text;
        out += '\n';
    };
    add(file.read);
    add(file.write);
    add(file.withheld);
    for (const casework::ShownRecord& record : file.records) {
        out += to_text(record.id) + record.kind + std::to_string(record.version) +
               to_text(record.recorded_at) + record.recorded_by.name + record.recorded_by.role +
               json::serialize(record.data);
        add(record.withheld);
        add(record.reserved);
        add(record.incomplete);
        for (const auto& one : record.contradictions) out += one.field;
    }
    for (const casework::ShownFinding& shown : file.findings) {
        const policy::Finding& finding = shown.finding;
        out += std::to_string(finding.safeguard) + to_text(finding.record) +
               std::string(policy::name_of(finding.outcome)) + std::to_string(finding.warning) +
               (shown.limited ? "limited" : "") + (finding.must_come_first ? "first" : "") +
               std::to_string(finding.missing.size());
        for (const auto& at : {finding.start, finding.due, finding.since, finding.next_due}) {
            out += at ? to_text(*at) : "-";
        }
    }
    return out;
}

}  // namespace homeward::test
