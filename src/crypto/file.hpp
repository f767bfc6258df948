#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <filesystem>
#include <string_view>

namespace homeward::crypto {

/// What errno says of a call that failed: Code::not_found, no_room or unavailable. Names the file,
/// not the whole path: paths may hold a person's name.
Failure broken(std::string_view what, const std::filesystem::path& file);

/// Reads a whole file of at most `size_max` bytes. Code::not_found, too_large or unavailable.
Result<Bytes> read_file(const std::filesystem::path& file, std::size_t size_max);

/// Replaces a file whole or not at all: a new file beside it, synced, renamed over it, the folder
/// synced. Readable by the owner only unless `public_file`. Code::no_room or unavailable.
Result<void> replace_file(
    const std::filesystem::path& file, BytesView content, bool public_file = false
);

/// Adds to the end of a file (made if missing) and syncs it.
Result<void> append_file(const std::filesystem::path& file, BytesView content);

/// Makes the names in a folder durable, those of folders made in it too.
Result<void> sync_folder(const std::filesystem::path& folder);

/// Leaves the first `size` bytes of a file and syncs it.
Result<void> cut_file(const std::filesystem::path& file, std::size_t size);

}  // namespace homeward::crypto
