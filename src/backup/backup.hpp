#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "crypto/hash.hpp"
#include "crypto/keyring.hpp"
#include "journal/digest.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

/// Copies of a register, and a register out of copies (docs/decisions/0020).
namespace homeward::backup {

/// Told of what goes on: what, how much of it is done, how much there is (0: not known).
using Progress = std::function<void(const char* what, std::uint64_t done, std::uint64_t all)>;

struct BackupOptions {
    std::filesystem::path data;
    /// Two new places, neither within the other nor within the data folder.
    std::filesystem::path target;
    std::filesystem::path keys_target;
    /// Checkpoints kept elsewhere; copied into the data's part. Empty for none.
    std::filesystem::path witness_file;
    Progress progress;
};

struct BackupReport {
    std::uint64_t entries = 0;
    std::uint64_t dossiers = 0;
    std::uint64_t checkpoints = 0;
    std::uint64_t after_checkpoint = 0;  ///< entries that no checkpoint covers yet
    std::uint64_t bytes = 0;             ///< of both parts
};

/// Copies a register, beside whoever serves it, into two places: the data, and the wrapped keys.
/// Needs nothing that opens the keyring. The copy is of one moment; it is read back and verified
/// before it gets its name. The keys get theirs first, so that no data are without keys.
///
/// Code::conflict when a place is taken, Code::no_room, Code::corrupt when what was copied does not
/// verify; then neither place is touched.
Result<BackupReport> make_backup(const BackupOptions& options, const Clock& clock);

struct RestoreOptions {
    std::filesystem::path source;
    std::filesystem::path keys_source;
    /// A new place for the register.
    std::filesystem::path data;
    crypto::Unlock unlock;
    Progress progress;
};

struct RestoreReport {
    Instant made;  ///< when the data were copied
    Instant keys_made;
    std::uint64_t entries = 0;
    std::uint64_t dossiers = 0;
    std::uint64_t records = 0;
    std::uint64_t contents = 0;   ///< opened
    std::uint64_t destroyed = 0;  ///< entries of which something is unreadable for ever
    std::uint64_t sessions = 0;   ///< ended
    crypto::Hash digest;          ///< journal::Digest::value
};

/// Makes a register out of both parts: checks every byte against what was copied, the journal
/// against its signatures, the counts, and opens every content; only then it gets its name. Nobody
/// is signed in to it. The keys may be younger than the data (what was erased since stays erased),
/// never older.
///
/// Code::not_found for a folder that is no finished backup, Code::corrupt for one that is damaged
/// or cut, Code::invalid for parts that do not belong together, Code::forbidden when what was given
/// does not open the keyring, Code::conflict when the place is taken; then it is untouched.
Result<RestoreReport> restore(const RestoreOptions& options);

/// Looks at more of the same picture of a register; what it finds is among the digest's findings.
using AlsoLook = std::function<Result<std::vector<journal::VerifyFinding>>(
    store::Session& main, store::Session& keys, const crypto::Keyring& keyring
)>;
/// Opens everything of a register, beside whoever serves it.
Result<journal::Digest> digest_of(
    const std::filesystem::path& data,
    const crypto::Unlock& unlock,
    const Progress& progress,
    const AlsoLook& also = {}
);

}  // namespace homeward::backup
