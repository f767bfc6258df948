#include "demo/template.hpp"
#include "demo/yaml.hpp"

#include <gtest/gtest.h>

namespace homeward::demo {
namespace {

People people() {
    return People::load(
               "region,sex,local,latin\nr,F,مريم,Maryam\nr,M,أحمد,Ahmed\n",
               "region,local,latin\nr,خالد,Khaled\n",
               "region,code,name\nr,IQ01,Anbar\n"
    )
        .value();
}

const std::vector<DemoAccount> accounts{
    {Random(7).id(), "caseworker1", "CW", "Team 1", "Agency", false, "x"},
};

json::object filled(std::string_view yaml, std::uint64_t seed, Instant until = {400 * us_per_day}) {
    const People all = people();
    const World world{all, accounts, until};
    return Country({read_template("t", yaml).value()}, world, seed).next();
}

constexpr std::string_view story = R"(
dossier: child
days_ago: [10, 20]
set: {sex: {$one_of: [female, male]}}
records:
  - kind: registration
    id: reg
    after: 0h
    data: {sex: $sex, names: {$make: names, sex: $sex}, label: {$make: pseudonym},
           birth: {$make: birth, age: [12, 12]}}
  - kind: custody
    id: c
    after: 1d..2d
    data: {reg: {$ref: reg}, later: {$ref: gone}, since: {$at: 1d..2d}, ends: {$at: 500d},
           n: {$between: [3, 3]}, t: {$tri: [0, 1, 0]}, none: {$tri: [0, 0, 0, 1]}}
  - {kind: gone, id: gone, after: 400d, data: {}}
  - {kind: never, chance: 0.0, data: {}}
)";

TEST(Demo, IsTheSameForTheSameSeedAndAnotherForAnother) {
    EXPECT_EQ(filled(story, 5), filled(story, 5));
    EXPECT_NE(filled(story, 5), filled(story, 6));
}

TEST(Demo, LeavesOutWhatHasNotHappened) {
    const auto records = filled(story, 1).at("records").as_array();
    ASSERT_EQ(records.size(), 2U);
    const auto& data = records[1].at("data").as_object();
    EXPECT_TRUE(data.contains("since"));
    EXPECT_FALSE(data.contains("ends"));
    EXPECT_FALSE(data.contains("later"));
    EXPECT_FALSE(data.contains("none"));
    EXPECT_EQ(data.at("t").as_string(), "no");
    EXPECT_EQ(data.at("n").as_int64(), 3);
    EXPECT_EQ(data.at("reg"), records[0].at("id"));
}

TEST(Demo, WritesNamesInBothScripts) {
    const auto records = filled(story, 3).at("records").as_array();
    const auto& names = records[0].at("data").at("names").as_array();
    ASSERT_EQ(names.size(), 2U);
    EXPECT_EQ(names[0].at("script").as_string(), "Arab");
    EXPECT_EQ(names[1].at("script").as_string(), "Latn");
}

TEST(Demo, RefusesWhatIsNoTemplate) {
    for (const char* bad :
         {"",
          "- 1",
          "dossier: child",
          "dossier: child\nrecords: 3",
          "dossier: child\nrecords: [{kind: x}]",
          "records: []",
          "a: [",
          "dossier: child\ndays_ago: x\nrecords: []"})
        EXPECT_FALSE(read_template("t", bad)) << bad;
    EXPECT_FALSE(People::load("region,sex,local,latin\nr,F\n", "", ""));
    EXPECT_FALSE(
        People::load("region,sex,local,latin\n", "region,local,latin\n", "region,code,name\n")
    );
}

TEST(Demo, TheCastIsTheSameForTheSameSeed) {
    constexpr std::string_view cast =
        "agency: A\nteams: 2\ncast:\n  - {role: CW, name: w, count: 3, gbv_cleared: true}\n";
    const auto one = read_cast(cast, 1).value();
    ASSERT_EQ(one.size(), 3U);
    EXPECT_EQ(one[0].id, read_cast(cast, 1).value()[0].id);
    EXPECT_NE(one[0].id, read_cast(cast, 2).value()[0].id);
    EXPECT_EQ(one[2].team, "Team 1");
    EXPECT_TRUE(one[0].gbv_cleared);
    EXPECT_FALSE(read_cast("agency: A", 1));
    EXPECT_FALSE(read_cast("[", 1));
}

TEST(Demo, RandomIsWithinBounds) {
    Random random(1);
    for (int i = 0; i < 10'000; ++i) {
        const auto n = random.between(-3, 3);
        EXPECT_TRUE(n >= -3 && n <= 3);
    }
    EXPECT_EQ(random.between(5, 5), 5);
    EXPECT_FALSE(random.chance(0));
    EXPECT_TRUE(random.chance(1));
}

}  // namespace
}  // namespace homeward::demo
