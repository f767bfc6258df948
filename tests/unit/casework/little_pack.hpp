#pragma once

#include "base/check.hpp"
#include "policy/pack.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace homeward::test {

/// A pack that is small enough to know by heart (tests/unit/casework/pack): one type of dossier,
/// forms on both sides, one role for each letter that matters. Another `version` is another digest.
/// A file of `changed` comes instead of the one with its path, or besides.
inline std::shared_ptr<const policy::Pack> little_pack(
    const std::string& version = "1", const std::vector<policy::File>& changed = {}
) {
    const std::filesystem::path folder =
        std::filesystem::path(HOMEWARD_SOURCE_DIR) / "tests/unit/casework/pack";
    policy::Layer layer{"little", {}};
    for (const auto& item : std::filesystem::recursive_directory_iterator(folder)) {
        if (!item.is_regular_file()) continue;
        std::ifstream in(item.path());
        policy::File file{
            std::filesystem::relative(item.path(), folder).generic_string(),
            std::string(std::istreambuf_iterator<char>(in), {})};
        if (file.path == "pack.yaml") file.text += "\n# build " + version + "\n";
        const bool is_changed = std::any_of(changed.begin(), changed.end(), [&](const auto& other) {
            return other.path == file.path;
        });
        if (!is_changed) layer.files.push_back(std::move(file));
    }
    layer.files.insert(layer.files.end(), changed.begin(), changed.end());
    std::sort(layer.files.begin(), layer.files.end(), [](const auto& a, const auto& b) {
        return a.path < b.path;
    });
    const std::vector<policy::Layer> layers{std::move(layer)};
    const policy::Loaded loaded = policy::Pack::load(layers);
    for (const policy::Problem& problem : loaded.errors) {
        check(false, policy::to_text(problem));
    }
    return loaded.pack;
}

}  // namespace homeward::test
