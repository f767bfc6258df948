#include "casework/register_impl.hpp"
#include "policy/record.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeward::casework {

namespace {

/// An id that follows from others: the same request gives the same ids, and nobody can tell what
/// they were made from.
Id derived_id(const crypto::Keyring& keyring, std::string_view use, const Id& from, std::size_t n) {
    Bytes bytes;
    Writer writer(bytes);
    writer.run(bytes_of(use));
    writer.raw(from.bytes);
    writer.u64(n);
    return id_of(keyring.mac(crypto::MacUse::reference, bytes));
}

Failure at(const Error& error, const std::string& pointer) {
    return fail(error.code, error.text, pointer + error.pointer);
}

Failure other_content() {
    return fail(Code::conflict, "the id was used before with another content", "/id");
}

std::uint64_t next_place(const Loaded& loaded) {
    std::uint64_t next = 0;
    for (const auto& record : loaded.records) next = std::max(next, record->place + 1);
    return next;
}

const std::string& field_id(const policy::Kind& kind, std::uint16_t position) {
    return kind.fields[position].id;
}

/// Whether a record makes an account a member of its dossier.
bool is_member(
    const policy::Pack& pack,
    const policy::DossierType& type,
    const RecordState& record,
    const Id& account
) {
    if (!type.members || !type.members->account) return false;
    if (type.members->kind != pack.index_of(*record.kind)) return false;
    return text_at(record.data, field_id(*record.kind, *type.members->account)) == to_text(account);
}

}  // namespace

Id Register::Impl::id_for_new(const Identity& who, const Id& sent) const {
    if (who.role == nullptr || who.role->side != policy::Side::justice) return sent;
    // The justice side made the id that it sent: it must not know the protection side's.
    return derived_id(core.keyring, "opened", sent, 0);
}

Result<Register::Impl::Checked> Register::Impl::check_record(
    const policy::DossierType& type, const NewRecord& record, const std::string& pointer
) const {
    const policy::Kind* kind = core.pack->find_kind(record.kind);
    if (kind == nullptr || kind->dossier != core.pack->index_of(type)) {
        return fail(
            Code::invalid,
            fmt::format("a dossier of type '{}' has no such form", type.id),
            pointer + "/kind"
        );
    }
    if (record.id && record.id->is_nil()) {
        return fail(Code::invalid, "an id cannot be nil", pointer + "/id");
    }
    auto parsed = policy::parse_data(*core.pack, *kind, record.data);
    if (!parsed) return at(parsed.error(), pointer + "/data");
    return Checked{kind, std::move(parsed->json)};
}

Result<void> may_decide_access(
    const policy::Pack& pack,
    const Access& access,
    const policy::Kind& kind,
    const std::string& pointer
) {
    const auto& type = pack.dossier_types()[kind.dossier];
    const std::uint16_t index = pack.index_of(kind);
    const auto is = [&](const std::optional<policy::Mapping>& mapping) {
        return mapping && mapping->kind == index;
    };
    const bool writes_all = access.sight->category(kind.category).write == Writing::all;
    if (is(type.members) && !access.who.may(may_assign)) {
        return fail(Code::forbidden, "the role may not assign people", pointer);
    }
    // A permission opens a child's file: to report one is not to give it (docs/decisions/0010).
    if (is(type.grants) && !writes_all) {
        return fail(Code::forbidden, "the role may not give access", pointer);
    }
    // Nor may a report shut anybody out of it, who may be the one that helps (0018).
    if (is(type.bars) && !writes_all) {
        return fail(Code::forbidden, "the role may not shut anybody out", pointer);
    }
    if (is(type.acts)) {
        return fail(Code::forbidden, "acts are written by performing them", pointer);
    }
    return {};
}

Result<void> Register::Impl::may_add_record(
    const Access& access,
    const policy::Kind& kind,
    const json::object& data,
    const std::string& pointer
) const {
    if (!access.sight->may_add(kind)) {
        return fail(Code::forbidden, "the role may not fill in this form", pointer + "/kind");
    }
    const auto may = may_decide_access(*core.pack, access, kind, pointer + "/kind");
    if (!may) return may;
    return may_enter_all(*access.sight, kind, data, true, true, pointer + "/data");
}

std::optional<RecordState> Register::Impl::membership(
    const policy::DossierType& type, const Id& dossier, const Identity& who
) const {
    if (!type.members || !who.account) return std::nullopt;
    const policy::Mapping& members = *type.members;
    RecordState record;
    record.id = derived_id(core.keyring, "member", dossier, 0);
    record.version = 1;
    record.kind = &core.pack->kinds()[members.kind];
    record.kind_id = record.kind->id;
    record.recorded_at = core.now();
    record.recorded_by = who.id();
    if (members.account) {
        record.data[field_id(*record.kind, *members.account)] = to_text(who.id());
    }
    if (members.role) record.data[field_id(*record.kind, *members.role)] = who.role_id();
    if (members.from) {
        record.data[field_id(*record.kind, *members.from)] = to_text(record.recorded_at);
    }
    return record;
}

Result<bool> Register::Impl::is_same(const Loaded& loaded, const RecordState& record) {
    const auto known = loaded.find(record.id);
    if (!known) return false;
    const auto is = [&](const RecordState& first) {
        return first.kind_id == record.kind_id && first.data == record.data &&
               first.recorded_by == record.recorded_by;
    };
    if (known->version == 1) return is(*known);
    const auto first = ledger.versions_of(loaded, record.id, 1, 1);
    if (!first) return Failure(first.error());
    return is(first->front().record);
}

Result<Opened> Register::Impl::open_again(
    const Identity& who, const NewDossier& wanted, std::size_t asked
) {
    auto access =
        authority.authorize(who, Deed::write, references.name_for(who.role->side, wanted.id));
    if (!access) return other_content();
    Opened opened;
    const auto same =
        ledger.write(wanted.id, [&](const Loaded& loaded) -> Result<std::vector<NewVersion>> {
            if (!decide_for(*access, Deed::write, loaded.version)) return other_content();
            if (loaded.type != wanted.type) return other_content();
            opened.records.clear();
            for (std::size_t i = 0; i < asked; ++i) {
                const RecordState& record = wanted.records[i].record;
                const auto is = is_same(loaded, record);
                if (!is) return Failure(is.error());
                if (!*is) return other_content();
                opened.records.push_back({record.id, 1});
            }
            return std::vector<NewVersion>{};
        });
    if (!same) return Failure(same.error());
    const auto noted = note_look(*access, what::findings);
    if (!noted) return Failure(noted.error());
    opened.ref = access->ref;
    opened.version = same->version;
    opened.findings = show(*core.pack, *access, same->projection.findings, same->reporters);
    opened.repeated = true;
    return opened;
}

Result<void> Register::Impl::plan_first(
    const Access& access,
    const std::vector<NewRecord>& records,
    const EntryHead& head,
    NewDossier& wanted
) const {
    bool opener_is_member = false;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const std::string pointer = fmt::format("/records/{}", i);
        auto checked = check_record(*wanted.type, records[i], pointer);
        if (!checked) return Failure(checked.error());
        const auto may = may_add_record(access, *checked->kind, checked->data, pointer);
        if (!may) return may;
        RecordState state;
        state.id = records[i].id.value_or(derived_id(core.keyring, "first", wanted.id, i));
        state.version = 1;
        state.kind = checked->kind;
        state.kind_id = checked->kind->id;
        state.data = std::move(checked->data);
        state.recorded_at = head.when;
        state.recorded_by = head.who;
        state.place = i;
        const bool twice =
            std::any_of(wanted.records.begin(), wanted.records.end(), [&](const NewVersion& other) {
                return other.record.id == state.id ||
                       (!state.kind->repeats && other.record.kind == state.kind);
            });
        if (twice) return fail(Code::invalid, "the record stands twice", pointer);
        opener_is_member = opener_is_member || is_member(*core.pack, *wanted.type, state, head.who);
        wanted.records.push_back({std::move(state), head});
    }
    auto member = opener_is_member ? std::nullopt : membership(*wanted.type, wanted.id, access.who);
    if (member) {
        member->place = records.size();
        wanted.records.push_back({std::move(*member), head});
    }
    return {};
}

Result<Opened> Register::open(
    const Caller& caller,
    const std::optional<Id>& id,
    std::string_view type_id,
    const std::vector<NewRecord>& records
) {
    const auto who = impl_->enter(caller, Deed::open);
    if (!who) return Failure(who.error());
    NewDossier wanted;
    wanted.type = impl_->core.pack->find_dossier_type(type_id);
    if (wanted.type == nullptr) return fail(Code::invalid, "no such type of dossier", "/type");
    if (records.empty()) return fail(Code::invalid, "a dossier begins with a record", "/records");
    if (records.size() > records_per_open_max) {
        return fail(
            Code::too_large,
            fmt::format("at most {} records at once", records_per_open_max),
            "/records"
        );
    }
    if (id && id->is_nil()) return fail(Code::invalid, "an id cannot be nil", "/id");
    wanted.id = impl_->id_for_new(*who, id.value_or(make_id()));
    const auto access = impl_->authority.authorize_new(*who, Deed::open, wanted.id);
    if (!access) return Failure(access.error());
    const auto planned = impl_->plan_first(*access, records, impl_->head(*who, what::open), wanted);
    if (!planned) return Failure(planned.error());
    auto turn = impl_->ledger.take_turn(wanted.id);
    if (impl_->ledger.exists(wanted.id)) {
        turn.unlock();
        return impl_->open_again(*who, wanted, records.size());
    }
    const auto written = impl_->ledger.create({wanted}, {}, Next::is_written_to);
    if (!written) return Failure(written.error());
    Opened opened;
    opened.ref = access->ref;
    opened.version = written->front().version;
    for (std::size_t i = 0; i < records.size(); ++i) {
        opened.records.push_back({wanted.records[i].record.id, 1});
    }
    opened.findings = show(
        *impl_->core.pack, *access, written->front().projection.findings, written->front().reporters
    );
    return opened;
}

Result<Added> Register::add(const Caller& caller, const Id& ref, const NewRecord& record) {
    auto access = impl_->enter(caller, Deed::write, ref);
    if (!access) return Failure(access.error());
    RecordState state;
    state.id = record.id.value_or(make_id());
    state.version = 1;
    state.recorded_by = access->who.id();
    bool repeated = false;
    const auto plan = [&](const Loaded& loaded) -> Result<std::vector<NewVersion>> {
        const auto again = impl_->decide_for(*access, Deed::write, loaded.version);
        if (!again) return Failure(again.error());
        auto checked = impl_->check_record(*loaded.type, record, "");
        if (!checked) return Failure(checked.error());
        const auto may = impl_->may_add_record(*access, *checked->kind, checked->data, "");
        if (!may) return Failure(may.error());
        state.kind = checked->kind;
        state.kind_id = checked->kind->id;
        state.data = std::move(checked->data);
        const EntryHead head = impl_->head(access->who, what::add);
        state.recorded_at = head.when;
        state.place = next_place(loaded);
        repeated = loaded.find(state.id).has_value();
        if (repeated) {
            const auto same = impl_->is_same(loaded, state);
            if (!same) return Failure(same.error());
            if (!*same) return other_content();
            return std::vector<NewVersion>{};
        }
        const bool taken = std::any_of(
            loaded.records.begin(),
            loaded.records.end(),
            [&](const auto& other) { return other->kind == state.kind; }
        );
        if (!state.kind->repeats && taken) {
            return fail(Code::conflict, "this form is there once: amend it", "/kind");
        }
        return std::vector<NewVersion>{{state, head}};
    };
    const auto written = impl_->ledger.write(access->dossier, plan);
    if (!written) return Failure(written.error());
    if (!written->has_entry) {
        const auto noted = impl_->note_look(*access, what::findings);
        if (!noted) return Failure(noted.error());
    }
    return Added{
        state.id,
        1,
        written->version,
        show(*impl_->core.pack, *access, written->projection.findings, written->reporters),
        repeated};
}

}  // namespace homeward::casework
