#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/hash.hpp"
#include "crypto/keyring.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace homeward::crypto {

inline constexpr std::size_t keyring_file_max = 64U << 10U;
inline constexpr std::size_t salt_size = 16;

/// What the folder's keyring.json says. Boxes are sealed; nothing here is secret.
struct KeyringFile {
    /// One way to open the root key: by a passphrase, a key file, or both together.
    struct Seal {
        bool passphrase = false;
        bool key_file = false;
        Bytes salt;
        PassphraseCost cost;
        Bytes box;
    };
    struct Epoch {
        std::uint32_t number = 0;
        Bytes box;
    };

    std::vector<Seal> seals;
    std::vector<Epoch> epochs;
    std::uint32_t current = 0;
    PublicKey signing_public;
    Bytes signing_box;
    /// Over everything above, under a key derived from the root key.
    Hash mac;
};

/// The text that the MAC covers: the same document without it.
std::string text_to_authenticate(const KeyringFile& file);
std::string text_of_keyring(const KeyringFile& file);
/// Code::corrupt naming what is missing or wrong; costs below the floor are Code::forbidden.
Result<KeyringFile> parse_keyring(std::string_view text);
/// Reads the file of a folder; Code::not_found without one. Proves nothing of it: that takes the
/// root key.
Result<KeyringFile> read_keyring(const std::filesystem::path& folder);

}  // namespace homeward::crypto
