#include "views/board.hpp"

#include "unit/casework/little_pack.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace homeward::test {
namespace {

using policy::Outcome;

constexpr std::int64_t hour = 3600 * us_per_second;
constexpr Instant noon{1'793'620'800LL * us_per_second};

struct Views : testing::Test {
    std::shared_ptr<const policy::Pack> pack = little_pack();
    views::Board board{pack};
    views::Seen seen = views::Seen(pack->safeguards().size(), 1);
    Id account = make_id();

    std::uint16_t safeguard(std::string_view id) {
        return pack->index_of(*pack->find_safeguard(id));
    }
    views::Row row(std::uint64_t version = 1) {
        views::Row made;
        made.id = make_id();
        made.version = version;
        made.judged = noon;
        made.opened = noon;
        made.members.push_back({account, 0, views::never_us, views::any_role});
        return made;
    }
    views::OpenFinding finding(Outcome outcome, std::int64_t due, const char* id = "JE-01") {
        return {make_id(), due, views::never_us, safeguard(id), outcome};
    }
    views::WorkPage work(std::size_t limit, std::optional<views::SortKey> after = {}) {
        views::WorkRequest request;
        request.reach.all = true;
        request.filter = [](const views::Row&) { return true; };
        request.seen = &seen;
        request.now = noon;
        request.day_ends = Instant{noon.us + 12 * hour};
        request.week_ends = Instant{noon.us + 156 * hour};
        request.after = after;
        request.limit = limit;
        return board.work(request);
    }
    views::ListRequest list_request() {
        views::ListRequest request;
        request.reach.all = true;
        request.filter = [](const views::Row&) { return true; };
        request.seen = &seen;
        request.now = noon;
        request.limit = 10;
        return request;
    }
};

TEST_F(Views, ALaterRowIsKeptWhateverComesLast) {
    views::Row old = row(1);
    old.labels = {"old"};
    views::Row late = old;
    late.version = 2;
    late.labels = {"late"};
    old.judged = Instant{noon.us + hour};
    board.put(late);
    board.put(old);
    EXPECT_EQ(board.find(old.id)->labels.front(), "late");
    EXPECT_EQ(board.size(), 1U);
}

TEST_F(Views, WhatWasJudgedByAClockThatWasSetBackIsJudgedAnew) {
    std::vector<Id> ahead;
    for (int i = 0; i < 4; ++i) {
        views::Row made = row(1);
        made.judged = Instant{noon.us + (i - 1) * hour};
        // One of them is due by its own time, and is not to be named twice.
        if (i == 3) made.recheck_us = noon.us - hour;
        if (i > 1) ahead.push_back(made.id);
        board.put(made);
    }
    auto due = board.due(noon, 10);
    std::sort(due.begin(), due.end());
    std::sort(ahead.begin(), ahead.end());
    EXPECT_EQ(due, ahead);
    EXPECT_EQ(board.due(noon, 1).size(), 1U);
    EXPECT_EQ(board.due(Instant{noon.us + 2 * hour}, 10).size(), 1U);
    for (const Id& id : ahead) {
        views::Row again = *board.find(id);
        again.judged = noon;
        again.recheck_us = views::never_us;
        board.put(again);
        EXPECT_EQ(board.find(id)->judged, noon);
    }
    EXPECT_TRUE(board.due(noon, 10).empty());
}

TEST_F(Views, SortsWorkAndCountsIt) {
    views::Row one = row();
    one.findings = {
        finding(Outcome::unknown, views::never_us),
        finding(Outcome::running, noon.us + 20 * hour),
        finding(Outcome::running, noon.us + 2 * hour),
        finding(Outcome::running, noon.us),  // has just run out
        finding(Outcome::breached, noon.us - 5 * hour, "RG-01"),
        finding(Outcome::running, noon.us + 156 * hour)};
    board.put(one);
    const auto page = work(10);
    ASSERT_EQ(page.rows.size(), 6U);
    EXPECT_EQ(page.overdue, 2U);
    EXPECT_EQ(page.today, 1U);
    EXPECT_EQ(page.week, 1U);
    EXPECT_EQ(page.later, 1U);
    EXPECT_EQ(page.unknown, 1U);
    // The graver comes first, although the other is older.
    EXPECT_EQ(page.rows[0].finding.safeguard, safeguard("JE-01"));
    EXPECT_EQ(page.rows[1].finding.safeguard, safeguard("RG-01"));
    EXPECT_EQ(page.rows[2].finding.due_us, noon.us + 2 * hour);
    EXPECT_EQ(page.rows[5].finding.outcome, Outcome::unknown);
    EXPECT_FALSE(page.next.has_value());
    seen[safeguard("JE-01")] = 0;
    EXPECT_EQ(work(10).rows.size(), 1U);
}

TEST_F(Views, PagesMeetWithoutOverlap) {
    for (int i = 0; i < 7; ++i) {
        views::Row one = row();
        one.findings = {finding(Outcome::running, noon.us + hour)};
        board.put(one);
    }
    std::optional<views::SortKey> after;
    std::vector<Id> shown;
    for (int i = 0; i < 4; ++i) {
        const auto page = work(2, after);
        for (const auto& item : page.rows) shown.push_back(item.row->id);
        EXPECT_EQ(page.next.has_value(), i < 3);
        after = page.next;
    }
    EXPECT_EQ(shown.size(), 7U);
    std::sort(shown.begin(), shown.end());
    EXPECT_EQ(std::unique(shown.begin(), shown.end()), shown.end());
}

TEST_F(Views, AnAccountsDossiersAreThoseWithItNow) {
    views::Row one = row(1);
    board.put(one);
    auto request = list_request();
    request.reach = {false, {account}};
    EXPECT_EQ(board.list(request).total, 1U);
    one.version = 2;
    one.members.clear();
    board.put(one);
    EXPECT_EQ(board.list(request).total, 0U);
    views::Permit permit;
    permit.account = account;
    one.version = 3;
    one.permits.push_back(permit);
    board.put(one);
    EXPECT_EQ(board.list(request).total, 1U);
    // Two accounts that share a dossier see it once.
    const Id other = make_id();
    one.version = 4;
    one.members.push_back({other, 0, views::never_us, views::any_role});
    board.put(one);
    request.reach.accounts.push_back(other);
    EXPECT_EQ(board.list(request).total, 1U);
}

TEST_F(Views, FiltersByState) {
    views::Row clear = row();
    views::Row late = row();
    late.findings = {finding(Outcome::running, noon.us - 1)};
    views::Row silent = row();
    silent.findings = {finding(Outcome::unknown, views::never_us)};
    for (const auto& one : {clear, late, silent}) board.put(one);
    const auto ids = [&](views::State state) {
        auto request = list_request();
        request.state = state;
        std::vector<Id> found;
        for (const auto& [found_row, standing] : board.list(request).rows) {
            found.push_back(found_row->id);
        }
        return found;
    };
    EXPECT_EQ(ids(views::State::any).size(), 3U);
    EXPECT_EQ(ids(views::State::clear), std::vector{clear.id});
    EXPECT_EQ(ids(views::State::overdue), std::vector{late.id});
    EXPECT_EQ(ids(views::State::unknown), std::vector{silent.id});
    EXPECT_TRUE(ids(views::State::running).empty());
}

TEST_F(Views, NamesWhatIsDueForAnotherLook) {
    views::Row one = row();
    one.recheck_us = noon.us + hour;
    views::Row two = row();
    two.recheck_us = noon.us;
    board.put(one);
    board.put(two);
    EXPECT_EQ(board.due(noon, 10), std::vector{two.id});
    EXPECT_EQ(board.due(Instant{noon.us + hour}, 1), std::vector{two.id});
    EXPECT_EQ(board.next_recheck(), noon);
    two.version = 2;
    two.recheck_us = views::never_us;
    board.put(two);
    EXPECT_EQ(board.next_recheck(), (Instant{noon.us + hour}));
}

TEST_F(Views, AKeySurvivesItsBytes) {
    const views::SortKey key{1, 2, -5, make_id(), make_id(), 700};
    EXPECT_EQ(views::key_from(views::to_bytes(key)).value(), key);
    Bytes bytes = views::to_bytes(key);
    bytes.pop_back();
    EXPECT_FALSE(views::key_from(bytes).has_value());
    bytes.resize(bytes.size() + 2);
    EXPECT_FALSE(views::key_from(bytes).has_value());
}

TEST_F(Views, AFindingIsFortyBytes) {
    // 100,000 dossiers with 20 open findings each: 80 MB of the 250 MiB that views may take.
    EXPECT_LE(sizeof(views::OpenFinding), 40U);
    EXPECT_LE(sizeof(views::Row), 240U);
}

TEST_F(Views, ReadersAndWritersMayComeTogether) {
    std::vector<views::Row> rows;
    for (int i = 0; i < 20; ++i) rows.push_back(row());
    std::thread writer([&] {
        for (std::uint64_t version = 1; version < 50; ++version) {
            for (views::Row one : rows) {
                one.version = version;
                one.findings.assign(version % 3, finding(Outcome::running, noon.us));
                board.put(std::move(one));
            }
        }
    });
    for (int i = 0; i < 50; ++i) (void)work(5);
    writer.join();
    EXPECT_EQ(board.size(), 20U);
    EXPECT_EQ(board.open_findings(), 20U * (49 % 3));
}

}  // namespace
}  // namespace homeward::test
