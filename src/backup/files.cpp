#include "backup/files.hpp"

#include "base/id.hpp"
#include "crypto/descriptor.hpp"
#include "crypto/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <string>
#include <utility>

namespace homeward::backup {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece_size = 1U << 16U;

Failure cannot(std::string_view what, const fs::path& file) {
    const Code code = errno == ENOENT                      ? Code::not_found
                      : errno == EEXIST                    ? Code::conflict
                      : errno == ENOSPC || errno == EDQUOT ? Code::no_room
                                                           : Code::unavailable;
    return fail(code, std::string(what) + " " + file.filename().string());
}

// Reads to the end, and writes what it reads to `to` unless that is negative.
Result<Measure> pass(const fs::path& from, int to, const fs::path& to_name) {
    const crypto::Descriptor file(from, O_RDONLY);
    if (!file.is_open()) return cannot("cannot open", from);
    std::array<std::byte, piece_size> piece{};
    crypto::Hasher hasher;
    Measure measure;
    while (true) {
        const auto got = ::read(file.fd(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return cannot("cannot read", from);
        if (got == 0) break;
        const auto read = BytesView(piece).first(static_cast<std::size_t>(got));
        hasher.add(read);
        measure.size += read.size();
        if (to >= 0 && !crypto::write_all(to, read)) return cannot("cannot write", to_name);
    }
    measure.hash = hasher.finish();
    return measure;
}

fs::path whole_path(const fs::path& path) {
    fs::path whole = fs::absolute(path).lexically_normal();
    return whole.filename().empty() ? whole.parent_path() : whole;
}

}  // namespace

Result<Measure> measure(const fs::path& file) { return pass(file, -1, {}); }

Result<Measure> copy_whole(const fs::path& from, const fs::path& to) {
    const crypto::Descriptor file(to, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (!file.is_open()) return cannot("cannot make", to);
    auto measure = pass(from, file.fd(), to);
    if (measure && ::fsync(file.fd()) != 0) return cannot("cannot sync", to);
    return measure;
}

StagedFolder::StagedFolder(fs::path place, fs::path path)
    : place_(std::move(place)), path_(std::move(path)) {}

StagedFolder::StagedFolder(StagedFolder&& other) noexcept
    : place_(std::move(other.place_)),
      path_(std::exchange(other.path_, fs::path())),
      kept_(other.kept_) {}

StagedFolder::~StagedFolder() {
    std::error_code ignored;
    if (!path_.empty() && !kept_) fs::remove_all(path_, ignored);
}

Result<StagedFolder> StagedFolder::begin(const fs::path& place) {
    const fs::path whole = whole_path(place);
    std::error_code failed;
    const auto status = fs::symlink_status(whole, failed);
    if (fs::exists(status) && !(fs::is_directory(status) && fs::is_empty(whole, failed)))
        return fail(
            Code::conflict, whole.filename().string() + " is not empty: choose a new place"
        );
    fs::path path = whole;
    path += ".part-" + to_text(make_id());
    if (::mkdir(path.c_str(), 0700) != 0) return cannot("cannot make the folder", whole);
    return StagedFolder(whole, path);
}

Result<void> StagedFolder::keep() {
    if (auto synced = crypto::sync_folder(path_); !synced) return synced;
    // The kernel puts a folder over an empty folder only.
    if (::rename(path_.c_str(), place_.c_str()) != 0) {
        if (errno == ENOTEMPTY || errno == ENOTDIR) errno = EEXIST;
        return cannot("cannot put in its place", place_);
    }
    kept_ = true;
    auto synced = crypto::sync_folder(place_.parent_path());
    if (!synced) take_back();
    return synced;
}

void StagedFolder::take_back() {
    if (kept_ && ::rename(place_.c_str(), path_.c_str()) == 0) kept_ = false;
}

}  // namespace homeward::backup
