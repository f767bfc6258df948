#include "casework/authority.hpp"

#include "base/check.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeward::casework {

namespace {

/// Sights that are kept; a role has few under which it really works.
constexpr std::size_t sights_max = 1'000;

Failure no_such_dossier() { return fail(Code::not_found, "no such dossier"); }

bool is_for(const views::Permit& permit, const Id& account, std::uint16_t role) {
    if (!permit.account.is_nil() && permit.account != account) return false;
    return permit.role == views::any_role || permit.role == role;
}

}  // namespace

bool Identity::may(std::string_view task) const {
    return role != nullptr &&
           std::find(role->may.begin(), role->may.end(), task) != role->may.end();
}

Result<Identity> Authority::identify(const Caller& caller) const {
    if (caller.is_console()) return Identity{};
    Identity who;
    who.account = directory_.find(caller.account);
    who.role = core_.pack->find_role(caller.role);
    if (!who.account || who.account->disabled || who.role == nullptr ||
        !who.account->has_role(caller.role)) {
        return fail(Code::forbidden, "not signed in");
    }
    if (caller.purpose.empty()) {
        check(!who.role->purposes.empty(), "the pack gives each role a purpose");
        who.purpose = core_.pack->purposes()[who.role->purposes.front()].id;
        return who;
    }
    const policy::Purpose* purpose = core_.pack->find_purpose(caller.purpose);
    if (purpose == nullptr) return fail(Code::forbidden, "no such purpose");
    if (purpose->prohibited) {
        std::string_view answer = purpose->answer.in("en");
        if (answer.empty()) answer = "nobody may use this for that";
        return fail(Code::forbidden, std::string(answer));
    }
    const auto has =
        std::any_of(who.role->purposes.begin(), who.role->purposes.end(), [&](std::uint16_t index) {
            return &core_.pack->purposes()[index] == purpose;
        });
    if (!has) return fail(Code::forbidden, "the role does not have this purpose");
    who.purpose = purpose->id;
    return who;
}

Result<void> Authority::permit(const Identity& who, Deed deed) const {
    const bool console = who.role == nullptr;
    switch (deed) {
        case Deed::import:
            if (console || who.may(may_import)) return {};
            return fail(Code::forbidden, "the role may not import");
        case Deed::open:
            if (who.may(may_open)) return {};
            return fail(Code::forbidden, "the role may not open a dossier");
        case Deed::export_files:
            if (who.may(may_export)) return {};
            return fail(Code::forbidden, "the role may not export");
        default:
            if (!console) return {};
            return fail(Code::forbidden, "the console reads nothing");
    }
}

bool Authority::works_on(const Identity& who, const views::Row& row) const {
    const Instant now = core_.now();
    const std::uint16_t role = core_.pack->index_of(*who.role);
    switch (who.role->scope) {
        case policy::Scope::assigned:
            return std::any_of(row.members.begin(), row.members.end(), [&](const auto& member) {
                return member.account == who.id() && member.live(now) &&
                       (member.role == views::any_role || member.role == role);
            });
        case policy::Scope::team:
        case policy::Scope::all:
            // Past members count: a file whose worker has left still belongs to the team.
            return std::any_of(row.members.begin(), row.members.end(), [&](const auto& member) {
                const AccountPointer account = directory_.find(member.account);
                if (!account || account->agency != who.account->agency) return false;
                return who.role->scope == policy::Scope::all || account->team == who.account->team;
            });
    }
    return false;
}

bool Authority::is_barred(const Identity& who, const views::Row& row) const {
    if (row.bars.empty() || !who.account) return false;
    const Account& account = *who.account;
    return row.is_barred(
        {account.id, account.comparable_name, account.comparable_agency}, core_.now()
    );
}

Conditions Authority::conditions(const Identity& who, const views::Row& row) const {
    if (is_barred(who, row)) return {};
    const Instant now = core_.now();
    const std::uint16_t role = core_.pack->index_of(*who.role);
    Conditions conditions;
    conditions.assigned = works_on(who, row);
    conditions.gbv_cleared = who.account->gbv_cleared;
    for (const views::Permit& permit : row.permits) {
        if (!permit.live(now) || !is_for(permit, who.id(), role)) continue;
        // A permission for a role is for those of that role who work on the file.
        if (permit.account.is_nil() && !conditions.assigned) continue;
        conditions.permitted |= permit.categories;
    }
    return conditions;
}

bool Authority::reaches(const Identity& who, const Conditions& conditions) const {
    // A permission for what the role may not be lent opens nothing: then there is no such dossier.
    const auto seen = sight(*who.role, conditions);
    return (seen->readable() | seen->writable()) != 0;
}

Access Authority::make_access(
    const Identity& who,
    const Id& dossier,
    std::uint64_t version,
    const Conditions& conditions,
    Deed deed
) const {
    check(!dossier.is_nil(), "a person's grant is for one dossier");
    auto seen = sight(*who.role, conditions);
    journal::Categories readable = core_.categories.in_journal(seen->readable());
    // Who wrote what and when is part of every entry's history; what else lies in that category
    // is still cut by the sight.
    if (deed == Deed::audit) readable = readable.with(audit_category);
    journal::Grant grant(
        dossier,
        who.id(),
        who.role->id,
        who.purpose,
        readable,
        core_.categories.in_journal(seen->writable())
    );
    const Id ref = references_.name_for(who.role->side, dossier);
    return Access{who, std::move(grant), std::move(seen), dossier, ref, version};
}

Result<Access> Authority::authorize(const Identity& who, Deed deed, const Id& ref) const {
    if (const auto may = permit(who, deed); !may) return Failure(may.error());
    check(who.role != nullptr, "the console has no access of its own");
    const Id dossier = references_.resolve(who.role->side, ref, board_);
    const views::RowPointer row = board_.find(dossier);
    if (!row) return no_such_dossier();
    const Conditions found = conditions(who, *row);
    if (!reaches(who, found)) return no_such_dossier();
    return make_access(who, dossier, row->version, found, deed);
}

Result<Access> Authority::authorize_new(const Identity& who, Deed deed, const Id& dossier) const {
    if (const auto may = permit(who, deed); !may) return Failure(may.error());
    check(who.role != nullptr, "the console has no access of its own");
    Conditions conditions;
    conditions.assigned = true;  // whoever opens a dossier becomes a member with it
    conditions.gbv_cleared = who.account->gbv_cleared;
    return make_access(who, dossier, 0, conditions, deed);
}

std::shared_ptr<const Sight> Authority::list_sight(const Identity& who) const {
    Conditions conditions;
    conditions.assigned = true;
    conditions.gbv_cleared = who.account->gbv_cleared;
    return sight(*who.role, conditions);
}

std::shared_ptr<const Sight> Authority::sight(
    const policy::Role& role, const Conditions& conditions
) const {
    const std::lock_guard lock(mutex_);
    auto& kept = sights_[{role.id, conditions}];
    if (!kept) kept = std::make_shared<const Sight>(*core_.pack, role, conditions);
    auto found = kept;
    if (sights_.size() > sights_max) sights_.clear();
    return found;
}

journal::Grant Authority::engine_grant(const Id& dossier) {
    return {dossier, Id{}, "", "", journal::Categories::all(), journal::Categories::all()};
}

journal::Grant Authority::start_grant() { return engine_grant(Id{}); }

void References::add(const Id& dossier) {
    const Id ref = justice_ref(dossier);
    const std::unique_lock lock(mutex_);
    dossier_of_[ref] = dossier;
}

Id References::justice_ref(const Id& dossier) const {
    return id_of(keyring_.mac(crypto::MacUse::reference, dossier.bytes));
}

Id References::resolve(policy::Side side, const Id& ref, const views::Board& board) const {
    if (side != policy::Side::justice) {
        const views::RowPointer row = board.find(ref);
        if (row) return ref;
        if (side == policy::Side::protection) return {};
    }
    const std::shared_lock lock(mutex_);
    const auto found = dossier_of_.find(ref);
    return found == dossier_of_.end() ? Id{} : found->second;
}

Id References::name_for(policy::Side side, const Id& dossier) const {
    return side == policy::Side::justice ? justice_ref(dossier) : dossier;
}

}  // namespace homeward::casework
