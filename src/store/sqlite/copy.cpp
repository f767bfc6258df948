#include "base/check.hpp"
#include "store/sqlite/connection.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>

namespace homeward::store::sqlite {
namespace {

constexpr int pages_per_step = 1024;

// Nobody reads the copy before it is whole, so it needs no log of its own, and one sync at its end
// is enough.
constexpr const char* copying_settings = R"sql(
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA mmap_size = 0;
)sql";

// The source says of itself that it has a log beside it. The copy is one file, which can be looked
// at without making others.
constexpr const char* alone = "PRAGMA journal_mode = DELETE";

Failure cannot_write(const std::filesystem::path& file, int status, int system_error) {
    const bool full =
        (status & 0xff) == SQLITE_FULL || system_error == ENOSPC || system_error == EDQUOT;
    if (full) return fail(Code::no_room, "there is no room for " + file.filename().string());
    return fail(Code::unavailable, "cannot write " + file.filename().string());
}

// Makes the file, the owner's only, and takes it away again unless it is kept.
class NewFile {
  public:
    explicit NewFile(std::filesystem::path file) : file_(std::move(file)) {
        fd_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        error_ = fd_ < 0 ? errno : 0;
    }
    ~NewFile() {
        if (fd_ < 0) return;
        ::close(fd_);
        if (!kept_) ::unlink(file_.c_str());
    }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    Result<void> made() const {
        if (error_ == 0) return {};
        if (error_ == EEXIST)
            return fail(Code::conflict, file_.filename().string() + " is there already");
        return cannot_write(file_, SQLITE_OK, error_);
    }

    Result<void> keep() {
        if (::fsync(fd_) != 0) return cannot_write(file_, SQLITE_OK, errno);
        kept_ = true;
        return {};
    }

  private:
    std::filesystem::path file_;
    int fd_ = -1;
    int error_ = 0;
    bool kept_ = false;
};

class Handle {
  public:
    ~Handle() { sqlite3_close(handle); }
    Handle() = default;
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    sqlite3* handle = nullptr;
};

int copy_pages(sqlite3* to, sqlite3* from, const CopyProgress& told) {
    sqlite3_backup* copying = sqlite3_backup_init(to, "main", from, "main");
    if (copying == nullptr) return sqlite3_extended_errcode(to);
    int status = SQLITE_OK;
    while (status == SQLITE_OK) {
        status = sqlite3_backup_step(copying, pages_per_step);
        if (!told) continue;
        const auto all = static_cast<std::uint64_t>(sqlite3_backup_pagecount(copying));
        told(all - static_cast<std::uint64_t>(sqlite3_backup_remaining(copying)), all);
    }
    const int finished = sqlite3_backup_finish(copying);
    return status == SQLITE_DONE ? finished : status;
}

}  // namespace

Result<void> FileConnection::copy_to(const std::filesystem::path& file, const CopyProgress& told) {
    check(sqlite3_txn_state(handle_, "main") == SQLITE_TXN_READ, "a copy is of one snapshot");
    NewFile made(file);
    if (auto is_new = made.made(); !is_new) return is_new;
    {
        Handle to;
        const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
        int status = sqlite3_open_v2(file.c_str(), &to.handle, flags, nullptr);
        if (status == SQLITE_OK)
            status = sqlite3_exec(to.handle, copying_settings, nullptr, nullptr, nullptr);
        if (status == SQLITE_OK) status = copy_pages(to.handle, handle_, told);
        // Of the two files the one that reads is damaged, the one that writes is full.
        if ((status & 0xff) == SQLITE_CORRUPT || (status & 0xff) == SQLITE_NOTADB)
            return failure(status);
        if (status == SQLITE_OK) status = sqlite3_exec(to.handle, alone, nullptr, nullptr, nullptr);
        if (status != SQLITE_OK) return cannot_write(file, status, sqlite3_system_errno(to.handle));
    }
    return made.keep();
}

}  // namespace homeward::store::sqlite
