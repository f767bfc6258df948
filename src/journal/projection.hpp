#pragma once

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "journal/grant.hpp"
#include "journal/keys.hpp"
#include "store/sql.hpp"

#include <cstdint>
#include <functional>
#include <string_view>

namespace homeward::journal {

inline constexpr std::size_t projection_size_max = 1U << 20U;

/// Seals what the engine worked out for a version of a dossier, under its D00 key. Any thread.
/// Code::too_large beyond projection_size_max, Code::forbidden when D00 was destroyed.
Result<Bytes> seal_projection(
    const DossierKeys& keys, std::uint64_t dossier_version, BytesView plain
);

/// Stores it in place of the one before. Code::conflict when the dossier has another version.
Result<void> store_projection(
    store::Session& main, const Id& dossier, std::uint64_t dossier_version, BytesView sealed
);

struct Projection {
    Id dossier;
    std::uint64_t version = 0;
    Bytes plain;
    /// True when it is not of the dossier's present version, or is missing, is from before a
    /// category was destroyed or cannot be opened (then `plain` is empty): make it anew from the
    /// records.
    bool stale = false;
};

/// Code::forbidden unless the grant covers the dossier and reads D00. Code::not_found without a
/// dossier, and for one that was erased.
Result<Projection> read_projection(
    const Grant& grant, store::Session& main, const DossierKeys& keys
);

/// Dossiers whose ids begin with a byte from `first` to `last`. Ids are random, so equal slices
/// hold about as many.
struct Slice {
    std::uint8_t first = 0;
    std::uint8_t last = 0xff;
};
Result<std::uint64_t> count_dossiers(store::Session& main, const Slice& slice = {});

/// Every dossier of a slice with its projection, in the order of ids, for start-up; erased dossiers
/// are left out. What is shown is valid during the call.
using OnProjection =
    std::function<Result<void>(std::string_view dossier_type, const Projection& projection)>;
Result<void> each_projection(
    const Grant& grant,
    store::Session& main,
    store::Session& keys,
    const crypto::Keyring& keyring,
    const Slice& slice,
    const OnProjection& on_projection
);

}  // namespace homeward::journal
