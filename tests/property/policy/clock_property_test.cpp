#include "unit/policy/judge.hpp"

#include <rapidcheck.h>

/// What must hold of clocks whatever the dates are.
namespace homeward::policy {
namespace {

using tiny::at;
using tiny::id;

constexpr std::int64_t hour_us = 3'600 * us_per_second;

Instant base() { return at("2026-01-01T00:00:00Z"); }
Instant after_hours(std::int64_t hours) { return {base().us + hours * hour_us}; }

template <class Check>
void holds(const char* what, Check check) {
    EXPECT_TRUE(rc::check(what, check)) << what;
}

/// Adds a stay in custody; without an end it lasts.
void stay(tiny::File& file, int number, Instant from, std::optional<Instant> to = {}) {
    const auto end = to ? fmt::format(R"(,"ended":"{}")", to_text(*to)) : std::string();
    file.add(number, "custody", fmt::format(R"({{"started":"{}"{}}})", to_text(from), end));
}

const Finding* finding_of(
    const tiny::File& file, const Projection& from, const char* id, int record
) {
    for (const auto& finding : from.findings)
        if (file.pack().safeguards()[finding.safeguard].id == id &&
            finding.record == tiny::id(record))
            return &finding;
    return nullptr;
}

std::int64_t hours(std::int64_t below) { return *rc::gen::inRange<std::int64_t>(0, below); }

TEST(ClockProperty, CuttingAStayIntoPiecesLeavesItsStart) {
    holds("transfers never reset a clock", [] {
        const auto pieces = *rc::gen::inRange(1, 8);
        tiny::File whole;
        tiny::File cut;
        std::int64_t now = hours(100);
        stay(whole, 1, after_hours(now));
        const auto start = after_hours(now);
        for (int i = 0; i < pieces; ++i) {
            const auto from = now;
            now += 1 + hours(200);
            const bool last = i + 1 == pieces;
            stay(
                cut,
                i + 1,
                after_hours(from),
                last ? std::optional<Instant>() : std::optional(after_hours(now))
            );
            now += last ? 0 : hours(25);  // up to the gap of one day
        }
        const auto at = after_hours(now + 1);
        const auto judged = cut.judge(at);
        const auto projection = whole.judge(at);
        const auto* one = finding_of(whole, projection, "JE-01", 1);
        const auto* other = finding_of(cut, judged, "JE-01", pieces);
        RC_ASSERT(one != nullptr);
        RC_ASSERT(other != nullptr);
        RC_ASSERT(other->start == start);
        RC_ASSERT(other->due == one->due);
        RC_ASSERT(other->outcome == one->outcome);
    });
}

TEST(ClockProperty, MoreStaysNeverUndoABreach) {
    holds("a breach stays when a stay is added", [] {
        tiny::File file;
        const auto count = *rc::gen::inRange(1, 6);
        for (int i = 0; i < count; ++i) {
            const auto from = hours(1'000);
            stay(file, i + 1, after_hours(from), after_hours(from + hours(300)));
        }
        const auto now = after_hours(2'000);
        const auto before = file.judge(now);
        const auto from = hours(1'000);
        stay(file, 99, after_hours(from), after_hours(from + hours(300)));
        const auto after = file.judge(now);
        for (const auto& finding : before.findings) {
            if (finding.outcome != Outcome::breached) continue;
            const bool still = std::any_of(
                after.findings.begin(),
                after.findings.end(),
                [&](const Finding& other) {
                    return other.safeguard == finding.safeguard && other.record == finding.record &&
                           other.outcome == Outcome::breached &&
                           (!finding.due || other.due <= finding.due);
                }
            );
            RC_ASSERT(still);
        }
    });
}

TEST(ClockProperty, TheOffsetInWhichATimeIsWrittenChangesNothing) {
    holds("due does not depend on the text of an instant", [] {
        const auto from = hours(1'000);
        const auto offset = *rc::gen::inRange(-12, 13);
        const auto local = to_text(after_hours(from + offset));
        const auto written = fmt::format(
            "{}{}{:02}:00",
            local.substr(0, local.size() - 1),
            offset < 0 ? '-' : '+',
            std::abs(offset)
        );
        tiny::File utc;
        tiny::File other;
        stay(utc, 1, after_hours(from));
        other.add(1, "custody", fmt::format(R"({{"started":"{}"}})", written));
        const auto now = after_hours(from + hours(400));
        RC_ASSERT(utc.judge(now) == other.judge(now));
    });
}

TEST(ClockProperty, TimeOnlyMovesAFindingForward) {
    holds("running, then breached, with steps that only rise", [] {
        tiny::File file;
        const auto from = hours(100);
        stay(file, 1, after_hours(from));
        auto now = after_hours(from);
        int rank = 0;
        for (int i = 0; i < 12; ++i) {
            const auto projection = file.judge(now);
            const auto* finding = finding_of(file, projection, "JE-01", 1);
            RC_ASSERT(finding != nullptr);
            const int next = finding->outcome == Outcome::breached ? 100 : finding->warning;
            RC_ASSERT(finding->outcome == Outcome::running || next == 100);
            RC_ASSERT(next >= rank);
            rank = next;
            now.us += hours(6) * hour_us;
        }
    });
}

TEST(ClockProperty, NothingChangesBeforeTheRecheck) {
    holds("recheck_at is the first moment at which something can change", [] {
        tiny::File file;
        const auto from = hours(100);
        stay(file, 1, after_hours(from));
        file.add(
            2,
            "registration",
            fmt::format(
                R"({{"birth":{{"born":"20{:02}-0{}"}}}})",
                *rc::gen::inRange(7, 11),
                *rc::gen::inRange(1, 10)
            )
        );
        const auto now = after_hours(from + hours(5'000));
        const auto first = file.judge(now);
        if (!first.recheck_at) return;
        RC_ASSERT(*first.recheck_at > now);
        auto later = file.judge(Instant{first.recheck_at->us - 1});
        later.at = first.at;
        RC_ASSERT(later == first);
    });
}

TEST(ClockProperty, StoredAndTakenBackIsTheSame) {
    holds("decode after encode", [] {
        tiny::File file;
        for (int i = 0; i < 4; ++i) stay(file, i + 1, after_hours(hours(1'000)));
        const auto projection = file.judge(after_hours(hours(2'000)));
        const auto back = decode(file.pack(), encode(file.pack(), projection));
        RC_ASSERT(back.has_value());
        RC_ASSERT(*back == projection);
    });
}

}  // namespace
}  // namespace homeward::policy
