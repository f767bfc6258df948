#include "crypto/password.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace homeward::crypto {
namespace {

constexpr PasswordLimits cheap{8U << 20U, 1, 4, 64};

TEST(Passwords, KnowTheirOwnAndNoOther) {
    Passwords passwords(cheap);
    const auto stored = passwords.hash("salaam").value();
    EXPECT_EQ(stored.rfind("$argon2id$v=19$m=8192,t=1,p=1$", 0), 0U) << stored;
    EXPECT_TRUE(passwords.verify(stored, "salaam").value());
    EXPECT_FALSE(passwords.verify(stored, "Salaam").value());
    EXPECT_FALSE(passwords.verify(stored, "").value());
    EXPECT_FALSE(passwords.verify_nobody("salaam").value());
    EXPECT_NE(passwords.hash("salaam").value(), stored);
}

#ifndef __SANITIZE_ADDRESS__  // whose own maps do not fit any limit
// A right password must not count as a wrong one, and the server not end.
TEST(Passwords, SayWhenThereIsNoMemory) {
    Passwords passwords(cheap);
    const auto stored = passwords.hash("salaam").value();
    const auto without_memory = [&] {
        const rlimit none{1, 1};
        if (setrlimit(RLIMIT_AS, &none) != 0) _exit(1);
        const auto right = passwords.verify(stored, "salaam");
        const auto made = passwords.hash("salaam");
        const bool said = !right && right.error().code == Code::unavailable && !made &&
                          made.error().code == Code::unavailable;
        _exit(said ? 0 : 2);
    };
    EXPECT_EXIT(without_memory(), testing::ExitedWithCode(0), "");
}
#endif

TEST(Passwords, TakeTheLongestAndRefuseOneLonger) {
    Passwords passwords(cheap);
    const std::string longest(password_size_max, 'x');
    EXPECT_TRUE(passwords.hash(longest));
    EXPECT_EQ(passwords.hash(longest + "x").error().code, Code::too_large);
    EXPECT_EQ(passwords.verify_nobody(longest + "x").error().code, Code::too_large);
}

TEST(Passwords, RefuseStoredHashesThatAskForTooMuchOrTooLittle) {
    Passwords passwords(cheap);
    const std::string too_long(128, 'a');
    for (const std::string& stored : std::vector<std::string>{
             "",
             "x",
             "$argon2i$v=19$m=8192,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
             "$argon2id$v=19$m=99999999,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
             "$argon2id$v=19$m=8192,t=17,p=1$c2FsdHNhbHQ$aGFzaA",
             "$argon2id$v=19$m=0,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
             "$argon2id$v=19$m=8192,t=0,p=1$c2FsdHNhbHQ$aGFzaA",
             // A number without end, one that ends with the text, none at all; more than libsodium
             // makes.
             "$argon2id$v=19$m=99999999999999999999,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
             "$argon2id$v=19$m=8192",
             "$argon2id$v=19$m=x,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
             "$argon2id$v=19$m=8192,t=1,p=1$c2FsdHNhbHQ$" + too_long,
             // Salts and digests that are short, one that is not there, more threads than one.
             "$argon2id$v=19$m=8192,t=1,p=1$c2FsdA$aGFz",
             "$argon2id$v=19$m=8192,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA",
             "$argon2id$v=19$m=8192,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaA",
             "$argon2id$v=19$m=8192,t=1,p=2$c2FsdHNhbHRzYWx0c2FsdA$aGFzaA"})
        EXPECT_EQ(passwords.verify(stored, "x").error().code, Code::corrupt) << stored;
}

TEST(Passwords, KnowWhatIsOutdated) {
    Passwords passwords(cheap);
    const auto stored = passwords.hash("x").value();
    EXPECT_FALSE(passwords.is_outdated(stored));
    PasswordLimits dearer = cheap;
    dearer.passes = 2;
    EXPECT_TRUE(Passwords(dearer).is_outdated(stored));
}

TEST(Passwords, TurnAwayWhoFindsNoPlaceToWait) {
    PasswordLimits none = cheap;
    none.in_flight_max = 0;
    none.waiting_max = 0;
    Passwords full(none);
    EXPECT_EQ(full.hash("x").error().code, Code::unavailable);
    EXPECT_EQ(full.verify_nobody("x").error().code, Code::unavailable);
}

TEST(Passwords, ManyAtOnceAreAllAnsweredRightly) {
    PasswordLimits narrow = cheap;
    narrow.in_flight_max = 2;
    narrow.waiting_max = 6;
    Passwords passwords(narrow);
    const auto stored = passwords.hash("x").value();
    std::atomic<int> right{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            const auto verdict = passwords.verify(stored, "x");
            if (verdict && *verdict) ++right;
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(right, 8);
}

}  // namespace
}  // namespace homeward::crypto
