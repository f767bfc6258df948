#include "unit/casework/office.hpp"

#include <gtest/gtest.h>

#include <set>

namespace homeward::test {
namespace {

TEST(List, PagesThroughWhatTheCallerReaches) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const auto other = office.person("Basil", "CW");
    std::set<Id> refs;
    for (int i = 0; i < 5; ++i) {
        office.clock().pass(std::chrono::seconds(1));
        refs.insert(office.child(worker, "Child " + std::to_string(i)));
    }
    office.child(other);
    casework::ListQuery query{"child", "", "", 2};
    std::set<Id> seen;
    std::vector<std::string> labels;
    for (int page = 0; page < 3; ++page) {
        const auto list = must(office.reg().list(worker, query));
        EXPECT_EQ(list.total, 5U);
        for (const auto& item : list.items) {
            seen.insert(item.ref);
            labels.push_back(item.label);
            EXPECT_TRUE(item.mine);
        }
        EXPECT_EQ(list.next.has_value(), page < 2);
        if (list.next) query.after = *list.next;
    }
    EXPECT_EQ(seen, refs);
    EXPECT_EQ(labels.front(), "Child 4");  // the newest first
    // A page's end is bound to whom it was given, and cannot be made up.
    EXPECT_EQ(code_of(office.reg().list(other, query)), Code::invalid);
    query.after = "00";
    EXPECT_EQ(code_of(office.reg().list(worker, query)), Code::invalid);
}

TEST(List, RefusesWhatItDoesNotKnow) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    EXPECT_EQ(code_of(office.reg().list(worker, {"ship", "", "", 10})), Code::invalid);
    EXPECT_EQ(code_of(office.reg().list(worker, {"child", "sad", "", 10})), Code::invalid);
    EXPECT_EQ(code_of(office.reg().list(worker, {"child", "", "", 0})), Code::invalid);
    EXPECT_TRUE(office.reg().list(worker, {"child", "", "", casework::page_max}).has_value());
    EXPECT_EQ(
        code_of(office.reg().list(worker, {"child", "", "", casework::page_max + 1})), Code::invalid
    );
}

TEST(List, ShowsAgeInWholeYears) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    must(office.reg().open(
        worker,
        std::nullopt,
        "child",
        {Office::record("registration", R"({"birth": {"born": "2012-11", "basis": "stated"}})")}
    ));
    const auto item = must(office.reg().list(worker, {"child", "", "", 10})).items.at(0);
    ASSERT_TRUE(item.age.has_value());
    EXPECT_EQ(item.age->low, 13);
    EXPECT_EQ(item.age->high, 14);
}

TEST(Work, PutsWhatIsOverdueFirstAndCountsByTime) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const Id ref = office.child(worker);
    const auto held = [&](const char* since) {
        must(office.reg().add(
            worker,
            ref,
            Office::record("custody", std::string(R"({"started": ")") + since + R"("})")
        ));
    };
    held("2026-11-02T11:00:00Z");  // due tomorrow
    held("2026-11-02T09:00:00Z");  // due tomorrow, earlier
    held("2026-10-30T09:00:00Z");  // overdue
    auto work = must(office.reg().work(worker, {}));
    EXPECT_EQ(work.counts.overdue, 2U);  // and the missing age
    EXPECT_EQ(work.counts.week, 2U);
    EXPECT_EQ(work.counts.today, 0U);
    ASSERT_EQ(work.items.size(), 4U);
    const auto id = [&](std::size_t i) {
        return office.reg().pack().safeguards()[work.items[i].safeguard].id;
    };
    EXPECT_EQ(id(0), "JE-01");
    EXPECT_EQ(work.items[0].outcome, policy::Outcome::breached);
    EXPECT_EQ(id(1), "RG-01");
    EXPECT_LT(*work.items[2].due, *work.items[3].due);
    // Time passes and nobody writes: what has run out counts as overdue at once.
    office.clock().pass(std::chrono::hours(22));
    work = must(office.reg().work(worker, {}));
    EXPECT_EQ(work.counts.overdue, 3U);
    EXPECT_EQ(work.counts.today, 1U);
    EXPECT_EQ(must(office.reg().list(worker, {"child", "", "", 1})).items[0].overdue, 3U);
    const auto due = office.reg().next_recheck();
    ASSERT_TRUE(due.has_value());
    EXPECT_LE(*due, office.clock().now());
    EXPECT_EQ(must(office.reg().recheck(10)), 1U);
    ASSERT_TRUE(office.reg().next_recheck().has_value());
    EXPECT_GT(*office.reg().next_recheck(), office.clock().now());
    EXPECT_EQ(must(office.reg().work(worker, {})).counts.overdue, 3U);
}

TEST(Work, PagesWithoutLossOrRepetition) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const Id ref = office.child(worker);
    for (int i = 0; i < 6; ++i) {
        must(office.reg().add(
            worker, ref, Office::record("custody", R"({"started": "2026-11-02T11:00:00Z"})")
        ));
    }
    casework::WorkQuery query;
    query.limit = 3;
    std::set<std::pair<std::uint16_t, Id>> seen;
    std::size_t shown = 0;
    for (int page = 0; page < 3; ++page) {
        const auto work = must(office.reg().work(worker, query));
        for (const auto& item : work.items) {
            seen.emplace(item.safeguard, item.record.value_or(Id{}));
            ++shown;
        }
        EXPECT_EQ(work.next.has_value(), page < 2);
        query.after = work.next.value_or("");
    }
    EXPECT_EQ(shown, 7U);
    EXPECT_EQ(seen.size(), 7U);
}

TEST(Work, LensesAreWithinTheScopeOfTheRole) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const auto supervisor = office.person("Selma", "SUP");
    const auto far = office.person("Sonja", "SUP", false, "south");
    office.child(worker);
    const auto count = [&](const casework::Caller& who, casework::Lens lens) {
        casework::WorkQuery query;
        query.lens = lens;
        return must(office.reg().work(who, query)).items.size();
    };
    EXPECT_EQ(count(worker, casework::Lens::mine), 1U);
    EXPECT_EQ(count(supervisor, casework::Lens::mine), 0U);
    EXPECT_EQ(count(supervisor, casework::Lens::team), 1U);
    EXPECT_EQ(count(far, casework::Lens::all), 0U);
}

TEST(Export, IsForThoseWhoMayAndIsWrittenDown) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const auto supervisor = office.person("Selma", "SUP");
    const Id ref = office.child(worker);
    office.child(worker, "Olive");
    EXPECT_EQ(code_of(office.reg().export_page(supervisor, {"child", "", 10})), Code::forbidden);
    const auto page = must(office.reg().export_page(worker, {"child", "", 1}));
    ASSERT_EQ(page.files.size(), 1U);
    ASSERT_TRUE(page.next.has_value());
    const auto rest = must(office.reg().export_page(worker, {"child", *page.next, 1}));
    ASSERT_EQ(rest.files.size(), 1U);
    EXPECT_FALSE(rest.next.has_value());
    EXPECT_EQ(must(office.reg().reads(worker, ref, 0, 10)).reads.at(0).what, "export");
}

}  // namespace
}  // namespace homeward::test
