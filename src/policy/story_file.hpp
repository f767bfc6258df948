#pragma once

#include "policy/story.hpp"

#include <string>
#include <utility>
#include <vector>

namespace homeward::policy {

/// Limits on a story. Passing one is a problem of the story.
inline constexpr std::size_t story_records_max = 1'000;
inline constexpr std::size_t story_moments_max = 200;

/// A safeguard, or safeguard@record, with its line.
struct Named {
    std::string text;
    std::uint32_t line = 0;
};

/// What a moment of a story expects.
struct Expected {
    Instant at;
    std::uint32_t line = 0;
    std::vector<std::pair<Outcome, std::vector<Named>>> exact;
    std::vector<std::pair<Outcome, std::vector<Named>>> includes;
    std::vector<Named> excludes;
};

struct StoryRecord {
    struct Change {
        Instant at;
        json::object data;
    };
    Id id;
    const Kind* kind = nullptr;
    Instant at;
    std::string by;
    json::object data;
    std::vector<Change> changes;  ///< in the order of their times
};

/// A story after it was read.
struct StoryFile {
    const DossierType* type = nullptr;
    std::vector<StoryRecord> records;
    std::vector<Expected> moments;
};

/// Reads a story and loads its pack; sets title, pack, labels and problems of `report`.
StoryFile read_story(
    std::string_view file, std::string_view text, const PackSource& packs, StoryReport& report
);

}  // namespace homeward::policy
