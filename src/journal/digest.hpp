#pragma once

#include "base/result.hpp"
#include "crypto/hash.hpp"
#include "crypto/keyring.hpp"
#include "journal/verify.hpp"
#include "store/sql.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace homeward::journal {

/// What opening everything has shown.
struct Digest {
    /// Equal for two copies of a register exactly when they hold the same entries, accounts and
    /// settings, and open to the same contents. A MAC, so that it tells nobody what they are.
    crypto::Hash value;
    std::uint64_t contents = 0;   ///< parts of entries and accounts that opened
    std::uint64_t destroyed = 0;  ///< entries of which something is unreadable for ever
    std::uint64_t findings_in_all = 0;
    /// What did not open though its key was not destroyed; at most findings_max.
    std::vector<VerifyFinding> findings;
};

/// Opens every version of every record and every other entry, and every account. No contents leave
/// it, so it needs no grant. Sessions and projections are left out: they are ended or made anew
/// without loss. Both sessions must be in one snapshot each, that of the keys not the older one.
/// A failure means that it could not look; what does not open is a finding.
Result<Digest> digest_contents(
    store::Session& main,
    store::Session& keys,
    const crypto::Keyring& keyring,
    const std::function<void(std::uint64_t done, std::uint64_t all)>& progress = {}
);

}  // namespace homeward::journal
