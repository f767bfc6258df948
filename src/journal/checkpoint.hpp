#pragma once

#include "base/result.hpp"
#include "crypto/hash.hpp"
#include "crypto/keyring.hpp"
#include "crypto/sign.hpp"
#include "journal/entry.hpp"
#include "store/database.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::journal {

/// What a checkpoint says: after `size` entries the Merkle root is `root`.
struct Checkpoint {
    std::string origin;
    std::uint64_t size = 0;
    crypto::Hash root;
};

/// The name that a keyring's checkpoints carry: `homeward/` and 16 hexadecimal digits.
std::string origin_of(const crypto::PublicKey& key);

/// The name that the note of a journal's end carries: another, so that neither can stand for the
/// other.
std::string tail_origin_of(const crypto::PublicKey& key);

/// A checkpoint as a signed note of C2SP (tlog-checkpoint): exactly five lines.
std::string sign_note(const crypto::Keyring& keyring, const Checkpoint& checkpoint);
/// Reads one back; Code::corrupt for another form, another origin or a wrong signature.
Result<Checkpoint> open_note(const crypto::PublicKey& key, std::string_view note);
/// The same for the note of a journal's end (journal/tail.hpp).
Result<Checkpoint> open_tail(const crypto::PublicKey& key, std::string_view note);

/// The notes of a witness file, in order. What follows the last whole one is given as the last, and
/// opens as none: the power may have gone while a note was written.
Result<std::vector<std::string>> read_witness(const std::filesystem::path& file);

struct CheckpointOptions {
    /// Where each note is appended as well; best on another machine or medium. Empty for nowhere.
    std::filesystem::path witness_file;
    /// Entries between checkpoints that are made by themselves.
    std::size_t every = 1000;
    /// How long an entry waits for one at most.
    std::chrono::milliseconds at_latest{60'000};
};

/// Makes checkpoints: when asked, after every `every` entries, `at_latest` after an entry, and when
/// it goes. While it lives it signs the journal's end with each commit. Before a checkpoint it
/// reads the new entries back from the disk through a fresh connection, recomputes their hashes
/// with code of its own, and follows each dossier's chain from what was signed to the dossier's
/// row, so that neither a bad disk nor a bug in the writer gets a signature. Memory grows with the
/// dossiers that were written to since the checkpoint before.
///
/// `database` and `keyring` must outlive it. Any thread.
class Checkpoints {
  public:
    /// Code::corrupt where the journal is not what its witness saw, where an entry since the newest
    /// checkpoint was altered, or where nothing vouches for one.
    static Result<std::unique_ptr<Checkpoints>> start(
        store::Database& database, const crypto::Keyring& keyring, const CheckpointOptions& options
    );
    Checkpoints(const Checkpoints&) = delete;
    Checkpoints& operator=(const Checkpoints&) = delete;
    ~Checkpoints();

    /// Say after each commit how many entries it appended.
    void appended(std::size_t entries);
    /// A checkpoint over all that is durable now; the last one when nothing was added since.
    Result<Checkpoint> make();

  private:
    struct Impl;
    explicit Checkpoints(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace homeward::journal
