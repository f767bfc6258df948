#include "policy/story.hpp"

#include "policy/trace.hpp"
#include "unit/policy/tiny.hpp"

namespace homeward::policy {
namespace {

StoryReport run(const std::string& text) {
    return run_story("s.yaml", text, [](const StoryPack& wanted) {
        std::vector<Layer> layers{tiny::layer()};
        for (const auto& layer : wanted.extra) layers.push_back(layer);
        return tiny::load(layers);
    });
}

const std::string head = R"(story: Held
dossier: child
records:
  - {id: reg, kind: registration, at: 2026-03-02T09:00:00Z,
     data: {birth: {low: 14, high: 15, at: "2026-03"}, score: 3, lawyer: no}}
  - {id: c1, kind: custody, at: 2026-03-02T09:30:00Z,
     data: {authority: army, started: 2026-03-01T22:00:00+03:00}}
  - {id: c2, kind: custody, at: 2026-03-04T09:30:00Z,
     data: {started: 2026-03-04T12:00:00+03:00, transferred_from: c1}}
  - {amend: c1, at: 2026-03-04T08:00:00Z,
     data: {ended: 2026-03-02T07:00:00+03:00, reviews: [{held: "2026-03-02"}]}}
)";

TEST(Story, HoldsWhenItsMomentsDo) {
    const auto report = run(head + R"(moments:
  - at: 2026-03-02T12:00:00Z
    breached: [JC-06@c1, JB-04]
    running: [JE-01@c1, JE-02@c1, JE-03]
    unknown: []
  - at: 2026-03-04T12:00:00Z
    includes: {breached: [JE-01@c2, JE-01@c1]}
    excludes: [JE-03@c1]
)");
    EXPECT_TRUE(report.passed()) << to_text(report);
    EXPECT_EQ(report.moments.size(), 2U);
    EXPECT_TRUE(to_json(report).at("passed").as_bool());
}

TEST(Story, SaysWhatWasExpectedAndFound) {
    const auto report = run(head + R"(moments:
  - at: 2026-03-02T12:00:00Z
    breached: [JC-06, JE-01@c1]
    excludes: [JE-03]
)");
    ASSERT_EQ(report.mismatches.size(), 3U) << to_text(report);
    EXPECT_EQ(
        report.mismatches[0].text,
        "expected breached JE-01@c1, found running (50 %), since 2026-03-01T19:00:00Z, due "
        "2026-03-02T19:00:00Z"
    );
    EXPECT_EQ(report.mismatches[0].line, 14U);
    EXPECT_EQ(report.mismatches[1].text, "not expected: JB-04 is breached");
    EXPECT_EQ(report.mismatches[2].text.substr(0, 32), "expected no JE-03, found running");
}

TEST(Story, SetsParameters) {
    const auto report = run(head + R"(parameters: {T_JUDGE: 12}
moments:
  - {at: 2026-03-02T12:00:00Z, includes: {breached: [JE-01@c1]}}
)");
    EXPECT_TRUE(report.passed()) << to_text(report);
}

TEST(Story, RefusesWhatIsWrong) {
    const auto first = [](const std::string& text) {
        const auto report = run(text);
        return report.problems.empty() ? std::string("none") : to_text(report.problems[0]);
    };
    EXPECT_EQ(first("story: x\n"), "s.yaml:1:1: a story needs 'dossier'");
    EXPECT_EQ(
        first(head + "moments:\n  - {at: 2026-03-02T12:00:00Z, breached: [JE-1]}\n"),
        "s.yaml:13:43: there is no safeguard 'JE-1' (did you mean 'JE-01'?)"
    );
    EXPECT_EQ(
        first(head + "moments:\n  - {at: 2026-03-02T12:00:00Z, breached: [JE-01@c9]}\n"),
        "s.yaml:13:43: there is no record 'c9'"
    );
    EXPECT_EQ(
        first("story: x\ndossier: child\nrecords:\n  - {id: a, kind: custody, at: "
              "2026-03-02T12:00:00Z, "
              "data: {authority: armi}}\n"),
        "s.yaml:4:72: /authority of custody: not a code of 'authority' (did you mean 'army'?)"
    );
    EXPECT_EQ(
        first("story: x\ndossier: child\nrecords:\n  - {amend: a, at: 2026-03-02T12:00:00Z, data: "
              "{}}\n"),
        "s.yaml:4:13: no record 'a' stands above"
    );
    EXPECT_EQ(first("story: [\n").substr(0, 7), "s.yaml:");
}

TEST(Trace, NamesWhatRealisesAProvision) {
    const TraceItem item{"story", "held.yaml", {"JC-06"}};
    const auto rows = trace(*tiny::pack(), std::span(&item, 1));
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].provision, "J18");
    EXPECT_EQ(rows[0].kinds, std::vector<std::string>{"custody"});
    EXPECT_EQ(rows[0].parameters, std::vector<std::string>{"T_JUDGE"});
    EXPECT_EQ(rows[0].others, std::vector<std::string>{"story: held.yaml"});
    EXPECT_EQ(rows[1].fields, std::vector<std::string>{"custody.authority"});
    auto layer = tiny::layer();
    tiny::put(
        layer,
        "provisions.yaml",
        tiny::read_file(tiny::folder() / "provisions.yaml") + "- {id: J10, gist: x, does: y}\n"
    );
    const auto more = trace(*tiny::load({layer}).pack);
    EXPECT_FALSE(more.back().covered);
    EXPECT_NE(to_text(more).find("J10    NOTHING"), std::string::npos);
}

}  // namespace
}  // namespace homeward::policy
