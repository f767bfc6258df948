#pragma once

#include "casework/content.hpp"

namespace homeward::casework {

/// The format of what is gathered, the folding of its data (base/folded_json.hpp) with it.
inline constexpr std::uint8_t gathered_format = 1;

/// What lies open of a dossier in one piece: its records in their order, and what the engine said
/// of them as Ledger stores it, empty for nothing.
struct GatheredContent {
    FoldedRecords records;
    BytesView judged;
};
Bytes encode_gathered(const GatheredContent& content);
/// Takes it back; `judged` is within `plain`. Code::corrupt for what encode_gathered of this format
/// did not make. Kinds are those of `pack`; without one none is known.
Result<GatheredContent> decode_gathered(const policy::Pack* pack, BytesView plain);

}  // namespace homeward::casework
