#pragma once

#include "commands/packs.hpp"

#include <filesystem>
#include <string>
#include <vector>

/// The commands that need a pack and nothing else: no data folder, no key, no server. Each returns
/// the exit status: 0 fine, 1 something was found, 2 it could not look.
namespace homeward::commands {

struct CheckPackOptions {
    PackOptions pack;
    bool as_json = false;
};
int check_pack(const CheckPackOptions& options);

struct TraceOptions {
    PackOptions pack;
    std::filesystem::path stories;
    bool as_json = false;
    bool strict = false;  ///< status 1 when a provision has nothing yet
};
int trace(const TraceOptions& options);

struct StoryOptions {
    PackOptions pack;
    std::vector<std::filesystem::path> files;
    std::string at;
    std::string language = "en";
    bool as_json = false;
};
int story(const StoryOptions& options);

}  // namespace homeward::commands
