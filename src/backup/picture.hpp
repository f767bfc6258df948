#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/keyring_file.hpp"
#include "journal/entry.hpp"
#include "store/sql.hpp"

#include <filesystem>
#include <memory>

namespace homeward::backup {

/// A register seen from outside at one moment, beside whoever serves it: a snapshot of both
/// databases and the keyring's file, which fit each other. Its connections cannot write, so it does
/// not meet the fault of docs/decisions/0009; while it lives, no epoch that it needs is destroyed
/// (a rotation waits) and the logs are not emptied, so do not keep it for longer than a look.
class Picture {
  public:
    /// Code::not_found without a register, Code::corrupt when its parts do not fit each other.
    static Result<Picture> take(const std::filesystem::path& folder);

    store::Connection& main() { return *main_; }
    store::Connection& keys() { return *keys_; }
    /// The last entry that `main` sees.
    journal::Seq last() const { return last_; }
    /// keyring.json, in bytes and read; the keyring is not opened.
    const Bytes& keyring_text() const { return keyring_text_; }
    const crypto::KeyringFile& keyring_file() const { return keyring_file_; }

  private:
    Picture() = default;
    Result<void> look(const std::filesystem::path& folder);

    std::unique_ptr<store::Connection> main_;
    std::unique_ptr<store::Connection> keys_;
    journal::Seq last_ = journal::Seq::none;
    Bytes keyring_text_;
    crypto::KeyringFile keyring_file_;
};

}  // namespace homeward::backup
