#include "api/shapes.hpp"

#include "unit/casework/little_pack.hpp"

#include <gtest/gtest.h>

namespace homeward::api {
namespace {

// Names, texts and answers are anybody's words; the rest of a file's text is ours.
TEST(FileText, IsJsonWhateverPeopleWrote) {
    const std::string wild = "\"}],\\ \n\x01 </script> \xE2\x80\xA8 \xF0\x9F\x99\x82";
    casework::ShownRecord full;
    full.id = make_id();
    full.kind = "custody";
    full.version = 7;
    full.recorded_at = Instant{1'793'620'800'000'000};
    full.recorded_by = {make_id(), wild, "CW"};
    full.data = {{"authority", wild}, {"started", nullptr}};
    full.withheld = {"a", "b.c"};
    full.reserved = {"d"};
    full.incomplete = {"e"};
    casework::Contradiction contradiction{"ended", {}};
    contradiction.says.set("en", wild);
    full.contradictions = {contradiction, contradiction};
    casework::ShownRecord bare;
    bare.id = make_id();
    bare.kind = "charge";
    casework::File file;
    file.ref = make_id();
    file.label = wild;
    file.records = {full, bare};

    const auto pack = test::little_pack();
    const policy::FindingText findings(*pack);
    const auto parsed = parse_json(to_text(findings, file, "en"));
    ASSERT_TRUE(parsed);
    const json::object& whole = parsed->as_object();
    EXPECT_EQ(whole.at("label"), json::value(wild));
    EXPECT_TRUE(whole.at("findings").as_array().empty());
    const json::array& records = whole.at("records").as_array();
    ASSERT_EQ(records.size(), 2U);
    const json::object says{{"field", "ended"}, {"says", wild}};
    const json::object expected{
        {"id", to_text(full.id)},
        {"kind", "custody"},
        {"version", 7},
        {"recorded_at", to_text(full.recorded_at)},
        {"recorded_by", to_json(full.recorded_by)},
        {"withheld", {"a", "b.c"}},
        {"reserved", json::array{"d"}},
        {"incomplete", json::array{"e"}},
        {"contradictions", {says, says}},
        {"data", full.data}};
    EXPECT_EQ(records[0], json::value(expected));
    const json::object& second = records[1].as_object();
    for (const char* list : {"withheld", "reserved", "incomplete", "contradictions"})
        EXPECT_TRUE(second.at(list).as_array().empty()) << list;
    EXPECT_TRUE(second.at("data").as_object().empty());
    file.records.clear();
    const auto without = parse_json(to_text(findings, file, "en"));
    ASSERT_TRUE(without);
    EXPECT_TRUE(without->as_object().at("records").as_array().empty());
}

}  // namespace
}  // namespace homeward::api
