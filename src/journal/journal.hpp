#pragma once

#include "base/id.hpp"
#include "base/result.hpp"
#include "crypto/hash.hpp"
#include "journal/entry.hpp"
#include "store/sql.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::journal {

inline constexpr std::size_t dossier_type_size_max = 64;
inline constexpr std::size_t history_page_max = 1000;
/// Entries that are read for one page of history, and bytes of those that it keeps; then it ends,
/// however few it shows.
inline constexpr std::size_t history_steps_max = 20'000;
inline constexpr std::size_t history_bytes_max = std::size_t{16} << 20U;

/// Makes an empty dossier. Its keys must be stored already. Code::conflict when it exists,
/// Code::invalid for a type that is not lower-case letters, digits, '_' or '-'.
Result<void> create_dossier(store::Session& main, const Id& dossier, std::string_view type);

/// Where an entry came to stand.
struct Appended {
    Seq seq = Seq::none;
    /// The dossier's version after it: how many entries with a record it has.
    std::uint64_t dossier_version = 0;
};

/// Appends an entry: gives it its position, chains it to the dossier's last, moves the record's
/// pointer. Several calls in one change are fine, for one dossier or many.
///
/// Code::conflict when the record's version is not one more than the stored one, or when the
/// dossier's version is not `expected` (if given). Entries without a record leave the dossier's
/// version alone, so that a read never makes somebody's write conflict. Code::not_found without
/// the dossier.
Result<Appended> append(
    store::Session& main, const SealedEntry& entry, std::optional<std::uint64_t> expected = {}
);

struct DossierRow {
    Id id;
    std::string type;
    std::uint64_t version = 0;  ///< entries with a record
    std::uint64_t entries = 0;  ///< all entries
    crypto::Hash head;          ///< of the newest entry
    Seq last = Seq::none;       ///< where it stands
};

struct StoredDossier {
    DossierRow row;
    /// The newest entry of each record, oldest first.
    std::vector<Entry> records;
};

/// Code::not_found without one.
Result<DossierRow> read_row(store::Session& main, const Id& dossier);
Result<StoredDossier> read_dossier(store::Session& main, const Id& dossier);

/// One record's newest entry, or a given version of it.
Result<Entry> read_record(
    store::Session& main,
    const Id& dossier,
    const Id& record,
    std::optional<std::uint64_t> version = {}
);

/// The versions of a record from `first` to `last`, oldest first. Costs a read for each of the
/// dossier's entries from `first` on. Code::not_found for 0, and for a later one than there is.
Result<std::vector<Entry>> read_versions(
    store::Session& main,
    const Id& dossier,
    const Id& record,
    std::uint64_t first,
    std::uint64_t last
);

Result<Entry> read_entry(store::Session& main, Seq seq);

/// The position of the last entry, none in an empty journal.
Result<Seq> last_seq(store::Session& main);

/// Which entries of a dossier a page shows, newest first. Costs a read for each entry from there on
/// until the page is full and each version before was found, at most `steps_max` but for what the
/// page's first change needs; and from the newest on if no entry of the dossier stands at `before`.
struct HistoryQuery {
    enum class Kind : std::uint8_t { all, changes, remarks };

    Id dossier;
    Kind kind = Kind::all;
    /// Only this record's.
    std::optional<Id> record;
    /// Only entries before this position; none for the newest page.
    Seq before = Seq::none;
    /// 1 … history_page_max, or Code::invalid.
    std::size_t limit = 100;
    /// Whether each change comes with the version of its record before it.
    bool with_versions_before = false;
    std::size_t steps_max = history_steps_max;
    std::size_t bytes_max = history_bytes_max;
};
struct HistoryItem {
    Entry entry;
    std::optional<Entry> before;
};
struct HistoryPage {
    std::vector<HistoryItem> items;
    /// The `before` of the next page, which may be there though this one is empty; none at the end.
    Seq next = Seq::none;
};
Result<HistoryPage> history(store::Session& main, const HistoryQuery& query);

/// Shows every entry after `after` in order, for replays and exports.
using OnEntry = std::function<Result<void>(const Entry&)>;
Result<void> each_entry(store::Session& main, Seq after, const OnEntry& on_entry);

/// The dossiers to which records were written after `after`.
Result<std::vector<Id>> written_after(store::Session& main, Seq after);

}  // namespace homeward::journal
