#include "base/turns.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace homeward {
namespace {

constexpr std::chrono::hours for_ever{1};

void wait_for_waiting(const Turns& turns, std::size_t count) {
    while (turns.waiting() != count) std::this_thread::yield();
}

TEST(Turns, LetsNoMoreInThanItMay) {
    Turns turns({2, for_ever});
    std::atomic<int> inside{0};
    std::atomic<int> most{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 200; ++round) {
                const Turns::Turn turn(turns);
                const int now = ++inside;
                most = std::max(most.load(), now);
                std::this_thread::yield();
                --inside;
                const Turns::Away away;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_LE(most, 2);
    EXPECT_EQ(turns.waiting(), 0U);
}

TEST(Turns, WhoWasAwayGoesBeforeWhoCameLater) {
    Turns turns({1, for_ever});
    std::string order;
    std::atomic<bool> second_may_end{false};
    std::vector<std::thread> threads;
    {
        const Turns::Turn first(turns);
        {
            const Turns::Away away;
            std::atomic<bool> second_is_in{false};
            threads.emplace_back([&] {
                const Turns::Turn second(turns);
                second_is_in = true;
                while (!second_may_end) std::this_thread::yield();
                order += '2';
            });
            while (!second_is_in) std::this_thread::yield();
            threads.emplace_back([&] {
                const Turns::Turn third(turns);
                order += '3';
            });
            wait_for_waiting(turns, 1);
            threads.emplace_back([&] {
                // Until the first has come back and waits as well.
                wait_for_waiting(turns, 2);
                second_may_end = true;
            });
        }
        order += '1';
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(order, "213");
}

TEST(Turns, NobodyWaitsForEver) {
    Turns turns({1, std::chrono::milliseconds(1)});
    const Turns::Turn first(turns);
    std::thread([&] { const Turns::Turn second(turns); }).join();
    EXPECT_EQ(turns.waiting(), 0U);
}

TEST(Turns, WhoHasNoneMayBeAwayAsWell) {
    const Turns::Away away;
    Turns turns({0, for_ever});
    const Turns::Turn turn(turns);
    const Turns::Away again;
    const Turns::Away twice;
}

}  // namespace
}  // namespace homeward
