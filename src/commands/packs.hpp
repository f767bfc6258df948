#pragma once

#include "policy/pack.hpp"
#include "policy/story.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace homeward::commands {

/// Where a pack and its overlays lie. An empty pack folder means: `roadmap` in the working
/// directory, else the one installed beside the program.
struct PackOptions {
    std::filesystem::path pack;
    std::vector<std::filesystem::path> overlays;
};

/// Reads every .yaml file of a folder, symbolic links not followed. Code::not_found without the
/// folder, Code::too_large past the limits of a pack.
Result<policy::Layer> read_layer(const std::filesystem::path& folder);

/// Reads and checks a pack; `extra` layers are overlays that come last. Problems of the pack are in
/// the answer; a failure means that the folder could not be read.
Result<policy::Loaded> load_pack(
    const PackOptions& options, const std::vector<policy::Layer>& extra = {}
);

/// The same for a command that needs a good one: prints what is wrong to standard error.
Result<std::shared_ptr<const policy::Pack>> good_pack(const PackOptions& options);

}  // namespace homeward::commands
