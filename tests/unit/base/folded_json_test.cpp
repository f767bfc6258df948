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

}  // namespace
}  // namespace homeward
