#include "base/check.hpp"
#include "base/sketchpad.hpp"
#include "casework/gathered.hpp"
#include "casework/ledger.hpp"
#include "journal/projection.hpp"
#include "policy/dossier.hpp"
#include "policy/record.hpp"

#include <algorithm>
#include <utility>

namespace homeward::casework {

namespace {

std::size_t size_of(const OpenedDossier& opened) {
    std::size_t size = sizeof(OpenedDossier) + size_of(opened.records);
    if (opened.judged) {
        size += sizeof(Judged);
        for (const policy::Finding& finding : opened.judged->projection.findings) {
            size += sizeof(finding) + finding.missing.size() * sizeof(policy::Missing);
        }
    }
    return size;
}

bool is_granted(const FoldedRecord& record, policy::CategorySet granted) {
    // Of a form that the pack no longer has nobody can say whose its fields are.
    return record.kind != nullptr && (granted & policy::bit_of(record.kind->category)) != 0;
}

Instant first_of(const FoldedRecords& records) {
    Instant first;
    for (const auto& record : records) {
        if (first == Instant{} || record->recorded_at < first) first = record->recorded_at;
    }
    return first;
}

}  // namespace

std::optional<RecordState> Loaded::find(const Id& record) const {
    const auto found = std::find_if(records.begin(), records.end(), [&](const auto& one) {
        return one->id == record;
    });
    if (found == records.end()) return std::nullopt;
    return unfold(**found);
}

Instant Loaded::opened() const { return first_of(records); }

Result<Snapshot> Ledger::fetch(const Id& dossier) { return fetch(dossier, Keep::yes); }

Result<Snapshot> Ledger::fetch(journal::DossierKeys keys) {
    return fetch(std::move(keys), Keep::yes);
}

// Always the keys first, each time: what was destroyed since is not shown.
Result<Snapshot> Ledger::fetch(const Id& dossier, Keep keep) {
    auto keys = keys_of(dossier);
    if (!keys) return Failure(keys.error());
    return fetch(std::move(*keys), keep);
}

Result<Snapshot> Ledger::fetch(journal::DossierKeys keys, Keep keep) {
    OpenedPointer opened = find_open(keys, keep);
    if (!opened) {
        const auto read = core_.store.main().read([&](store::Session& main) -> Result<void> {
            auto found = open_all(main, keys, keep);
            if (!found) return Failure(found.error());
            opened = std::move(*found);
            return {};
        });
        if (!read) return Failure(read.error());
        if (keep == Keep::yes) shelf_.put(keys.dossier(), opened, core_.ticking());
    }
    return Snapshot(std::move(keys), std::move(opened));
}

Result<journal::DossierKeys> Ledger::keys_of(const Id& dossier) const {
    std::optional<journal::DossierKeys> found;
    const auto read = core_.store.keys().read([&](store::Session& keys) -> Result<void> {
        auto loaded = journal::load_keys(keys, core_.keyring, dossier);
        if (!loaded) return Failure(loaded.error());
        found = std::move(*loaded);
        return {};
    });
    if (!read) return Failure(read.error());
    return std::move(*found);
}

OpenedPointer Ledger::find_open(const journal::DossierKeys& dossier, Keep keep) {
    const views::RowPointer row = board_.find(dossier.dossier());
    if (!row) return nullptr;
    if (keep == Keep::no) return shelf_.peek(dossier.dossier(), row->version, dossier.destroyed());
    return shelf_.find(dossier.dossier(), row->version, dossier.destroyed(), core_.ticking());
}

Result<OpenedPointer> Ledger::open_all(
    store::Session& main, const journal::DossierKeys& keys, Keep keep
) {
    auto opened = open_in_one_piece(main, keys);
    // One that is damaged stays as it is: to put another there might fail as well, and that ends
    // the process.
    const bool is_missing = !opened && opened.error().code == Code::not_found;
    if (!opened) opened = open_each(main, keys);
    if (!opened) return Failure(opened.error());
    if (is_missing && keep == Keep::yes && may_be_gathered(*opened))
        settling_.add(keys.dossier(), core_.ticking());
    opened->destroyed = keys.destroyed();
    if (!opened->judged || !holds_now(*opened->judged)) {
        auto judged = read_judged(main, keys);
        if (!judged) return Failure(judged.error());
        opened->judged = std::move(*judged);
    }
    opened->size = size_of(*opened);
    return std::make_shared<const OpenedDossier>(std::move(*opened));
}

Result<OpenedDossier> Ledger::open_in_one_piece(
    store::Session& main, const journal::DossierKeys& keys
) const {
    const auto gathered =
        journal::read_gathered(Authority::engine_grant(keys.dossier()), main, keys);
    if (!gathered) return Failure(gathered.error());
    if (!gathered->plain) return fail(Code::not_found, "nothing is gathered");
    auto content = decode_gathered(core_.pack.get(), *gathered->plain);
    // Of another format: it is made anew.
    if (!content) return fail(Code::not_found, "nothing is gathered in this form");
    OpenedDossier opened;
    opened.type = core_.pack->find_dossier_type(gathered->type);
    if (opened.type == nullptr) return fail(Code::not_found, "no such dossier");
    opened.version = gathered->version;
    opened.records = std::move(content->records);
    if (auto judged = decode_judged(content->judged))
        opened.judged = std::make_shared<const Judged>(std::move(*judged));
    return opened;
}

Result<OpenedDossier> Ledger::open_each(store::Session& main, const journal::DossierKeys& keys)
    const {
    const auto stored = journal::read_dossier(main, keys.dossier());
    if (!stored) return Failure(stored.error());
    OpenedDossier opened;
    opened.type = core_.pack->find_dossier_type(stored->row.type);
    if (opened.type == nullptr) return fail(Code::not_found, "no such dossier");
    opened.version = stored->row.version;
    auto records = open_newest(
        core_.pack.get(), Authority::engine_grant(keys.dossier()), keys, stored->records
    );
    if (!records) return Failure(records.error());
    opened.records = std::move(*records);
    return opened;
}

Result<std::shared_ptr<const Judged>> Ledger::read_judged(
    store::Session& main, const journal::DossierKeys& keys
) const {
    const auto found =
        journal::read_projection(Authority::engine_grant(keys.dossier()), main, keys);
    if (!found) return Failure(found.error());
    std::shared_ptr<const Judged> judged;
    if (found->stale) return judged;
    if (auto decoded = decode_judged(found->plain))
        judged = std::make_shared<const Judged>(std::move(*decoded));
    return judged;
}

OpenedPointer Ledger::opened_of(const Loaded& loaded, const policy::Projection& projection) {
    OpenedDossier opened;
    opened.type = loaded.type;
    opened.version = loaded.version;
    opened.destroyed = loaded.keys.destroyed();
    opened.records = loaded.records;
    opened.judged = std::make_shared<const Judged>(Judged{loaded.opened(), projection});
    opened.size = size_of(opened);
    return std::make_shared<const OpenedDossier>(std::move(opened));
}

Result<Judged> Ledger::decode_judged(BytesView plain) const {
    Reader reader(plain);
    const auto format = reader.u8();
    const auto opened = reader.u64();
    const auto encoded = reader.run();
    if (!format || !opened || !encoded || *format != judged_stored) {
        return fail(Code::corrupt, "no judgement");
    }
    auto projection = policy::decode(*core_.pack, *encoded);
    if (!projection) return Failure(projection.error());
    return Judged{Instant{static_cast<std::int64_t>(*opened)}, std::move(*projection)};
}

bool Ledger::holds_now(const Judged& judged) const {
    const Instant now = core_.now();
    const policy::Projection& projection = judged.projection;
    // What was judged later than now was judged by a clock that has been set back since.
    return projection.at <= now && (!projection.recheck_at || now < *projection.recheck_at);
}

Result<std::shared_ptr<const Judged>> Ledger::judge(const Snapshot& snapshot, bool all) {
    const OpenedDossier& opened = *snapshot.opened_;
    if (!all && opened.judged && holds_now(*opened.judged)) return opened.judged;
    return std::make_shared<const Judged>(Judged{
        first_of(opened.records), evaluate(*opened.type, opened.records, all)});
}

Result<policy::CategorySet> Ledger::granted(const journal::Grant& grant, const Snapshot& snapshot)
    const {
    if (!grant.covers(snapshot.keys().dossier())) {
        return fail(Code::forbidden, "the grant is for another dossier");
    }
    return core_.categories.in_pack(grant.readable());
}

Result<Records> Ledger::open_records(
    const journal::Grant& grant, const Snapshot& snapshot, const json::storage_ptr& memory
) const {
    const auto categories = granted(grant, snapshot);
    if (!categories) return Failure(categories.error());
    Records records;
    records.reserve(snapshot.opened_->records.size());
    for (const auto& record : snapshot.opened_->records) {
        if (is_granted(*record, *categories))
            records.push_back(granted_part(*record, *categories, memory));
    }
    return records;
}

Result<RecordState> Ledger::open_record(
    const journal::Grant& grant, const Snapshot& snapshot, const Id& record
) const {
    const auto categories = granted(grant, snapshot);
    if (!categories) return Failure(categories.error());
    for (const auto& one : snapshot.opened_->records) {
        if (one->id == record && is_granted(*one, *categories)) {
            return granted_part(*one, *categories, {});
        }
    }
    return fail(Code::not_found, "no such record");
}

Result<Reporters> Ledger::reporters(const journal::Grant& grant, const Snapshot& snapshot) const {
    const auto categories = granted(grant, snapshot);
    if (!categories) return Failure(categories.error());
    Reporters reporters;
    for (const auto& record : snapshot.opened_->records) {
        if (is_granted(*record, *categories)) add_reporter(*core_.pack, *record, reporters);
    }
    return reporters;
}

RecordState Ledger::granted_part(
    const FoldedRecord& record, policy::CategorySet granted, const json::storage_ptr& memory
) const {
    RecordState shown = unfold(record, memory);
    const auto all = categories_of_kind_[core_.pack->index_of(*record.kind)];
    if ((all & ~granted) == 0) return shown;
    auto parts = policy::split_by_category(*record.kind, shown.data);
    std::vector<json::object> kept;
    for (auto& [category, part] : parts) {
        if ((granted & policy::bit_of(category)) != 0) kept.push_back(std::move(part));
    }
    if (kept.size() < parts.size()) shown.data = policy::join(kept);
    return shown;
}

policy::Projection Ledger::evaluate(
    const policy::DossierType& type, const FoldedRecords& records, bool all
) const {
    policy::DossierBuilder builder(core_.pack, type);
    Sketchpad sketchpad;
    for (const auto& record : records) {
        if (record->kind == nullptr) continue;
        sketchpad.wipe();
        builder.add(
            record->id,
            *record->kind,
            data_of(*record, sketchpad.memory()),
            record->recorded_at,
            to_text(record->recorded_by)
        );
    }
    policy::Dossier dossier = builder.build();
    thread_local policy::Scratch scratch;
    policy::EvaluateOptions options;
    options.all = all;
    return policy::evaluate(*core_.pack, dossier, core_.now(), scratch, options);
}

Result<Loaded> Ledger::load(const Id& dossier, Keep keep) {
    auto snapshot = fetch(dossier, keep);
    if (!snapshot) return Failure(snapshot.error());
    const OpenedDossier& opened = *snapshot->opened_;
    return Loaded{std::move(snapshot->keys_), opened.version, opened.type, opened.records};
}

Result<std::vector<NewVersion>> Ledger::versions_of(
    const Loaded& loaded, const Id& record, std::uint64_t first, std::uint64_t last
) {
    std::vector<journal::Entry> entries;
    const auto read = core_.store.main().read([&](store::Session& main) -> Result<void> {
        auto found = journal::read_versions(main, loaded.id(), record, first, last);
        if (!found) return Failure(found.error());
        entries = std::move(*found);
        return {};
    });
    if (!read) return Failure(read.error());
    std::vector<NewVersion> versions;
    for (const journal::Entry& entry : entries) {
        const auto opened =
            journal::open_parts(Authority::engine_grant(loaded.id()), loaded.keys, entry);
        if (!opened) return Failure(opened.error());
        auto state = record_of(*core_.pack, entry, *opened);
        if (!state) return Failure(state.error());
        auto head = head_of(*opened);
        if (!head) return Failure(head.error());
        if (!state->has_value() || !head->has_value())
            return fail(Code::not_found, "no such version");
        versions.push_back({std::move(**state), std::move(**head)});
    }
    return versions;
}

}  // namespace homeward::casework
