#pragma once

#include "base/result.hpp"
#include "crypto/keyring.hpp"
#include "store/database.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>

namespace homeward::journal {

/// What a rotation has made durable, in this order. Ended after any of them, by a power cut too,
/// it goes on where it was when it is called again; until then every dossier opens as before.
enum class RotationStep : std::uint8_t {
    begun,      ///< there is a new epoch, and all that is wrapped from now on is wrapped under it
    rewrapped,  ///< some more tables are wrapped under it; many times
    emptied,    ///< nothing of the old epoch is left in the database, its log or any reader's sight
    destroyed,  ///< an old epoch's key is gone; once for each
};

struct RotationOptions {
    /// Small enough that whoever opens a dossier meanwhile does not wait.
    std::size_t tables_per_change = 64;
    /// Told after each step how many tables were wrapped in all; false stops the rotation there.
    std::function<bool(RotationStep step, std::uint64_t tables)> on_step;
};

struct Rotation {
    std::uint32_t epoch = 0;    ///< what wraps now
    std::uint64_t tables = 0;   ///< wrapped anew, by this call
    std::size_t destroyed = 0;  ///< epochs, by this call
};

/// Retires the epoch `retire` and all before it: begins a new one unless a later one wraps already,
/// wraps every dossier's keys under the newest, and destroys all others. Asking twice for the same
/// epoch changes nothing the second time. While others read and write; only one call at a time.
///
/// Code::invalid for an epoch that has not begun, Code::unavailable when stopped or when a long
/// read of the key database (a backup) goes on: call it again.
Result<Rotation> rotate_keys(
    store::Database& keys,
    crypto::Keyring& keyring,
    std::uint32_t retire,
    const RotationOptions& options = {}
);

}  // namespace homeward::journal
