#include "casework/side_by_side.hpp"

#include "casework/under_way.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

namespace homeward::casework {
namespace {

TEST(SideBySide, DoesEachOnce) {
    for (const std::size_t threads : {1, 2, 8}) {
        std::vector<std::atomic<int>> done(100);
        EXPECT_TRUE(side_by_side(threads, done.size(), [&](std::size_t i) -> Result<void> {
            ++done[i];
            return {};
        }));
        for (const auto& times : done) EXPECT_EQ(times, 1);
    }
    EXPECT_TRUE(side_by_side(4, 0, [](std::size_t) -> Result<void> {
        return fail(Code::internal, "nothing to do");
    }));
}

TEST(SideBySide, AFailureIsTheAnswerAndTheRestDoesNotBegin) {
    std::atomic<int> begun = 0;
    const auto done = side_by_side(1, 100, [&](std::size_t i) -> Result<void> {
        ++begun;
        return i == 3 ? Result<void>(fail(Code::no_room, "full")) : Result<void>{};
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::no_room);
    EXPECT_EQ(begun, 4);
}

TEST(SideBySide, WhatALibraryThrowsIsAFailure) {
    const auto done = side_by_side(3, 10, [](std::size_t) -> Result<void> {
        throw std::runtime_error("quotes data");
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::internal);
    EXPECT_EQ(done.error().text.find("quotes"), std::string::npos);
}

TEST(UnderWay, WaitsForThoseBefore) {
    UnderWay writes;
    writes.wait_for_those_before();
    for (int turn = 0; turn < 4; ++turn) {
        std::optional<UnderWay::Pass> before(std::in_place, writes);
        auto waiting = std::async(std::launch::async, [&] { writes.wait_for_those_before(); });
        { const UnderWay::Pass another(writes); }
        // If it did not wait it would be through by then.
        EXPECT_EQ(waiting.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
        before.reset();
        waiting.get();
    }
}

// There is always one under way: who waited for a moment without any would wait for ever.
TEST(UnderWay, DoesNotWaitForThoseThatBeginMeanwhile) {
    UnderWay writes;
    std::atomic<bool> stop = false;
    std::optional<UnderWay::Pass> one(std::in_place, writes);
    std::thread writer([&] {
        std::optional<UnderWay::Pass> other;
        while (!stop) {
            other.emplace(writes);
            one.reset();
            one.emplace(writes);
            other.reset();
        }
        one.reset();
    });
    for (int i = 0; i < 100; ++i) writes.wait_for_those_before();
    stop = true;
    writer.join();
}

}  // namespace
}  // namespace homeward::casework
