#include "policy/run.hpp"

#include <fmt/format.h>

namespace homeward::policy {
namespace {

using cel::Value;

const Value& slot_of(
    const Kind& kind, const DossierRecord& record, std::optional<std::uint16_t> field
) {
    static const Value nothing = Value::absent();
    return field ? record.slots[kind.fields[*field].slot] : nothing;
}

std::string text_of(const Value& value) {
    return value.is(cel::Kind::string) ? std::string(value.as_string()) : std::string();
}

std::optional<Instant> earliest_of(const Value& value) {
    if (!value.is(cel::Kind::moment)) return {};
    return Instant{value.as_moment().earliest_us};
}

std::optional<Instant> latest_of(const Value& value) {
    if (!value.is(cel::Kind::moment)) return {};
    return Instant{value.as_moment().latest_us};
}

/// Calls `take` with each text that a value holds.
template <class Take>
void each_text(const Value& value, Take take) {
    if (value.is(cel::Kind::string)) take(std::string(value.as_string()));
    if (value.is(cel::Kind::integer)) take(fmt::format("{}", value.as_int()));
    if (value.is(cel::Kind::list))
        for (const auto& item : value.as_list()) each_text(item, take);
}

}  // namespace

void Run::project() {
    project_names();
    if (type.members) project_members(*type.members);
    if (type.grants) project_permissions(*type.grants);
    if (type.bars) project_bars(*type.bars);
    for (const auto& one : dossier.records()) {
        const auto& kind = pack.kinds()[one.kind];
        scratch.variables[var_this] = dossier.of_kind(one.kind)[one.place];
        inspect(one, kind.fields, one.slots);
    }
}

void Run::project_members(const Mapping& mapping) {
    const auto& kind = pack.kinds()[mapping.kind];
    for (const auto& one : dossier.records()) {
        if (one.kind != mapping.kind) continue;
        Member member;
        member.record = one.id;
        member.account = text_of(slot_of(kind, one, mapping.account));
        member.role = text_of(slot_of(kind, one, mapping.role));
        member.from = earliest_of(slot_of(kind, one, mapping.from));
        member.until = latest_of(slot_of(kind, one, mapping.until));
        if (!member.account.empty()) out.members.push_back(std::move(member));
    }
}

void Run::project_permissions(const Mapping& mapping) {
    const auto& kind = pack.kinds()[mapping.kind];
    for (const auto& one : dossier.records()) {
        if (one.kind != mapping.kind) continue;
        Permission permission;
        permission.record = one.id;
        permission.account = text_of(slot_of(kind, one, mapping.account));
        permission.role = text_of(slot_of(kind, one, mapping.role));
        each_text(slot_of(kind, one, mapping.categories), [&](const std::string& id) {
            if (const auto* category = pack.find_category(id))
                permission.categories |=
                    bit_of(static_cast<std::uint8_t>(pack.index_of(*category)));
        });
        permission.from = earliest_of(slot_of(kind, one, mapping.from));
        if (!permission.from) permission.from = one.recorded_at;
        permission.until = latest_of(slot_of(kind, one, mapping.until));
        const auto& withdrawn = slot_of(kind, one, mapping.withdrawn);
        permission.withdrawn = earliest_of(withdrawn);
        // Withdrawn, nobody knows when: then from the beginning.
        if (withdrawn.is(cel::Kind::unknown)) permission.withdrawn = permission.from;
        out.permissions.push_back(std::move(permission));
    }
}

void Run::project_bars(const Mapping& mapping) {
    const auto& kind = pack.kinds()[mapping.kind];
    for (const auto& one : dossier.records()) {
        if (one.kind != mapping.kind) continue;
        Bar bar;
        bar.record = one.id;
        bar.account = text_of(slot_of(kind, one, mapping.account));
        bar.agency = text_of(slot_of(kind, one, mapping.agency));
        // Doubt lengthens a bar: no known start is when it was written down, no known end is none.
        bar.from = earliest_of(slot_of(kind, one, mapping.from)).value_or(one.recorded_at);
        bar.until = latest_of(slot_of(kind, one, mapping.until));
        if (!bar.account.empty() || !bar.agency.empty()) out.bars.push_back(std::move(bar));
    }
}

void Run::project_names() {
    const auto values_of = [&](const FieldRef& ref, auto take) {
        const auto& field = pack.kinds()[ref.kind].fields[ref.field];
        for (const auto& value : dossier.of_kind(ref.kind)) take(value.slots()[field.slot]);
    };
    for (const auto& ref : type.labels) {
        auto& label = out.labels.emplace_back();
        values_of(ref, [&](const Value& value) {
            if (label.empty()) label = text_of(value);
        });
    }
    if (type.names)
        values_of(*type.names, [&](const Value& value) {
            each_text(value, [&](std::string name) { out.names.push_back(std::move(name)); });
        });
    for (const auto& ref : type.search) {
        const auto path = pack.kinds()[ref.kind].fields[ref.field].path;
        values_of(ref, [&](const Value& value) {
            each_text(value, [&](std::string text) {
                out.keys.push_back({path, std::move(text)});
            });
        });
    }
    if (type.birth)
        values_of(*type.birth, [&](const Value& value) {
            if (out.birth || !value.is(cel::Kind::moment)) return;
            out.birth = Span{{value.as_moment().earliest_us}, {value.as_moment().latest_us}};
        });
}

bool Run::shown(const Field& field) { return !field.shown || eval(*field.shown).is_true(); }

void Run::inspect(const DossierRecord& one, const std::vector<Field>& fields, const Value* slots) {
    for (const auto& field : fields) {
        const auto& value = slots[field.slot];
        if (value.is(cel::Kind::absent)) {
            if (field.required && shown(field)) out.incomplete.push_back({one.id, field.path});
            continue;
        }
        if (field.check && eval(*field.check).is_false())
            out.contradictions.push_back({one.id, field.path});
        if (field.type == FieldType::group) inspect_group(one, field, value);
    }
    scratch.arena.reset();
}

void Run::inspect_group(const DossierRecord& one, const Field& field, const Value& value) {
    const auto look = [&](const Value& item) {
        if (!item.is(cel::Kind::object)) return;
        const auto outer = scratch.variables[var_it];
        scratch.variables[var_it] = item;
        inspect(one, field.fields, item.slots());
        scratch.variables[var_it] = outer;
    };
    if (value.is(cel::Kind::list))
        for (const auto& item : value.as_list()) look(item);
    else
        look(value);
}

}  // namespace homeward::policy
