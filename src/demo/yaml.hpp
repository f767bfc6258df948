#pragma once

#include "base/json.hpp"
#include "base/result.hpp"

#include <string_view>

namespace homeward::demo {

/// A YAML text as a JSON value: whole numbers, decimals, true and false, null, else text.
Result<json::value> json_of_yaml(std::string_view text);

}  // namespace homeward::demo
