#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <array>
#include <compare>
#include <cstring>
#include <string>
#include <string_view>

namespace homeward {

/// A random UUID (version 4). Whoever creates a thing makes its id, a client too, so that a retry
/// is the same request. Version 7 is not used: it would tell when a child was registered.
struct Id {
    std::array<std::byte, 16> bytes{};

    auto operator<=>(const Id&) const = default;
    bool is_nil() const { return *this == Id{}; }
};

/// From the kernel's random source.
Id make_id();

/// The canonical lower-case form, 36 characters.
std::string to_text(const Id& id);

/// Takes the canonical form (upper or lower case). Any UUID version is accepted from outside.
Result<Id> parse_id(std::string_view text);

/// From 16 stored bytes.
Result<Id> id_from(BytesView bytes);

struct IdHash {
    std::size_t operator()(const Id& id) const {
        std::size_t value = 0;
        std::memcpy(&value, id.bytes.data() + 8, sizeof value);
        return value;
    }
};

}  // namespace homeward
