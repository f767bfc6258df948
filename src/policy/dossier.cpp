#include "policy/dossier.hpp"

#include "base/check.hpp"
#include "policy/pack_data.hpp"
#include "policy/values.hpp"

#include <algorithm>

namespace homeward::policy {

using cel::Value;

struct DossierBuilder::State {
    Dossier dossier;
};

DossierBuilder::DossierBuilder(std::shared_ptr<const Pack> pack, const DossierType& type)
    : state_(std::make_unique<State>(State{Dossier()})) {
    auto& dossier = state_->dossier;
    dossier.type_ = pack->index_of(type);
    dossier.pack_ = std::move(pack);
}

DossierBuilder::~DossierBuilder() = default;
DossierBuilder::DossierBuilder(DossierBuilder&&) noexcept = default;
DossierBuilder& DossierBuilder::operator=(DossierBuilder&&) noexcept = default;

namespace {

/// Slots of a record, behind one that holds the record's index.
Value* make_slots(cel::Arena& arena, const Kind& kind, std::size_t index) {
    const auto all = arena.array<Value>(kind.type->slot_count() + 1);
    all[0] = Value::integer(static_cast<std::int64_t>(index));
    std::fill(all.begin() + 1, all.end(), Value::absent());
    return all.data() + 1;
}

}  // namespace

std::uint32_t Dossier::index_of(const Value& record) {
    return static_cast<std::uint32_t>(record.slots()[-1].as_int());
}

DossierBuilder& DossierBuilder::add(
    const Id& id,
    const Kind& kind,
    const json::object& data,
    Instant recorded_at,
    std::string_view recorded_by
) {
    auto& dossier = state_->dossier;
    if (kind.dossier != dossier.type_) return *this;
    auto& arena = dossier.arena_;
    DossierRecord record;
    record.id = id;
    record.kind = dossier.pack_->index_of(kind);
    record.recorded_at = recorded_at;
    record.slots = make_slots(arena, kind, dossier.records_.size());
    record.slots[slot_id] = Value::string(arena.copy(to_text(id)));
    record.slots[slot_recorded_at] = Value::moment_at(recorded_at.us);
    record.slots[slot_recorded_by] = Value::string(arena.copy(recorded_by));
    fill_slots(*dossier.pack_, kind.fields, data, arena, record.slots);
    dossier.records_.push_back(record);
    return *this;
}

Dossier DossierBuilder::build() {
    check(state_ != nullptr, "a dossier is built once");
    Dossier dossier = std::move(state_->dossier);
    state_.reset();
    const auto& pack = *dossier.pack_;
    const auto& type = dossier.type();
    auto& arena = dossier.arena_;

    std::vector<std::size_t> counts(pack.kinds().size(), 0);
    for (auto& record : dossier.records_)
        record.place = static_cast<std::uint32_t>(counts[record.kind]++);
    dossier.by_kind_.resize(pack.kinds().size());
    for (const auto kind : type.kinds) dossier.by_kind_[kind] = arena.array<Value>(counts[kind]);
    for (const auto& record : dossier.records_)
        dossier.by_kind_[record.kind][record.place] =
            Value::object(*pack.kinds()[record.kind].type, record.slots);

    const auto slots = arena.array<Value>(std::max<std::size_t>(1, type.kinds.size()));
    for (std::size_t i = 0; i < type.kinds.size(); ++i) {
        const auto& kind = pack.kinds()[type.kinds[i]];
        const auto list = dossier.by_kind_[type.kinds[i]];
        if (kind.repeats)
            slots[i] = Value::list(list);
        else
            slots[i] = list.empty() ? Value::absent() : list.front();
    }
    dossier.value_ = Value::object(*pack.data().names[dossier.type_].dossier, slots.data());
    if (!type.subject_name.empty()) {
        const auto list = dossier.by_kind_[type.subject];
        const auto& kind = pack.kinds()[type.subject];
        dossier.subject_ =
            list.empty() ? Value::object(*kind.type, make_slots(arena, kind, 0)) : list.front();
    }
    return dossier;
}

}  // namespace homeward::policy
