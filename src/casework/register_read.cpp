#include "casework/register_impl.hpp"
#include "journal/journal.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeward::casework {

namespace {

Result<void> check_page(std::size_t limit) {
    if (limit >= 1 && limit <= page_max) return {};
    return fail(Code::invalid, fmt::format("a page has 1 to {} items", page_max), "/limit");
}

std::vector<FieldChange> changes_between(
    const policy::Kind& kind, const json::object& before, const json::object& after
) {
    std::vector<FieldChange> changes;
    for (const auto& [key, value] : after) {
        const json::value* was = before.if_contains(key);
        if (was != nullptr && *was == value) continue;
        changes.push_back(
            {std::string(key), was == nullptr ? std::nullopt : std::optional(*was), value, false}
        );
    }
    for (const auto& [key, value] : before) {
        if (!after.contains(key)) changes.push_back({std::string(key), value, std::nullopt, false});
    }
    for (FieldChange& change : changes) {
        const policy::Field* field = kind.find(change.field);
        if (field == nullptr || !field->second_reason) continue;
        change = {change.field, std::nullopt, std::nullopt, true};
    }
    return changes;
}

/// A version of a record as a grant shows it.
struct Version {
    std::optional<RecordState> record;
    std::optional<EntryHead> head;
};

Result<Version> open_version(
    const policy::Pack& pack,
    const journal::Grant& grant,
    const journal::DossierKeys& keys,
    const journal::Entry& entry
) {
    const auto opened = journal::open_parts(grant, keys, entry);
    if (!opened) return Failure(opened.error());
    Version version;
    if (entry.record) {
        auto record = record_of(pack, entry, *opened);
        if (!record) return Failure(record.error());
        version.record = std::move(*record);
    }
    auto head = head_of(*opened);
    if (!head) return Failure(head.error());
    version.head = std::move(*head);
    return version;
}

/// A page of a dossier's entries, and what opens them.
struct Page {
    journal::DossierKeys keys;
    journal::HistoryPage found;

    std::optional<std::uint64_t> next() const {
        if (found.next == journal::Seq::none) return std::nullopt;
        return journal::number_of(found.next);
    }
};

Result<Page> read_page(const Core& core, const journal::HistoryQuery& query) {
    std::optional<Page> page;
    const auto read = core.store.keys().read([&](store::Session& key_session) -> Result<void> {
        auto keys = journal::load_keys(key_session, core.keyring, query.dossier);
        if (!keys) return Failure(keys.error());
        page.emplace(Page{std::move(*keys), {}});
        return core.store.main().read([&](store::Session& main) -> Result<void> {
            auto found = journal::history(main, query);
            if (!found) return Failure(found.error());
            page->found = std::move(*found);
            return {};
        });
    });
    if (!read) return Failure(read.error());
    return std::move(*page);
}

}  // namespace

Result<std::vector<ShownFinding>> Register::findings(
    const Caller& caller, const Id& ref, bool all
) {
    auto access = impl_->enter(caller, Deed::read, ref);
    if (!access) return Failure(access.error());
    const auto snapshot = impl_->fetch(*access, Deed::read);
    if (!snapshot) return Failure(snapshot.error());
    const auto judged = impl_->ledger.judge(*snapshot, all);
    if (!judged) return Failure(judged.error());
    // Forms that the caller may not see at all count in no finding that is shown in full.
    const auto reporters = impl_->ledger.reporters(access->grant, *snapshot);
    if (!reporters) return Failure(reporters.error());
    const auto noted = impl_->remark(snapshot->keys(), *access, what::findings);
    if (!noted) return Failure(noted.error());
    return show(*impl_->core.pack, *access, (*judged)->projection.findings, *reporters);
}

Result<History> Register::history(const Caller& caller, const Id& ref, const HistoryQuery& query) {
    if (const auto fits = check_page(query.limit); !fits) return Failure(fits.error());
    auto access = impl_->enter(caller, Deed::audit, ref);
    if (!access) return Failure(access.error());
    journal::HistoryQuery wanted;
    wanted.dossier = access->dossier;
    wanted.kind = journal::HistoryQuery::Kind::changes;
    wanted.record = query.record;
    wanted.before = static_cast<journal::Seq>(query.before);
    wanted.limit = query.limit;
    wanted.with_versions_before = true;
    const auto page = read_page(impl_->core, wanted);
    if (!page) return Failure(page.error());
    if (const auto may = impl_->decide_again(*access, Deed::audit); !may)
        return Failure(may.error());
    History history;
    history.next = page->next();
    const Sight& sight = *access->sight;
    for (const auto& [entry, before] : page->found.items) {
        const auto is = open_version(*impl_->core.pack, access->grant, page->keys, entry);
        if (!is) return Failure(is.error());
        if (!is->record || !is->record->kind || !is->head) continue;
        const policy::Kind& kind = *is->record->kind;
        const bool own = is->record->recorded_by == access->who.id();
        if (!sight.shows_kind(kind, own)) continue;
        json::object was;
        if (before) {
            const auto past = open_version(*impl_->core.pack, access->grant, page->keys, *before);
            if (!past) return Failure(past.error());
            if (past->record) was = cut(sight, kind, past->record->data, own, Reserved::kept);
        }
        const auto now = cut(sight, kind, is->record->data, own, Reserved::kept);
        auto changes = changes_between(kind, was, now);
        // A change of which nothing is shown would only tell that there was one.
        if (changes.empty() && before) continue;
        history.entries.push_back(
            {journal::number_of(entry.seq),
             is->head->when,
             impl_->person(is->head->who, is->head->role),
             is->head->purpose,
             is->head->what,
             entry.record,
             kind.id,
             entry.version,
             std::move(changes)}
        );
    }
    const auto noted = impl_->remark(page->keys, *access, what::history);
    if (!noted) return Failure(noted.error());
    return history;
}

Result<Reads> Register::reads(
    const Caller& caller, const Id& ref, std::uint64_t before, std::size_t limit
) {
    if (const auto fits = check_page(limit); !fits) return Failure(fits.error());
    auto access = impl_->enter(caller, Deed::audit, ref);
    if (!access) return Failure(access.error());
    const auto readable = impl_->core.categories.in_journal(access->sight->readable());
    if (!readable.has(audit_category)) {
        return fail(Code::forbidden, "the role may not see who looked");
    }
    journal::HistoryQuery wanted;
    wanted.dossier = access->dossier;
    wanted.kind = journal::HistoryQuery::Kind::remarks;
    wanted.before = static_cast<journal::Seq>(before);
    wanted.limit = limit;
    const auto page = read_page(impl_->core, wanted);
    if (!page) return Failure(page.error());
    if (const auto may = impl_->decide_again(*access, Deed::audit); !may)
        return Failure(may.error());
    Reads reads;
    reads.next = page->next();
    for (const auto& [entry, nothing] : page->found.items) {
        const auto is = open_version(*impl_->core.pack, access->grant, page->keys, entry);
        if (!is) return Failure(is.error());
        if (!is->head) continue;
        reads.reads.push_back(impl_->read_entry(*access, *is->head));
    }
    const auto noted = impl_->remark(page->keys, *access, what::reads);
    if (!noted) return Failure(noted.error());
    return reads;
}

}  // namespace homeward::casework
