#pragma once

#include "base/bytes.hpp"
#include "fault/power/trace.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace homeward::test {

/// A folder as a disk could hold it: names and contents.
using Image = std::map<std::string, Bytes>;

/// The smallest piece that a disk writes whole or not at all.
inline constexpr std::size_t sector_bytes = 512;

/// Draws a folder as it could be found when the power goes before event number `cut`.
///
/// The model, which is stricter than any one file system:
/// - What was done to a file before its last sync is there.
/// - Of what came later, each piece may be there or not. Which pieces is drawn in one of five ways:
///   none; all; all up to some moment; each call by a coin; each sector of 512 bytes by a coin. So
///   later calls may be there without earlier ones, and writes may be torn at any sector.
/// - Where a file had grown and the bytes are missing there are zeros, or (a coin for each image)
///   bytes from elsewhere on the disk.
/// - A file's name is apart from its content. Names made, moved and removed before the last sync of
///   the folder are so; of later ones each may be there or not, drawn like the rest. A sync of the
///   file does not help its name.
Image draw_image(const std::vector<Event>& events, std::size_t cut, std::mt19937_64& random);

/// The folder when everything reached the disk.
Image whole_image(const std::vector<Event>& events);

/// A folder's files but for "-shm", which SQLite makes anew.
Image read_image(const std::filesystem::path& folder);
void write_image(const Image& image, const std::filesystem::path& folder);

}  // namespace homeward::test
