#include "base/log.hpp"
#include "casework/login_name.hpp"
#include "casework/register_impl.hpp"

#include <fmt/format.h>

namespace homeward::casework {

namespace {

/// Where refusals of one account are counted.
crypto::Hash refusal_key(const crypto::Keyring& keyring, const Id& account) {
    return keyring.mac(crypto::MacUse::session, account.bytes);
}

const char* name_of(Deed deed) {
    switch (deed) {
        case Deed::read:
            return "read";
        case Deed::audit:
            return "audit";
        case Deed::open:
            return "open";
        case Deed::write:
            return "write";
        case Deed::act:
            return "act";
        case Deed::list:
            return "list";
        case Deed::import:
            return "import";
        case Deed::export_files:
            return "export";
    }
    return "";
}

}  // namespace

Register::Impl::Impl(const Parts& parts, const Options& options, CategoryMap categories)
    // clang-format off
    : core{
          parts.store, parts.keyring, parts.pack, parts.clock, parts.passwords,
          parts.checkpoints, options, std::move(categories)},
      // clang-format on
      directory(core),
      sessions(core, directory),
      guesses(options.guesses_max, options.guess_window, options.guessed_names_max),
      strange_guesses(options.strange_guesses_max, options.guess_window, options.guessed_names_max),
      refusals(options.refusals_written_max, options.refusal_window, options.guessed_names_max),
      files_shown(options.files_shown_max, options.looks_window),
      files_listed(options.files_listed_max, options.looks_window),
      board(parts.pack),
      references(parts.keyring),
      authority(core, directory, board, references),
      ledger(core, board, references),
      given(options.given_bytes_max, options.opened_keep),
      chronicle(core),
      index(*parts.pack) {}

Register::Register(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Register::~Register() = default;

Result<std::unique_ptr<Register>> Register::start(
    const Parts& parts, const Options& options, const OnProgress& on_progress
) {
    auto categories = CategoryMap::make(*parts.pack);
    if (!categories) return Failure(categories.error());
    if (parts.pack->find_dossier_type(chronicle_type) != nullptr) {
        return fail(Code::invalid, "a pack cannot have a dossier type named 'register'");
    }
    auto impl = std::make_unique<Impl>(parts, options, std::move(*categories));
    if (const auto begun = impl->chronicle.start(); !begun) return Failure(begun.error());
    if (const auto loaded = impl->directory.load(); !loaded) return Failure(loaded.error());
    if (const auto loaded = impl->sessions.load(); !loaded) return Failure(loaded.error());
    if (const auto loaded = impl->load_guesses(); !loaded) return Failure(loaded.error());
    if (const auto built = impl->ledger.start(on_progress); !built) return Failure(built.error());
    return std::unique_ptr<Register>(new Register(std::move(impl)));
}

const policy::Pack& Register::pack() const { return *impl_->core.pack; }
const Options& Register::options() const { return impl_->core.options; }

Result<std::size_t> Register::recheck(std::size_t limit) {
    impl_->given.forget(impl_->core.ticking());
    impl_->files_shown.forget(impl_->core.ticking());
    impl_->files_listed.forget(impl_->core.ticking());
    impl_->sessions.forget_again();
    return impl_->ledger.recheck(limit);
}
Result<void> Register::keep_board(const std::function<bool()>& go_on) {
    return impl_->ledger.keep_board(go_on);
}
std::size_t Register::gather(std::size_t limit) { return impl_->ledger.gather(limit); }
std::optional<Instant> Register::next_recheck() const { return impl_->board.next_recheck(); }

Register::Stats Register::stats() const {
    return {
        impl_->board.size(),
        impl_->board.open_findings(),
        impl_->sessions.size(),
        impl_->directory.size(),
        impl_->looks_refused};
}

EntryHead Register::Impl::head(const Identity& who, const char* what) const {
    return EntryHead{who.id(), who.role_id(), who.purpose, core.now(), what, {}};
}

Person Register::Impl::person(const Id& account, const std::string& role) const {
    Person person{account, "", role};
    if (const AccountPointer known = directory.find(account)) {
        person.name = known->name;
        if (role.empty() && !known->roles.empty()) person.role = known->roles.front();
    }
    return person;
}

Result<Identity> Register::Impl::enter(const Caller& caller, Deed deed) {
    auto who = authority.identify(caller);
    if (who) {
        const auto may = authority.permit(*who, deed);
        if (may) return who;
        note_refusal(caller, deed, Id{});
        return Failure(may.error());
    }
    note_refusal(caller, deed, Id{});
    return who;
}

Result<Access> Register::Impl::enter(const Caller& caller, Deed deed, const Id& ref) {
    const auto who = authority.identify(caller);
    if (!who) {
        note_refusal(caller, deed, ref);
        return Failure(who.error());
    }
    auto access = authority.authorize(*who, deed, ref);
    if (!access) {
        note_refusal(caller, deed, ref);
        return access;
    }
    if (deed == Deed::read || deed == Deed::audit) {
        const auto may = spend(files_shown, *who, {&access->dossier, 1}, deed, ref);
        if (!may) return Failure(may.error());
    }
    return access;
}

Result<void> Register::Impl::spend(
    Budget& budget, const Identity& who, std::span<const Id> files, Deed deed, const Id& ref
) {
    const auto wait = budget.take(who.id(), files, core.ticking());
    if (!wait) return {};
    ++looks_refused;
    log::write(log::Level::warning, "looks_refused");
    note_refusal({who.id(), who.role_id(), who.purpose}, deed, ref, "too many files at one time");
    Error error;
    error.code = Code::too_many;
    error.text = "more files than one person is shown at one time";
    error.retry_after = *wait;
    return Failure(std::move(error));
}

Result<void> Register::Impl::decide_again(Access& access, Deed deed) const {
    auto decided = authority.authorize(access.who, deed, access.ref);
    if (!decided) return Failure(decided.error());
    access = std::move(*decided);
    return {};
}

Result<void> Register::Impl::decide_for(Access& access, Deed deed, std::uint64_t version) const {
    return version == access.version ? Result<void>{} : decide_again(access, deed);
}

Result<Snapshot> Register::Impl::fetch(Access& access, Deed deed) {
    auto keys = ledger.keys_of(access.dossier);
    if (!keys) return Failure(keys.error());
    return fetch(access, deed, std::move(*keys));
}

Result<Snapshot> Register::Impl::fetch(Access& access, Deed deed, journal::DossierKeys keys) {
    auto snapshot = ledger.fetch(std::move(keys));
    if (!snapshot) return snapshot;
    if (const auto may = decide_for(access, deed, snapshot->version()); !may)
        return Failure(may.error());
    return snapshot;
}

void Register::Impl::note_refusal(
    const Caller& caller, Deed deed, const Id& ref, std::string_view why
) {
    if (refusals.take(refusal_key(core.keyring, caller.account), core.ticking())) return;
    EntryHead head{caller.account, caller.role, caller.purpose, core.now(), what::refused, {}};
    head.more.emplace("deed", name_of(deed));
    if (!ref.is_nil()) head.more.emplace("ref", to_text(ref));
    if (!why.empty()) head.more.emplace("why", why);
    note_later(head);
}

Result<void> Register::Impl::note(const EntryHead& head) {
    auto sealed = chronicle.seal(head);
    if (!sealed) return not_written(sealed.error());
    return await(*ledger.remark({std::move(*sealed)}));
}

void Register::Impl::note_later(const EntryHead& head, store::Change also) {
    auto sealed = chronicle.seal(head);
    if (sealed) {
        (void)ledger.remark({std::move(*sealed)}, std::move(also));
    } else {
        (void)not_written(sealed.error());
    }
}

Result<journal::SealedEntry> Register::Impl::seal_remark(
    const journal::DossierKeys& keys,
    const Access& access,
    const char* what,
    const json::object& more
) const {
    EntryHead entry = head(access.who, what);
    entry.more = more;
    entry.more.emplace("categories", to_array(names_of(*core.pack, access.sight->readable())));
    return journal::prepare(keys, std::nullopt, 0, parts_of(entry));
}

Result<void> Register::Impl::note_look(const Access& access, const char* what) {
    const auto may = spend(files_shown, access.who, {&access.dossier, 1}, Deed::read, access.ref);
    if (!may) return may;
    const auto keys = ledger.keys_of(access.dossier);
    if (!keys) return Failure(keys.error());
    return remark(*keys, access, what);
}

Result<OutcomePointer> Register::Impl::begin_remark(
    const journal::DossierKeys& keys,
    const Access& access,
    const char* what,
    const json::object& more
) {
    auto sealed = seal_remark(keys, access, what, more);
    if (!sealed) return not_written(sealed.error());
    return ledger.remark({std::move(*sealed)});
}

Result<void> Register::Impl::remark(
    const journal::DossierKeys& keys,
    const Access& access,
    const char* what,
    const json::object& more
) {
    const auto begun = begin_remark(keys, access, what, more);
    return begun ? await(**begun) : Result<void>(Failure(begun.error()));
}

store::Change both(store::Change first, store::Change second) {
    if (!first) return second;
    if (!second) return first;
    return [first = std::move(first), second = std::move(second)](store::Session& session) {
        const auto done = first(session);
        return done ? second(session) : done;
    };
}

Result<void> check_reasons(const std::string& reasons, const std::string& pointer) {
    const auto chars = count_chars(reasons);
    if (!chars) return fail(Code::invalid, "not UTF-8", pointer);
    if (reasons.find_first_not_of(" \t\r\n") == std::string::npos) {
        return fail(Code::invalid, "a person decides, and says why", pointer);
    }
    if (*chars <= reasons_chars_max) return {};
    return fail(Code::too_large, fmt::format("at most {} characters", reasons_chars_max), pointer);
}

}  // namespace homeward::casework
