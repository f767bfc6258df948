#include "cel/program.hpp"
#include "cel/text.hpp"
#include "cel/times.hpp"
#include "cel/zones.hpp"

#include <gtest/gtest.h>

namespace homeward::cel {
namespace {

TEST(Map, FindsAcrossNumericKindsBelowAndAboveTheLinearSize) {
    for (const std::int64_t size : {1, 8, 9, 100}) {
        Arena arena;
        std::vector<Value> keys;
        for (std::int64_t i = 0; i < size; ++i) keys.push_back(Value::integer(i));
        const Map* map = Map::make(arena, keys, keys);
        ASSERT_NE(map, nullptr);
        for (std::int64_t i = 0; i < size; ++i) {
            EXPECT_EQ(map->find(Value::natural(static_cast<std::uint64_t>(i)))->as_int(), i);
            EXPECT_EQ(map->find(Value::real(static_cast<double>(i)))->as_int(), i);
        }
        EXPECT_EQ(map->find(Value::integer(size)), nullptr);
        EXPECT_EQ(map->find(Value::real(0.5)), nullptr);
        EXPECT_EQ(map->find(Value::string("0")), nullptr);
        keys.back() = Value::natural(0);
        EXPECT_EQ(Map::make(arena, keys, keys) == nullptr, size > 1);
    }
}

TEST(Map, RefusesKeysOfOtherKinds) {
    Arena arena;
    const Value real = Value::real(1);
    EXPECT_EQ(Map::make(arena, {&real, 1}, {&real, 1}), nullptr);
    EXPECT_EQ(Map::make(arena, {&real, 1}, {}), nullptr);
}

TEST(Arena, KeepsItsFirstBlockAndAligns) {
    Arena arena;
    arena.copy("x");
    const auto run = arena.array<Value>(3);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(run.data()) % alignof(Value), 0U);
    arena.array<Value>(10'000);
    EXPECT_GT(arena.bytes(), Arena::block_bytes);
    arena.reset();
    EXPECT_EQ(arena.bytes(), Arena::block_bytes);
    arena.array<std::byte>(Arena::block_bytes);
    EXPECT_EQ(arena.bytes(), Arena::block_bytes);
    arena.array<std::byte>(1);
    EXPECT_EQ(arena.bytes(), 2 * Arena::block_bytes);
}

TEST(ValueDeath, EndsTheProcessWhenReadAsAnotherKind) {
    EXPECT_DEATH(static_cast<void>(Value::integer(1).as_bool()), "another kind");
}

TEST(Times, ReadAndWriteDurations) {
    for (const char* text :
         {"0s", "1s", "-1.5s", "9223372036.854775807s", "-9223372036.854775808s", "0.000000001s"})
        EXPECT_EQ(to_text(read_duration(text).value()), text);
    EXPECT_EQ(to_text(read_duration("1h30m").value()), "5400s");
    EXPECT_EQ(to_text(read_duration("1.5h").value()), "5400s");
    EXPECT_EQ(to_text(read_duration("1µs").value()), "0.000001s");
    EXPECT_EQ(to_text(read_duration("-10ms").value()), "-0.01s");
    for (const char* text :
         {"",
          "s",
          "1",
          "1x",
          "-",
          "1h-1m",
          ".s",
          "9223372036.854775808s",
          "99999999999999999999s",
          "1.2.3s"})
        EXPECT_FALSE(read_duration(text)) << text;
}

TEST(Times, ReadTimestampsInTheirRangeOnly) {
    for (const char* text : {"0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"})
        EXPECT_EQ(to_text(read_timestamp(text).value()), text);
    EXPECT_EQ(to_text(read_timestamp("2026-03-05T13:00:00+03:00").value()), "2026-03-05T10:00:00Z");
    for (const char* text :
         {"0001-01-01T00:00:00+01:00",
          "9999-12-31T23:59:59-01:00",
          "",
          "2026-02-29T00:00:00Z",
          "2026-01-01T24:00:00Z",
          "2026-01-01T00:00:00",
          "2026-01-01T00:00:00.Z",
          "2026-01-01T00:00:00.1234567890Z",
          "2026-01-01T00:00:00+1:00",
          "2026-01-01T00:00:00 02:00"})
        EXPECT_FALSE(read_timestamp(text)) << text;
}

TEST(Times, KnowNamedZonesOnlyThroughTheSeam) {
    const Timestamp t{1'000'000'000, 0};
    EXPECT_EQ(offset_of("UTC", t, nullptr), 0);
    EXPECT_EQ(offset_of("-09:30", t, nullptr), -34'200);
    EXPECT_FALSE(offset_of("Africa/Ndjamena", t, nullptr));
    EXPECT_EQ(offset_of("Africa/Ndjamena", t, &system_zones()), 3600);
    EXPECT_FALSE(offset_of("Nowhere/Land", t, &system_zones()));
    EXPECT_FALSE(offset_of("+24:00", t, nullptr));
}

TEST(Text, ChecksUtf8) {
    for (const char* good : {"", "a", "é", "€", "🐱", "\xf4\x8f\xbf\xbf"})
        EXPECT_TRUE(is_utf8(good));
    for (const char* bad :
         {"\x80",
          "\xc0\x80",
          "\xe0\x80\x80",
          "\xed\xa0\x80",
          "\xf4\x90\x80\x80",
          "\xf5\x80\x80\x80",
          "\xe2\x82",
          "\xff"})
        EXPECT_FALSE(is_utf8(bad));
    EXPECT_EQ(count_code_points("aé🐱"), 3U);
}

TEST(Text, SuggestsOnlyWhatIsNear) {
    const std::vector<std::string_view> words = {"lawyer", "layer", "authority"};
    EXPECT_EQ(nearest("lawer", words), "lawyer");
    EXPECT_EQ(nearest("alyer", words), "layer");
    EXPECT_EQ(nearest("autority", words), "authority");
    EXPECT_EQ(nearest("judge", words), "");
    EXPECT_EQ(nearest(std::string(65, 'a'), {std::string_view("a")}), "");
}

TEST(Text, ReadsDoublesWithoutALocale) {
    double d = 0;
    EXPECT_TRUE(read_double("-1.5e3", d));
    EXPECT_EQ(d, -1500);
    EXPECT_TRUE(read_double("1e999", d));
    EXPECT_GT(d, 1e308);
    for (const char* bad : {"", ".", "1,5", "0x1", "1e", "e5", " 1", "1 ", "--1"})
        EXPECT_FALSE(read_double(bad, d)) << bad;
}

}  // namespace
}  // namespace homeward::cel
