#pragma once

#include "casework/core.hpp"
#include "crypto/hash.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace homeward::casework {

/// Somebody who may sign in. Sealed on disk under the system key.
struct Account {
    Id id;
    std::uint64_t version = 0;
    crypto::Hash login;
    std::string name;
    std::vector<std::string> roles;
    std::string team;
    std::string agency;
    std::string password;              ///< as Passwords::hash gave it
    std::vector<std::string> sources;  ///< MACs of what signed in before, the newest first
    bool gbv_cleared = false;
    bool disabled = false;
    std::string comparable_name;    ///< as bars name it; follows from `name`
    std::string comparable_agency;  ///< the same of `agency`

    bool has_role(std::string_view role) const;
};

using AccountPointer = std::shared_ptr<const Account>;

/// The accounts, all in memory. Any thread.
class Directory {
  public:
    explicit Directory(const Core& core) : core_(core) {}

    Result<void> load();

    AccountPointer find(const Id& id) const;
    AccountPointer find_login(const crypto::Hash& login) const;
    /// By name.
    std::vector<AccountPointer> all() const;
    /// Everyone of a team (or agency) by account id; for a team, of the same agency too.
    std::vector<Id> team(const std::string& agency, const std::string& team) const;
    std::size_t size() const;
    /// Counts the changes of what answers show of accounts: names and roles.
    std::uint64_t names_version() const { return names_version_.load(std::memory_order_acquire); }

    /// The MAC that a name is looked up by.
    Result<crypto::Hash> login_of(std::string_view name) const;

    /// Changes take turns: hold this from looking an account up until `applied`.
    std::unique_lock<std::mutex> take_turn() { return std::unique_lock(turn_); }
    /// A change that stores the account: a new one at version 1, else the next version.
    store::Change store(const Account& account) const;
    /// Once that is durable.
    void applied(Account account);

  private:
    const Core& core_;
    std::mutex turn_;
    mutable std::shared_mutex mutex_;
    std::atomic<std::uint64_t> names_version_ = 0;
    std::unordered_map<Id, AccountPointer, IdHash> by_id_;
    std::map<crypto::Hash, AccountPointer> by_login_;
};

}  // namespace homeward::casework
