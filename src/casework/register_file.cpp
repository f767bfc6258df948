#include "base/sketchpad.hpp"
#include "casework/register_impl.hpp"

namespace homeward::casework {

File Register::Impl::make_file(
    const Access& access, const Snapshot& snapshot, const Judged& judged, Records records
) const {
    const policy::Pack& pack = *core.pack;
    const Sight& sight = *access.sight;
    File file;
    file.ref = access.ref;
    file.type = snapshot.type().id;
    file.version = snapshot.version();
    const views::Row row =
        views::make_row(pack, access.dossier, file.version, judged.opened, judged.projection);
    file.label = shown_label(sight, row);
    file.age = shown_age(sight, row);
    const bool justice = access.who.role->side == policy::Side::justice;
    file.side = justice ? policy::Side::justice : policy::Side::protection;
    file.role = access.who.role_id();
    file.read = names_of(pack, sight.readable());
    file.write = names_of(pack, sight.writable());
    file.withheld = names_of(pack, ~sight.readable());
    file.findings = show(pack, access, judged.projection.findings, reporters_of(pack, records));
    file.records.reserve(records.size());
    for (RecordState& record : records) {
        const bool own = record.recorded_by == access.who.id();
        if (!sight.shows_kind(*record.kind, own)) continue;
        const Id recorded_by = record.recorded_by;
        ShownRecord shown = show(pack, index, access, std::move(record), judged.projection);
        shown.recorded_by = person(recorded_by);
        file.records.push_back(std::move(shown));
    }
    return file;
}

Result<Register::Impl::Opening> Register::Impl::open_file(
    const Access& access, const Snapshot& snapshot, const json::storage_ptr& memory
) {
    const auto judged = ledger.judge(snapshot, false);
    if (!judged) return Failure(judged.error());
    auto records = ledger.open_records(access.grant, snapshot, memory);
    if (!records) return Failure(records.error());
    return Opening{make_file(access, snapshot, **judged, std::move(*records)), *judged};
}

Result<File> Register::read(const Caller& caller, const Id& ref) {
    auto access = impl_->enter(caller, Deed::read, ref);
    if (!access) return Failure(access.error());
    const auto snapshot = impl_->fetch(*access, Deed::read);
    if (!snapshot) return Failure(snapshot.error());
    auto opening = impl_->open_file(*access, *snapshot);
    if (!opening) return Failure(opening.error());
    const auto noted = impl_->remark(snapshot->keys(), *access, what::read);
    if (!noted) return Failure(noted.error());
    return std::move(opening->file);
}

Result<Held<std::string>> Register::read_written(
    const Caller& caller, const Id& ref, std::string_view form, const WriteFile& write
) {
    auto access = impl_->enter(caller, Deed::read, ref);
    if (!access) return Failure(access.error());
    const Core& core = impl_->core;
    const GivenTo to{access->dossier, access->who.id(), std::string(form)};
    GivenFrom from;
    from.sight = access->sight;
    from.names = impl_->directory.names_version();
    const Instant now = core.now();
    from.day = day_at(*core.pack, now);
    auto keys = impl_->ledger.keys_of(access->dossier);
    if (!keys) return Failure(keys.error());
    from.version = access->version;
    from.destroyed = keys->destroyed();
    if (const auto given = impl_->given.find(to, from, now, core.ticking())) {
        auto noted = impl_->begin_remark(*keys, *access, what::read);
        if (!noted) return Failure(noted.error());
        return Held<std::string>(given->text, std::move(*noted));
    }
    const auto snapshot = impl_->fetch(*access, Deed::read, std::move(*keys));
    if (!snapshot) return Failure(snapshot.error());
    GivenFile file;
    {
        Sketchpad sketchpad;
        const auto opening = impl_->open_file(*access, *snapshot, sketchpad.memory());
        if (!opening) return Failure(opening.error());
        const policy::Projection& judged = opening->judged->projection;
        // Somebody may have written to it meanwhile.
        from.sight = access->sight;
        from.version = snapshot->version();
        file = {from, judged.at, judged.recheck_at, write(opening->file), 0};
    }
    // It is kept for a while, and what was set aside for writing it would be kept with it.
    file.text.shrink_to_fit();
    file.size = file.text.size() + sizeof(GivenFile);
    const auto given = std::make_shared<const GivenFile>(std::move(file));
    impl_->given.put(to, given, core.ticking());
    auto noted = impl_->begin_remark(snapshot->keys(), *access, what::read);
    if (!noted) return Failure(noted.error());
    return Held<std::string>(given->text, std::move(*noted));
}

}  // namespace homeward::casework
