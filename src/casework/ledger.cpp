#include "casework/ledger.hpp"

#include "base/check.hpp"
#include "base/log.hpp"
#include "journal/projection.hpp"

#include <algorithm>
#include <utility>

namespace homeward::casework {

namespace {

void put(FoldedRecords& records, const RecordState& record) {
    const auto known = std::find_if(records.begin(), records.end(), [&](const auto& other) {
        return other->id == record.id;
    });
    auto is = fold(record);
    if (known == records.end()) {
        records.push_back(std::move(is));
    } else {
        *known = std::move(is);
    }
}

policy::CategorySet categories_of(const std::vector<policy::Field>& fields) {
    policy::CategorySet found = 0;
    for (const policy::Field& field : fields) {
        found |= policy::bit_of(field.category) | categories_of(field.fields);
    }
    return found;
}

}  // namespace

Ledger::Ledger(const Core& core, views::Board& board, References& references)
    : core_(core),
      board_(board),
      references_(references),
      shelf_(core.options.opened_bytes_max, core.options.opened_keep),
      settling_(core.options.settling_max, core.options.gather_after) {
    for (const policy::Kind& kind : core.pack->kinds()) {
        categories_of_kind_.push_back(policy::bit_of(kind.category) | categories_of(kind.fields));
    }
    if (!core.options.board_folder.empty())
        board_file_.emplace(core.options.board_folder, core.store, core.keyring, *core.pack);
}

Ledger::~Ledger() {
    std::unique_lock lock(remarks_mutex_);
    remarks_changed_.wait(lock, [this] { return remarks_ == 0; });
}

std::size_t Ledger::Sealed::size() const {
    std::size_t size = judged.size();
    for (const journal::SealedEntry& entry : entries) size += entry.sealed.size();
    return size;
}

std::unique_lock<std::mutex> Ledger::take_turn(const Id& dossier) {
    return std::unique_lock(turns_[IdHash{}(dossier) % turns]);
}

Bytes Ledger::encode_judged(Instant opened, const policy::Projection& projection) const {
    Bytes plain;
    Writer writer(plain);
    writer.u8(judged_stored);
    writer.u64(static_cast<std::uint64_t>(opened.us));
    writer.run(policy::encode(*core_.pack, projection));
    if (plain.size() > journal::projection_size_max) plain.assign(1, std::byte{judged_too_large});
    return plain;
}

Result<Bytes> Ledger::seal_judged(const Loaded& loaded, const policy::Projection& projection)
    const {
    const Bytes plain = encode_judged(loaded.opened(), projection);
    return journal::seal_projection(loaded.keys, loaded.version, plain);
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
    const Id& dossier, std::uint64_t version, Instant opened, const policy::Projection& projection
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
        if (loaded->records.size() > core_.options.records_per_dossier_max) {
            return fail(Code::too_large, "the dossier has as many records as it may have");
        }
        if (!versions->empty() && size_of(loaded->records) > core_.options.dossier_bytes_max)
            return fail(Code::too_large, "the dossier is as large as it may be");
        loaded->version += versions->size();
        Written written{
            loaded->version,
            !versions->empty(),
            evaluate(*loaded->type, loaded->records),
            reporters_of(*core_.pack, loaded->records)};
        if (!written.has_entry) return written;
        const auto sealed = seal(*loaded, *versions, written.projection);
        if (!sealed) return Failure(sealed.error());
        const UnderWay::Pass pass(writes_);
        const auto done = core_.store.main().write(
            [&](store::Session& session) { return apply(session, *sealed); }, sealed->size()
        );
        if (done) {
            core_.checkpoints.appended(versions->size());
            publish(dossier, written.version, loaded->opened(), written.projection);
            shelf_.put(dossier, opened_of(*loaded, written.projection), core_.ticking());
            settling_.add(dossier, core_.ticking());
            return written;
        }
        if (done.error().code != Code::conflict) return Failure(done.error());
        // Whatever wrote to it, the next attempt asks the database.
        shelf_.drop(dossier);
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
    const std::vector<NewDossier>& dossiers, const store::Change& also, Next next
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
            loaded.records.push_back(fold(version.record));
        }
        loaded.version = loaded.records.size();
        written.push_back(
            {loaded.version,
             true,
             evaluate(*loaded.type, loaded.records),
             reporters_of(*core_.pack, loaded.records)}
        );
        auto one = seal(loaded, dossiers[i].records, written.back().projection);
        if (!one) return Failure(one.error());
        one->type = loaded.type->id;
        size += one->size();
        entries += one->entries.size();
        sealed.push_back(std::move(*one));
    }
    std::optional<UnderWay::Pass> pass(std::in_place, writes_);
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
    pass.reset();
    for (std::size_t i = 0; i < dossiers.size(); ++i) {
        const Loaded& loaded = (*made)[i];
        if (next == Next::is_left_alone) {
            gather(loaded.keys, *opened_of(loaded, written[i].projection));
        } else {
            settling_.add(loaded.id(), core_.ticking());
        }
    }
    return written;
}

OutcomePointer Ledger::remark(std::vector<journal::SealedEntry> entries, store::Change also) {
    auto outcome = std::make_shared<Outcome>();
    if (entries.empty() && !also) {
        outcome->tell({});
        return outcome;
    }
    std::size_t size = 0;
    for (const journal::SealedEntry& entry : entries) size += entry.sealed.size();
    const std::size_t count = entries.size();
    {
        const std::lock_guard lock(remarks_mutex_);
        ++remarks_;
    }
    core_.store.main().submit(
        [entries = std::move(entries),
         also = std::move(also)](store::Session& session) -> Result<void> {
            for (const journal::SealedEntry& entry : entries) {
                const auto appended = journal::append(session, entry);
                if (!appended) return Failure(appended.error());
            }
            return also ? also(session) : Result<void>{};
        },
        [this, outcome, count](Result<void> done) {
            if (done) core_.checkpoints.appended(count);
            outcome->tell(done ? done : Result<void>(not_written(done.error())));
            const std::lock_guard lock(remarks_mutex_);
            --remarks_;
            remarks_changed_.notify_all();
        },
        size
    );
    return outcome;
}

Failure not_written(const Error& error) {
    log::write(log::Level::error, "journal not written", {{"code", name_of(error.code)}});
    return fail(Code::unavailable, "the journal cannot be written now");
}

}  // namespace homeward::casework
