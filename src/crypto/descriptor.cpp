#include "crypto/descriptor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace homeward::crypto {

Descriptor::Descriptor(const std::filesystem::path& path, int flags, mode_t mode)
    : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}

Descriptor::~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
}

bool write_all(int fd, BytesView content) {
    while (!content.empty()) {
        const auto wrote = ::write(fd, content.data(), content.size());
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return false;
        content = content.subspan(static_cast<std::size_t>(wrote));
    }
    return true;
}

bool read_all(int fd, std::span<std::byte> out) {
    while (!out.empty()) {
        const auto got = ::read(fd, out.data(), out.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        out = out.subspan(static_cast<std::size_t>(got));
    }
    return true;
}

}  // namespace homeward::crypto
