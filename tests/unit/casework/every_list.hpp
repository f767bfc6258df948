#pragma once

#include "unit/casework/office.hpp"

#include <string>

namespace homeward::test {

/// Everything that the lists say, as one text.
inline std::string every_list(Office& office, const casework::Caller& who) {
    std::string text;
    const auto list = must(office.reg().list(who, {"child", "", "", 100}));
    for (const auto& item : list.items) {
        text += to_text(item.ref) + item.label + to_text(item.opened) +
                std::to_string(item.overdue) + std::to_string(item.running) +
                std::to_string(item.unknown) + (item.mine ? "m" : "-") + "\n";
    }
    casework::WorkQuery query;
    query.limit = 100;
    for (const auto& item : must(office.reg().work(who, query)).items) {
        text += to_text(item.ref) + std::to_string(item.safeguard) +
                to_text(item.due.value_or(Instant{})) + to_text(item.since.value_or(Instant{})) +
                to_text(item.record.value_or(Id{})) + "\n";
    }
    return text;
}

}  // namespace homeward::test
