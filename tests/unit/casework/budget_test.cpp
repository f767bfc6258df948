#include "casework/budget.hpp"

#include "unit/casework/office.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace homeward::test {
namespace {

using casework::Budget;
using std::chrono::seconds;

constexpr Instant noon{1'000'000'000'000};
constexpr Instant after(std::int64_t time) { return {noon.us + time * us_per_second}; }

std::vector<Id> files(std::size_t count) {
    std::vector<Id> made;
    while (made.size() < count) made.push_back(make_id());
    return made;
}

TEST(Budget, IsTakenToItsLimitAndNotPastIt) {
    Budget budget(3, seconds(600));
    const Id account = make_id();
    const auto all = files(4);
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_EQ(budget.take(account, {&all[i], 1}, after(10 * std::int64_t(i))), std::nullopt);
    EXPECT_EQ(budget.take(account, {&all[3], 1}, after(30)), seconds(570));
    // One that was shown already takes no more, and another account has its own.
    EXPECT_EQ(budget.take(account, {&all[0], 1}, after(30)), std::nullopt);
    EXPECT_EQ(budget.take(make_id(), {&all[3], 1}, after(30)), std::nullopt);
}

TEST(Budget, APlaceIsFreeAgainWhenItsTimeIsOver) {
    Budget budget(2, seconds(600));
    const Id account = make_id();
    const auto all = files(4);
    EXPECT_EQ(budget.take(account, {&all[0], 1}, after(0)), std::nullopt);
    EXPECT_EQ(budget.take(account, {&all[1], 1}, after(100)), std::nullopt);
    // To look again does not make it last longer.
    EXPECT_EQ(budget.take(account, {&all[0], 1}, after(500)), std::nullopt);
    EXPECT_EQ(budget.take(account, {&all[2], 1}, after(599)), seconds(1));
    EXPECT_EQ(budget.take(account, {&all[2], 1}, after(600)), std::nullopt);
    EXPECT_EQ(budget.take(account, {&all[3], 1}, after(600)), seconds(100));
    budget.forget(after(10'000));
    EXPECT_EQ(budget.take(account, all, after(10'000)), seconds(600)) << "more than there can be";
    EXPECT_EQ(budget.take(account, {&all[0], 2}, after(10'000)), std::nullopt);
}

TEST(Budget, APageIsTakenWholeOrNotAtAll) {
    Budget budget(4, seconds(600));
    const Id account = make_id();
    const auto all = files(6);
    std::vector<Id> page{all[0], all[1], all[0]};
    EXPECT_EQ(budget.take(account, page, noon), std::nullopt);
    page = {all[1], all[2], all[3], all[4]};
    EXPECT_TRUE(budget.take(account, page, noon));
    page = {all[1], all[4], all[5]};
    EXPECT_EQ(budget.take(account, page, noon), std::nullopt);
    EXPECT_EQ(budget.take(account, {}, noon), std::nullopt);
}

TEST(Budget, WithoutALimitThereIsNone) {
    Budget budget(0, seconds(600));
    EXPECT_EQ(budget.take(make_id(), files(10'000), noon), std::nullopt);
}

TEST(Budget, OfManyAtOneMomentNoMoreThanItsLimitIsShown) {
    Budget budget(50, seconds(600));
    const Id account = make_id();
    std::atomic<int> shown = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (const Id& file : files(50)) {
                if (!budget.take(account, {&file, 1}, noon)) ++shown;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(shown, 50);
}

/// Somebody who works on five children, may be shown three at a time, and told of four in lists.
struct Looks : testing::Test {
    static casework::Options few() {
        casework::Options options;
        options.files_shown_max = 3;
        options.files_listed_max = 4;
        return options;
    }
    Office office{few()};
    casework::Caller worker = office.person("Amal", "CW");
    std::vector<Id> children;
    Id custody = make_id();

    void SetUp() override {
        for (int i = 0; i < 5; ++i) children.push_back(office.child(worker));
        must(office.reg().add(worker, children[3], {custody, "custody", Office::data("{}")}));
        for (int i = 0; i < 3; ++i) must(office.reg().read(worker, children[i]));
    }
    std::int64_t refused() { return std::int64_t(office.reg().stats().looks_refused); }
};

TEST_F(Looks, AtOneMoreFileAreRefusedWhateverTheLook) {
    auto& reg = office.reg();
    const Id& ref = children[3];
    const auto write = [](const casework::File&) { return std::string("shown"); };
    EXPECT_EQ(code_of(reg.read(worker, ref)), Code::too_many);
    EXPECT_EQ(code_of(reg.read_written(worker, ref, "text", write)), Code::too_many);
    EXPECT_EQ(code_of(reg.findings(worker, ref, true)), Code::too_many);
    EXPECT_EQ(code_of(reg.history(worker, ref, {})), Code::too_many);
    EXPECT_EQ(refused(), 4);
    // Nor by a change that changes nothing, or is of an old version: both show what is there.
    EXPECT_EQ(code_of(reg.amend(worker, ref, {custody, 1, Office::data("{}")})), Code::too_many);
    EXPECT_EQ(
        code_of(reg.add(worker, ref, {custody, "custody", Office::data("{}")})), Code::too_many
    );
    const auto amended =
        reg.amend(worker, ref, {custody, 1, Office::data(R"({"authority": "police"})")});
    EXPECT_TRUE(amended) << "what is new is written down";
    EXPECT_EQ(
        code_of(reg.amend(worker, ref, {custody, 1, Office::data(R"({"authority": "army"})")})),
        Code::too_many
    );
    // What was shown is shown, and absent files are absent.
    EXPECT_TRUE(reg.read(worker, children[0]));
    EXPECT_EQ(code_of(reg.read(worker, make_id())), Code::not_found);
}

TEST_F(Looks, GoOnWhenTheirTimeIsOver) {
    const auto refusal = office.reg().read(worker, children[3]);
    EXPECT_EQ(refusal.error().retry_after, seconds(600));
    // Setting the clock gives nobody more.
    office.clock().set(seconds(10'000));
    EXPECT_EQ(code_of(office.reg().read(worker, children[3])), Code::too_many);
    office.clock().pass(seconds(600));
    EXPECT_TRUE(office.reg().read(worker, children[3]));
}

TEST_F(Looks, ThatWereRefusedAreWrittenDown) {
    const auto before = office.count("SELECT count(*) FROM entry");
    EXPECT_FALSE(office.reg().read(worker, children[3]));
    // The next write comes behind it.
    must(office.reg().read(worker, children[0]));
    EXPECT_EQ(office.count("SELECT count(*) FROM entry"), before + 2);
}

TEST_F(Looks, ListsTellOfNoMoreThanTheirLimit) {
    const auto page = must(office.reg().list(worker, {"child", "", "", 4}));
    EXPECT_EQ(page.items.size(), 4U);
    EXPECT_TRUE(office.reg().list(worker, {"child", "", "", 4}));
    EXPECT_EQ(code_of(office.reg().list(worker, {"child", "", *page.next, 4})), Code::too_many);
    EXPECT_EQ(code_of(office.reg().list(worker, {"child", "", "", 5})), Code::too_many);
    office.clock().pass(seconds(600));
    EXPECT_TRUE(office.reg().list(worker, {"child", "", *page.next, 4}));
}

}  // namespace
}  // namespace homeward::test
