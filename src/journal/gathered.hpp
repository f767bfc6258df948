#pragma once

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "journal/entry.hpp"
#include "journal/grant.hpp"
#include "journal/keys.hpp"
#include "store/sql.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace homeward::journal {

/// What is larger is not gathered, and opened record by record.
inline constexpr std::size_t gathered_size_max = std::size_t{4} << 20U;

/// Where a dossier's records end: its version, and the entry that made it.
struct RecordsEnd {
    std::uint64_t version = 0;
    Seq seq = Seq::none;
    crypto::Hash hash;
};

/// Code::not_found without a dossier, and for one without records.
Result<RecordsEnd> read_records_end(store::Session& main, const Id& dossier);

/// Seals all records of a dossier as they are at `end`, under a key that nobody can make once any
/// category of it was destroyed (docs/journal-format.md, section 11). Any thread. Code::too_large
/// beyond gathered_size_max, Code::forbidden when D00 was destroyed.
Result<Bytes> seal_gathered(const DossierKeys& keys, const RecordsEnd& end, BytesView plain);

/// Stores it in place of the one before. Code::conflict when the dossier has another version.
Result<void> store_gathered(
    store::Session& main, const Id& dossier, const RecordsEnd& end, BytesView sealed
);

/// A dossier, and what was gathered of it.
struct Gathered {
    std::string type;
    std::uint64_t version = 0;  ///< of the dossier
    /// Nothing when it is not of this version or this journal, is from before a category was
    /// destroyed, or cannot be opened: open the records themselves.
    std::optional<Bytes> plain;
};

/// Code::forbidden unless the grant covers the dossier and reads everything. Code::not_found
/// without a dossier.
Result<Gathered> read_gathered(const Grant& grant, store::Session& main, const DossierKeys& keys);

/// Shows each dossier of which something is gathered.
Result<void> each_gathered(
    store::Session& main, const std::function<Result<void>(const Id& dossier)>& see
);

}  // namespace homeward::journal
