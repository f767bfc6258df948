#pragma once

#include "base/time.hpp"
#include "casework/answers.hpp"
#include "casework/caller.hpp"
#include "casework/held.hpp"
#include "casework/options.hpp"
#include "crypto/keyring.hpp"
#include "crypto/password.hpp"
#include "journal/checkpoint.hpp"
#include "policy/pack.hpp"
#include "store/database.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::casework {

/// What the register is made of. All of it must outlive the register.
struct Parts {
    store::Store& store;
    const crypto::Keyring& keyring;
    std::shared_ptr<const policy::Pack> pack;
    const Clock& clock;
    crypto::Passwords& passwords;
    journal::Checkpoints& checkpoints;
};

/// Writes a file out. Depends on nothing but the file and what the `form` beside it names.
using WriteFile = std::function<std::string(const File&)>;

/// Told during the start: dossiers taken up, dossiers in all.
using OnProgress = std::function<void(std::size_t done, std::size_t all)>;

/// Every use case of the service. Plain calls that block until what they did is durable; any
/// thread may call. Failures that every call can have: Code::forbidden for a purpose that the role
/// does not have and for what the role may never do, Code::not_found for a dossier or record that
/// does not exist or is not for this caller (the two answer alike), Code::too_many for a
/// look at more files than one person is shown at one time, Code::unavailable when the
/// journal cannot be written (then nothing was done and nothing is shown).
class Register {
  public:
    /// Builds the views. Evaluates anew whatever another pack judged or what cannot be read.
    static Result<std::unique_ptr<Register>> start(
        const Parts& parts, const Options& options = {}, const OnProgress& on_progress = {}
    );
    Register(const Register&) = delete;
    Register& operator=(const Register&) = delete;
    ~Register();

    const policy::Pack& pack() const;
    const Options& options() const;

    // ---------------------------------------------------------------- signing in

    /// Takes as long for a name that does not exist. Code::unavailable when too many wait.
    Result<SignedIn> sign_in(const SignIn& request);
    /// The session of a token (64 hexadecimal digits), and counts as use of it. Code::forbidden
    /// when there is none, or it has ended.
    Result<Session> resume(std::string_view token);
    /// Ends it. Ending what is not there is fine.
    Result<void> sign_out(std::string_view token);

    // ---------------------------------------------------------------- accounts

    /// Only for roles that may `accounts`, and the console. Code::conflict for a name that is
    /// taken, Code::invalid for an unknown role, two that exclude each other, or a password that
    /// is too short. The same id and content twice is the same account.
    Result<AccountInfo> create_account(const Caller& caller, const NewAccount& account);
    /// Disabling and a new password end the account's sessions. Everyone may change their own
    /// password: nothing else.
    Result<AccountInfo> change_account(
        const Caller& caller, const Id& account, const AccountChange& change
    );
    /// All accounts, for those who make them.
    Result<std::vector<AccountInfo>> accounts(const Caller& caller);
    /// Those of the caller's agency who are not disabled, by name.
    Result<std::vector<AccountInfo>> colleagues(const Caller& caller);

    // ---------------------------------------------------------------- a dossier

    /// Opens a dossier with its first records; whoever opens it becomes a member. Made ids make a
    /// retry the same request: Code::conflict for the same id with another content. Code::invalid
    /// with the pointer (`/records/0/data/started`) for a wrong shape.
    Result<Opened> open(
        const Caller& caller,
        const std::optional<Id>& id,
        std::string_view type,
        const std::vector<NewRecord>& records
    );
    Result<Added> add(const Caller& caller, const Id& ref, const NewRecord& record);
    Result<Amended> amend(const Caller& caller, const Id& ref, const Amendment& amendment);
    /// An act of the system, with reasons. What blocks it is in the answer.
    Result<ActAnswer> act(const Caller& caller, const Id& ref, const ActRequest& request);

    /// The file, cut to the caller. The look is in the journal before it returns.
    Result<File> read(const Caller& caller, const Id& ref);
    /// The same as text, held back instead of waiting. What was written out lately in that form for
    /// the same caller is given again as long as it is still what `write` would write.
    Result<Held<std::string>> read_written(
        const Caller& caller, const Id& ref, std::string_view form, const WriteFile& write
    );
    /// `all` lists what is met and not applicable too.
    Result<std::vector<ShownFinding>> findings(const Caller& caller, const Id& ref, bool all);
    Result<History> history(const Caller& caller, const Id& ref, const HistoryQuery& query);
    /// The answers of fields that need a second reason, without those that are not there. The look
    /// and its reason are in the journal before it returns. Code::invalid for a field that is not
    /// such a one and for no reason, Code::forbidden for one that the caller may not read.
    Result<json::object> reveal(const Caller& caller, const Id& ref, const RevealRequest& request);
    /// Who looked. For roles that may read the category of the audit at all.
    Result<Reads> reads(
        const Caller& caller, const Id& ref, std::uint64_t before, std::size_t limit
    );

    // ---------------------------------------------------------------- many dossiers

    Result<List> list(const Caller& caller, const ListQuery& query);
    Result<Work> work(const Caller& caller, const WorkQuery& query);
    /// For roles that may `export`. Each dossier's journal says so.
    Result<ExportPage> export_page(const Caller& caller, const ExportQuery& query);
    /// For roles that may `import`, and the console. Without a job a new one begins. What is wrong
    /// with a line refuses that line alone.
    Result<Imported> import(
        const Caller& caller, const std::optional<Id>& job, const std::vector<ImportLine>& lines
    );
    /// Where a job stands.
    Result<Imported> import_job(const Caller& caller, const Id& job);

    // ---------------------------------------------------------------- in the background

    /// Evaluates up to `limit` dossiers anew whose clocks have moved on. Returns how many.
    Result<std::size_t> recheck(std::size_t limit);
    /// Keeps the board on disk for the next start (`Options::board_folder`); only what changed
    /// since the last time is added. `go_on` is asked now and then, and false ends it there. A
    /// failure costs the next start time and nothing else.
    Result<void> keep_board(const std::function<bool()>& go_on = {});
    /// Gathers the records of up to `limit` dossiers that were left alone since somebody wrote to
    /// them, so that they open in one piece. Returns how many were looked at.
    std::size_t gather(std::size_t limit);
    /// When the next recheck is due, if ever.
    std::optional<Instant> next_recheck() const;

    /// Numbers for operations; no personal data.
    struct Stats {
        std::size_t dossiers = 0;
        std::size_t open_findings = 0;
        std::size_t sessions = 0;
        std::size_t accounts = 0;
        std::size_t looks_refused = 0;  ///< since the start, as somebody was shown too many files
    };
    Stats stats() const;

  private:
    struct Impl;
    explicit Register(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace homeward::casework
