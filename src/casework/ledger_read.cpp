#include "casework/ledger.hpp"
#include "journal/projection.hpp"
#include "policy/dossier.hpp"

#include <algorithm>
#include <utility>

namespace homeward::casework {

namespace {

void sort_by_place(std::vector<RecordState>& records) {
    std::stable_sort(records.begin(), records.end(), [](const auto& a, const auto& b) {
        return a.place < b.place;
    });
}

Result<std::vector<RecordState>> open_with(
    const policy::Pack& pack, const journal::Grant& grant, const Snapshot& snapshot
) {
    std::vector<RecordState> records;
    records.reserve(snapshot.stored.records.size());
    for (const journal::Entry& entry : snapshot.stored.records) {
        const auto opened = journal::open_parts(grant, snapshot.keys, entry);
        if (!opened) return Failure(opened.error());
        auto record = record_of(pack, entry, *opened);
        if (!record) return Failure(record.error());
        if (record->has_value()) records.push_back(std::move(**record));
    }
    sort_by_place(records);
    return records;
}

}  // namespace

const RecordState* Loaded::find(const Id& record) const {
    const auto found = std::find_if(records.begin(), records.end(), [&](const RecordState& one) {
        return one.id == record;
    });
    return found == records.end() ? nullptr : &*found;
}

Instant Loaded::opened() const {
    Instant first;
    for (const RecordState& record : records) {
        if (first == Instant{} || record.recorded_at < first) first = record.recorded_at;
    }
    return first;
}

Result<Snapshot> Ledger::fetch(const Id& dossier) {
    std::optional<Snapshot> snapshot;
    const journal::Grant grant = Authority::engine_grant(dossier);
    // Always the keys first and the main database within: nobody waits the other way round.
    auto read = core_.store.keys().read([&](store::Session& key_session) -> Result<void> {
        auto keys = journal::load_keys(key_session, core_.keyring, dossier);
        if (!keys) return Failure(keys.error());
        return core_.store.main().read([&](store::Session& main) -> Result<void> {
            auto stored = journal::read_dossier(main, dossier);
            if (!stored) return Failure(stored.error());
            snapshot.emplace(Snapshot{std::move(*keys), std::move(*stored), std::nullopt});
            const auto found =
                journal::read_projection(grant, main, key_session, core_.keyring, dossier);
            if (!found) return Failure(found.error());
            if (found->stale) return {};
            if (auto judged = read_judged(found->plain)) snapshot->judged = std::move(*judged);
            return {};
        });
    });
    if (!read) return Failure(read.error());
    return std::move(*snapshot);
}

Result<Judged> Ledger::read_judged(BytesView plain) const {
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

Result<Judged> Ledger::judge(const Snapshot& snapshot, bool all) {
    const bool fresh = snapshot.judged && (!snapshot.judged->projection.recheck_at ||
                                           core_.now() < *snapshot.judged->projection.recheck_at);
    if (fresh && !all) return *snapshot.judged;
    const policy::DossierType* type = core_.pack->find_dossier_type(snapshot.stored.row.type);
    if (type == nullptr) return fail(Code::not_found, "no such dossier");
    const auto records =
        open_with(*core_.pack, Authority::engine_grant(snapshot.stored.row.id), snapshot);
    if (!records) return Failure(records.error());
    Judged judged;
    for (const RecordState& record : *records) {
        if (judged.opened == Instant{} || record.recorded_at < judged.opened) {
            judged.opened = record.recorded_at;
        }
    }
    judged.projection = evaluate(*type, *records, all);
    return judged;
}

Result<std::vector<RecordState>> Ledger::open_records(
    const journal::Grant& grant, const Snapshot& snapshot
) {
    return open_with(*core_.pack, grant, snapshot);
}

policy::Projection Ledger::evaluate(
    const policy::DossierType& type, const std::vector<RecordState>& records, bool all
) const {
    policy::DossierBuilder builder(core_.pack, type);
    for (const RecordState& record : records) {
        if (record.kind == nullptr) continue;
        builder.add(
            record.id, *record.kind, record.data, record.recorded_at, to_text(record.recorded_by)
        );
    }
    policy::Dossier dossier = builder.build();
    thread_local policy::Scratch scratch;
    policy::EvaluateOptions options;
    options.all = all;
    return policy::evaluate(*core_.pack, dossier, core_.now(), scratch, options);
}

Result<Loaded> Ledger::load(const Id& dossier) {
    auto snapshot = fetch(dossier);
    if (!snapshot) return Failure(snapshot.error());
    auto records = open_with(*core_.pack, Authority::engine_grant(dossier), *snapshot);
    if (!records) return Failure(records.error());
    const policy::DossierType* type = core_.pack->find_dossier_type(snapshot->stored.row.type);
    if (type == nullptr) return fail(Code::not_found, "no such dossier");
    return Loaded{
        std::move(snapshot->keys), snapshot->stored.row.version, type, std::move(*records)};
}

Result<NewVersion> Ledger::version_of(
    const Loaded& loaded, const Id& record, std::uint64_t version
) {
    std::optional<journal::Entry> entry;
    const auto read = core_.store.main().read([&](store::Session& main) -> Result<void> {
        auto found = journal::read_record(main, loaded.id(), record, version);
        if (!found) return Failure(found.error());
        entry = std::move(*found);
        return {};
    });
    if (!read) return Failure(read.error());
    const auto opened =
        journal::open_parts(Authority::engine_grant(loaded.id()), loaded.keys, *entry);
    if (!opened) return Failure(opened.error());
    auto state = record_of(*core_.pack, *entry, *opened);
    if (!state) return Failure(state.error());
    auto head = head_of(*opened);
    if (!head) return Failure(head.error());
    if (!state->has_value() || !head->has_value()) {
        return fail(Code::not_found, "no such version");
    }
    return NewVersion{std::move(**state), std::move(**head)};
}

}  // namespace homeward::casework
