#pragma once

#include "policy/projection.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::policy {

/// What a story asks of the pack it runs on.
struct StoryPack {
    std::vector<std::string> overlays;  ///< folders, as the story writes them
    std::vector<Layer> extra;           ///< single parameters, as an overlay of their own
};

/// Loads the pack for a story; the caller reads the disk.
using PackSource = std::function<Loaded(const StoryPack& wanted)>;

/// An expectation that did not hold: what, and why it is as it is.
struct Mismatch {
    Instant at;
    std::string text;
    std::uint32_t line = 0;
};

struct StoryMoment {
    Instant at;
    Projection projection;
};

/// What came out of a story.
struct StoryReport {
    std::string title;
    std::shared_ptr<const Pack> pack;
    std::vector<StoryMoment> moments;
    std::vector<Mismatch> mismatches;
    Problems problems;  ///< of the story file or its pack; when there are any, nothing ran
    std::vector<std::pair<std::string, Id>> labels;  ///< the story's own names of its records

    bool passed() const { return problems.empty() && mismatches.empty(); }
};

/// Runs a story (docs/pack-language.md §10). `at` replaces the story's own moments.
StoryReport run_story(
    std::string_view file,
    std::string_view text,
    const PackSource& packs,
    std::optional<Instant> at = {}
);

/// The report for people, or as JSON.
std::string to_text(const StoryReport& report, std::string_view language = "en");
json::object to_json(const StoryReport& report, std::string_view language = "en");

}  // namespace homeward::policy
