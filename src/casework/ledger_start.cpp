#include "base/log.hpp"
#include "casework/chronicle.hpp"
#include "casework/ledger.hpp"
#include "casework/side_by_side.hpp"
#include "journal/projection.hpp"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <optional>
#include <utility>

namespace homeward::casework {

namespace {

/// Of the first byte of an id: enough that the threads end at about one time.
constexpr std::size_t slice_count = 64;
constexpr std::size_t slice_width = 256 / slice_count;

/// Where more than such a part of all was written to after a board was kept, it is quicker to read
/// all in order.
constexpr std::size_t follow_part = 4;

journal::Slice slice_of(std::size_t i) {
    const std::size_t first = i * slice_width;
    return {static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(first + slice_width - 1)};
}

/// Says how far it is; any thread.
class Telling {
  public:
    Telling(const OnProgress& on_progress, std::size_t all)
        : on_progress_(on_progress), all_(all) {}

    void one_more() {
        const std::lock_guard lock(mutex_);
        ++done_;
        if (on_progress_) on_progress_(std::min(done_, all_), all_);
    }

  private:
    const OnProgress& on_progress_;
    const std::size_t all_;
    std::mutex mutex_;
    std::size_t done_ = 0;
};

}  // namespace

Result<void> Ledger::start(const OnProgress& on_progress) {
    if (!board_file_) return build(on_progress);
    const auto taken = take_kept(on_progress);
    if (taken) return {};
    if (taken.error().code != Code::not_found)
        log::write(log::Level::info, "board_not_found", {{"why", taken.error().text}});
    board_.clear();
    again_.clear();
    if (const auto begun = board_file_->begin(); !begun) {
        log::write(log::Level::warning, "board_not_kept", {{"why", begun.error().text}});
        board_file_.reset();
    }
    return build(on_progress);
}

// A failure leaves a board that is to be cleared.
Result<void> Ledger::take_kept(const OnProgress& on_progress) {
    const auto kept = board_file_->load(Authority::start_grant(), [&](views::Row&& row, auto all) {
        references_.add(row.id);
        board_.put(std::move(row));
        if (on_progress) on_progress(std::min<std::size_t>(board_.size(), all), all);
    });
    if (!kept) return Failure(kept.error());
    (void)board_.take_changed();
    std::vector<Id> dossiers(kept->again.begin(), kept->again.end());
    const auto read = core_.store.main().read([&](store::Session& main) -> Result<void> {
        const auto written = journal::written_after(main, kept->cut.seq);
        if (!written) return Failure(written.error());
        std::copy_if(
            written->begin(),
            written->end(),
            std::back_inserter(dossiers),
            [&](const Id& dossier) { return !kept->again.contains(dossier); }
        );
        return {};
    });
    if (!read) return read;
    if (dossiers.size() > core_.options.follow_min + board_.size() / follow_part)
        return fail(Code::too_large, "too much was written since the board was kept");
    Telling told(on_progress, dossiers.size());
    return side_by_side(core_.options.start_threads, dossiers.size(), [&](std::size_t i) {
        auto done = take_stored(dossiers[i]);
        told.one_more();
        return done;
    });
}

Result<void> Ledger::take_stored(const Id& dossier) {
    std::optional<journal::Projection> stored;
    auto read = keys_of(dossier).and_then([&](const journal::DossierKeys& keys) {
        return core_.store.main().read([&](store::Session& main) -> Result<void> {
            auto found = journal::read_projection(Authority::start_grant(), main, keys);
            if (!found) return Failure(found.error());
            stored = std::move(*found);
            return {};
        });
    });
    if (!read && read.error().code != Code::not_found) return read;
    if (stored && (publish_stored(*stored) || try_anew(dossier))) return {};
    if (board_.find(dossier) == nullptr) return {};
    // Its row is of before what was written to it, perhaps that somebody must not be told.
    return fail(Code::corrupt, "the kept board has a dossier that cannot be evaluated");
}

Result<void> Ledger::build(const OnProgress& on_progress) {
    const std::size_t threads = core_.options.start_threads;
    std::atomic<std::size_t> all = 0;
    const auto counted = side_by_side(threads, slice_count, [&](std::size_t i) {
        return core_.store.main().read([&](store::Session& main) -> Result<void> {
            const auto some = journal::count_dossiers(main, slice_of(i));
            if (!some) return Failure(some.error());
            all += *some;
            return {};
        });
    });
    if (!counted) return counted;
    Telling told(on_progress, all);
    const journal::Grant grant = Authority::start_grant();
    std::mutex mutex;
    std::vector<Id> stale;
    const auto take = [&](std::string_view type,
                          const journal::Projection& stored) -> Result<void> {
        const bool is_ours =
            type != chronicle_type && core_.pack->find_dossier_type(type) != nullptr;
        if (!is_ours || publish_stored(stored)) {
            told.one_more();
            return {};
        }
        const std::lock_guard lock(mutex);
        stale.push_back(stored.dossier);
        return {};
    };
    const auto read = side_by_side(threads, slice_count, [&](std::size_t i) {
        return core_.store.keys().read([&](store::Session& keys) {
            return core_.store.main().read([&](store::Session& main) {
                return journal::each_projection(
                    grant, main, keys, core_.keyring, slice_of(i), take
                );
            });
        });
    });
    if (!read) return read;
    return side_by_side(threads, stale.size(), [&](std::size_t i) -> Result<void> {
        try_anew(stale[i]);
        told.one_more();
        return {};
    });
}

bool Ledger::publish_stored(const journal::Projection& stored) {
    if (stored.stale) return false;
    const auto judged = decode_judged(stored.plain);
    if (!judged) return false;
    publish(stored.dossier, stored.version, judged->opened, judged->projection);
    return true;
}

bool Ledger::try_anew(const Id& dossier) {
    const auto evaluated = evaluate_anew(dossier);
    if (evaluated) return true;
    // One file that cannot be read must not keep a country's register closed.
    log::write(
        log::Level::error,
        "dossier cannot be evaluated",
        {{"dossier", to_text(dossier)}, {"code", name_of(evaluated.error().code)}}
    );
    const std::lock_guard lock(again_mutex_);
    again_.insert(dossier);
    return false;
}

Result<void> Ledger::evaluate_anew(const Id& dossier) {
    // What nobody asked for must not push out what people work on.
    const auto loaded = load(dossier, Keep::no);
    if (!loaded) return Failure(loaded.error());
    const policy::Projection projection = evaluate(*loaded->type, loaded->records);
    publish(dossier, loaded->version, loaded->opened(), projection);
    shelf_.renew(dossier, opened_of(*loaded, projection));
    auto sealed = seal_judged(*loaded, projection);
    if (!sealed) return Failure(sealed.error());
    // Nobody waits: whatever becomes of it, it can be worked out again. A write that came between
    // has stored a later one, and this one is then refused as it should be.
    const std::size_t size = sealed->size();
    core_.store.main().submit(
        [dossier, version = loaded->version, sealed = std::move(*sealed)](store::Session& session) {
            return journal::store_projection(session, dossier, version, sealed);
        },
        [](const Result<void>&) {},
        size
    );
    return {};
}

Result<std::size_t> Ledger::recheck(std::size_t limit) {
    shelf_.forget(core_.ticking());
    const std::vector<Id> due = board_.due(core_.now(), limit);
    for (const Id& dossier : due) {
        if (try_anew(dossier)) continue;
        // Once is enough: its next write evaluates it again.
        if (const views::RowPointer row = board_.find(dossier)) {
            views::Row rest = *row;
            rest.recheck_us = views::never_us;
            rest.judged = core_.now();
            board_.put(std::move(rest));
        }
    }
    return due.size();
}

Result<void> Ledger::keep_board(const GoOn& go_on) {
    const std::lock_guard lock(keep_mutex_);
    if (!board_file_) return {};
    const auto cut = read_cut(core_.store.main());
    if (!cut) return Failure(cut.error());
    // Who committed before the cut is on the board after this.
    writes_.wait_for_those_before();
    auto rows = board_.take_changed();
    const std::uint64_t since = number_of(cut->seq) - number_of(board_file_->cut().seq);
    if (board_file_->wants_all()) {
        rows = board_.all();
    } else if (rows.empty() && since < core_.options.entries_after_cut_max) {
        return {};
    }
    std::set<Id> again;
    {
        const std::lock_guard again_lock(again_mutex_);
        again = again_;
    }
    auto done = board_file_->add(*cut, again, rows, go_on);
    if (!done && done.error().code == Code::conflict) board_file_.reset();
    return done;
}

}  // namespace homeward::casework
