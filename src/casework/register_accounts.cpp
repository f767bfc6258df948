#include "casework/login_name.hpp"
#include "casework/register_impl.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeward::casework {

namespace {

AccountInfo info_of(const Account& account) {
    return {
        account.id,
        account.name,
        account.roles,
        account.team,
        account.agency,
        account.gbv_cleared,
        account.disabled};
}

Result<void> check_label(const std::string& text, const char* pointer) {
    const auto chars = count_chars(text);
    if (!chars) return fail(Code::invalid, "not UTF-8", pointer);
    if (*chars > name_chars_max) {
        return fail(Code::too_large, fmt::format("at most {} characters", name_chars_max), pointer);
    }
    return {};
}

Result<void> check_password(const std::string& password) {
    const auto chars = count_chars(password);
    if (!chars) return fail(Code::invalid, "not UTF-8", "/password");
    if (*chars < password_chars_min) {
        return fail(
            Code::invalid, fmt::format("at least {} characters", password_chars_min), "/password"
        );
    }
    if (password.size() > crypto::password_size_max) {
        return fail(
            Code::too_large, fmt::format("at most {} bytes", crypto::password_size_max), "/password"
        );
    }
    return {};
}

bool is_same(const Account& account, const NewAccount& wanted) {
    return account.roles == wanted.roles && account.team == wanted.team &&
           account.agency == wanted.agency && account.gbv_cleared == wanted.gbv_cleared;
}

bool is_only_password(const AccountChange& change) {
    return change.password && !change.roles && !change.team && !change.agency &&
           !change.gbv_cleared && !change.disabled;
}

}  // namespace

Result<void> Register::Impl::may_keep_accounts(const Caller& caller, Identity& who) {
    auto known = authority.identify(caller);
    if (!known) return Failure(known.error());
    who = std::move(*known);
    if (who.role == nullptr || who.may(may_accounts)) return {};
    note_refusal(caller, Deed::list, Id{});
    return fail(Code::forbidden, "the role may not keep accounts");
}

Result<void> Register::Impl::check_roles(const std::vector<std::string>& roles) const {
    if (roles.empty()) return fail(Code::invalid, "an account has a role", "/roles");
    if (roles.size() > roles_max) {
        return fail(Code::too_large, fmt::format("at most {} roles", roles_max), "/roles");
    }
    for (std::size_t i = 0; i < roles.size(); ++i) {
        const std::string pointer = fmt::format("/roles/{}", i);
        const policy::Role* role = core.pack->find_role(roles[i]);
        if (role == nullptr) return fail(Code::invalid, "no such role", pointer);
        for (std::size_t j = 0; j < roles.size(); ++j) {
            if (j == i) continue;
            const policy::Role* other = core.pack->find_role(roles[j]);
            if (role == other) return fail(Code::invalid, "the role stands twice", pointer);
            const bool excluded =
                other != nullptr &&
                std::find(
                    role->not_with.begin(), role->not_with.end(), core.pack->index_of(*other)
                ) != role->not_with.end();
            if (!excluded) continue;
            return fail(
                Code::invalid,
                fmt::format("one account may not be both {} and {}", role->id, other->id),
                pointer
            );
        }
    }
    return {};
}

Result<void> Register::Impl::commit_account(
    const Identity& who, Account account, const std::string& deed, bool end_sessions
) {
    EntryHead entry = head(who, what::account);
    entry.more.emplace("account", to_text(account.id));
    entry.more.emplace("deed", deed);
    entry.more.emplace("roles", to_array(account.roles));
    entry.more.emplace("disabled", account.disabled);
    entry.more.emplace("gbv_cleared", account.gbv_cleared);
    const auto sealed = chronicle.seal(entry);
    if (!sealed) return not_written(sealed.error());
    const auto done = core.store.main().write([&](store::Session& session) -> Result<void> {
        const auto stored = directory.store(account)(session);
        if (!stored) return stored;
        if (end_sessions) {
            const auto ended = sessions.end_all(account.id)(session);
            if (!ended) return ended;
        }
        const auto appended = journal::append(session, *sealed);
        if (!appended) return Failure(appended.error());
        return {};
    });
    if (!done) return done;
    core.checkpoints.appended(1);
    const Id id = account.id;
    directory.applied(std::move(account));
    if (end_sessions) sessions.ended_all(id);
    return {};
}

Result<AccountInfo> Register::create_account(const Caller& caller, const NewAccount& wanted) {
    Identity who;
    const auto may = impl_->may_keep_accounts(caller, who);
    if (!may) return Failure(may.error());
    const auto login = impl_->directory.login_of(wanted.name);
    if (!login) return fail(login.error().code, login.error().text, "/name");
    if (const auto fits = impl_->check_roles(wanted.roles); !fits) return Failure(fits.error());
    if (const auto fits = check_password(wanted.password); !fits) return Failure(fits.error());
    if (const auto fits = check_label(wanted.team, "/team"); !fits) return Failure(fits.error());
    if (const auto fits = check_label(wanted.agency, "/agency"); !fits) {
        return Failure(fits.error());
    }
    if (wanted.id && wanted.id->is_nil()) return fail(Code::invalid, "an id cannot be nil", "/id");
    auto hash = impl_->core.passwords.hash(wanted.password);
    if (!hash) return Failure(hash.error());
    const auto turn = impl_->directory.take_turn();
    if (const AccountPointer known = impl_->directory.find_login(*login)) {
        if (wanted.id && known->id == *wanted.id && is_same(*known, wanted)) return info_of(*known);
        return fail(Code::conflict, "the name is taken", "/name");
    }
    Account account;
    account.id = wanted.id.value_or(make_id());
    if (impl_->directory.find(account.id)) return fail(Code::conflict, "the id is taken", "/id");
    account.version = 1;
    account.login = *login;
    account.name = wanted.name;
    account.roles = wanted.roles;
    account.team = wanted.team;
    account.agency = wanted.agency;
    account.gbv_cleared = wanted.gbv_cleared;
    account.password = std::move(*hash);
    const AccountInfo info = info_of(account);
    const auto done = impl_->commit_account(who, std::move(account), "create", false);
    if (!done) return Failure(done.error());
    return info;
}

Result<AccountInfo> Register::change_account(
    const Caller& caller, const Id& id, const AccountChange& change
) {
    Identity who;
    if (!caller.is_console() && caller.account == id && is_only_password(change)) {
        auto known = impl_->authority.identify(caller);
        if (!known) return Failure(known.error());
        who = std::move(*known);
    } else if (const auto may = impl_->may_keep_accounts(caller, who); !may) {
        return Failure(may.error());
    }
    std::string hash;
    if (change.password) {
        if (const auto fits = check_password(*change.password); !fits) {
            return Failure(fits.error());
        }
        auto made = impl_->core.passwords.hash(*change.password);
        if (!made) return Failure(made.error());
        hash = std::move(*made);
    }
    if (change.roles) {
        if (const auto fits = impl_->check_roles(*change.roles); !fits) {
            return Failure(fits.error());
        }
    }
    for (const auto& [text, pointer] :
         {std::pair(&change.team, "/team"), std::pair(&change.agency, "/agency")}) {
        if (!*text) continue;
        if (const auto fits = check_label(**text, pointer); !fits) return Failure(fits.error());
    }
    const auto turn = impl_->directory.take_turn();
    const AccountPointer known = impl_->directory.find(id);
    if (!known) return fail(Code::not_found, "no such account");
    Account next = *known;
    ++next.version;
    if (change.password) next.password = hash;
    next.roles = change.roles.value_or(next.roles);
    next.team = change.team.value_or(next.team);
    next.agency = change.agency.value_or(next.agency);
    next.gbv_cleared = change.gbv_cleared.value_or(next.gbv_cleared);
    next.disabled = change.disabled.value_or(next.disabled);
    if (change.password) next.sources.clear();
    const AccountInfo info = info_of(next);
    const bool end = change.password || next.disabled;
    const auto done = impl_->commit_account(who, std::move(next), "change", end);
    if (!done) return Failure(done.error());
    return info;
}

Result<std::vector<AccountInfo>> Register::accounts(const Caller& caller) {
    Identity who;
    const auto may = impl_->may_keep_accounts(caller, who);
    if (!may) return Failure(may.error());
    std::vector<AccountInfo> infos;
    for (const AccountPointer& account : impl_->directory.all()) infos.push_back(info_of(*account));
    return infos;
}

Result<std::vector<AccountInfo>> Register::colleagues(const Caller& caller) {
    const auto who = impl_->enter(caller, Deed::list);
    if (!who) return Failure(who.error());
    std::vector<AccountInfo> infos;
    for (const AccountPointer& account : impl_->directory.all()) {
        if (account->disabled || account->agency != who->account->agency) continue;
        infos.push_back(info_of(*account));
        // Who is cleared for what is nobody's business but the keeper's of the accounts.
        infos.back().gbv_cleared = false;
    }
    return infos;
}

}  // namespace homeward::casework
