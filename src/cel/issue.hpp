#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::cel {

/// A place in a source text. Lines and columns begin at 1; a column counts code points.
struct Position {
    std::uint32_t offset = 0;  ///< bytes from the start
    std::uint32_t line = 1;
    std::uint32_t column = 1;
};

/// Something wrong with an expression. `message` is a sentence for the author of the pack;
/// `suggestion` is the nearest right name or code, or empty.
struct Issue {
    Position at;
    std::string message;
    std::string suggestion;
};

/// All issues of one expression, in the order of their places.
using Issues = std::vector<Issue>;

template <class T>
using Checked = tl::expected<T, Issues>;

/// `2:17: no field 'lawer' in custody (did you mean 'lawyer'?)`
std::string to_text(const Issue& issue);

}  // namespace homeward::cel
