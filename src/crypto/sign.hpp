#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <array>
#include <cstddef>
#include <filesystem>
#include <string_view>

namespace homeward::crypto {

/// An Ed25519 public key and signature.
struct PublicKey {
    std::array<std::byte, 32> bytes{};
    bool operator==(const PublicKey&) const = default;
};
struct Signature {
    std::array<std::byte, 64> bytes{};
};

bool verify(const PublicKey& key, BytesView message, const Signature& signature);

/// The four bytes that name a signer in a signed note (C2SP): of SHA-256 over the name, a newline,
/// the algorithm (1) and the key.
std::array<std::byte, 4> note_key_id(std::string_view name, const PublicKey& key);

/// Reads a public key file: one line of base64. Code::not_found or Code::invalid.
Result<PublicKey> read_public_key(const std::filesystem::path& file);

}  // namespace homeward::crypto
