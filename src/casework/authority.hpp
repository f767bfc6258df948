#pragma once

#include "casework/directory.hpp"
#include "casework/sight.hpp"
#include "journal/grant.hpp"
#include "views/board.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace homeward::casework {

class References;

/// Who asks, after it was looked up that they still may: account, role and purpose hold now.
struct Identity {
    AccountPointer account;  ///< null for the console
    const policy::Role* role = nullptr;
    std::string purpose;

    Id id() const { return account ? account->id : Id{}; }
    std::string role_id() const { return role != nullptr ? role->id : std::string(); }
    bool may(std::string_view task) const;
};

/// A decision that somebody may do something with one dossier: the grant that unseals its
/// categories, and the sight that cuts what was unsealed down to fields.
struct Access {
    Identity who;
    journal::Grant grant;
    std::shared_ptr<const Sight> sight;
    Id dossier;
    Id ref;  ///< the name by which the caller's side knows it
    /// Of the dossier as it was decided on; 0 for one that is to be made.
    std::uint64_t version = 0;
};

/// What is to be done. Anything but looking needs more than a right to read.
enum class Deed : std::uint8_t { read, audit, open, write, act, list, import, export_files };

/// Decides about access, and makes every grant there is: the grant has no other maker, and nothing
/// can be unsealed without one. Deny by default. Any thread.
class Authority {
  public:
    Authority(
        const Core& core,
        const Directory& directory,
        const views::Board& board,
        const References& references
    )
        : core_(core), directory_(directory), board_(board), references_(references) {}

    /// Whether the account is there, has the role, and the role the purpose; Code::forbidden
    /// otherwise, with the pack's answer for a prohibited purpose.
    Result<Identity> identify(const Caller& caller) const;

    /// Whether the role may do such a thing at all. Code::forbidden.
    Result<void> permit(const Identity& who, Deed deed) const;

    /// The decision about one dossier, by the name that the caller used for it. Code::not_found
    /// for one that is not there or not for the caller, in the same words.
    Result<Access> authorize(const Identity& who, Deed deed, const Id& ref) const;
    /// The same for a dossier that is only being opened, by its id.
    Result<Access> authorize_new(const Identity& who, Deed deed, const Id& dossier) const;

    /// Whether somebody said that the caller must not be told anything of the dossier. That beats
    /// every role, membership and permission: for the caller there is no such dossier.
    bool is_barred(const Identity& who, const views::Row& row) const;
    /// Under which conditions the caller's letters stand for a dossier.
    Conditions conditions(const Identity& who, const views::Row& row) const;
    /// Whether they leave anything to read or write at all.
    bool reaches(const Identity& who, const Conditions& conditions) const;
    /// The sight of somebody who is assigned and has no permission, for lists.
    std::shared_ptr<const Sight> list_sight(const Identity& who) const;
    std::shared_ptr<const Sight> sight(const policy::Role& role, const Conditions& conditions)
        const;

  private:
    friend class Ledger;
    friend class GatheredCheck;
    /// For what no person sees: evaluating a dossier, writing to it and checking it, and starting
    /// up.
    static journal::Grant engine_grant(const Id& dossier);
    static journal::Grant start_grant();

    Access make_access(
        const Identity& who,
        const Id& dossier,
        std::uint64_t version,
        const Conditions& conditions,
        Deed deed
    ) const;
    bool works_on(const Identity& who, const views::Row& row) const;

    const Core& core_;
    const Directory& directory_;
    const views::Board& board_;
    const References& references_;
    mutable std::mutex mutex_;
    mutable std::map<std::pair<std::string, Conditions>, std::shared_ptr<const Sight>> sights_;
};

/// The justice side's names of dossiers: computed from their ids, never stored. Any thread.
class References {
  public:
    explicit References(const crypto::Keyring& keyring) : keyring_(keyring) {}

    void add(const Id& dossier);
    Id justice_ref(const Id& dossier) const;
    /// The dossier that a side knows by `ref`; nil when there is none.
    Id resolve(policy::Side side, const Id& ref, const views::Board& board) const;
    Id name_for(policy::Side side, const Id& dossier) const;

  private:
    const crypto::Keyring& keyring_;
    mutable std::shared_mutex mutex_;
    std::unordered_map<Id, Id, IdHash> dossier_of_;
};

}  // namespace homeward::casework
