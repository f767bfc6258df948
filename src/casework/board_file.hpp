#pragma once

#include "base/result.hpp"
#include "crypto/hash.hpp"
#include "journal/board_key.hpp"
#include "journal/grant.hpp"
#include "journal/journal.hpp"
#include "policy/pack.hpp"
#include "store/database.hpp"
#include "views/row.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace homeward::casework {

/// The journal's end at some moment. What is taken from a board later is at least of then, once the
/// writes that were under way have reached it.
struct Cut {
    journal::Seq seq = journal::Seq::none;
    crypto::Hash hash;  ///< of the entry there
};
Result<Cut> read_cut(store::Database& main);

/// Dossiers that a kept board names as not on it, to be evaluated at the next start. With one more
/// the board is not kept.
inline constexpr std::size_t again_max = 10'000;
/// Bytes of one row as it is kept; one that takes more is named as not on the board.
inline constexpr std::size_t kept_row_max = journal::board_piece_max - (std::size_t{1} << 20U);
/// Called after each piece of a long work; false ends it there.
using GoOn = std::function<bool()>;

/// The board on disk between two runs: one file that is read in order, in place of some pages of
/// the database for each dossier (docs/decisions/0028). Sealed under a key of its own in the key
/// database, which goes with any key that is destroyed; never the truth. Its rows hold up to a cut;
/// what was written after it is in the journal.
///
/// One thread at a time.
class BoardFile {
  public:
    /// `folder` is the data folder, and this process's. All must outlive it.
    BoardFile(
        std::filesystem::path folder,
        store::Store& store,
        const crypto::Keyring& keyring,
        const policy::Pack& pack
    )
        : folder_(std::move(folder)), store_(store), keyring_(keyring), pack_(pack) {}

    /// What an earlier run kept, up to its last cut that is whole and of this journal.
    struct Kept {
        Cut cut;
        std::set<Id> again;
    };
    /// Told of a row, and of about how many there are where it stands.
    using OnRow = std::function<void(views::Row&& row, std::uint64_t all)>;
    /// Shows each kept row, of a dossier perhaps several and the latest last. Code::not_found where
    /// nothing was kept; another failure where it is gone, of another pack or journal, or damaged.
    /// What was shown until then is to be forgotten, and the board to be built from the database.
    Result<Kept> load(const journal::Grant& grant, const OnRow& see);

    /// Call it before the board is built from the database: whoever destroys a key from here on is
    /// noticed.
    Result<void> begin();

    /// Whether `add` is to be given all rows: there is no file, or it has outgrown them.
    bool wants_all() const;
    const Cut& cut() const { return kept_.cut; }

    /// Adds rows that hold with the cut; all of them in a new file when it `wants_all`, which it
    /// does after a failure and after an end by `go_on`, which is none. `go_on` is asked where all
    /// are written. Code::conflict when somebody destroyed the key: then nothing of this board may
    /// be kept, since it shows what they destroyed. Code::no_room, Code::too_large past again_max.
    Result<void> add(
        const Cut& cut,
        const std::set<Id>& again,
        const std::vector<views::RowPointer>& rows,
        const GoOn& go_on
    );

  private:
    class Reading;
    class Writing;
    struct Addition;
    std::filesystem::path path_of(const Id& file) const;
    void remove_all_but(const Id& kept) const;
    Result<void> check_history(const Cut& cut) const;
    /// What an addition says beside its rows.
    struct Read {
        Cut cut;
        Id mark;
        std::set<Id> again;
    };
    Result<Read> read_addition(Reading& reading, const OnRow& see) const;
    // False when they were told not to go on.
    Result<bool> add_more(const Addition& addition);
    Result<bool> add_all(const Addition& addition);
    Result<bool> write_all(const journal::BoardKey& key, const Addition& addition);

    const std::filesystem::path folder_;
    store::Store& store_;
    const crypto::Keyring& keyring_;
    const policy::Pack& pack_;
    std::optional<journal::BoardKey> key_;  ///< the stored one, unless somebody destroyed it
    /// Of the file, up to its last cut; all zero without one.
    struct {
        Cut cut;
        std::uint64_t size = 0;
        std::uint64_t first_size = 0;  ///< up to its first cut
        std::uint64_t pieces = 0;
        Id mark;  ///< of its last addition
    } kept_;
};

}  // namespace homeward::casework
