#include "views/board.hpp"

#include <algorithm>
#include <mutex>
#include <tuple>

namespace homeward::views {

namespace {

/// Keeps the `limit` smallest of what it is shown, and whether there were more.
template <class T>
class Smallest {
  public:
    Smallest(std::size_t limit, const std::optional<SortKey>& after)
        : limit_(limit), after_(after) {}

    /// Whether a key that begins so can be among them.
    bool takes(std::uint8_t rank, std::uint8_t mildness, std::int64_t time) const {
        if (heap_.size() <= limit_) return true;
        const SortKey& last = heap_.front().first;
        return std::tie(rank, mildness, time) <= std::tie(last.rank, last.mildness, last.time);
    }

    void see(const SortKey& key, T item) {
        if (after_ && key <= *after_) return;
        if (heap_.size() > limit_ && !(key < heap_.front().first)) return;
        heap_.emplace_back(key, std::move(item));
        std::push_heap(heap_.begin(), heap_.end(), before);
        // One more than asked for tells that there is a next page.
        if (heap_.size() > limit_ + 1) {
            std::pop_heap(heap_.begin(), heap_.end(), before);
            heap_.pop_back();
        }
    }

    std::vector<std::pair<SortKey, T>> take(std::optional<SortKey>& next) {
        std::sort_heap(heap_.begin(), heap_.end(), before);
        if (heap_.size() > limit_) {
            heap_.pop_back();
            if (!heap_.empty()) next = heap_.back().first;
        }
        return std::move(heap_);
    }

  private:
    static bool before(const std::pair<SortKey, T>& a, const std::pair<SortKey, T>& b) {
        return a.first < b.first;
    }
    std::size_t limit_;
    std::optional<SortKey> after_;
    std::vector<std::pair<SortKey, T>> heap_;
};

bool matches(State state, const Standing& standing) {
    switch (state) {
        case State::any:
            return true;
        case State::overdue:
            return standing.overdue > 0;
        case State::running:
            return standing.running > 0;
        case State::unknown:
            return standing.unknown > 0;
        case State::clear:
            return standing.overdue + standing.running + standing.unknown == 0;
    }
    return false;
}

/// What is late comes first, the gravest and oldest of it ahead; then what runs by its due time;
/// then what cannot be judged. All of the key that does not ask for the dossier.
SortKey work_place(const OpenFinding& finding, std::uint8_t mildness, Instant now) {
    SortKey key;
    key.time = finding.due_us;
    if (finding.overdue(now)) {
        key.rank = 0;
        key.mildness = mildness;
        if (finding.since_us != never_us) key.time = finding.since_us;
    } else if (finding.outcome == policy::Outcome::running) {
        key.rank = 1;
    } else {
        key.rank = 2;
        key.mildness = mildness;
    }
    return key;
}

/// By safeguard: the gravest have the least.
std::vector<std::uint8_t> mildness_of(const policy::Pack& pack) {
    constexpr int worst = static_cast<int>(policy::Severity::critical);
    std::vector<std::uint8_t> mildness;
    for (const policy::Safeguard& safeguard : pack.safeguards()) {
        mildness.push_back(static_cast<std::uint8_t>(worst - static_cast<int>(safeguard.severity)));
    }
    return mildness;
}

void count(WorkPage& page, const OpenFinding& finding, const WorkRequest& request) {
    if (finding.overdue(request.now)) {
        ++page.overdue;
    } else if (finding.outcome != policy::Outcome::running) {
        ++page.unknown;
    } else if (finding.due_us < request.day_ends.us) {
        ++page.today;
    } else if (finding.due_us < request.week_ends.us) {
        ++page.week;
    } else {
        ++page.later;
    }
}

void fetch(const void* begin, std::size_t size) {
    constexpr std::size_t line = 64;
    for (std::size_t at = 0; at < size; at += line)
        __builtin_prefetch(static_cast<const char*>(begin) + at);
}

/// Shows one after the other. Rows lie all over the memory, and waiting for it is most of what a
/// long list costs: what is a few rows ahead is asked for while one is looked at.
template <class RowAt, class See>
void see_each(std::size_t count, const RowAt& row_at, const See& see) {
    constexpr std::size_t step = 8;
    for (std::size_t i = 0; i < count; ++i) {
        if (i + 3 * step < count) fetch(row_at(i + 3 * step), sizeof(RowPointer));
        if (i + 2 * step < count) fetch(row_at(i + 2 * step)->get(), sizeof(Row));
        if (i + step < count) {
            const Row& next = **row_at(i + step);
            fetch(next.members.data(), next.members.size() * sizeof(Membership));
            fetch(next.findings.data(), next.findings.size() * sizeof(OpenFinding));
        }
        see(*row_at(i));
    }
}

std::vector<Id> accounts_of(const Row& row) {
    std::vector<Id> accounts;
    for (const Membership& member : row.members) accounts.push_back(member.account);
    for (const Permit& permit : row.permits) {
        if (!permit.account.is_nil()) accounts.push_back(permit.account);
    }
    std::sort(accounts.begin(), accounts.end());
    accounts.erase(std::unique(accounts.begin(), accounts.end()), accounts.end());
    return accounts;
}

}  // namespace

Board::Board(std::shared_ptr<const policy::Pack> pack)
    : pack_(std::move(pack)), mildness_(mildness_of(*pack_)) {}

void Board::put(Row row) {
    auto pointer = std::make_shared<const Row>(std::move(row));
    const std::unique_lock lock(mutex_);
    if (pointer->judged.us > judged_last_us_) judged_last_us_ = pointer->judged.us;
    const auto known = place_of_.find(pointer->id);
    if (known == place_of_.end()) {
        const auto place = static_cast<Place>(rows_.size());
        place_of_.emplace(pointer->id, place);
        link(*pointer, place);
        rows_.push_back(std::move(pointer));
        is_changed_.push_back(false);
        note_change(place);
        return;
    }
    RowPointer& slot = rows_[known->second];
    // Not by when it was judged: the clock may have been set back.
    if (slot->version > pointer->version) return;
    relink(*slot, *pointer, known->second);
    slot = std::move(pointer);
    note_change(known->second);
}

void Board::clear() {
    const std::unique_lock lock(mutex_);
    rows_.clear();
    is_changed_.clear();
    changed_.clear();
    place_of_.clear();
    of_account_.clear();
    rechecks_.clear();
    judged_last_us_ = std::numeric_limits<std::int64_t>::min();
    open_findings_ = 0;
}

void Board::note_change(Place place) {
    if (is_changed_[place]) return;
    is_changed_[place] = true;
    changed_.push_back(place);
}

void Board::link(const Row& row, Place place) {
    join(accounts_of(row), place);
    if (row.recheck_us != never_us) rechecks_.emplace(row.recheck_us, place);
    open_findings_ += row.findings.size();
}

// Hardly a write changes who works on a dossier, and a list of thousands is long to look through.
void Board::relink(const Row& before, const Row& after, Place place) {
    const std::vector<Id> were = accounts_of(before);
    const std::vector<Id> are = accounts_of(after);
    if (were != are) {
        leave(were, place);
        join(are, place);
    }
    if (before.recheck_us != never_us) rechecks_.erase({before.recheck_us, place});
    if (after.recheck_us != never_us) rechecks_.emplace(after.recheck_us, place);
    open_findings_ += after.findings.size();
    open_findings_ -= before.findings.size();
}

void Board::join(const std::vector<Id>& accounts, Place place) {
    for (const Id& account : accounts) of_account_[account].push_back(place);
}

void Board::leave(const std::vector<Id>& accounts, Place place) {
    for (const Id& account : accounts) {
        const auto places = of_account_.find(account);
        if (places == of_account_.end()) continue;
        std::vector<Place>& list = places->second;
        const auto at = std::find(list.begin(), list.end(), place);
        if (at != list.end()) list.erase(at);
        if (list.empty()) of_account_.erase(places);
    }
}

RowPointer Board::find(const Id& dossier) const {
    const std::shared_lock lock(mutex_);
    const auto place = place_of_.find(dossier);
    return place == place_of_.end() ? nullptr : rows_[place->second];
}

void Board::each(const Reach& reach, const std::function<void(const RowPointer&)>& see) const {
    if (reach.all) {
        see_each(
            rows_.size(), [this](std::size_t i) { return &rows_[i]; }, see
        );
        return;
    }
    // Two members of one team may share a dossier, which still is one.
    std::vector<bool> seen(rows_.size(), false);
    std::vector<const RowPointer*> found;
    for (const Id& account : reach.accounts) {
        const auto of = of_account_.find(account);
        if (of == of_account_.end()) continue;
        for (const Place place : of->second) {
            if (seen[place]) continue;
            seen[place] = true;
            found.push_back(&rows_[place]);
        }
    }
    see_each(
        found.size(), [&found](std::size_t i) { return found[i]; }, see
    );
}

ListPage Board::list(const ListRequest& request) const {
    ListPage page;
    const auto standing = [&](const Row& row) {
        return standing_of(*pack_, row, *request.seen, request.now);
    };
    Smallest<const RowPointer*> smallest(request.limit, request.after);
    const std::shared_lock lock(mutex_);
    each(request.reach, [&](const RowPointer& row) {
        if (row->type != request.type || !request.filter(*row)) return;
        // How all its findings stand is asked only where it decides.
        if (request.state != State::any && !matches(request.state, standing(*row))) return;
        ++page.total;
        SortKey key;
        key.time = -row->opened.us;
        if (!smallest.takes(key.rank, key.mildness, key.time)) return;
        key.dossier = row->id;
        smallest.see(key, &row);
    });
    for (const auto& [key, row] : smallest.take(page.next)) {
        page.rows.emplace_back(*row, standing(**row));
    }
    return page;
}

WorkPage Board::work(const WorkRequest& request) const {
    WorkPage page;
    // A country's supervisor goes through a million findings here: what does not come on the page
    // costs a look at it and no more.
    struct Found {
        const RowPointer* row;
        const OpenFinding* finding;
    };
    Smallest<Found> smallest(request.limit, request.after);
    const std::shared_lock lock(mutex_);
    each(request.reach, [&](const RowPointer& row) {
        if (row->findings.empty() || !request.filter(*row)) return;
        for (const OpenFinding& finding : row->findings) {
            if ((*request.seen)[finding.safeguard] == 0) continue;
            count(page, finding, request);
            SortKey key = work_place(finding, mildness_[finding.safeguard], request.now);
            if (!smallest.takes(key.rank, key.mildness, key.time)) continue;
            key.dossier = row->id;
            key.record = finding.record;
            key.safeguard = finding.safeguard;
            smallest.see(key, {&row, &finding});
        }
    });
    for (const auto& [key, found] : smallest.take(page.next)) {
        page.rows.push_back({*found.row, *found.finding});
    }
    return page;
}

std::vector<Id> Board::due(Instant now, std::size_t limit) const {
    std::vector<Id> found;
    const std::shared_lock lock(mutex_);
    for (const auto& [at_us, place] : rechecks_) {
        if (at_us > now.us || found.size() == limit) break;
        found.push_back(rows_[place]->id);
    }
    if (judged_last_us_ <= now.us || found.size() == limit) return found;
    std::int64_t last_us = now.us;
    for (const RowPointer& row : rows_) {
        if (row->judged <= now) continue;
        last_us = std::max(last_us, row->judged.us);
        if (found.size() < limit && row->recheck_us > now.us) found.push_back(row->id);
    }
    // Nobody puts a row meanwhile; another who looks finds the same.
    judged_last_us_ = last_us;
    return found;
}

std::optional<Instant> Board::next_recheck() const {
    const std::shared_lock lock(mutex_);
    return rechecks_.empty() ? std::nullopt : std::optional(Instant{rechecks_.begin()->first});
}

std::vector<RowPointer> Board::all() const {
    const std::shared_lock lock(mutex_);
    return rows_;
}

std::vector<RowPointer> Board::take_changed() {
    const std::unique_lock lock(mutex_);
    std::vector<RowPointer> found;
    found.reserve(changed_.size());
    for (const Place place : changed_) {
        found.push_back(rows_[place]);
        is_changed_[place] = false;
    }
    changed_ = {};
    return found;
}

std::size_t Board::size() const {
    const std::shared_lock lock(mutex_);
    return rows_.size();
}

std::size_t Board::open_findings() const {
    const std::shared_lock lock(mutex_);
    return open_findings_;
}

}  // namespace homeward::views
