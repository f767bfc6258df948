#pragma once

#include "base/result.hpp"
#include "crypto/sign.hpp"
#include "journal/entry.hpp"
#include "store/sql.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace homeward::journal {

/// Findings kept in a report; more are counted only.
inline constexpr std::size_t findings_max = 1000;

struct VerifyOptions {
    crypto::PublicKey public_key;
    /// Notes kept outside the database. Only they can show that the whole journal was put back to
    /// an earlier state or cut at the end. Empty for none.
    std::filesystem::path witness_file;
    /// Told now and then: entries checked, entries in all.
    std::function<void(std::uint64_t done, std::uint64_t all)> progress;
};

struct VerifyFinding {
    /// The entry that shows it; none where it is not one entry.
    Seq seq = Seq::none;
    std::string what;
};

struct VerifyReport {
    std::uint64_t entries = 0;
    std::uint64_t dossiers = 0;
    std::uint64_t records = 0;
    std::uint64_t checkpoints = 0;
    std::uint64_t witnessed = 0;
    /// Entries after the newest checkpoint: the note of the journal's end vouches for them, but no
    /// witness knows of them yet.
    std::uint64_t after_checkpoint = 0;
    std::uint64_t findings_in_all = 0;
    std::vector<VerifyFinding> findings;

    bool clean() const { return findings_in_all == 0; }
};

/// Proves without any secret key that nothing was altered, dropped, inserted or reordered. `main`
/// must be in one snapshot; with a witness file, in a transaction that has not read yet. Memory
/// grows with the number of dossiers, not with the length of the journal. A failure means that it
/// could not look, not that something was found.
Result<VerifyReport> verify(store::Session& main, const VerifyOptions& options);

/// The same for a database file, with the engine's own check of the file as well. The public key
/// is read from `signing.pub` beside it unless `public_key_file` is given. Code::invalid for a file
/// of an older version, which opening the store brings up to date.
struct VerifyFile {
    std::filesystem::path database;
    std::filesystem::path public_key_file;
    std::filesystem::path witness_file;
    std::function<void(std::uint64_t done, std::uint64_t all)> progress;
};
Result<VerifyReport> verify_file(const VerifyFile& file);

}  // namespace homeward::journal
