#include "policy/run.hpp"

#include <algorithm>

namespace homeward::policy {

using cel::Moment;
using cel::Value;

bool is_recorded(const Value& unknown) {
    const auto missing = unknown.missing();
    return std::any_of(missing.begin(), missing.end(), [](std::string_view path) {
        return !path.empty() && path.back() == unknown_mark;
    });
}

void Run::judge_intervals(const Safeguard& safeguard, Finding& finding) {
    const auto& clock = *safeguard.clock;
    const auto each = eval(*clock.each);
    const auto until = clock.until ? eval(*clock.until) : Value::null();
    const auto from = eval(*clock.from);
    for (const auto& value : {each, from}) {
        if (value.usable()) continue;
        note_unknown(value, finding);
        return;
    }
    auto& moments = scratch.moments;
    moments.clear();
    for (const auto& item : each.as_list()) {
        if (!item.is(cel::Kind::moment)) {
            note_unknown(item, finding);
            return;
        }
        const auto moment = item.as_moment();
        if (moment.earliest_us <= now.us)
            moments.push_back(moment);
        else
            wake({moment.earliest_us});
    }
    std::sort(moments.begin(), moments.end(), [](Moment a, Moment b) {
        return a.earliest_us < b.earliest_us;
    });
    const auto start = from.as_moment();
    if (start.earliest_us > now.us) {
        finding.outcome = Outcome::not_applicable;
        wake({start.earliest_us});
        return;
    }
    count_intervals(clock, start, until, finding);
}

/// Goes from one moment to the next and stops at the first gap that was certainly too long.
void Run::count_intervals(const Clock& clock, Moment from, const Value& until, Finding& finding) {
    auto& moments = scratch.moments;
    std::optional<Moment> end;
    if (until.is(cel::Kind::moment)) {
        const auto ended = until.as_moment();
        if (ended.earliest_us <= now.us)
            end = ended;
        else
            wake({ended.earliest_us});
    }
    bool doubtful =
        until.is(cel::Kind::error) || (until.is(cel::Kind::unknown) && is_recorded(until));
    if (doubtful) note_unknown(until, finding);
    finding.start = Instant{from.earliest_us};
    finding.due = plus(clock, *finding.start, 1);
    std::optional<Instant> gap;  // where the first that was too long began
    const auto step = [&](Moment next) {
        if (next.earliest_us < finding.start->us) return;
        if (next.earliest_us > finding.due->us) {
            if (!finding.since) {
                finding.since = finding.due;
                gap = finding.start;
            }
        } else if (next.latest_us > finding.due->us) {
            doubtful = true;
        }
        finding.start = Instant{next.earliest_us};
        finding.due = plus(clock, *finding.start, 1);
    };
    for (const auto& moment : moments) {
        if (end && moment.earliest_us > end->latest_us) break;
        step(moment);
    }
    const bool running = !end && now < *finding.due;
    if (end)
        step(*end);
    else if (!running && !finding.since && !doubtful)
        finding.since = finding.due;
    if (finding.since) {
        finding.outcome = Outcome::breached;
        if (!end && *finding.due > now) {
            finding.next_due = finding.due;
            wake(*finding.due);
        }
        if (gap) finding.start = gap;
        finding.due = finding.since;
        return;
    }
    if (doubtful)
        finding.outcome = Outcome::unknown;
    else if (end)
        finding.outcome = Outcome::met;
    else
        set_running(finding);
}

}  // namespace homeward::policy
