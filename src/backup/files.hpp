#pragma once

#include "base/result.hpp"
#include "crypto/hash.hpp"

#include <cstdint>
#include <filesystem>

namespace homeward::backup {

/// The size of a file and BLAKE2b-256 over it.
struct Measure {
    std::uint64_t size = 0;
    crypto::Hash hash;
    bool operator==(const Measure&) const = default;
};

/// Reads a file to its end. Code::not_found, Code::unavailable.
Result<Measure> measure(const std::filesystem::path& file);

/// Copies a file into a new one, the owner's only, synced, and says what was copied. On a failure
/// the new file is left: whoever filled the folder takes it away. Code::no_room, Code::conflict.
Result<Measure> copy_whole(const std::filesystem::path& from, const std::filesystem::path& to);

/// A folder that is filled beside its place and then put there whole. Until it is kept, the place
/// is untouched; what was begun goes with the object. A process that is killed leaves a folder
/// whose name ends in `.part-` and an id: nobody takes it for the whole one.
class StagedFolder {
  public:
    /// Code::conflict when the place is taken by anything but an empty folder.
    static Result<StagedFolder> begin(const std::filesystem::path& place);
    StagedFolder(StagedFolder&& other) noexcept;
    StagedFolder& operator=(StagedFolder&&) = delete;
    ~StagedFolder();

    /// Where to put files meanwhile.
    const std::filesystem::path& path() const { return path_; }
    /// Syncs its names and puts it in its place. Never over anything that is there. A failure
    /// leaves the place as it was.
    Result<void> keep();
    /// Takes what was kept out of its place again, because something else failed.
    void take_back();

  private:
    StagedFolder(std::filesystem::path place, std::filesystem::path path);
    std::filesystem::path place_;
    std::filesystem::path path_;  ///< empty in one that was moved from
    bool kept_ = false;
};

}  // namespace homeward::backup
