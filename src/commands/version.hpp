#pragma once

#include <string_view>

namespace homeward::commands {

inline constexpr std::string_view version = HOMEWARD_VERSION;

}  // namespace homeward::commands
