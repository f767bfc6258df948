#include "casework/sessions.hpp"

#include "base/log.hpp"
#include "crypto/secret.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace homeward::casework {

namespace {

constexpr std::string_view table = "session";
constexpr std::size_t token_size = 32;
constexpr store::Query select_all{"SELECT token, account, sealed, created, seen FROM session"};
constexpr store::Query insert_one{
    "INSERT INTO session (token, account, sealed, created, seen, expires) "
    "VALUES ($1, $2, $3, $4, $5, $6)"};
constexpr store::Query update_seen{"UPDATE session SET seen = $2 WHERE token = $1"};
constexpr store::Query delete_one{"DELETE FROM session WHERE token = $1"};
constexpr store::Query delete_of{"DELETE FROM session WHERE account = $1"};

std::string random_token() {
    std::array<std::byte, token_size> bytes{};
    crypto::random_bytes(bytes);
    return to_hex(bytes);
}

/// A session's row is bound to its own token, so that two rows cannot be swapped.
Id place_of(const crypto::Hash& key) { return id_of(key); }

Failure no_session() { return fail(Code::forbidden, "not signed in"); }

}  // namespace

Result<std::vector<Sessions::Stored>> Sessions::read_stored() const {
    std::vector<Stored> stored;
    const auto read = core_.store.main().read([&](store::Session& session) -> Result<void> {
        const auto rows = session.each(select_all, [&](const store::Row& row) -> Result<void> {
            const auto key = crypto::hash_from(row.blob(0));
            if (!key) return Failure(key.error());
            Stored one;
            one.key = *key;
            State& state = one.state;
            state.created = Instant{row.integer(3)};
            state.seen = state.stored_seen = Instant{row.integer(4)};
            const auto content = open_row(core_.keyring, table, place_of(*key), 1, row.blob(2));
            // One of an older keyring, or forged, signs nobody in: it stays without an account.
            if (content && text_at(*content, "account") == to_text(row.id(1))) {
                state.account = row.id(1);
                state.role = text_at(*content, "role");
                state.csrf = text_at(*content, "csrf");
                state.program = flag_at(*content, "program");
            }
            stored.push_back(std::move(one));
            return {};
        });
        if (!rows) return Failure(rows.error());
        return {};
    });
    if (!read) return Failure(read.error());
    return stored;
}

Result<void> Sessions::load() {
    auto stored = read_stored();
    if (!stored) return Failure(stored.error());
    const Instant now = core_.now();
    const Instant ticking = core_.ticking();
    const bool set_back = std::any_of(stored->begin(), stored->end(), [&](const Stored& one) {
        return now < one.state.created || now < one.state.seen;
    });
    std::vector<crypto::Hash> over;
    for (Stored& one : *stored) {
        State& state = one.state;
        state.begun = Instant{ticking.us - (now.us - state.created.us)};
        state.used = Instant{ticking.us - (now.us - state.seen.us)};
        if (!set_back && !state.account.is_nil() && runs(state, now, ticking)) {
            states_.emplace(one.key, std::move(state));
        } else {
            over.push_back(one.key);
        }
    }
    if (set_back) {
        log::write(
            log::Level::warning,
            "clock_set_back",
            {{"sessions_ended", std::to_string(over.size())}}
        );
    }
    if (!over.empty()) forget(over);
    return {};
}

void Sessions::forget(const std::vector<crypto::Hash>& keys) {
    core_.store.main().submit(
        [keys](store::Session& session) -> Result<void> {
            for (const crypto::Hash& key : keys) {
                const auto gone = session.run(delete_one, BytesView(key.bytes));
                if (!gone) return Failure(gone.error());
            }
            return {};
        },
        [keys, left = left_](const Result<void>& done) {
            if (!done) left->add(keys);
        }
    );
}

bool Sessions::runs(const State& state, Instant now, Instant ticking) const {
    const auto lifetime = core_.options.session_lifetime.count() * us_per_second;
    const auto idle = core_.options.session_idle.count() * us_per_second;
    return now.us < state.created.us + lifetime && now.us < state.seen.us + idle &&
           ticking.us < state.begun.us + lifetime && ticking.us < state.used.us + idle;
}

Session Sessions::to_session(const Account& account, const State& state) const {
    Session session;
    session.account = account.id;
    session.name = account.name;
    session.role = state.role;
    session.roles = account.roles;
    if (const policy::Role* role = core_.pack->find_role(state.role)) {
        session.may = role->may;
        for (const std::uint16_t purpose : role->purposes) {
            session.purposes.push_back(core_.pack->purposes()[purpose].id);
        }
    }
    session.csrf = state.csrf;
    session.program = state.program;
    session.expires =
        Instant{state.created.us + core_.options.session_lifetime.count() * us_per_second};
    session.idle = core_.options.session_idle;
    return session;
}

std::vector<crypto::Hash> Sessions::ended_by_new(const Id& account) const {
    const Instant now = core_.now();
    const Instant ticking = core_.ticking();
    std::vector<crypto::Hash> ended;
    std::vector<std::pair<Instant, crypto::Hash>> own;
    for (const auto& [key, state] : states_) {
        if (!runs(state, now, ticking)) {
            ended.push_back(key);
        } else if (state.account == account) {
            own.emplace_back(state.used, key);
        }
    }
    std::sort(own.begin(), own.end());
    const std::size_t limit = core_.options.sessions_per_account_max;
    for (std::size_t i = 0; i + limit <= own.size(); ++i) ended.push_back(own[i].second);
    return ended;
}

Sessions::Made Sessions::make(const Account& account, const std::string& role, bool program) {
    const Instant now = core_.now();
    Made made;
    made.token = random_token();
    made.key = core_.keyring.mac(crypto::MacUse::session, bytes_of(made.token));
    State state;
    state.account = account.id;
    state.role = role;
    state.csrf = program ? "" : random_token();
    state.program = program;
    state.created = now;
    made.session = to_session(account, state);
    {
        const std::lock_guard lock(mutex_);
        made.ended = ended_by_new(account.id);
    }
    const json::object content{
        {"account", to_text(account.id)},
        {"role", role},
        {"csrf", state.csrf},
        {"program", program}};
    Bytes sealed = seal_row(core_.keyring, table, place_of(made.key), 1, content);
    made.store = [key = made.key,
                  account_id = account.id,
                  now_us = now.us,
                  expires_us = made.session.expires.us,
                  sealed = std::move(sealed),
                  ended = made.ended](store::Session& session) -> Result<void> {
        for (const crypto::Hash& old : ended) {
            const auto gone = session.run(delete_one, BytesView(old.bytes));
            if (!gone) return Failure(gone.error());
        }
        const auto added = session.run(
            insert_one, BytesView(key.bytes), account_id, sealed, now_us, now_us, expires_us
        );
        if (!added) return Failure(added.error());
        return {};
    };
    return made;
}

void Sessions::applied(const Made& made) {
    State state;
    state.account = made.session.account;
    state.role = made.session.role;
    state.csrf = made.session.csrf;
    state.program = made.session.program;
    state.created = state.seen = state.stored_seen = core_.now();
    state.begun = state.used = core_.ticking();
    std::vector<crypto::Hash> later;
    {
        const std::lock_guard lock(mutex_);
        for (const crypto::Hash& old : made.ended) states_.erase(old);
        // Others may have signed in meanwhile.
        later = ended_by_new(state.account);
        for (const crypto::Hash& old : later) states_.erase(old);
        states_[made.key] = std::move(state);
    }
    if (!later.empty()) forget(later);
}

Result<Session> Sessions::resume(std::string_view token) {
    if (token.size() != token_size * 2) return no_session();
    const crypto::Hash key = core_.keyring.mac(crypto::MacUse::session, bytes_of(token));
    const Instant now = core_.now();
    const Instant ticking = core_.ticking();
    State state;
    bool store_seen = false;
    {
        const std::lock_guard lock(mutex_);
        const auto known = states_.find(key);
        if (known == states_.end()) return no_session();
        if (!runs(known->second, now, ticking)) {
            states_.erase(known);
            return no_session();
        }
        State& own = known->second;
        own.seen = std::max(own.seen, now);
        own.used = ticking;
        const auto grain = core_.options.session_seen_grain.count() * us_per_second;
        store_seen = now.us - own.stored_seen.us >= grain;
        if (store_seen) own.stored_seen = now;
        state = own;
    }
    const AccountPointer account = directory_.find(state.account);
    if (!account || account->disabled || !account->has_role(state.role) ||
        core_.pack->find_role(state.role) == nullptr) {
        return no_session();
    }
    if (store_seen) {
        // Nobody waits for this: a start that knows an earlier time only ends the session sooner.
        core_.store.main().submit(
            [key, seen_us = now.us](store::Session& session) -> Result<void> {
                const auto changed = session.run(update_seen, BytesView(key.bytes), seen_us);
                if (!changed) return Failure(changed.error());
                return {};
            },
            [](const Result<void>&) {}
        );
    }
    return to_session(*account, state);
}

Result<void> Sessions::end(std::string_view token) {
    if (token.size() != token_size * 2) return {};
    const crypto::Hash key = core_.keyring.mac(crypto::MacUse::session, bytes_of(token));
    {
        const std::lock_guard lock(mutex_);
        if (states_.erase(key) == 0) return {};
    }
    auto deleted = core_.store.main().write([&](store::Session& session) -> Result<void> {
        const auto gone = session.run(delete_one, BytesView(key.bytes));
        if (!gone) return Failure(gone.error());
        return {};
    });
    if (!deleted) left_->add({key});
    return deleted;
}

void Sessions::forget_again() {
    const auto keys = left_->take();
    if (!keys.empty()) forget(keys);
}

void Sessions::Left::add(const std::vector<crypto::Hash>& keys) {
    const std::lock_guard lock(mutex_);
    keys_.insert(keys_.end(), keys.begin(), keys.end());
}

std::vector<crypto::Hash> Sessions::Left::take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(keys_, {});
}

store::Change Sessions::end_all(const Id& account) const {
    return [account](store::Session& session) -> Result<void> {
        const auto gone = session.run(delete_of, account);
        if (!gone) return Failure(gone.error());
        return {};
    };
}

void Sessions::ended_all(const Id& account) {
    const std::lock_guard lock(mutex_);
    for (auto at = states_.begin(); at != states_.end();) {
        at = at->second.account == account ? states_.erase(at) : std::next(at);
    }
}

std::size_t Sessions::size() const {
    const std::lock_guard lock(mutex_);
    return states_.size();
}

}  // namespace homeward::casework
