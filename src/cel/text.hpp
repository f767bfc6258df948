#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::cel {

/// Whether all of `text` is well-formed UTF-8 (no surrogates, nothing past U+10FFFF).
bool is_utf8(std::string_view text);

/// Appends the UTF-8 form of a code point.
void append_utf8(std::string& out, std::uint32_t code_point);

/// Number of code points in well-formed UTF-8.
std::size_t count_code_points(std::string_view text);

/// A decimal number, an optional sign and exponent, or Infinity, inf, NaN in any case; all of
/// `text`. Never looks at the locale. Too large becomes infinity.
bool read_double(std::string_view text, double& out);

/// The shortest text that reads back as the same double.
std::string write_double(double d);

/// `text` as a CEL literal in double quotes: "…", or b"…" with everything but ASCII escaped.
std::string quote(std::string_view text, bool bytes);

/// The candidate nearest to `word` by edits (change, drop, add, swap two neighbours), or empty when
/// none is near: at most a third of the letters, at least one, may differ.
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace homeward::cel
