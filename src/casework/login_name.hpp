#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace homeward::casework {

/// A name as it is compared: NFKC, case folded, without space around it, so that the same person
/// signs in from any keyboard. Code::invalid for an empty name, one longer than name_chars_max,
/// broken UTF-8 or control characters.
Result<std::string> normal_name(std::string_view name);

/// How many characters (code points) a text has; Code::invalid for broken UTF-8.
Result<std::size_t> count_chars(std::string_view text);

}  // namespace homeward::casework
