#pragma once

#include "base/outcome.hpp"
#include "casework/authority.hpp"
#include "casework/board_file.hpp"
#include "casework/content.hpp"
#include "casework/settling.hpp"
#include "casework/shelf.hpp"
#include "casework/under_way.hpp"
#include "journal/gathered.hpp"
#include "journal/journal.hpp"
#include "journal/keys.hpp"
#include "journal/projection.hpp"
#include "policy/projection.hpp"
#include "views/board.hpp"

#include <array>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace homeward::casework {

/// A dossier with everything in it, as only the engine sees it: to be evaluated and written to,
/// never to be shown.
struct Loaded {
    journal::DossierKeys keys;
    std::uint64_t version = 0;
    const policy::DossierType* type = nullptr;
    FoldedRecords records;

    const Id& id() const { return keys.dossier(); }
    std::optional<RecordState> find(const Id& record) const;
    Instant opened() const;
};

/// A dossier that was fetched: its keys, type and version for everybody, what lies open of it only
/// for the Ledger, which gives it out by grant.
class Snapshot {
  public:
    const journal::DossierKeys& keys() const { return keys_; }
    const policy::DossierType& type() const { return *opened_->type; }
    std::uint64_t version() const { return opened_->version; }

  private:
    friend class Ledger;
    Snapshot(journal::DossierKeys keys, OpenedPointer opened)
        : keys_(std::move(keys)), opened_(std::move(opened)) {}
    journal::DossierKeys keys_;
    OpenedPointer opened_;
};

/// How a stored judgement begins: as it is, or too large to be stored and worked out each time.
inline constexpr std::uint8_t judged_stored = 1;
inline constexpr std::uint8_t judged_too_large = 0;

/// A version of a record that is to be written.
struct NewVersion {
    RecordState record;
    EntryHead head;
};
/// Says what to write, having seen the dossier; nothing is a fine answer. May be called again.
using Plan = std::function<Result<std::vector<NewVersion>>(const Loaded&)>;

struct Written {
    std::uint64_t version = 0;
    /// Without one nothing was written down: what is then shown of the dossier is a look.
    bool has_entry = false;
    policy::Projection projection;
    Reporters reporters;
};

/// A dossier that is to be made.
struct NewDossier {
    Id id;
    const policy::DossierType* type = nullptr;
    std::vector<NewVersion> records;
};
/// Whether somebody goes on writing to what was made.
enum class Next : std::uint8_t { is_written_to, is_left_alone };

/// The one place where dossiers are loaded, evaluated, sealed and written. Any thread; writers to
/// one dossier take turns here, and the store's own versions guard against writers elsewhere.
class Ledger {
  public:
    Ledger(const Core& core, views::Board& board, References& references);
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;
    /// Waits for the remarks: they tell the checkpoints, which may go after the ledger.
    ~Ledger();

    /// Fills the board: from what was kept of it and what was written since, else from the stored
    /// judgements. What another pack judged, or is missing or damaged, is evaluated anew.
    Result<void> start(const OnProgress& on_progress);
    /// Keeps the board as it is now for the next start; does nothing when it is kept already or is
    /// not to be. A failure costs that start time and nothing else.
    Result<void> keep_board(const GoOn& go_on);

    /// Code::not_found without one.
    Result<Snapshot> fetch(const Id& dossier);
    /// The same with keys that were just read.
    Result<Snapshot> fetch(journal::DossierKeys keys);
    /// Its keys alone, as they are now.
    Result<journal::DossierKeys> keys_of(const Id& dossier) const;
    /// What the engine says now; evaluated if what is stored is out of date or `all` is asked.
    Result<std::shared_ptr<const Judged>> judge(const Snapshot& snapshot, bool all);
    /// What the grant may see of the records, in `memory`; none whose form the pack no longer has,
    /// so that each has its `kind`. Code::forbidden for a grant for another dossier.
    Result<Records> open_records(
        const journal::Grant& grant, const Snapshot& snapshot, const json::storage_ptr& memory = {}
    ) const;
    /// The same of one of them: Code::not_found where open_records would not have it.
    Result<RecordState> open_record(
        const journal::Grant& grant, const Snapshot& snapshot, const Id& record
    ) const;
    /// The same of who wrote them down: nothing is opened.
    Result<Reporters> reporters(const journal::Grant& grant, const Snapshot& snapshot) const;

    /// Plans, evaluates, seals and commits; again when another write came between.
    Result<Written> write(const Id& dossier, const Plan& plan);
    policy::Projection evaluate(
        const policy::DossierType& type, const FoldedRecords& records, bool all = false
    ) const;
    /// The versions of a record from `first` to `last`, oldest first, and who wrote them, with all
    /// their fields: for working out a write.
    Result<std::vector<NewVersion>> versions_of(
        const Loaded& loaded, const Id& record, std::uint64_t first, std::uint64_t last
    );

    /// Makes dossiers, all of them or none, with `also` in the same commit (it may be empty).
    /// Code::conflict when one is there already.
    Result<std::vector<Written>> create(
        const std::vector<NewDossier>& dossiers, const store::Change& also, Next next
    );
    /// Whether there is one.
    bool exists(const Id& dossier) const { return board_.find(dossier) != nullptr; }
    /// One at a time for each dossier; hold it from looking whether it exists until it does.
    std::unique_lock<std::mutex> take_turn(const Id& dossier);

    /// Appends entries without a record, with `also` in the same commit (it may be empty), and does
    /// not wait: Code::unavailable is told when that cannot be made durable.
    OutcomePointer remark(std::vector<journal::SealedEntry> entries, store::Change also = {});

    Result<std::size_t> recheck(std::size_t limit);
    /// Gathers the records of dossiers that were written to or opened one by one and then left
    /// alone, `limit` of them at most; says how many those were. What stands in its way (no room,
    /// a write that came between) costs the next opening time and nothing else.
    std::size_t gather(std::size_t limit);

  private:
    /// What one dossier adds to a commit.
    struct Sealed {
        std::vector<journal::SealedEntry> entries;
        Bytes judged;
        Id dossier;
        std::uint64_t version = 0;  ///< before
        std::string type;           ///< of a dossier that is to be made, else empty
        std::size_t size() const;
    };
    /// Whether somebody works on what is opened, so that it stays open for a moment.
    enum class Keep : bool { no, yes };
    Result<Snapshot> fetch(const Id& dossier, Keep keep);
    Result<Snapshot> fetch(journal::DossierKeys keys, Keep keep);
    Result<Loaded> load(const Id& dossier, Keep keep = Keep::yes);
    Result<Sealed> seal(
        const Loaded& loaded,
        const std::vector<NewVersion>& versions,
        const policy::Projection& projection
    ) const;
    Result<void> apply(store::Session& session, const Sealed& sealed) const;
    /// A judgement as it is stored.
    Bytes encode_judged(Instant opened, const policy::Projection& projection) const;
    Result<Bytes> seal_judged(const Loaded& loaded, const policy::Projection& projection) const;
    Result<Judged> decode_judged(BytesView plain) const;
    /// What lies open of the version that every write sets before it is answered, or null.
    OpenedPointer find_open(const journal::DossierKeys& dossier, Keep keep);
    Result<OpenedPointer> open_all(
        store::Session& main, const journal::DossierKeys& keys, Keep keep
    );
    /// Code::not_found where it was not gathered as it is now.
    Result<OpenedDossier> open_in_one_piece(store::Session& main, const journal::DossierKeys& keys)
        const;
    /// Record by record.
    Result<OpenedDossier> open_each(store::Session& main, const journal::DossierKeys& keys) const;
    Result<std::shared_ptr<const Judged>> read_judged(
        store::Session& main, const journal::DossierKeys& keys
    ) const;
    bool holds_now(const Judged& judged) const;
    static bool may_be_gathered(const OpenedDossier& opened);
    void gather(const journal::DossierKeys& keys, const OpenedDossier& opened);
    Result<policy::CategorySet> granted(const journal::Grant& grant, const Snapshot& snapshot)
        const;
    RecordState granted_part(
        const FoldedRecord& record, policy::CategorySet granted, const json::storage_ptr& memory
    ) const;
    /// What goes on the shelf after a write or an evaluation, so that it need not be opened again.
    static OpenedPointer opened_of(const Loaded& loaded, const policy::Projection& projection);
    void publish(
        const Id& dossier,
        std::uint64_t version,
        Instant opened,
        const policy::Projection& projection
    );
    Result<std::vector<Loaded>> prepare_new(const std::vector<NewDossier>& dossiers);
    Result<void> take_kept(const OnProgress& on_progress);
    Result<void> build(const OnProgress& on_progress);
    Result<void> take_stored(const Id& dossier);
    /// Whether it could be put on the board as it is.
    bool publish_stored(const journal::Projection& stored);
    Result<void> evaluate_anew(const Id& dossier);
    /// The same for one that must not keep the others waiting. Returns whether it could be.
    bool try_anew(const Id& dossier);

    static constexpr std::size_t turns = 1024;
    const Core& core_;
    views::Board& board_;
    References& references_;
    std::vector<policy::CategorySet> categories_of_kind_;  ///< of all its fields
    Shelf shelf_;
    std::array<std::mutex, turns> turns_;
    Settling settling_;  ///< to be gathered
    UnderWay writes_;    ///< until they are on the board
    std::mutex keep_mutex_;
    std::optional<BoardFile> board_file_;
    std::mutex again_mutex_;
    std::set<Id> again_;  ///< not on the board as they should be
    std::mutex remarks_mutex_;
    std::condition_variable remarks_changed_;
    std::size_t remarks_ = 0;  ///< under way
};

/// Code::unavailable for a failure of the journal where the answer must not be given.
Failure not_written(const Error& error);

}  // namespace homeward::casework
