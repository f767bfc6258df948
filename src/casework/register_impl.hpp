#pragma once

#include "casework/authority.hpp"
#include "casework/budget.hpp"
#include "casework/chronicle.hpp"
#include "casework/cut.hpp"
#include "casework/directory.hpp"
#include "casework/given.hpp"
#include "casework/guesses.hpp"
#include "casework/ledger.hpp"
#include "casework/register.hpp"
#include "casework/sessions.hpp"
#include "views/board.hpp"

#include <atomic>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace homeward::casework {

struct Register::Impl {
    Impl(const Parts& parts, const Options& options, CategoryMap categories);
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    Core core;
    Directory directory;
    Sessions sessions;
    Guesses guesses;
    Guesses strange_guesses;  ///< by network
    Guesses refusals;
    Budget files_shown;
    Budget files_listed;
    std::atomic<std::size_t> looks_refused = 0;
    views::Board board;
    References references;
    Authority authority;
    Ledger ledger;
    Given given;
    Chronicle chronicle;
    FieldIndex index;

    EntryHead head(const Identity& who, const char* what) const;
    Person person(const Id& account, const std::string& role = {}) const;

    // Every call goes through one of these two; what they refuse is written down.
    Result<Identity> enter(const Caller& caller, Deed deed);
    Result<Access> enter(const Caller& caller, Deed deed, const Id& ref);
    /// Decides on a dossier as it is now: whoever was barred since it was decided on is answered as
    /// if they had come later.
    Result<void> decide_again(Access& access, Deed deed) const;
    /// The same when `version`, which is to be shown or written to, is another than it was then.
    Result<void> decide_for(Access& access, Deed deed, std::uint64_t version) const;
    /// The dossier as it is now, with the decision about that.
    Result<Snapshot> fetch(Access& access, Deed deed);
    Result<Snapshot> fetch(Access& access, Deed deed, journal::DossierKeys keys);
    void note_refusal(const Caller& caller, Deed deed, const Id& ref, std::string_view why = {});
    /// Whether somebody may be shown so many files at one time: Code::too_many, written down.
    Result<void> spend(
        Budget& budget, const Identity& who, std::span<const Id> files, Deed deed, const Id& ref
    );
    /// Writes to the service's own chain, and waits.
    Result<void> note(const EntryHead& head);
    /// The same without waiting and without telling whether it worked.
    void note_later(const EntryHead& head, store::Change also = {});
    Result<journal::SealedEntry> seal_remark(
        const journal::DossierKeys& keys,
        const Access& access,
        const char* what,
        const json::object& more
    ) const;
    /// Writes a remark to a dossier's chain, and waits.
    Result<void> remark(
        const journal::DossierKeys& keys,
        const Access& access,
        const char* what,
        const json::object& more = {}
    );
    /// The same for a write that wrote nothing and is answered with what is there.
    Result<void> note_look(const Access& access, const char* what);  ///< or Code::too_many
    /// The same without waiting.
    Result<OutcomePointer> begin_remark(
        const journal::DossierKeys& keys,
        const Access& access,
        const char* what,
        const json::object& more = {}
    );

    // Signing in.
    Result<void> load_guesses();
    std::vector<std::string> source_marks(const Account& account, const SignIn& request) const;
    /// The places that a try takes among those that may be wrong.
    struct Try {
        Instant at;
        crypto::Hash budget;                   ///< of the name, or of a source that is known for it
        std::optional<crypto::Hash> stranger;  ///< of the network, where no source is known
    };
    Try try_of(const crypto::Hash& login, const AccountPointer& account, const SignIn& request);
    /// Takes them, or none: then how long until there is one.
    std::optional<std::chrono::seconds> take(const Try& places);
    void give_back(const Try& places);
    Result<SignedIn> admit(
        const AccountPointer& account, const SignIn& request, const std::string& role
    );
    void note_failure(const crypto::Hash& login, const AccountPointer& account);

    // Accounts.
    Result<void> may_keep_accounts(const Caller& caller, Identity& who);
    Result<void> check_roles(const std::vector<std::string>& roles) const;
    Result<void> commit_account(
        const Identity& who, Account account, const std::string& deed, bool end_sessions
    );

    // Writing.
    Id id_for_new(const Identity& who, const Id& sent) const;
    struct Checked {
        const policy::Kind* kind = nullptr;
        json::object data;
    };
    Result<Checked> check_record(
        const policy::DossierType& type, const NewRecord& record, const std::string& pointer
    ) const;
    Result<void> may_add_record(
        const Access& access,
        const policy::Kind& kind,
        const json::object& data,
        const std::string& pointer
    ) const;
    /// The record that makes somebody a member of a dossier that is being opened.
    std::optional<RecordState> membership(
        const policy::DossierType& type, const Id& dossier, const Identity& who
    ) const;
    Result<void> plan_first(
        const Access& access,
        const std::vector<NewRecord>& records,
        const EntryHead& head,
        NewDossier& wanted
    ) const;
    Result<Opened> open_again(const Identity& who, const NewDossier& wanted, std::size_t asked);
    Result<bool> is_same(const Loaded& loaded, const RecordState& record);
    Result<void> may_act(const Identity& who, const ActRequest& request) const;
    Result<void> note_blocked(
        const Access& access, const ActRequest& request, const std::vector<policy::Finding>& blocked
    );

    // Reading.
    Result<void> may_reveal(
        const Access& access, const RecordState& record, const RevealRequest& request
    ) const;
    ReadEntry read_entry(const Access& access, const EntryHead& head) const;
    /// A file as a caller sees it, and what the engine said of it.
    struct Opening {
        File file;
        std::shared_ptr<const Judged> judged;
    };
    /// What the records say lies in `memory`.
    Result<Opening> open_file(
        const Access& access, const Snapshot& snapshot, const json::storage_ptr& memory = {}
    );
    File make_file(
        const Access& access, const Snapshot& snapshot, const Judged& judged, Records records
    ) const;

    // Lists.
    struct Circle;
    Circle circle_of(const Identity& who) const;
    bool works_on(const Identity& who, const Circle& circle, const views::Row& row) const;
    std::shared_ptr<const Sight> row_sight(const Identity& who, const views::Row& row) const;
    views::Reach reach_of(const Identity& who) const;
    std::string seal_cursor(const Id& account, const views::SortKey& key) const;
    Result<std::optional<views::SortKey>> open_cursor(const Id& account, const std::string& text)
        const;
    ListItem make_item(const Identity& who, const views::Row& row) const;
    std::string shown_label(const Sight& sight, const views::Row& row) const;
    std::optional<AgeRange> shown_age(const Sight& sight, const views::Row& row) const;

    // Importing.
    struct ImportState;
    Result<ImportState> take_job(const Identity& who, const std::optional<Id>& job) const;
    store::Change store_job(const ImportState& state) const;
    /// A line that was read. One without an id has it from its job and its whole content.
    struct ReadLine {
        std::uint64_t number = 0;
        NewDossier dossier;
        bool names_id = false;
    };
    Result<ReadLine> read_line(const Identity& who, const Id& job, const ImportLine& line) const;
    Result<RecordState> read_line_record(
        const NewDossier& dossier,
        const json::value& value,
        std::size_t place,
        const EntryHead& head,
        const std::string& pointer
    ) const;
    Result<bool> is_there(const Identity& who, const ReadLine& line);
    Result<void> commit_batch(
        const Identity& who, ImportState& state, std::vector<ReadLine>& batch
    );
};

/// A change made of two, in order; either may be empty.
store::Change both(store::Change first, store::Change second);

/// Whether somebody says why: Code::invalid for blank or no UTF-8, Code::too_large past
/// `reasons_chars_max`, at the pointer.
Result<void> check_reasons(const std::string& reasons, const std::string& pointer);

/// Whether the caller may write, new or changed, a form that decides who has access, or one that
/// only the service writes. Forms of other kinds are not looked at.
Result<void> may_decide_access(
    const policy::Pack& pack,
    const Access& access,
    const policy::Kind& kind,
    const std::string& pointer
);

}  // namespace homeward::casework
