#include "policy/record.hpp"

#include "policy/values.hpp"
#include "unit/policy/tiny.hpp"

#include <array>

namespace homeward::policy {
namespace {

struct Case {
    const char* kind;
    const char* data;
    const char* pointer;  ///< null: taken
    const char* reason;
};

const std::vector<Case> cases{
    {"custody", R"({"started":"2026-03-01T22:00:00+03:00"})", nullptr, ""},
    {"custody", R"({"started":"2026-03"})", nullptr, ""},
    {"custody", R"({"started":"2026-03~"})", nullptr, ""},
    {"custody", R"({"started":"2009/2011"})", nullptr, ""},
    {"custody", R"({"started":{"unknown":"not_asked"}})", nullptr, ""},
    {"custody", R"({"started":{"unknown":"who_cares"}})", "/started", "a date is a string"},
    {"custody", R"({"started":"2026-02-30"})", "/started", "a date is written"},
    {"custody", R"({"started":"2011/2009"})", "/started", "before its beginning"},
    {"custody", R"({"started":20260301})", "/started", "a date is a string"},
    {"custody", R"({"startet":"2026"})", "/startet", "did you mean 'started'?"},
    {"custody", R"({"days_held":"PT1H"})", "/days_held", "computed"},
    {"custody", R"({"authority":"police"})", nullptr, ""},
    {"custody", R"({"authority":"polise"})", "/authority", "did you mean 'police'?"},
    {"custody", R"({"authority":["police"]})", "/authority", "a code of 'authority'"},
    {"custody", R"({"rights":["police","army"]})", nullptr, ""},
    {"custody", R"({"rights":["police","navy"]})", "/rights/1", "not a code"},
    {"custody", R"({"adults":"unknown"})", nullptr, ""},
    {"custody", R"({"adults":true})", "/adults", "yes, no or unknown"},
    {"custody", R"({"cost":{"amount":"12.50","currency":"XAF"}})", nullptr, ""},
    {"custody", R"({"cost":{"amount":"12.50","currency":"xaf"}})", "/cost/currency", "capital"},
    {"custody", R"({"cost":{"amount":12.5,"currency":"XAF"}})", "/cost/amount", "a string"},
    {"custody", R"({"cost":"12"})", "/cost", "money is"},
    {"custody", R"({"rations":"10"})", nullptr, ""},
    {"custody", R"({"rations":"10.01"})", "/rations", "bounds"},
    {"custody", R"({"rations":"1e3"})", "/rations", "a decimal"},
    {"custody", R"({"rations":"123456789012345"})", "/rations", "bounds"},
    {"custody", R"({"rations":"1234567890123456"})", "/rations", "up to 15 digits"},
    {"custody", R"({"walk":"PT45M"})", nullptr, ""},
    {"custody", R"({"walk":"P1DT2H3M4S"})", nullptr, ""},
    {"custody", R"({"walk":"PT"})", "/walk", "a duration"},
    {"custody", R"({"walk":"P1M"})", "/walk", "a duration"},
    {"custody", R"({"walk":"PT1S1H"})", "/walk", "a duration"},
    {"custody", R"({"transferred_from":"c1"})", "/transferred_from", "the id of a record"},
    {"custody", R"({"reviews":[{"held":"2026-03-02"},{}]})", nullptr, ""},
    {"custody", R"({"reviews":{"held":"2026-03-02"}})", "/reviews", "a list"},
    {"custody", R"({"reviews":[{"held":"soon"}]})", "/reviews/0/held", "a date is written"},
    {"custody", R"({"reviews":[{"hold":"2026"}]})", "/reviews/0/hold", "did you mean 'held'?"},
    {"registration", R"({"pseudonym":""})", nullptr, ""},
    {"registration", R"({"pseudonym":"a\u0007"})", "/pseudonym", "control characters"},
    {"registration", R"({"pseudonym":7})", "/pseudonym", "a text"},
    {"registration", R"({"score":400})", nullptr, ""},
    {"registration", R"({"score":401})", "/score", "not between 0 and 400"},
    {"registration", R"({"score":-1})", "/score", "not between"},
    {"registration", R"({"score":1.5})", "/score", "a whole number"},
    {"registration", R"({"score":18446744073709551615})", "/score", "not between"},
    {"registration", R"({"birth":{"born":"2010-05~","basis":"parent"}})", nullptr, ""},
    {"registration", R"({"birth":{"low":12,"high":14,"at":"2026-03"}})", nullptr, ""},
    {"registration", R"({"birth":{"low":15,"high":14,"at":"2026-03"}})", "/birth", "above"},
    {"registration", R"({"birth":{"low":12,"at":"2026-03"}})", "/birth", "either"},
    {"registration", R"({"birth":{"born":"2010","low":1}})", "/birth", "either"},
    {"registration", R"({"birth":{"low":12,"high":151,"at":"2026"}})", "/birth/high", "150"},
    {"registration", R"({"birth":{"born":"2010T"}})", "/birth/born", "without a time"},
    {"registration", R"({"birth":{"born":"2010","age":3}})", "/birth/age", "no such part"},
    {"registration",
     R"({"names":[{"parts":[{"kind":"given","text":"أمل"}],"script":"Arab"}]})",
     nullptr,
     ""},
    {"registration", R"({"names":[{"parts":[]}]})", "/names/0", "a name is"},
    {"registration",
     R"({"names":[{"parts":[{"kind":"first","text":"A"}]}]})",
     "/names/0/parts/0/kind",
     "given"},
    {"registration",
     R"({"names":[{"parts":[{"kind":"given","text":"A"}],"script":"arabic"}]})",
     "/names/0/script",
     "four letters"},
    {"registration", R"({"home":{"pcode":"IQ01"}})", nullptr, ""},
    {"registration", R"({"home":{"text":"by the river"}})", nullptr, ""},
    {"registration", R"({"home":{}})", "/home", "a place is"},
    {"registration", R"({"home":{"pcode":"12"}})", "/home/pcode", "a P-code"},
    {"registration", R"([])", "", "an object"},
};

TEST(ParseData, TakesAndRefusesAsThePageSays) {
    const auto pack = tiny::pack();
    for (const auto& one : cases) {
        const auto parsed = parse_json(one.data);
        ASSERT_TRUE(parsed) << one.data;
        const auto result = parse_data(*pack, *pack->find_kind(one.kind), *parsed);
        EXPECT_EQ(result.has_value(), one.pointer == nullptr) << one.data;
        if (result || one.pointer == nullptr) continue;
        EXPECT_EQ(result.error().pointer, one.pointer) << one.data;
        EXPECT_NE(result.error().text.find(one.reason), std::string::npos)
            << one.data << ": " << result.error().text;
    }
}

TEST(ParseData, LimitsAreNamed) {
    const auto pack = tiny::pack();
    const auto& registration = *pack->find_kind("registration");
    const auto& custody = *pack->find_kind("custody");
    const auto text = [&](std::size_t chars) {
        std::string word;
        for (std::size_t i = 0; i < chars; ++i) word += "é";
        return parse_data(*pack, registration, json::object{{"pseudonym", word}});
    };
    EXPECT_TRUE(text(text_chars_max));
    ASSERT_FALSE(text(text_chars_max + 1));
    EXPECT_EQ(text(text_chars_max + 1).error().code, homeward::Code::too_large);
    const auto reviews = [&](std::size_t count) {
        json::array list(count, json::object{});
        return parse_data(*pack, custody, json::object{{"reviews", list}}).has_value();
    };
    EXPECT_TRUE(reviews(list_items_max));
    EXPECT_FALSE(reviews(list_items_max + 1));
    const auto parts = [&](std::size_t count) {
        json::array list(count, json::object{{"kind", "given"}, {"text", "A"}});
        const json::array names{json::object{{"parts", list}}};
        return parse_data(*pack, registration, json::object{{"names", names}}).has_value();
    };
    EXPECT_TRUE(parts(name_parts_max));
    EXPECT_FALSE(parts(name_parts_max + 1));
}

TEST(ParseWhen, HasTheBoundsOfItsPrecision) {
    const auto pack = tiny::pack();  // one hour ahead of UTC
    const auto span = [&](const char* text) {
        const auto parsed = parse_when(*pack, text);
        EXPECT_TRUE(parsed) << text;
        return std::pair(to_text(parsed->earliest), to_text(parsed->latest));
    };
    EXPECT_EQ(
        span("2011"),
        std::pair(std::string("2010-12-31T23:00:00Z"), std::string("2011-12-31T22:59:59.999999Z"))
    );
    EXPECT_EQ(
        span("2011-02"),
        std::pair(std::string("2011-01-31T23:00:00Z"), std::string("2011-02-28T22:59:59.999999Z"))
    );
    EXPECT_EQ(
        span("2011-02~"),
        std::pair(std::string("2010-12-31T23:00:00Z"), std::string("2011-03-31T22:59:59.999999Z"))
    );
    EXPECT_EQ(
        span("2011-03-05"),
        std::pair(std::string("2011-03-04T23:00:00Z"), std::string("2011-03-05T22:59:59.999999Z"))
    );
    EXPECT_EQ(
        span("2009/2011"),
        std::pair(std::string("2008-12-31T23:00:00Z"), std::string("2011-12-31T22:59:59.999999Z"))
    );
    EXPECT_EQ(
        span("2026-03-01T22:00:00+03:00"),
        std::pair(std::string("2026-03-01T19:00:00Z"), std::string("2026-03-01T19:00:00Z"))
    );
    for (const auto* wrong :
         {"",
          "20",
          "2011-13",
          "2011-1",
          "2011-02-29",
          "~",
          "2011~~",
          "2009/",
          "/2011",
          "2009/2010/2011",
          "0000"})
        EXPECT_FALSE(parse_when(*pack, wrong)) << wrong;
}

TEST(Duration, StopsAtAHundredYears) {
    EXPECT_EQ(duration_seconds("P36525D"), 36'525 * 86'400LL);
    EXPECT_FALSE(duration_seconds("P36526D"));
    EXPECT_FALSE(duration_seconds("P99999999999D"));
}

TEST(MergePatch, IsRfc7396) {
    const auto patched = [](const char* data, const char* patch) {
        return json::serialize(merge_patch(tiny::data(data), tiny::data(patch)));
    };
    EXPECT_EQ(patched(R"({"a":"b"})", R"({"a":"c"})"), R"({"a":"c"})");
    EXPECT_EQ(patched(R"({"a":"b"})", R"({"b":"c"})"), R"({"a":"b","b":"c"})");
    EXPECT_EQ(patched(R"({"a":"b","b":"c"})", R"({"a":null})"), R"({"b":"c"})");
    EXPECT_EQ(patched(R"({"a":["b"]})", R"({"a":"c"})"), R"({"a":"c"})");
    EXPECT_EQ(patched(R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})"), R"({"a":{"b":"d"}})");
    EXPECT_EQ(patched(R"({"a":"foo"})", R"({"a":{"bb":{"ccc":null}}})"), R"({"a":{"bb":{}}})");
}

TEST(Split, JoinedAgainIsTheSame) {
    const auto pack = tiny::pack();
    const auto& custody = *pack->find_kind("custody");
    const auto data =
        tiny::data(R"({"started":"2026","gone":1,)"
                   R"("reviews":[{"held":"2026","outcome":"stays"},{},{"outcome":"goes"}]})");
    const auto parts = split_by_category(custody, data);
    ASSERT_EQ(parts.size(), 2U);
    const auto needs = static_cast<std::uint8_t>(pack->index_of(*pack->find_category("D05")));
    EXPECT_EQ(
        json::serialize(parts.at(needs)),
        R"({"reviews":[{"outcome":"stays"},{},{"outcome":"goes"}]})"
    );
    std::vector<json::object> list;
    for (const auto& [category, part] : parts) list.push_back(part);
    EXPECT_EQ(join(list), data);
    // Without the needs, every review is still there.
    const auto custody_only = parts.at(custody.category);
    EXPECT_EQ(custody_only.at("reviews").as_array().size(), 3U);
    EXPECT_EQ(custody_only.at("reviews").at(0).as_object().size(), 1U);
}

TEST(Merge, PutsDisjointChangesTogether) {
    const auto base = tiny::data(R"({"a":1,"b":2,"c":3})");
    const auto out =
        merge(base, tiny::data(R"({"a":9,"b":2,"c":3})"), tiny::data(R"({"a":1,"b":8})"));
    EXPECT_TRUE(out.conflicts.empty());
    EXPECT_EQ(out.data, tiny::data(R"({"a":9,"b":8})"));
}

TEST(Merge, NamesWhatBothChanged) {
    const auto out = merge(
        tiny::data(R"({"a":1,"g":{"x":1,"y":1}})"),
        tiny::data(R"({"a":2,"g":{"x":2,"y":1}})"),
        tiny::data(R"({"a":3,"g":{"x":1,"y":2}})")
    );
    EXPECT_EQ(out.conflicts, std::vector<std::string>{"/a"});
    EXPECT_EQ(out.data, tiny::data(R"({"a":2,"g":{"x":2,"y":2}})"));
    const auto removed =
        merge(tiny::data(R"({"a":1})"), tiny::data("{}"), tiny::data(R"({"a":2})"));
    EXPECT_EQ(removed.conflicts, std::vector<std::string>{"/a"});
    // A name is one answer: two spellings are a conflict, not a mixture.
    const auto names = merge(
        tiny::data(R"({"p":{"pcode":"IQ01","text":"a"}})"),
        tiny::data(R"({"p":{"pcode":"IQ02","text":"a"}})"),
        tiny::data(R"({"p":{"pcode":"IQ01","text":"b"}})")
    );
    EXPECT_EQ(names.conflicts, std::vector<std::string>{"/p"});
}

}  // namespace
}  // namespace homeward::policy
