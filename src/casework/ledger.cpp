#include "casework/ledger.hpp"

#include "base/check.hpp"
#include "base/log.hpp"
#include "journal/projection.hpp"
#include "policy/dossier.hpp"

#include <algorithm>
#include <utility>

namespace homeward::casework {

namespace {

constexpr std::uint8_t judged_format = 1;
/// What was judged is too large to be stored: it is worked out each time.
constexpr std::uint8_t judged_too_large = 0;

void put(std::vector<RecordState>& records, const RecordState& record) {
    const auto known = std::find_if(records.begin(), records.end(), [&](const RecordState& other) {
        return other.id == record.id;
    });
    if (known == records.end()) {
        records.push_back(record);
    } else {
        *known = record;
    }
}

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

std::size_t Ledger::Sealed::size() const {
    std::size_t size = judged.size();
    for (const journal::SealedEntry& entry : entries) size += entry.sealed.size();
    return size;
}

std::unique_lock<std::mutex> Ledger::take_turn(const Id& dossier) {
    return std::unique_lock(turns_[IdHash{}(dossier) % turns]);
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
    if (!format || !opened || !encoded || *format != judged_format) {
        return fail(Code::corrupt, "no judgement");
    }
    auto projection = policy::decode(*core_.pack, *encoded);
    if (!projection) return Failure(projection.error());
    return Judged{Instant{static_cast<std::int64_t>(*opened)}, std::move(*projection)};
}

Result<Bytes> Ledger::seal_judged(
    const Loaded& loaded, const policy::Projection& projection
) const {
    Bytes plain;
    Writer writer(plain);
    writer.u8(judged_format);
    writer.u64(static_cast<std::uint64_t>(loaded.opened().us));
    writer.run(policy::encode(*core_.pack, projection));
    if (plain.size() > journal::projection_size_max) plain.assign(1, std::byte{judged_too_large});
    return journal::seal_projection(loaded.keys, loaded.version, plain);
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

Result<Ledger::Sealed> Ledger::seal(
    const Loaded& loaded,
    const std::vector<NewVersion>& versions,
    const policy::Projection& projection
) const {
    Sealed sealed;
    sealed.dossier = loaded.id();
    sealed.version = loaded.version - versions.size();
    for (const NewVersion& version : versions) {
        check(version.record.kind != nullptr, "only records of a known kind are written");
        auto entry = journal::prepare(
            loaded.keys,
            version.record.id,
            version.record.version,
            parts_of(core_.categories, version.record, version.head)
        );
        if (!entry) return Failure(entry.error());
        sealed.entries.push_back(std::move(*entry));
    }
    auto judged = seal_judged(loaded, projection);
    if (!judged) return Failure(judged.error());
    sealed.judged = std::move(*judged);
    return sealed;
}

Result<void> Ledger::apply(store::Session& session, const Sealed& sealed) const {
    if (!sealed.type.empty()) {
        const auto made = journal::create_dossier(session, sealed.dossier, sealed.type);
        if (!made) return made;
    }
    std::uint64_t version = sealed.version;
    for (const journal::SealedEntry& entry : sealed.entries) {
        const auto appended = journal::append(session, entry, version);
        if (!appended) return Failure(appended.error());
        version = appended->dossier_version;
    }
    return journal::store_projection(session, sealed.dossier, version, sealed.judged);
}

void Ledger::publish(
    const Id& dossier,
    std::uint64_t version,
    Instant opened,
    const policy::Projection& projection
) {
    references_.add(dossier);
    board_.put(views::make_row(*core_.pack, dossier, version, opened, projection));
}

Result<Written> Ledger::write(const Id& dossier, const Plan& plan) {
    const auto turn = take_turn(dossier);
    for (std::size_t i = 0; i < core_.options.write_attempts_max; ++i) {
        auto loaded = load(dossier);
        if (!loaded) return Failure(loaded.error());
        const auto versions = plan(*loaded);
        if (!versions) return Failure(versions.error());
        for (const NewVersion& version : *versions) put(loaded->records, version.record);
        if (loaded->records.size() > records_per_dossier_max) {
            return fail(Code::too_large, "the dossier has as many records as it may have");
        }
        loaded->version += versions->size();
        Written written{loaded->version, evaluate(*loaded->type, loaded->records), true};
        if (versions->empty()) {
            written.changed = false;
            return written;
        }
        const auto sealed = seal(*loaded, *versions, written.projection);
        if (!sealed) return Failure(sealed.error());
        const auto done = core_.store.main().write(
            [&](store::Session& session) { return apply(session, *sealed); }, sealed->size()
        );
        if (done) {
            core_.checkpoints.appended(versions->size());
            publish(dossier, written.version, loaded->opened(), written.projection);
            return written;
        }
        if (done.error().code != Code::conflict) return Failure(done.error());
    }
    return fail(Code::unavailable, "too many changes at one moment");
}

Result<std::vector<Loaded>> Ledger::prepare_new(const std::vector<NewDossier>& dossiers) {
    std::vector<Loaded> made;
    const auto stored = core_.store.keys().write([&](store::Session& session) -> Result<void> {
        made.clear();
        for (const NewDossier& dossier : dossiers) {
            // A process that ended between the two databases has left keys of no dossier.
            auto keys = journal::load_keys(session, core_.keyring, dossier.id);
            if (!keys && keys.error().code == Code::not_found) {
                keys = journal::DossierKeys::make(dossier.id);
                const auto added = journal::store_keys(session, core_.keyring, *keys);
                if (!added) return added;
            }
            if (!keys) return Failure(keys.error());
            made.push_back(Loaded{std::move(*keys), 0, dossier.type, {}});
        }
        return {};
    });
    if (!stored) return Failure(stored.error());
    return made;
}

Result<std::vector<Written>> Ledger::create(
    const std::vector<NewDossier>& dossiers, const store::Change& also
) {
    auto made = prepare_new(dossiers);
    if (!made) return Failure(made.error());
    std::vector<Written> written;
    std::vector<Sealed> sealed;
    std::size_t size = 0;
    std::size_t entries = 0;
    for (std::size_t i = 0; i < dossiers.size(); ++i) {
        Loaded& loaded = (*made)[i];
        for (const NewVersion& version : dossiers[i].records) {
            loaded.records.push_back(version.record);
        }
        loaded.version = loaded.records.size();
        written.push_back({loaded.version, evaluate(*loaded.type, loaded.records), true});
        auto one = seal(loaded, dossiers[i].records, written.back().projection);
        if (!one) return Failure(one.error());
        one->type = loaded.type->id;
        size += one->size();
        entries += one->entries.size();
        sealed.push_back(std::move(*one));
    }
    const auto done = core_.store.main().write(
        [&](store::Session& session) -> Result<void> {
            for (const Sealed& one : sealed) {
                const auto applied = apply(session, one);
                if (!applied) return applied;
            }
            return also ? also(session) : Result<void>{};
        },
        size
    );
    if (!done) return Failure(done.error());
    core_.checkpoints.appended(entries);
    for (std::size_t i = 0; i < dossiers.size(); ++i) {
        const Loaded& loaded = (*made)[i];
        publish(loaded.id(), loaded.version, loaded.opened(), written[i].projection);
    }
    return written;
}

Result<void> Ledger::remark(const std::vector<journal::SealedEntry>& entries) {
    if (entries.empty()) return {};
    std::size_t size = 0;
    for (const journal::SealedEntry& entry : entries) size += entry.sealed.size();
    const auto done = core_.store.main().write(
        [&](store::Session& session) -> Result<void> {
            for (const journal::SealedEntry& entry : entries) {
                const auto appended = journal::append(session, entry);
                if (!appended) return Failure(appended.error());
            }
            return {};
        },
        size
    );
    if (!done) {
        log::write(
            log::Level::error, "journal not written", {{"code", name_of(done.error().code)}}
        );
        return fail(Code::unavailable, "the journal cannot be written now");
    }
    core_.checkpoints.appended(entries.size());
    return {};
}

}  // namespace homeward::casework
