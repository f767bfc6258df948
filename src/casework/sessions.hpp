#pragma once

#include "casework/directory.hpp"

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::casework {

/// Who is signed in. Of a token only its MAC is kept, in memory and on disk. Any thread.
class Sessions {
  public:
    Sessions(const Core& core, const Directory& directory) : core_(core), directory_(directory) {}

    /// Takes up what is stored and still runs.
    Result<void> load();

    /// A new session that is not stored yet.
    struct Made {
        std::string token;
        Session session;
        store::Change
            store;  ///< also forgets what ended, and the account's oldest beyond the limit
        crypto::Hash key;
    };
    Made make(const Account& account, const std::string& role, bool program);
    /// Once that is durable.
    void applied(const Made& made);

    Result<Session> resume(std::string_view token);
    Result<void> end(std::string_view token);
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
    };

    bool runs(const State& state, Instant now) const;
    Session to_session(const Account& account, const State& state) const;
    std::vector<crypto::Hash> ended_by_new(const Id& account, Instant now) const;

    const Core& core_;
    const Directory& directory_;
    mutable std::mutex mutex_;
    std::map<crypto::Hash, State> states_;
};

}  // namespace homeward::casework
