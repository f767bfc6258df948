#pragma once

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "crypto/secret.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace homeward::crypto {

/// Where a box belongs. All of it is authenticated with the box, so a box opens in no other place.
struct Place {
    std::string_view table;
    Id dossier{};
    Id record{};
    std::uint64_t version = 0;
    std::uint8_t category = 0;
    std::uint32_t part = 0;
    /// The random mark of the frame that the box stands in; nil where there is no frame.
    Id mark{};
};

/// Whether the size of the content is hidden.
enum class Padding : std::uint8_t {
    stepped,  ///< to a multiple of 64 bytes below 1 KiB, of 1 KiB from there on
    none,     ///< for content that always has one size
};

/// The largest content of one box.
inline constexpr std::size_t box_plain_max = 16U << 20U;

/// What a box adds before padding: version, algorithm, commitment, nonce, tag.
inline constexpr std::size_t box_overhead = 1 + 1 + 8 + 24 + 16;

/// Seals `plain` (at most box_plain_max bytes, or the process ends: callers have limits of their
/// own) with XChaCha20-Poly1305 under a random nonce. The byte format is docs/journal-format.md.
/// Any thread.
Bytes seal(KeyView key, const Place& place, BytesView plain, Padding padding = Padding::stepped);

/// Opens what `seal` made for the same key, place and padding. Whatever is wrong (key, place, a
/// changed bit, an unknown version), the failure is one and the same: Code::corrupt, "cannot be
/// opened".
Result<Bytes> open(
    KeyView key, const Place& place, BytesView box, Padding padding = Padding::stepped
);

}  // namespace homeward::crypto
