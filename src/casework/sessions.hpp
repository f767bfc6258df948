#pragma once

#include "casework/directory.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::casework {

/// Who is signed in. Of a token only its MAC is kept, in memory and on disk. Any thread.
///
/// A session ends by the clock or by what has truly passed, whichever is first: a clock that is set
/// back lengthens none.
class Sessions {
  public:
    Sessions(const Core& core, const Directory& directory) : core_(core), directory_(directory) {}

    /// Takes up what is stored and still runs, and forgets the rest. When something stored is later
    /// than now, the clock was set back while nobody counted: then nobody is signed in any more.
    Result<void> load();

    /// A new session that is not stored yet.
    struct Made {
        std::string token;
        Session session;
        store::Change
            store;  ///< also forgets what ended, and the account's oldest beyond the limit
        crypto::Hash key;
        std::vector<crypto::Hash> ended;  ///< what `store` forgets
    };
    Made make(const Account& account, const std::string& role, bool program);
    /// Once that is durable.
    void applied(const Made& made);

    Result<Session> resume(std::string_view token);
    /// At once; an error says that the row could not be deleted, which is tried again.
    Result<void> end(std::string_view token);
    /// Deletes what could not be deleted before: a row that is left would be taken up at a start.
    void forget_again();
    /// Forgets all of an account's: the change goes with the one that is the reason for it.
    store::Change end_all(const Id& account) const;
    void ended_all(const Id& account);
    std::size_t size() const;

  private:
    struct State {
        Id account;
        std::string role;
        std::string csrf;
        bool program = false;
        Instant created;
        Instant seen;
        Instant stored_seen;
        Instant begun;  ///< `created` and `seen` by Clock::ticking
        Instant used;
    };
    struct Stored {
        crypto::Hash key;
        State state;
    };
    /// Of sessions that ended, those whose rows could not be deleted. The store may tell of a row
    /// after the sessions are gone.
    class Left {
      public:
        void add(const std::vector<crypto::Hash>& keys);
        std::vector<crypto::Hash> take();

      private:
        std::mutex mutex_;
        std::vector<crypto::Hash> keys_;
    };

    Result<std::vector<Stored>> read_stored() const;
    /// Deletes rows without waiting; those that cannot be are `left_`.
    void forget(const std::vector<crypto::Hash>& keys);
    bool runs(const State& state, Instant now, Instant ticking) const;
    Session to_session(const Account& account, const State& state) const;
    std::vector<crypto::Hash> ended_by_new(const Id& account) const;

    const Core& core_;
    const Directory& directory_;
    mutable std::mutex mutex_;
    std::map<crypto::Hash, State> states_;
    const std::shared_ptr<Left> left_ = std::make_shared<Left>();
};

}  // namespace homeward::casework
