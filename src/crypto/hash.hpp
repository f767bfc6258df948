#pragma once

#include "base/bytes.hpp"
#include "crypto/secret.hpp"

#include <array>
#include <compare>
#include <cstddef>

namespace homeward::crypto {

/// A BLAKE2b digest of 32 bytes.
struct Hash {
    std::array<std::byte, 32> bytes{};
    auto operator<=>(const Hash&) const = default;
};

/// From 32 stored bytes; Code::corrupt for any other length.
Result<Hash> hash_from(BytesView bytes);

/// BLAKE2b-256 of a stream of pieces. Where pieces have variable length the caller frames them.
class Hasher {
  public:
    Hasher();
    /// Keyed: a MAC under `key`.
    explicit Hasher(KeyView key);

    Hasher& add(BytesView piece);
    /// The digest. The hasher is spent afterwards.
    Hash finish();

  private:
    // The size and alignment of libsodium's state, which the source checks against its header.
    alignas(64) std::array<std::byte, 384> state_;
};

Hash hash256(BytesView bytes);

/// BLAKE2b-256 keyed with `key`.
Hash mac(KeyView key, BytesView bytes);

}  // namespace homeward::crypto
