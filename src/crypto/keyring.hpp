#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/box.hpp"
#include "crypto/hash.hpp"
#include "crypto/secret.hpp"
#include "crypto/sign.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace homeward::crypto {

/// What opens a keyring: a passphrase, a key file on a medium that can be taken away, or both
/// together (then neither alone is enough). At least one must be given.
struct Unlock {
    std::string passphrase;  ///< wiped at the end
    std::filesystem::path key_file;
    ~Unlock() { wipe(std::as_writable_bytes(std::span(passphrase))); }
};

/// The cost of guessing a passphrase. Floors are compiled in: a keyring that asks for less than
/// passphrase_memory_min is refused, so nobody can weaken one by editing its file.
struct PassphraseCost {
    std::uint64_t memory_bytes = 256U << 20U;
    std::uint64_t passes = 3;
};
inline constexpr std::uint64_t passphrase_memory_min = 64U << 20U;
inline constexpr std::uint64_t passphrase_memory_max = 4ULL << 30U;
inline constexpr std::uint64_t passphrase_passes_min = 3;
inline constexpr std::uint64_t passphrase_passes_max = 64;
inline constexpr std::size_t passphrase_size_min = 12;
inline constexpr std::size_t passphrase_size_max = 1024;
/// A keyring keeps this many wrapping epochs, and this many ways to open it.
inline constexpr std::size_t epochs_max = 64;
inline constexpr std::size_t seals_max = 8;
/// The two files of a keyring in its folder.
inline constexpr const char* keyring_file_name = "keyring.json";
inline constexpr const char* public_key_file_name = "signing.pub";

/// A wrapped key as it is stored: which epoch's key opens it, and the box.
struct Wrapped {
    std::uint32_t epoch = 0;
    Bytes box;
};

/// What a derived key is for. Values of different uses are unrelated.
enum class MacUse : std::uint8_t {
    login,      ///< an account's normalised name, so that the table shows no names
    reference,  ///< the justice side's reference of a dossier
    session,    ///< a session token, so that a stolen table signs nobody in
    digest,     ///< all contents together, so that two copies can be compared
};

/// Writes a new key file (32 random bytes in hexadecimal, readable by the owner only). Refuses with
/// Code::conflict to overwrite one.
Result<void> create_key_file(const std::filesystem::path& file);

/// The root of all secrecy. One random root key, wrapped once for each way to open it, wraps the
/// keys of the epochs (which wrap dossier keys) and the signing key, and gives by derivation the
/// keys for lookups and for the system's own rows.
///
/// It is kept in `keyring.json` of a folder, written whole or not at all, authenticated under the
/// root key; the public signing key stands beside it in `signing.pub`. Any number of threads may
/// use one object; the calls that write the file take turns.
class Keyring {
  public:
    /// Makes a new keyring. Code::conflict when the folder has one.
    static Result<Keyring> create(
        const std::filesystem::path& folder, const Unlock& unlock, const PassphraseCost& cost = {}
    );
    /// Opens it. Code::not_found without a file, Code::corrupt for a damaged or half-written one or
    /// another `signing.pub`, Code::forbidden when nothing of what was given opens it,
    /// Code::unavailable when its keys cannot be locked in memory. The text names the file.
    static Result<Keyring> open(const std::filesystem::path& folder, const Unlock& unlock);

    Keyring(Keyring&&) noexcept;
    Keyring& operator=(Keyring&&) noexcept;
    ~Keyring();

    /// Takes over what another process wrote to the same keyring meanwhile: epochs and seals. For
    /// whoever opened it before the folder was theirs alone. Fails as `open` does, and for another
    /// keyring; then it is as it was.
    Result<void> refresh();

    /// Adds a further way to open the same keyring, for a recovery that is kept elsewhere.
    Result<void> enroll(const Unlock& added, const PassphraseCost& cost = {});

    /// Wraps a key (or a table of keys) under the current epoch.
    /// For tables of one size: what is wrapped is not padded.
    Wrapped wrap(const Place& place, BytesView plain) const;
    /// Opens it again; Code::not_found when its epoch was destroyed.
    Result<Bytes> unwrap(const Place& place, const Wrapped& wrapped) const;

    /// The epoch that wraps now, and all that can still unwrap, in order.
    std::uint32_t epoch() const;
    std::vector<std::uint32_t> epochs() const;
    /// Starts a new epoch; returns its number once the file is durable.
    Result<std::uint32_t> begin_epoch();
    /// Forgets an old epoch for good: what it wrapped is noise from now on, in every backup too.
    /// Code::conflict for the current one.
    Result<void> destroy_epoch(std::uint32_t epoch);

    /// A MAC for looking things up without storing them.
    Hash mac(MacUse use, BytesView bytes) const;
    /// The key of the system's own boxes: accounts, sessions, settings, import jobs.
    KeyView system_key() const;

    Signature sign(BytesView message) const;
    const PublicKey& public_key() const;

  private:
    struct Impl;
    explicit Keyring(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace homeward::crypto
