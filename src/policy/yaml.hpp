#pragma once

#include "policy/text.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::policy {

/// A place in a file. Lines and columns begin at 1; a column counts bytes.
struct Place {
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

struct Entry;

/// A part of a YAML file with its place. Everything that is not a list or a map is text.
struct Node {
    enum class Kind : std::uint8_t { null, scalar, list, map };
    enum class Style : std::uint8_t { plain, quoted, literal, folded };

    Kind kind = Kind::null;
    Style style = Style::plain;
    Place at;
    std::string text;
    std::vector<Node> items;     // of a list
    std::vector<Entry> entries;  // of a map

    bool is(Kind k) const { return kind == k; }
    /// The value under a key of a map, or null.
    const Node* find(std::string_view key) const;
};

struct Entry {
    std::string key;
    Place at;
    Node value;
};

struct YamlLimits {
    std::size_t bytes_max = 1U << 20U;
    std::size_t depth_max = 16;
    std::size_t nodes_max = 200'000;
};

/// Reads one YAML document: strict UTF-8, no anchors, aliases or tags, no key twice in one map.
/// Problems go to `problems` with `file` as their file; the tree is usable only when none came.
Node parse_yaml(
    std::string_view file, std::string_view text, const YamlLimits& limits, Problems& problems
);

/// The place in the file of a position within a scalar's value, for faults inside expressions.
/// `line` and `column` count from 1 in the value; `text` is the file.
Place place_within(
    std::string_view text, const Node& scalar, std::uint32_t line, std::uint32_t column
);

}  // namespace homeward::policy
