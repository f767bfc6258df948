#pragma once

#include "unit/casework/office.hpp"

#include <string>

namespace homeward::test {

template <class T>
std::string outcome_of(const char* call, const Result<T>& result) {
    if (result) return std::string(call) + ": answered\n";
    return std::string(call) + ": " + std::string(name_of(result.error().code)) + " " +
           result.error().text + " " + result.error().pointer + "\n";
}

/// What every call about one dossier answers, as text; of what is answered only that it is. A
/// caller who does reach the dossier adds an (empty) charge, a file is not changed otherwise.
inline std::string every_answer(
    Office& office, const casework::Caller& who, const Id& ref, const Id& record
) {
    auto& reg = office.reg();
    return outcome_of("read", reg.read(who, ref)) +
           outcome_of("findings", reg.findings(who, ref, true)) +
           outcome_of("history", reg.history(who, ref, {})) +
           outcome_of("history of one", reg.history(who, ref, {record, 0, 10})) +
           outcome_of("reads", reg.reads(who, ref, 0, 10)) +
           outcome_of("reveal", reg.reveal(who, ref, {record, {"way"}, "a visit"})) +
           outcome_of("add", reg.add(who, ref, Office::record("charge", "{}"))) +
           outcome_of("add wrong", reg.add(who, ref, Office::record("ship", "{}"))) +
           outcome_of("amend", reg.amend(who, ref, {record, 1, Office::data("{}")})) +
           outcome_of("act", reg.act(who, ref, {make_id(), "close", "it is over"})) +
           outcome_of("act unknown", reg.act(who, ref, {make_id(), "fly", ""}));
}

/// How many dossiers and findings every list tells somebody of.
struct Counted {
    std::size_t listed = 0, by_state = 0, exported = 0, work = 0;
    friend bool operator==(const Counted&, const Counted&) = default;
};

inline Counted count_all(Office& office, const casework::Caller& who) {
    Counted counted;
    const auto list = must(office.reg().list(who, {"child", "", "", 100}));
    check(list.total == list.items.size() && !list.next, "one page holds them all");
    counted.listed = list.total;
    for (const char* state : {"overdue", "running", "unknown", "clear"}) {
        counted.by_state += must(office.reg().list(who, {"child", state, "", 100})).total;
    }
    for (const auto lens : {casework::Lens::mine, casework::Lens::team, casework::Lens::all}) {
        casework::WorkQuery query;
        query.lens = lens;
        const auto work = must(office.reg().work(who, query));
        const auto& counts = work.counts;
        counted.work += counts.overdue + counts.today + counts.week + counts.later +
                        counts.unknown + work.items.size();
    }
    if (const auto page = office.reg().export_page(who, {"child", "", 50})) {
        counted.exported = page->files.size();
    }
    return counted;
}

}  // namespace homeward::test
