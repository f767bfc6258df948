#pragma once

#include "views/cursor.hpp"
#include "views/row.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <shared_mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace homeward::views {

/// Says of a dossier whether it counts. Called under a lock: it may not call the board.
using Filter = std::function<bool(const Row&)>;

/// Whose dossiers: those of some accounts (members, or named in a permit, now or once), or all.
struct Reach {
    bool all = false;
    std::vector<Id> accounts;
};

enum class State : std::uint8_t { any, overdue, running, unknown, clear };

struct ListRequest {
    Reach reach;
    Filter filter;
    const Seen* seen = nullptr;
    std::uint16_t type = 0;
    State state = State::any;
    Instant now;
    std::optional<SortKey> after;  ///< `next` of the page before
    std::size_t limit = 50;
};

struct ListPage {
    std::vector<std::pair<RowPointer, Standing>> rows;  ///< newest first
    std::size_t total = 0;
    std::optional<SortKey> next;
};

struct WorkRequest {
    Reach reach;
    Filter filter;
    const Seen* seen = nullptr;
    Instant now;
    Instant day_ends;              ///< of the local day
    Instant week_ends;             ///< six days later
    std::optional<SortKey> after;  ///< `next` of the page before
    std::size_t limit = 50;
};

struct WorkRow {
    RowPointer row;
    OpenFinding finding;
};

struct WorkPage {
    std::vector<WorkRow> rows;  ///< overdue by severity and age, then what runs by due time
    std::size_t overdue = 0, today = 0, week = 0, later = 0, unknown = 0;
    std::optional<SortKey> next;
};

/// Every dossier as the lists see it, kept in memory; at each start made anew from what was kept of
/// it or from the stored projections. Any thread. Names of people are not in here: only labels.
class Board {
  public:
    explicit Board(std::shared_ptr<const policy::Pack> pack);

    /// Takes the row unless one of a later version is there: writers may come in any order.
    void put(Row row);
    /// Takes all rows away.
    void clear();
    RowPointer find(const Id& dossier) const;

    ListPage list(const ListRequest& request) const;
    WorkPage work(const WorkRequest& request) const;

    /// Dossiers whose evaluation is out of date at `now`, the longest first; and those that were
    /// evaluated later than now, by a clock that has been set back since.
    std::vector<Id> due(Instant now, std::size_t limit) const;
    std::optional<Instant> next_recheck() const;

    /// Every row; and those that were put since this was called last.
    std::vector<RowPointer> all() const;
    std::vector<RowPointer> take_changed();

    std::size_t size() const;
    std::size_t open_findings() const;

  private:
    using Place = std::uint32_t;
    void note_change(Place place);
    void link(const Row& row, Place place);
    void relink(const Row& before, const Row& after, Place place);
    void join(const std::vector<Id>& accounts, Place place);
    void leave(const std::vector<Id>& accounts, Place place);
    void each(const Reach& reach, const std::function<void(const RowPointer&)>& see) const;

    std::shared_ptr<const policy::Pack> pack_;
    std::vector<std::uint8_t> mildness_;  ///< by safeguard
    mutable std::shared_mutex mutex_;
    std::vector<RowPointer> rows_;
    std::vector<bool> is_changed_;  ///< by place
    std::vector<Place> changed_;
    std::unordered_map<Id, Place, IdHash> place_of_;
    std::unordered_map<Id, std::vector<Place>, IdHash> of_account_;
    std::set<std::pair<std::int64_t, Place>> rechecks_;
    /// No row was evaluated later than this.
    mutable std::atomic<std::int64_t> judged_last_us_ = std::numeric_limits<std::int64_t>::min();
    std::size_t open_findings_ = 0;
};

}  // namespace homeward::views
