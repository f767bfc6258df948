#include "crypto/file.hpp"

#include "base/id.hpp"
#include "crypto/descriptor.hpp"
#include "crypto/secret.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace homeward::crypto {

Failure broken(std::string_view what, const std::filesystem::path& file) {
    const Code code = errno == ENOENT   ? Code::not_found
                      : errno == ENOSPC ? Code::no_room
                      : errno == EDQUOT ? Code::no_room
                                        : Code::unavailable;
    const std::string why = std::generic_category().message(errno);
    return fail(code, std::string(what) + " " + file.filename().string() + ": " + why);
}

Result<void> sync_folder(const std::filesystem::path& folder) {
    const Descriptor opened(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
    if (!opened.is_open() || ::fsync(opened.fd()) != 0)
        return broken("cannot sync the folder", folder);
    return {};
}

Result<Bytes> read_file(const std::filesystem::path& file, std::size_t size_max) {
    const Descriptor opened(file, O_RDONLY);
    if (!opened.is_open()) return broken("cannot open", file);
    Bytes content;
    // It may be a secret: nothing of it stays on the stack.
    WipedBytes<4096> piece;
    while (true) {
        const auto got = ::read(opened.fd(), piece.span().data(), piece.span().size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return broken("cannot read", file);
        if (got == 0) return content;
        if (content.size() + static_cast<std::size_t>(got) > size_max)
            return fail(Code::too_large, "too large: " + file.filename().string());
        const auto fresh = piece.view().first(static_cast<std::size_t>(got));
        content.insert(content.end(), fresh.begin(), fresh.end());
    }
}

Result<void> replace_file(const std::filesystem::path& file, BytesView content, bool public_file) {
    std::filesystem::path fresh = file;
    fresh += ".new-" + to_text(make_id());
    {
        const Descriptor opened(fresh, O_WRONLY | O_CREAT | O_EXCL, public_file ? 0644 : 0600);
        if (!opened.is_open()) return broken("cannot make", file);
        if (!write_all(opened.fd(), content) || ::fsync(opened.fd()) != 0) {
            const auto failure = broken("cannot write", file);
            ::unlink(fresh.c_str());
            return failure;
        }
    }
    if (::rename(fresh.c_str(), file.c_str()) != 0) {
        const auto failure = broken("cannot replace", file);
        ::unlink(fresh.c_str());
        return failure;
    }
    return sync_folder(file.parent_path());
}

Result<void> append_file(const std::filesystem::path& file, BytesView content) {
    const bool is_new = ::access(file.c_str(), F_OK) != 0;
    const Descriptor opened(file, O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (!opened.is_open()) return broken("cannot open", file);
    struct stat before {};
    if (::fstat(opened.fd(), &before) != 0) return broken("cannot look at", file);
    if (!write_all(opened.fd(), content) || ::fsync(opened.fd()) != 0) {
        const auto failure = broken("cannot write", file);
        // Half a note would make the whole file unreadable to the next start. Where it cannot be
        // taken back either, the failure is told all the same.
        [[maybe_unused]] const int cut = ::ftruncate(opened.fd(), before.st_size);
        return failure;
    }
    if (!is_new) return {};
    return sync_folder(file.parent_path());
}

Result<void> cut_file(const std::filesystem::path& file, std::size_t size) {
    const Descriptor opened(file, O_WRONLY);
    if (!opened.is_open()) return broken("cannot open", file);
    if (::ftruncate(opened.fd(), static_cast<off_t>(size)) != 0 || ::fsync(opened.fd()) != 0)
        return broken("cannot cut", file);
    return {};
}

}  // namespace homeward::crypto
