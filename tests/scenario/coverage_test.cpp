#include "policy/story_file.hpp"
#include "unit/policy/tiny.hpp"

#include <set>

/// A safeguard that no story tells of is a promise that nobody checks: each one is breached in one
/// moment that a story expects, runs in another where it has a clock, and is absent from a third.
namespace homeward::policy {
namespace {

namespace fs = std::filesystem;

struct Told {
    std::set<std::string, std::less<>> breached;
    std::set<std::string, std::less<>> running;
    std::set<std::string, std::less<>> absent;
};

std::string safeguard_of(const Named& named) { return named.text.substr(0, named.text.find('@')); }

void listen(const Expected& moment, Told& told) {
    const auto note = [&](const auto& sets) {
        for (const auto& [outcome, names] : sets) {
            for (const auto& named : names) {
                if (outcome == Outcome::breached) told.breached.insert(safeguard_of(named));
                if (outcome == Outcome::running) told.running.insert(safeguard_of(named));
            }
        }
    };
    note(moment.exact);
    note(moment.includes);
    for (const auto& named : moment.excludes) told.absent.insert(safeguard_of(named));
}

/// What the stories beside this file expect. Single parameters of a story change no safeguard's
/// name, so that all are read against the pack as it is.
Told told_by_stories(const PackSource& packs) {
    Told told;
    const auto root = fs::path(HOMEWARD_SOURCE_DIR) / "tests/scenario";
    for (const auto& entry : fs::directory_iterator(root)) {
        if (entry.path().extension() != ".yaml") continue;
        StoryReport report;
        const auto name = entry.path().filename().string();
        const auto story = read_story(name, tiny::read_file(entry.path()), packs, report);
        EXPECT_TRUE(report.problems.empty()) << name;
        for (const auto& moment : story.moments) listen(moment, told);
    }
    return told;
}

TEST(Roadmap, EverySafeguardFiresAndIsSilentInAStory) {
    const auto folder = fs::path(HOMEWARD_SOURCE_DIR) / "roadmap";
    const auto loaded = tiny::load({tiny::layer_of(folder, "roadmap")});
    ASSERT_NE(loaded.pack, nullptr);
    const auto told = told_by_stories([&](const StoryPack&) { return loaded; });
    EXPECT_FALSE(told.breached.empty());
    for (const auto& safeguard : loaded.pack->safeguards()) {
        EXPECT_EQ(told.breached.count(safeguard.id), 1U) << safeguard.id << " fires nowhere";
        EXPECT_EQ(told.absent.count(safeguard.id), 1U) << safeguard.id << " is silent nowhere";
        if (!safeguard.clock) continue;
        EXPECT_EQ(told.running.count(safeguard.id), 1U) << safeguard.id << " runs nowhere";
    }
}

}  // namespace
}  // namespace homeward::policy
