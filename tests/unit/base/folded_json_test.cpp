#include "base/folded_json.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace homeward {
namespace {

json::object same(const json::object& object) { return unfold_json(fold_json(object)); }

TEST(FoldedJson, EachKindOfValueComesBack) {
    const json::object object{
        {"null", nullptr},
        {"no", false},
        {"yes", true},
        {"integer", std::numeric_limits<std::int64_t>::min()},
        {"natural", std::numeric_limits<std::uint64_t>::max()},
        {"real", 0.1},
        {"least", std::numeric_limits<double>::denorm_min()},
        {"text", json::string("a\0\"\\\xF0\x9F\x99\x82", 8)},
        {"array", {1, "two", {3}, json::array{}}},
        {"object", {{"", {{"deep", json::object{}}}}}}};
    const json::object back = same(object);
    EXPECT_EQ(back, object);
    for (const auto& member : object)
        EXPECT_EQ(back.at(member.key()).kind(), member.value().kind());
    EXPECT_EQ(json::serialize(back), json::serialize(object));  // the order too
    EXPECT_TRUE(same({}).empty());
}

TEST(FoldedJson, SizesAtAndPastWhatOneByteHolds) {
    for (const std::size_t size : {0U, 1U, 253U, 254U, 255U, 256U, 70'000U}) {
        const std::string text(size, 'x');
        json::object object{{text, text}};
        object["array"] = json::array(size, json::value(true));
        json::object& inner = object["object"].emplace_object();
        for (std::size_t i = 0; i < size; ++i) inner[std::to_string(i)] = i;
        EXPECT_EQ(same(object), object) << size;
    }
}

TEST(FoldedJson, LivesInTheMemoryThatItIsGiven) {
    json::monotonic_resource memory;
    const json::object back = unfold_json(fold_json({{"a", {{"b", "c"}}}}), &memory);
    EXPECT_EQ(back.storage().get(), &memory);
    EXPECT_EQ(back.at("a").storage().get(), &memory);
}

TEST(FoldedJson, WhatItDidNotMakeEndsTheProcess) {
    const std::string whole = fold_json({{"a", {1, "two"}}});
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_DEATH(unfold_json(whole.substr(0, size)), "what was folded is whole") << size;
    }
    EXPECT_DEATH(unfold_json(whole + '\0'), "one object");
    EXPECT_DEATH(unfold_json(std::string(1, '\0')), "is an object");
    EXPECT_DEATH(unfold_json("\x7F"), "values alone");
}

json::object nested(std::size_t depth) {
    json::object object;
    for (std::size_t i = 1; i < depth; ++i) object = json::object{{"in", std::move(object)}};
    return object;
}

// What it takes can be unfolded, whatever was done to it.
TEST(FoldedJson, WhatWasFoldedIsKnownByItsForm) {
    const json::object object{
        {"null", nullptr},
        {"flags", {true, false}},
        {"numbers", {-1, std::numeric_limits<std::uint64_t>::max(), 0.5}},
        {"text", std::string(300, 'x')},
        {"object", {{"a", json::array{json::object{}}}}}};
    const std::string whole = fold_json(object);
    EXPECT_TRUE(is_folded_json(whole));
    EXPECT_TRUE(is_folded_json(fold_json({})));
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_FALSE(is_folded_json(std::string_view(whole).substr(0, size))) << size;
    EXPECT_FALSE(is_folded_json(whole + '\0'));
    EXPECT_FALSE(is_folded_json(std::string(1, '\0')));
    EXPECT_FALSE(is_folded_json("\x7F"));
    std::size_t taken = 0;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        for (const unsigned bit : {0x01U, 0x10U, 0x80U}) {
            std::string other = whole;
            other[i] = static_cast<char>(static_cast<unsigned char>(other[i]) ^ bit);
            if (!is_folded_json(other)) continue;
            ++taken;
            (void)unfold_json(other);
        }
    }
    EXPECT_GT(taken, 0U);
}

TEST(FoldedJson, IsAsDeepAsItMayBeAndNoDeeper) {
    EXPECT_TRUE(is_folded_json(fold_json(nested(folded_depth_max))));
    EXPECT_FALSE(is_folded_json(fold_json(nested(folded_depth_max + 1))));
}

// Stored rows are of this form: with another one, raise casework::gathered_format.
TEST(FoldedJson, HasTheFormThatIsStored) {
    using namespace std::string_view_literals;
    constexpr std::string_view expected =
        "\x08\x01\x01\x61\x07\x05\x00\x02\x03\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
        "\x05\x00\x00\x00\x00\x00\x00\xE0\x3F\x06\x01\x62"sv;
    EXPECT_EQ(fold_json({{"a", {nullptr, true, -2, 0.5, "b"}}}), expected);
}

}  // namespace
}  // namespace homeward
