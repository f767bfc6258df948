#pragma once

#include <cstdint>
#include <filesystem>
#include <system_error>

namespace homeward::casework {

/// So much stays free beside what only saves time: the journal needs the room more.
inline constexpr std::uintmax_t room_left_min = std::uintmax_t{64} << 20U;

/// Whether `bytes` of such a thing may be written to a folder; true for none, and where nobody can
/// say.
inline bool has_room(const std::filesystem::path& folder, std::uintmax_t bytes) {
    if (folder.empty()) return true;
    std::error_code ec;
    const auto space = std::filesystem::space(folder, ec);
    return ec || space.available >= room_left_min + bytes;
}

}  // namespace homeward::casework
