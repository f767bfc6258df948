#pragma once

#include "base/id.hpp"
#include "cel/arena.hpp"
#include "policy/record.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace homeward::policy {

/// One record as expressions see it.
struct DossierRecord {
    Id id;
    std::uint16_t kind = 0;
    Instant recorded_at;
    cel::Value* slots = nullptr;  ///< one for each field of the kind's object type
    std::uint32_t place = 0;      ///< among the dossier's records of its kind
};

/// All records of one dossier, turned into values once and evaluated as often as needed.
/// Holds its own memory. One thread at a time: computed fields are filled in when it is evaluated.
class Dossier {
  public:
    const Pack& pack() const { return *pack_; }
    const DossierType& type() const { return pack_->dossier_types()[type_]; }
    /// In the order in which they were added.
    std::span<const DossierRecord> records() const { return records_; }
    /// Records of one kind (by index in the pack), in the order in which they were added.
    std::span<const cel::Value> of_kind(std::uint16_t kind) const { return by_kind_[kind]; }
    /// The object behind the name `dossier`.
    const cel::Value& value() const { return value_; }
    /// The record of the subject, or one in which everything is absent.
    const cel::Value& subject() const { return subject_; }
    /// The record behind an object value of this dossier.
    static std::uint32_t index_of(const cel::Value& record);

  private:
    friend class DossierBuilder;
    Dossier() = default;

    std::shared_ptr<const Pack> pack_;
    std::uint16_t type_ = 0;
    cel::Arena arena_;
    std::vector<DossierRecord> records_;
    std::vector<std::span<cel::Value>> by_kind_;
    cel::Value value_;
    cel::Value subject_;
};

/// Collects the records of a dossier. Ids must differ; of a kind that does not repeat the first
/// record counts.
class DossierBuilder {
  public:
    DossierBuilder(std::shared_ptr<const Pack> pack, const DossierType& type);
    ~DossierBuilder();
    DossierBuilder(DossierBuilder&&) noexcept;
    DossierBuilder& operator=(DossierBuilder&&) noexcept;

    /// Adds a record with its current data. Data that no longer fits the pack is no error: such
    /// a field counts as unknown. A kind of another dossier type is ignored.
    DossierBuilder& add(
        const Id& id,
        const Kind& kind,
        const json::object& data,
        Instant recorded_at,
        std::string_view recorded_by
    );

    /// Makes the dossier; the builder is empty afterwards.
    Dossier build();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace homeward::policy
