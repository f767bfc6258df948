#pragma once

#include "backup/files.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::backup {

inline constexpr const char* manifest_file_name = "backup.json";
inline constexpr std::size_t manifest_size_max = 64U << 10U;
inline constexpr const char* witness_file_name = "witness";

/// A backup has two parts, which are kept apart: see docs/operations.md.
enum class Part : std::uint8_t { data, keys };

/// What a part says of itself. It guards against mistakes and damage; against whoever can write it
/// anew stand the chain, its signatures and the boxes, which a restore checks as well.
struct Manifest {
    struct File {
        std::string name;
        Measure measure;
    };
    Part part = Part::data;
    /// The register that it is of: the origin that its checkpoints carry.
    std::string origin;
    Instant made;
    /// How many entries the journal had: in the data, exactly; for the keys, at least, for they
    /// are copied later. So keys of a smaller number are older than the data.
    std::uint64_t entries = 0;
    /// In the data. The keys may be of more: one whose first entry was not written yet.
    std::uint64_t dossiers = 0;
    std::vector<File> files;
};

/// Writes it into the part's folder.
Result<void> write_manifest(const std::filesystem::path& folder, const Manifest& manifest);

/// Reads that of a folder. Code::not_found without one, Code::corrupt for one that is damaged or
/// names other files than such a part has, Code::invalid when the folder is the other part.
Result<Manifest> read_manifest(const std::filesystem::path& folder, Part part);

}  // namespace homeward::backup
