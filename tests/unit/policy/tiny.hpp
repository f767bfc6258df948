#pragma once

#include "base/id.hpp"
#include "cel/zones.hpp"
#include "policy/pack.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

/// A small pack that uses every part of the language, and means to change single files of it.
namespace homeward::policy::tiny {

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

inline Layer layer_of(const std::filesystem::path& folder, std::string name) {
    Layer layer{std::move(name), {}};
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        const auto path = std::filesystem::relative(entry.path(), folder).generic_string();
        layer.files.push_back({path, read_file(entry.path())});
    }
    std::sort(layer.files.begin(), layer.files.end(), [](const File& a, const File& b) {
        return a.path < b.path;
    });
    return layer;
}

inline std::filesystem::path folder() {
    return std::filesystem::path(HOMEWARD_SOURCE_DIR) / "tests/unit/policy/tiny";
}

inline Layer layer() { return layer_of(folder(), "tiny"); }

inline LoadOptions options() {
    LoadOptions out;
    out.zones = &cel::system_zones();
    return out;
}

/// Replaces a file, or adds it.
inline void put(Layer& layer, const std::string& path, std::string text) {
    for (auto& file : layer.files) {
        if (file.path != path) continue;
        file.text = std::move(text);
        return;
    }
    layer.files.push_back({path, std::move(text)});
}

inline Loaded load(const std::vector<Layer>& layers) { return Pack::load(layers, options()); }

/// The pack, which must be good.
inline std::shared_ptr<const Pack> pack() {
    static const auto loaded = [] {
        auto out = load({layer()});
        for (const auto& problem : out.errors) ADD_FAILURE() << to_text(problem);
        return out;
    }();
    return loaded.pack;
}

inline Instant at(std::string_view text) {
    const auto parsed = parse_instant(text);
    EXPECT_TRUE(parsed) << text;
    return parsed.value_or(Instant());
}

inline json::object data(std::string_view text) {
    auto parsed = parse_json(text);
    EXPECT_TRUE(parsed) << text;
    return parsed ? parsed->get_object() : json::object();
}

/// An id that tests can write as a number.
inline Id id(int number) {
    Id out;
    out.bytes[0] = std::byte{0x10};
    out.bytes[14] = static_cast<std::byte>(number / 256);
    out.bytes[15] = static_cast<std::byte>(number % 256);
    return out;
}

}  // namespace homeward::policy::tiny
