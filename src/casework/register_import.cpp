#include "casework/register_impl.hpp"
#include "policy/record.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeward::casework {

namespace {

constexpr std::string_view table = "import_job";
constexpr store::Query select_job{"SELECT position, sealed FROM import_job WHERE id = $1"};
constexpr store::Query put_job{
    "INSERT INTO import_job (id, position, sealed) VALUES ($1, $2, $3) "
    "ON CONFLICT (id) DO UPDATE SET position = excluded.position, sealed = excluded.sealed"};

/// The same line of the same job always gives the same id, so that sending it twice is harmless.
Id line_id(const crypto::Keyring& keyring, const Id& job, const json::value& line) {
    Bytes bytes;
    Writer writer(bytes);
    writer.run(bytes_of("line"));
    writer.raw(job.bytes);
    writer.run(bytes_of(json::serialize(line)));
    return id_of(keyring.mac(crypto::MacUse::reference, bytes));
}

Id record_id(const crypto::Keyring& keyring, const Id& dossier, std::size_t place) {
    Bytes bytes;
    Writer writer(bytes);
    writer.run(bytes_of("line-record"));
    writer.raw(dossier.bytes);
    writer.u64(place);
    return id_of(keyring.mac(crypto::MacUse::reference, bytes));
}

Result<std::optional<Id>> read_id(const json::object& from, std::string_view key) {
    const json::value* value = from.if_contains(key);
    if (value == nullptr) return std::optional<Id>{};
    const auto id = value->is_string() ? parse_id(text_at(from, key))
                                       : Result<Id>(fail(Code::invalid, "not an id"));
    if (!id || id->is_nil()) return fail(Code::invalid, "not an id", pointer_to("", key));
    return std::optional(*id);
}

Failure at(const Error& error, const std::string& pointer) {
    return fail(error.code, error.text, pointer + error.pointer);
}

Result<void> only_keys(
    const json::object& object, const std::vector<std::string_view>& keys, const std::string& at
) {
    for (const auto& [key, value] : object) {
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
            return fail(Code::invalid, "no such field", pointer_to(at, key));
        }
    }
    return {};
}

Failure used_before() {
    return fail(Code::conflict, "the id was used before with another content", "/id");
}

bool is_refusal(Code code) {
    return code == Code::invalid || code == Code::too_large || code == Code::conflict ||
           code == Code::forbidden;
}

}  // namespace

struct Register::Impl::ImportState {
    Imported answer;
    Id account;
};

Result<Register::Impl::ImportState> Register::Impl::take_job(
    const Identity& who, const std::optional<Id>& job
) const {
    ImportState state;
    state.account = who.id();
    state.answer.job = job.value_or(make_id());
    if (!job) return state;
    // A job that is not there yet begins under the id that its client made for it.
    Result<ImportState> found = state;
    const auto read = core.store.main().read([&](store::Session& session) -> Result<void> {
        const auto rows = session.each(
            select_job,
            [&](const store::Row& row) -> Result<void> {
                const auto content = open_row(core.keyring, table, *job, 0, row.blob(1));
                if (!content) return Failure(content.error());
                // Somebody else's job is none of the caller's business.
                if (text_at(*content, "account") != to_text(who.id())) {
                    return fail(Code::not_found, "no such import");
                }
                state.answer.line = row.count(0);
                state.answer.taken = static_cast<std::uint64_t>(number_at(*content, "taken"));
                state.answer.unchanged =
                    static_cast<std::uint64_t>(number_at(*content, "unchanged"));
                found = state;
                return {};
            },
            *job
        );
        if (!rows) return Failure(rows.error());
        return {};
    });
    if (!read) return Failure(read.error());
    return found;
}

store::Change Register::Impl::store_job(const ImportState& state) const {
    const json::object content{
        {"account", to_text(state.account)},
        {"taken", state.answer.taken},
        {"unchanged", state.answer.unchanged}};
    return [id = state.answer.job,
            line = state.answer.line,
            sealed =
                seal_row(core.keyring, table, state.answer.job, 0, content)](store::Session& session
           ) -> Result<void> {
        const auto put = session.run(put_job, id, line, sealed);
        if (!put) return Failure(put.error());
        return {};
    };
}

Result<RecordState> Register::Impl::read_line_record(
    const NewDossier& dossier,
    const json::value& value,
    std::size_t place,
    const EntryHead& head,
    const std::string& pointer
) const {
    if (!value.is_object()) return fail(Code::invalid, "a record is an object", pointer);
    const json::object& object = value.get_object();
    const auto known =
        only_keys(object, {"id", "kind", "data", "recorded_at", "recorded_by"}, pointer);
    if (!known) return Failure(known.error());
    const auto id = read_id(object, "id");
    if (!id) return at(id.error(), pointer);
    const json::value* data = object.if_contains("data");
    NewRecord record{*id, text_at(object, "kind"), data == nullptr ? json::object{} : *data};
    auto checked = check_record(*dossier.type, record, pointer);
    if (!checked) return Failure(checked.error());
    RecordState state;
    state.id = id->value_or(record_id(core.keyring, dossier.id, place));
    state.version = 1;
    state.kind = checked->kind;
    state.kind_id = checked->kind->id;
    state.data = std::move(checked->data);
    state.recorded_at = head.when;
    state.recorded_by = head.who;
    state.place = place;
    if (object.contains("recorded_at")) {
        const auto when = parse_instant(text_at(object, "recorded_at"));
        if (!when || *when > head.when) {
            return fail(Code::invalid, "not a time, or not past", pointer + "/recorded_at");
        }
        state.recorded_at = *when;
    }
    const auto by = read_id(object, "recorded_by");
    if (!by || (*by && !directory.find(**by))) {
        return fail(Code::invalid, "no such account", pointer + "/recorded_by");
    }
    if (*by) state.recorded_by = **by;
    return state;
}

Result<Register::Impl::ReadLine> Register::Impl::read_line(
    const Identity& who, const Id& job, const ImportLine& line
) const {
    if (!line.value) return Failure(line.value.error());
    if (!line.value->is_object()) return fail(Code::invalid, "a line is an object");
    const json::object& object = line.value->get_object();
    const auto known = only_keys(object, {"id", "type", "records"}, "");
    if (!known) return Failure(known.error());
    const auto id = read_id(object, "id");
    if (!id) return Failure(id.error());
    NewDossier dossier;
    dossier.id = id_for_new(who, id->value_or(line_id(core.keyring, job, *line.value)));
    dossier.type = core.pack->find_dossier_type(text_at(object, "type"));
    if (dossier.type == nullptr) return fail(Code::invalid, "no such type of dossier", "/type");
    const json::value* records = object.if_contains("records");
    if (records == nullptr || !records->is_array() || records->get_array().empty()) {
        return fail(Code::invalid, "a dossier begins with a record", "/records");
    }
    if (records->get_array().size() > records_per_open_max) {
        return fail(Code::too_large, "too many records in one line", "/records");
    }
    const EntryHead head = this->head(who, what::import);
    std::optional<Access> access;
    if (who.account) {
        auto decided = authority.authorize_new(who, Deed::import, dossier.id);
        if (!decided) return Failure(decided.error());
        access.emplace(std::move(*decided));
    }
    bool has_member = false;
    for (std::size_t i = 0; i < records->get_array().size(); ++i) {
        const std::string pointer = fmt::format("/records/{}", i);
        auto state = read_line_record(dossier, records->get_array()[i], i, head, pointer);
        if (!state) return Failure(state.error());
        if (access) {
            const auto may = may_add_record(*access, *state->kind, state->data, pointer);
            if (!may) return Failure(may.error());
        }
        const bool twice = std::any_of(
            dossier.records.begin(),
            dossier.records.end(),
            [&](const NewVersion& other) {
                return other.record.id == state->id ||
                       (!state->kind->repeats && other.record.kind == state->kind);
            }
        );
        if (twice) return fail(Code::invalid, "the record stands twice", pointer);
        const auto& members = dossier.type->members;
        has_member = has_member || (members && members->kind == core.pack->index_of(*state->kind));
        dossier.records.push_back({std::move(*state), head});
    }
    auto member = has_member ? std::nullopt : membership(*dossier.type, dossier.id, who);
    if (member) {
        member->place = dossier.records.size();
        dossier.records.push_back({std::move(*member), head});
    }
    return ReadLine{line.line, std::move(dossier), id->has_value()};
}

Result<bool> Register::Impl::is_there(const Identity& who, const ReadLine& line) {
    const NewDossier& dossier = line.dossier;
    const views::RowPointer row = board.find(dossier.id);
    if (!row) return false;
    // Like anybody to whom the dossier never was: the id is taken, and nothing is compared.
    if (authority.is_barred(who, *row)) return used_before();
    bool same = true;
    const auto looked =
        ledger.write(dossier.id, [&](const Loaded& loaded) -> Result<std::vector<NewVersion>> {
            for (const NewVersion& version : dossier.records) {
                RecordState wanted = version.record;
                // The opener's membership says when it was made, which differs each time.
                const bool member = dossier.type->members && dossier.type->members->kind ==
                                                                 core.pack->index_of(*wanted.kind);
                const auto stored = loaded.find(wanted.id);
                if (member && stored) continue;
                // To be told whether it is the same would tell what stands there. Whoever wrote it
                // knows, and so does whoever has a line whose id was made of what it says.
                const bool wrote = stored && stored->recorded_by == who.id();
                if (who.account && line.names_id && !wrote) return used_before();
                const auto is = is_same(loaded, wanted);
                if (!is) return Failure(is.error());
                same = same && *is;
            }
            same = same && loaded.type == dossier.type;
            return std::vector<NewVersion>{};
        });
    if (!looked) return Failure(looked.error());
    if (!same) return used_before();
    return true;
}

Result<void> Register::Impl::commit_batch(
    const Identity& who, ImportState& state, std::vector<ReadLine>& batch
) {
    for (std::size_t i = 0; i < core.options.write_attempts_max; ++i) {
        ImportState next = state;
        std::vector<NewDossier> fresh;
        for (const ReadLine& line : batch) {
            const auto there = is_there(who, line);
            if (!there && !is_refusal(there.error().code)) return Failure(there.error());
            if (!there) {
                next.answer.refused.push_back(
                    {line.number, there.error().pointer, there.error().text}
                );
            } else if (*there) {
                ++next.answer.unchanged;
            } else {
                ++next.answer.taken;
                fresh.push_back(line.dossier);
            }
        }
        const auto done =
            fresh.empty()
                ? core.store.main().write(store_job(next))
                : ledger.create(fresh, store_job(next), Next::is_left_alone).map([](auto&&) {});
        if (done) {
            state = std::move(next);
            batch.clear();
            return {};
        }
        if (done.error().code != Code::conflict) return Failure(done.error());
    }
    return fail(Code::unavailable, "too many changes at one moment");
}

Result<Imported> Register::import(
    const Caller& caller, const std::optional<Id>& job, const std::vector<ImportLine>& lines
) {
    const auto who = impl_->enter(caller, Deed::import);
    if (!who) return Failure(who.error());
    if (lines.size() > import_lines_max) {
        return fail(Code::too_large, fmt::format("at most {} lines at once", import_lines_max));
    }
    auto state = impl_->take_job(*who, job);
    if (!state) return Failure(state.error());
    std::vector<Impl::ReadLine> batch;
    for (const ImportLine& line : lines) {
        auto read = impl_->read_line(*who, state->answer.job, line);
        if (read) {
            const bool twice = std::any_of(batch.begin(), batch.end(), [&](const auto& other) {
                return other.dossier.id == read->dossier.id;
            });
            // What stands twice is compared with what was taken the first time.
            const auto done = twice ? impl_->commit_batch(*who, *state, batch) : Result<void>{};
            if (!done) return Failure(done.error());
            batch.push_back(std::move(*read));
        } else if (is_refusal(read.error().code)) {
            state->answer.refused.push_back({line.line, read.error().pointer, read.error().text});
        } else {
            return Failure(read.error());
        }
        state->answer.line = std::max(state->answer.line, line.line);
        if (batch.size() < impl_->core.options.import_batch_dossiers) continue;
        const auto done = impl_->commit_batch(*who, *state, batch);
        if (!done) return Failure(done.error());
    }
    const auto done = impl_->commit_batch(*who, *state, batch);
    if (!done) return Failure(done.error());
    return std::move(state->answer);
}

Result<Imported> Register::import_job(const Caller& caller, const Id& job) {
    const auto who = impl_->enter(caller, Deed::import);
    if (!who) return Failure(who.error());
    auto state = impl_->take_job(*who, job);
    if (!state) return Failure(state.error());
    return std::move(state->answer);
}

}  // namespace homeward::casework
