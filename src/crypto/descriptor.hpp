#pragma once

#include "base/bytes.hpp"

#include <sys/types.h>

#include <filesystem>
#include <span>

namespace homeward::crypto {

/// An open file, closed when it goes. Failures are in errno.
class Descriptor {
  public:
    /// `flags` and `mode` are those of open(2); the descriptor is not inherited.
    Descriptor(const std::filesystem::path& path, int flags, mode_t mode = 0);
    ~Descriptor();
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    bool is_open() const { return fd_ >= 0; }
    int fd() const { return fd_; }

  private:
    int fd_;
};

/// Writes all of it, however many calls that takes.
bool write_all(int fd, BytesView content);
/// Fills all of `out`; false where the file ends before, or cannot be read.
bool read_all(int fd, std::span<std::byte> out);

}  // namespace homeward::crypto
