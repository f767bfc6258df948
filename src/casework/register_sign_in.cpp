#include "casework/login_name.hpp"
#include "casework/register_impl.hpp"
#include "crypto/secret.hpp"

#include <algorithm>
#include <array>

namespace homeward::casework {

namespace {

constexpr std::string_view guess_prefix = "guesses/";
constexpr store::Query select_guesses{
    "SELECT name, value FROM setting WHERE name >= $1 AND name < $2"};
constexpr store::Query put_guesses{
    "INSERT INTO setting (name, value) VALUES ($1, $2) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"};
constexpr std::size_t device_size = 32;

/// What is kept of an address or a device: nothing that could be read back.
crypto::Hash source_mac(
    const crypto::Keyring& keyring, std::string_view kind, const Id& account, std::string_view text
) {
    Bytes bytes;
    Writer writer(bytes);
    writer.run(bytes_of(kind));
    writer.raw(account.bytes);
    writer.run(bytes_of(text));
    return keyring.mac(crypto::MacUse::session, bytes);
}

std::string setting_of(const crypto::Hash& login) {
    return std::string(guess_prefix) + to_hex(login.bytes);
}

/// All unknown names together have one budget of written failures.
crypto::Hash nobody_key(const crypto::Keyring& keyring) {
    return keyring.mac(crypto::MacUse::session, bytes_of("nobody"));
}

void remember(Account& account, const std::vector<std::string>& marks, std::size_t limit) {
    for (const std::string& mark : marks) {
        std::erase(account.sources, mark);
        account.sources.insert(account.sources.begin(), mark);
    }
    if (account.sources.size() > limit) account.sources.resize(limit);
}

}  // namespace

Result<void> Register::Impl::load_guesses() {
    const std::string first(guess_prefix);
    std::string last = first;
    ++last.back();
    return core.store.main().read([&](store::Session& session) -> Result<void> {
        const auto rows = session.each(
            select_guesses,
            [&](const store::Row& row) -> Result<void> {
                const auto hex = from_hex(row.text(0).substr(guess_prefix.size()));
                const auto login = hex ? crypto::hash_from(*hex) : fail(Code::corrupt, "");
                if (!login) return {};
                const auto content =
                    open_row(core.keyring, guess_prefix, id_of(*login), 0, row.blob(1));
                if (!content) return {};
                std::vector<std::int64_t> taken;
                const json::value* list = content->if_contains("taken");
                if (list == nullptr || !list->is_array()) return {};
                for (const json::value& us : list->get_array()) {
                    if (us.is_int64()) taken.push_back(us.get_int64());
                }
                guesses.restore(*login, std::move(taken), core.ticking());
                return {};
            },
            first,
            last
        );
        if (!rows) return Failure(rows.error());
        return {};
    });
}

std::vector<std::string> Register::Impl::source_marks(const Account& account, const SignIn& request)
    const {
    std::vector<std::string> marks;
    const auto mark = [&](std::string_view kind, const std::string& text) {
        if (text.empty()) return;
        marks.push_back(to_hex(source_mac(core.keyring, kind, account.id, text).bytes));
    };
    // The device first: whoever guesses from the same address must not use up its budget.
    mark("device", request.device);
    mark("address", request.remote);
    return marks;
}

Register::Impl::Try Register::Impl::try_of(
    const crypto::Hash& login, const AccountPointer& account, const SignIn& request
) {
    // A source that has succeeded before has a budget of its own, so that a guesser elsewhere
    // cannot lock the owner of the account out.
    if (account) {
        for (const std::string& mark : source_marks(*account, request)) {
            const auto& known = account->sources;
            if (std::find(known.begin(), known.end(), mark) == known.end()) continue;
            return {
                core.ticking(),
                source_mac(core.keyring, "budget", account->id, mark),
                std::nullopt};
        }
    }
    return {core.ticking(), login, source_mac(core.keyring, "stranger", Id{}, request.network)};
}

std::optional<std::chrono::seconds> Register::Impl::take(const Try& places) {
    if (const auto wait = guesses.take(places.budget, places.at)) return wait;
    if (!places.stranger) return std::nullopt;
    const auto wait = strange_guesses.take(*places.stranger, places.at);
    // Whoever has tried too many names uses up the tries of no further one.
    if (wait) guesses.give_back(places.budget, places.at);
    return wait;
}

void Register::Impl::give_back(const Try& places) {
    guesses.give_back(places.budget, places.at);
    if (places.stranger) strange_guesses.give_back(*places.stranger, places.at);
}

void Register::Impl::note_failure(const crypto::Hash& login, const AccountPointer& account) {
    EntryHead entry{Id{}, "", "", core.now(), what::sign_in_failed, {}};
    if (!account) {
        // Nothing of the name: people type their password there.
        if (!refusals.take(nobody_key(core.keyring), core.ticking())) note_later(entry);
        return;
    }
    entry.more.emplace("account", to_text(account->id));
    json::array taken;
    for (const std::int64_t us : guesses.kept(login)) taken.emplace_back(us);
    Bytes sealed = seal_row(
        core.keyring, guess_prefix, id_of(login), 0, json::object{{"taken", std::move(taken)}}
    );
    note_later(
        entry,
        [name = setting_of(login),
         sealed = std::move(sealed)](store::Session& session) -> Result<void> {
            const auto put = session.run(put_guesses, name, sealed);
            if (!put) return Failure(put.error());
            return {};
        }
    );
}

Result<SignedIn> Register::Impl::admit(
    const AccountPointer& account, const SignIn& request, const std::string& role
) {
    SignedIn answer;
    SignIn known = request;
    if (known.device.size() != device_size * 2) {
        std::array<std::byte, device_size> bytes{};
        crypto::random_bytes(bytes);
        known.device = to_hex(bytes);
    }
    answer.device = known.device;
    std::string password = account->password;
    if (core.passwords.is_outdated(password)) {
        auto hash = core.passwords.hash(request.password);
        if (!hash) return Failure(hash.error());
        password = std::move(*hash);
    }
    const auto turn = directory.take_turn();
    const AccountPointer stored_now = directory.find(account->id);
    // Whoever was disabled, or given another password, while this one was compared is not let in.
    if (!stored_now || stored_now->disabled || stored_now->password != account->password ||
        !stored_now->has_role(role)) {
        return answer;
    }
    Account next = *stored_now;
    next.password = std::move(password);
    remember(next, source_marks(next, known), core.options.known_sources_max);
    ++next.version;
    const bool changed =
        next.sources != stored_now->sources || next.password != stored_now->password;
    Sessions::Made made = sessions.make(*stored_now, role, request.program);
    EntryHead entry{account->id, role, "", core.now(), what::sign_in, {}};
    const auto sealed = chronicle.seal(entry);
    if (!sealed) return not_written(sealed.error());
    const auto done = core.store.main().write([&](store::Session& session) -> Result<void> {
        const auto appended = journal::append(session, *sealed);
        if (!appended) return Failure(appended.error());
        if (changed) {
            const auto stored = directory.store(next)(session);
            if (!stored) return stored;
        }
        return made.store(session);
    });
    if (!done) return Failure(done.error());
    core.checkpoints.appended(1);
    if (changed) directory.applied(next);
    sessions.applied(made);
    answer.session = std::move(made.session);
    answer.token = std::move(made.token);
    return answer;
}

Result<SignedIn> Register::sign_in(const SignIn& request) {
    if (request.password.size() > crypto::password_size_max) {
        return fail(Code::too_large, "no password is so long", "/password");
    }
    const auto login = impl_->directory.login_of(request.name);
    if (!login) return fail(login.error().code, login.error().text, "/name");
    AccountPointer account = impl_->directory.find_login(*login);
    if (account && account->disabled) account = nullptr;
    const Impl::Try places = impl_->try_of(*login, account, request);
    const auto wait = impl_->take(places);
    crypto::Passwords& passwords = impl_->core.passwords;
    const auto right = account && !wait ? passwords.verify(account->password, request.password)
                                        : passwords.verify_nobody(request.password);
    if (!right) {
        if (!wait) impl_->give_back(places);
        return Failure(right.error());
    }
    if (wait) {
        SignedIn refused;
        refused.retry_after = *wait;
        return refused;
    }
    const std::string role = request.role.empty() && account && !account->roles.empty()
                                 ? account->roles.front()
                                 : request.role;
    if (!*right || !account->has_role(role) || impl_->core.pack->find_role(role) == nullptr) {
        impl_->note_failure(*login, account);
        return SignedIn{};
    }
    impl_->give_back(places);
    return impl_->admit(account, request, role);
}

Result<Session> Register::resume(std::string_view token) { return impl_->sessions.resume(token); }

Result<void> Register::sign_out(std::string_view token) {
    const auto session = impl_->sessions.resume(token);
    if (!session) return {};
    const auto ended = impl_->sessions.end(token);
    if (!ended) return ended;
    impl_->note_later(EntryHead{
        session->account, session->role, "", impl_->core.now(), what::sign_out, {}});
    return {};
}

}  // namespace homeward::casework
