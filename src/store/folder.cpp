#include "store/database.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <utility>

namespace homeward::store {
namespace {

constexpr const char* lock_name = "lock";

}  // namespace

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed) return fail(Code::unavailable, "cannot make the data folder");
    const int fd = ::open((folder / lock_name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return fail(Code::unavailable, "cannot write to the data folder");
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        ::close(fd);
        return fail(Code::unavailable, "another process uses this data folder");
    }
    return FolderLock(fd);
}

FolderLock::FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

FolderLock::~FolderLock() {
    if (fd_ >= 0) ::close(fd_);
}

Store::Store(FolderLock lock, std::unique_ptr<Database> main, std::unique_ptr<Database> keys)
    : lock_(std::move(lock)), main_(std::move(main)), keys_(std::move(keys)) {}

Result<Store> Store::open(const std::filesystem::path& folder, const DatabaseOptions& options) {
    auto lock = FolderLock::take(folder);
    if (!lock) return Failure{lock.error()};
    const auto engine = [&](const char* name) { return file_engine(folder / name, options.log); };
    auto main = Database::open(engine(main_file_name), Schema::main, options);
    if (!main) return Failure{main.error()};
    auto keys = Database::open(engine(keys_file_name), Schema::keys, options);
    if (!keys) return Failure{keys.error()};
    return Store(std::move(*lock), std::move(*main), std::move(*keys));
}

}  // namespace homeward::store
