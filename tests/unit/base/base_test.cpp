#include "base/bytes.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/outcome.hpp"
#include "base/time.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

namespace homeward {
namespace {

TEST(Bytes, HexAndBase64GoThereAndBack) {
    for (std::size_t size = 0; size < 40; ++size) {
        Bytes bytes;
        for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<std::byte>(i * 37));
        EXPECT_EQ(from_hex(to_hex(bytes)).value(), bytes);
        EXPECT_EQ(from_base64(to_base64(bytes)).value(), bytes);
    }
    EXPECT_EQ(to_base64(bytes_of("any carnal pleas")), "YW55IGNhcm5hbCBwbGVhcw==");
}

TEST(Bytes, RefusesBase64ThatIsNotCanonical) {
    for (const char* text : {"A", "AA=A", "A===", "AB==", "AA==AA==", "A\nAA", "====", "AAA"})
        EXPECT_FALSE(from_base64(text)) << text;
}

TEST(Bytes, ReaderStopsAtTheEndAndTakesNothing) {
    Bytes bytes;
    Writer writer(bytes);
    writer.u16(513);
    writer.run(bytes_of("abc"));
    Reader reader(bytes);
    EXPECT_EQ(reader.u16().value(), 513);
    EXPECT_EQ(text_of(reader.run().value()), "abc");
    EXPECT_TRUE(reader.at_end());
    EXPECT_EQ(reader.u8().error().code, Code::corrupt);
    bytes.pop_back();
    Reader cut(bytes);
    ASSERT_TRUE(cut.u16());
    EXPECT_FALSE(cut.run());
    EXPECT_EQ(cut.left(), 6U);
}

TEST(Id, IsAVersion4UuidAndReadsBack) {
    const Id id = make_id();
    const std::string text = to_text(id);
    EXPECT_EQ(text[14], '4');
    EXPECT_EQ(parse_id(text).value(), id);
    EXPECT_NE(make_id(), id);
    for (const char* bad :
         {"",
          "x",
          "00000000-0000-0000-0000-00000000000",
          "00000000000000000000000000000000____",
          "g0000000-0000-4000-8000-000000000000"})
        EXPECT_FALSE(parse_id(bad)) << bad;
}

TEST(Time, WritesAndReadsRfc3339) {
    for (const char* text :
         {"1970-01-01T00:00:00Z",
          "2024-02-29T23:59:59.5Z",
          "0001-01-01T00:00:00Z",
          "9999-12-31T23:59:59.999999Z"})
        EXPECT_EQ(to_text(parse_instant(text).value()), text);
    EXPECT_EQ(to_text(parse_instant("2026-03-05T13:00:00+03:00").value()), "2026-03-05T10:00:00Z");
    for (const char* bad :
         {"2023-02-29T00:00:00Z",
          "2026-03-05",
          "2026-03-05T24:00:00Z",
          "2026-03-05T10:00:00",
          "2026-03-05T10:00:00.Z",
          "2026-13-01T00:00:00Z",
          "2026-03-05T10:00:00+3",
          "2026-03-05T10:00:00Zx",
          // What could not be written again: a year before the first, and one after the last.
          "0001-01-01T00:00:00+03:00",
          "9999-12-31T23:59:60Z",
          "9999-12-31T23:59:59-00:01"})
        EXPECT_FALSE(parse_instant(bad)) << bad;
}

TEST(Time, TicksForwardAndBeginsAtTheClock) {
    const SystemClock clock;
    const Instant first = clock.ticking();
    EXPECT_LT(std::abs(first.us - clock.now().us), us_per_day);
    EXPECT_LE(first, clock.ticking());
    // Counted from one moment, whichever clock is asked.
    EXPECT_LT(SystemClock().ticking().us - first.us, us_per_day);
}

TEST(Outcome, IsToldWhicheverSideComesFirst) {
    for (const bool told_first : {true, false}) {
        Outcome outcome;
        int calls = 0;
        const auto then = [&](const Result<void>& is) {
            ++calls;
            EXPECT_EQ(is.error().text, "no");
        };
        if (!told_first) outcome.when_known(then);
        EXPECT_EQ(calls, 0);
        outcome.tell(fail(Code::unavailable, "no"));
        if (told_first) outcome.when_known(then);
        EXPECT_EQ(calls, 1) << told_first;
    }
}

TEST(Outcome, IsWaitedFor) {
    for (int i = 0; i < 200; ++i) {
        auto outcome = std::make_shared<Outcome>();
        std::thread telling([outcome] { outcome->tell({}); });
        EXPECT_TRUE(await(*outcome));
        outcome.reset();
        telling.join();
    }
}

TEST(OutcomeDeathTest, IsToldOnceAndAskedForOnce) {
    Outcome outcome;
    outcome.when_known([](const Result<void>&) {});
    EXPECT_DEATH(outcome.when_known([](const Result<void>&) {}), "asked for once");
    outcome.tell({});
    EXPECT_DEATH(outcome.tell({}), "told once");
}

TEST(Json, TakesTheNearestDoubleOfANumber) {
    // A neighbour of it would become another one each time that it is written and read.
    for (const std::string text :
         {"1111111111111111111111",
          "123456789012345678901234567890",
          "0.1",
          "1.7976931348623157e308",
          "2.2250738585072014e-308",
          "4.35",
          "8.41e21",
          "9007199254740993.0",
          "-5e-324"}) {
        const auto value = parse_json(text);
        ASSERT_TRUE(value) << text;
        EXPECT_EQ(value->to_number<double>(), std::strtod(text.c_str(), nullptr)) << text;
        const std::string written = json::serialize(*value);
        const auto again = parse_json(written);
        ASSERT_TRUE(again) << text;
        EXPECT_EQ(json::serialize(*again), written) << text;
    }
}

TEST(Json, IsStrict) {
    EXPECT_TRUE(parse_json(R"({"a":[1,{"b":null}]})"));
    EXPECT_TRUE(parse_json(R"([{"a":1},{"a":2}])"));
    EXPECT_TRUE(parse_json(R"({"a":{"b":{"a":1}},"b":{"a":2,"b":3}})"));
    EXPECT_TRUE(parse_json("1.7976931348623157e308"));
    for (const char* bad :
         {"",
          "{",
          "{}x",
          R"({"a":1,"a":2})",
          R"({"__proto__":1})",
          "[1,]",
          "nul",
          "\"\xff\"",
          "{\"a\":{\"b\":1,\"b\":1}}",
          R"({"a":{"b":1,"c":2},"d":3,"a":4})",
          R"({"a":1,"\u0061":2})",
          R"({"":1,"b":2,"":3})",
          R"({"a":{"__pro\u0074o__":1}})",
          "[1] [2]",
          "'a'",
          "1e309",
          "-1e999"})
        EXPECT_FALSE(parse_json(bad)) << bad;
}

TEST(Json, ManyKeysAreTakenAndOneOfThemTwiceIsNot) {
    std::string text = "{";
    for (int i = 0; i < 5000; ++i) text += "\"k" + std::to_string(i) + "\":{\"k1\":1},";
    const auto value = parse_json(text + "\"last\":1}");
    ASSERT_TRUE(value);
    EXPECT_EQ(value->get_object().size(), 5001U);
    EXPECT_EQ(value->at("k4999").at("k1").as_int64(), 1);
    const auto twice = parse_json(text + "\"k17\":1}");
    ASSERT_FALSE(twice);
    EXPECT_NE(twice.error().text.find("a key stands twice"), std::string::npos);
}

TEST(Json, TakesTheDeepestAndRefusesOneDeeper) {
    const JsonLimits limits{100, 4};
    EXPECT_TRUE(parse_json("[[[[]]]]", limits));
    EXPECT_EQ(parse_json("[[[[[]]]]]", limits).error().code, Code::too_large);
    EXPECT_TRUE(parse_json(std::string(98, ' ') + "[]", limits));
    EXPECT_EQ(parse_json(std::string(99, ' ') + "[]", limits).error().code, Code::too_large);
}

TEST(Json, PointersEscape) {
    EXPECT_EQ(pointer_to(pointer_to("/a", "b/c~d"), std::size_t{3}), "/a/b~1c~0d/3");
}

}  // namespace
}  // namespace homeward
