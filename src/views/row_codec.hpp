#pragma once

#include "base/codec.hpp"
#include "policy/pack.hpp"
#include "views/row.hpp"

namespace homeward::views {

/// Of what `encode` writes and of what `make_row` takes from a projection: raise it with either,
/// and what an older program kept is not taken up.
inline constexpr std::uint8_t row_format = 1;

/// A compact form of a row for storage. Its indexes hold for the pack that it was made with.
void encode(const Row& row, Encoder& to);

/// Takes one back. What is damaged fails the decoder; the row means nothing then.
Row decode_row(const policy::Pack& pack, Decoder& from);

}  // namespace homeward::views
