#include "casework/directory.hpp"

#include "casework/login_name.hpp"
#include "views/bar.hpp"

#include <algorithm>

namespace homeward::casework {

namespace {

constexpr std::string_view table = "account";
constexpr store::Query select_all{"SELECT id, login, sealed, version FROM account"};
constexpr store::Query insert_one{
    "INSERT INTO account (id, login, sealed, version) VALUES ($1, $2, $3, $4)"};
constexpr store::Query update_one{
    "UPDATE account SET sealed = $2, version = $3 WHERE id = $1 AND version = $4"};

json::object to_json(const Account& account) {
    return {
        {"name", account.name},
        {"roles", to_array(account.roles)},
        {"team", account.team},
        {"agency", account.agency},
        {"password", account.password},
        {"sources", to_array(account.sources)},
        {"gbv_cleared", account.gbv_cleared},
        {"disabled", account.disabled}};
}

Account from_json(const json::object& content) {
    Account account;
    account.name = text_at(content, "name");
    account.roles = texts_at(content, "roles");
    account.team = text_at(content, "team");
    account.agency = text_at(content, "agency");
    account.password = text_at(content, "password");
    account.sources = texts_at(content, "sources");
    account.gbv_cleared = flag_at(content, "gbv_cleared");
    account.disabled = flag_at(content, "disabled");
    return account;
}

}  // namespace

bool Account::has_role(std::string_view role) const {
    return std::find(roles.begin(), roles.end(), role) != roles.end();
}

Result<void> Directory::load() {
    return core_.store.main().read([&](store::Session& session) -> Result<void> {
        const auto rows = session.each(select_all, [&](const store::Row& row) -> Result<void> {
            const Id id = row.id(0);
            const std::uint64_t version = row.count(3);
            const auto content = open_row(core_.keyring, table, id, version, row.blob(2));
            if (!content) return Failure(content.error());
            const auto login = crypto::hash_from(row.blob(1));
            if (!login) return Failure(login.error());
            Account account = from_json(*content);
            account.id = id;
            account.version = version;
            account.login = *login;
            applied(std::move(account));
            return {};
        });
        if (!rows) return Failure(rows.error());
        return {};
    });
}

AccountPointer Directory::find(const Id& id) const {
    const std::shared_lock lock(mutex_);
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
}

AccountPointer Directory::find_login(const crypto::Hash& login) const {
    const std::shared_lock lock(mutex_);
    const auto found = by_login_.find(login);
    return found == by_login_.end() ? nullptr : found->second;
}

std::vector<AccountPointer> Directory::all() const {
    std::vector<AccountPointer> found;
    {
        const std::shared_lock lock(mutex_);
        for (const auto& [id, account] : by_id_) found.push_back(account);
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return std::tie(a->name, a->id) < std::tie(b->name, b->id);
    });
    return found;
}

std::vector<Id> Directory::team(const std::string& agency, const std::string& team) const {
    std::vector<Id> found;
    const std::shared_lock lock(mutex_);
    for (const auto& [id, account] : by_id_) {
        if (account->agency == agency && account->team == team) found.push_back(id);
    }
    return found;
}

std::size_t Directory::size() const {
    const std::shared_lock lock(mutex_);
    return by_id_.size();
}

Result<crypto::Hash> Directory::login_of(std::string_view name) const {
    const auto normal = normal_name(name);
    if (!normal) return Failure(normal.error());
    return core_.keyring.mac(crypto::MacUse::login, bytes_of(*normal));
}

store::Change Directory::store(const Account& account) const {
    Bytes sealed = seal_row(core_.keyring, table, account.id, account.version, to_json(account));
    return [id = account.id,
            login = account.login,
            version = account.version,
            sealed = std::move(sealed)](store::Session& session) -> Result<void> {
        const BytesView login_bytes(login.bytes);
        const auto rows = version == 1 ? session.run(insert_one, id, login_bytes, sealed, version)
                                       : session.run(update_one, id, sealed, version, version - 1);
        if (!rows) return Failure(rows.error());
        if (*rows != 1) return fail(Code::conflict, "the account was changed meanwhile");
        return {};
    };
}

void Directory::applied(Account account) {
    account.comparable_name = views::comparable(account.name);
    account.comparable_agency = views::comparable(account.agency);
    auto pointer = std::make_shared<const Account>(std::move(account));
    const std::unique_lock lock(mutex_);
    by_login_[pointer->login] = pointer;
    AccountPointer& known = by_id_[pointer->id];
    const bool renamed = !known || known->name != pointer->name || known->roles != pointer->roles;
    known = pointer;
    if (renamed) names_version_.fetch_add(1, std::memory_order_release);
}

}  // namespace homeward::casework
