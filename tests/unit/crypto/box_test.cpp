#include "crypto/box.hpp"

#include "crypto/hash.hpp"
#include "unit/crypto/failing.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <string>
#include <vector>

namespace homeward::crypto {
namespace {

bool is_zero(std::byte byte) { return byte == std::byte{0}; }

/// A key in locked memory, and how it looked when that memory was given back.
struct Watched {
    const std::byte* at;
    bool unlocked;
    bool was_zero;
};
std::vector<Watched> watched;

void look(const std::byte* from, std::size_t size) {
    for (Watched& one : watched) {
        if (one.at < from || one.at >= from + size) continue;
        one.unlocked = true;
        one.was_zero = std::all_of(one.at, one.at + key_size, is_zero);
    }
}

}  // namespace
}  // namespace homeward::crypto

/// Comes before libc's, so that libsodium calls it when it gives memory back.
extern "C" int munlock(const void* from, std::size_t size) noexcept {
    homeward::crypto::look(static_cast<const std::byte*>(from), size);
    return static_cast<int>(syscall(SYS_munlock, from, size));
}

namespace homeward::crypto {
namespace {

Place somewhere() {
    Place place;
    place.table = "entry";
    place.dossier = make_id();
    place.record = make_id();
    place.version = 3;
    place.category = 16;
    place.part = 2;
    place.mark = make_id();
    return place;
}

TEST(Box, OpensWhereItWasSealedAndNowhereElse) {
    const auto key = SecretKey::random();
    const Place place = somewhere();
    const Bytes box = seal(key.view(), place, bytes_of("a child's name"));
    EXPECT_EQ(text_of(open(key.view(), place, box).value()), "a child's name");

    std::vector<Place> others(7, place);
    others[0].table = "projection";
    others[1].dossier = make_id();
    others[2].record = make_id();
    others[3].version = 4;
    others[4].category = 17;
    others[5].part = 1;
    others[6].mark = make_id();
    for (const auto& other : others) {
        const auto opened = open(key.view(), other, box);
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().text, "cannot be opened");
        EXPECT_EQ(opened.error().code, Code::corrupt);
    }
    EXPECT_EQ(open(SecretKey::random().view(), place, box).error().text, "cannot be opened");
}

TEST(Box, RefusesEachChangedByteAndEachCut) {
    const auto key = SecretKey::random();
    const Place place = somewhere();
    const Bytes box = seal(key.view(), place, bytes_of("x"));
    for (std::size_t i = 0; i < box.size(); ++i) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            Bytes changed = box;
            changed[i] ^= std::byte{1} << bit;
            EXPECT_EQ(open(key.view(), place, changed).error().text, "cannot be opened") << i;
        }
        const auto cut = open(key.view(), place, BytesView(box).first(i));
        EXPECT_EQ(cut.error().text, "cannot be opened") << i;
    }
    Bytes longer = box;
    longer.push_back(std::byte{0});
    EXPECT_FALSE(open(key.view(), place, longer));
}

TEST(Box, HidesTheSizeInSteps) {
    const auto key = SecretKey::random();
    const auto size = [&](std::size_t plain) {
        const Bytes box = seal(key.view(), Place{}, Bytes(plain));
        EXPECT_EQ(open(key.view(), Place{}, box).value(), Bytes(plain)) << plain;
        return box.size() - box_overhead;
    };
    EXPECT_EQ(size(0), 64U);
    EXPECT_EQ(size(63), 64U);
    EXPECT_EQ(size(64), 128U);
    EXPECT_EQ(size(1023), 1024U);
    EXPECT_EQ(size(1024), 2048U);
    EXPECT_EQ(size(2047), 2048U);
    EXPECT_EQ(size(2048), 3072U);
    EXPECT_EQ(size(box_plain_max), box_plain_max + 1024);
    EXPECT_DEATH(seal(key.view(), Place{}, Bytes(box_plain_max + 1)), "box_plain_max");
}

TEST(Box, WithoutPaddingIsAnotherAlgorithm) {
    const auto key = SecretKey::random();
    const Bytes exact = seal(key.view(), Place{}, bytes_of("fixed"), Padding::none);
    EXPECT_EQ(exact.size(), box_overhead + 5);
    EXPECT_EQ(text_of(open(key.view(), Place{}, exact, Padding::none).value()), "fixed");
    EXPECT_FALSE(open(key.view(), Place{}, exact));
    Bytes padded = seal(key.view(), Place{}, bytes_of("fixed"));
    EXPECT_FALSE(open(key.view(), Place{}, padded, Padding::none));
}

// Such a box has a right tag: only whoever has the key can make one.
TEST(Box, ThatSaysItIsPaddedAndIsNotDoesNotOpen) {
    const auto key = SecretKey::random();
    const auto open_as_padded = [&](const Bytes& plain) {
        Bytes box = seal(key.view(), Place{}, plain, Padding::none);
        const Bytes padded = seal(key.view(), Place{}, {});
        box[1] = padded[1];
        const auto opened = open(key.view(), Place{}, box);
        return opened ? std::to_string(opened->size()) + " bytes" : opened.error().text;
    };
    for (const std::size_t size : {0U, 5U, 63U, 64U, 65U, 1024U, 1088U}) {
        EXPECT_EQ(open_as_padded(Bytes(size)), "cannot be opened") << size;
    }
    // It ends as padding does, and has none of the sizes that padding gives.
    for (const std::size_t size : {5U, 63U, 65U, 1088U}) {
        Bytes plain(size);
        plain.back() = std::byte{0x80};
        EXPECT_EQ(open_as_padded(plain), "cannot be opened") << size;
    }
    Bytes padded(64);
    padded[3] = std::byte{0x80};
    EXPECT_EQ(open_as_padded(padded), "3 bytes") << "what is padded opens";
}

TEST(Box, NeverLooksTheSameTwice) {
    const auto key = SecretKey::random();
    std::set<Bytes> boxes;
    for (int i = 0; i < 100; ++i) boxes.insert(seal(key.view(), Place{}, bytes_of("same")));
    EXPECT_EQ(boxes.size(), 100U);
}

TEST(Box, CommitmentsDoNotShowWhichBoxesShareAKey) {
    const auto key = SecretKey::random();
    std::set<Bytes> commitments;
    for (int i = 0; i < 100; ++i) {
        const Bytes box = seal(key.view(), somewhere(), bytes_of("x"));
        commitments.insert(Bytes(box.begin() + 2, box.begin() + 10));
    }
    EXPECT_EQ(commitments.size(), 100U);
}

TEST(Hash, IsBlake2b256) {
    // Computed with Python: hashlib.blake2b(b"abc", digest_size=32).
    EXPECT_EQ(
        to_hex(hash256(bytes_of("abc")).bytes),
        "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"
    );
    EXPECT_EQ(hash256(bytes_of("abc")), Hasher().add(bytes_of("a")).add(bytes_of("bc")).finish());
    const auto key = SecretKey::random();
    EXPECT_NE(mac(key.view(), bytes_of("abc")), hash256(bytes_of("abc")));
    EXPECT_FALSE(hash_from(Bytes(31)));
    EXPECT_FALSE(hash_from(Bytes(33)));
}

bool is_dumpable() { return prctl(PR_GET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) == 1; }

bool closes() {
    const bool was_open = is_dumpable();
    const bool locked = lock_process_memory().has_value();
    const bool closed = !is_dumpable();
    rlimit dumps{};
    dumps.rlim_cur = dumps.rlim_max = 1;
    getrlimit(RLIMIT_CORE, &dumps);
    // A sanitizer looks at the process when it ends.
    prctl(PR_SET_DUMPABLE, 1UL, 0UL, 0UL, 0UL);
    return was_open && locked && closed && dumps.rlim_cur == 0 && dumps.rlim_max == 0;
}

bool says_that_it_stays_open(Call call) {
    const Failing refused(call, EPERM);
    const auto locked = lock_process_memory();
    return !locked && locked.error().code == Code::internal;
}

TEST(Secret, TheProcessCanBeClosedToDumpsAndDebuggers) {
    EXPECT_EXIT(end(closes()), testing::ExitedWithCode(0), "");
}

TEST(Secret, AProcessThatStaysOpenSaysSo) {
    EXPECT_EXIT(end(says_that_it_stays_open(Call::setrlimit)), testing::ExitedWithCode(0), "");
    EXPECT_EXIT(end(says_that_it_stays_open(Call::prctl)), testing::ExitedWithCode(0), "");
}

TEST(Secret, KeysThatLastAreWipedBeforeTheirMemoryIsGivenBack) {
    watched.clear();
    {
        const auto key = SecretKey::random();
        EXPECT_FALSE(std::all_of(key.view().begin(), key.view().end(), is_zero));
        watched.push_back({key.view().data(), false, false});
    }
    ASSERT_EQ(watched.size(), 1U);
    EXPECT_TRUE(watched[0].unlocked);
    EXPECT_TRUE(watched[0].was_zero);
    EXPECT_TRUE(keys_are_locked());
}

TEST(Secret, KeysOfARequestAreWipedWhenItEnds) {
    alignas(DataKey) std::array<std::byte, sizeof(DataKey)> place{};
    auto* const key = new (place.data()) DataKey;
    random_bytes(key->span());
    EXPECT_FALSE(std::all_of(place.begin(), place.end(), is_zero));
    key->~DataKey();
    // The compiler may think that nothing is there any more: it is not to know where this looks.
    const std::byte* volatile left = place.data();
    const std::byte* const at = left;
    EXPECT_TRUE(std::all_of(at, at + key_size, is_zero));
}

TEST(Secret, WhatWasMovedFromIsWiped) {
    DataKey one;
    random_bytes(one.span());
    const DataKey two = std::move(one);
    EXPECT_TRUE(same_in_constant_time(one.view(), Bytes(key_size))
    );  // NOLINT(bugprone-use-after-move)
    EXPECT_FALSE(same_in_constant_time(two.view(), Bytes(key_size)));
    EXPECT_FALSE(same_in_constant_time(two.view(), Bytes(key_size - 1)));
}

TEST(Secret, IsReplacedByWhatIsMovedIntoItsPlace) {
    DataKey one;
    random_bytes(one.span());
    const Bytes bytes(one.view().begin(), one.view().end());
    DataKey two;
    random_bytes(two.span());
    two = std::move(one);
    EXPECT_TRUE(same_in_constant_time(two.view(), bytes));
    EXPECT_TRUE(same_in_constant_time(one.view(), Bytes(key_size))
    );  // NOLINT(bugprone-use-after-move)
    // Into its own it stays: wiped, it would be a key that everybody knows.
    DataKey& same = two;
    two = std::move(same);
    EXPECT_TRUE(same_in_constant_time(two.view(), bytes));
}

}  // namespace
}  // namespace homeward::crypto
