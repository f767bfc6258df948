#pragma once

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "base/result.hpp"

#include <compare>
#include <cstdint>

namespace homeward::views {

/// The place of a row in a sorted list: smaller comes first. Every row's is different.
struct SortKey {
    std::uint8_t rank = 0;
    std::uint8_t mildness = 0;
    std::int64_t time = 0;
    Id dossier;
    Id record;
    std::uint16_t safeguard = 0;

    auto operator<=>(const SortKey&) const = default;
};

/// A key as bytes, for whoever pages through a list. It names the dossier by its id, so it must be
/// sealed before it leaves: the justice side must not learn that id.
Bytes to_bytes(const SortKey& key);
Result<SortKey> key_from(BytesView bytes);

}  // namespace homeward::views
