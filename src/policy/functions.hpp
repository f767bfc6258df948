#pragma once

#include "cel/program.hpp"
#include "policy/dossier.hpp"

#include <optional>
#include <vector>

namespace homeward::policy {

/// The age at which childhood ends (CRC article 1). It has no setting.
inline constexpr int adult_years = 18;

/// Two episodes with less between them are one stretch (docs/pack-language.md §4.3).
inline constexpr std::int64_t spell_gap_us = 24 * 3'600 * us_per_second;

/// The spells among the records of one kind. A group is named by the place of one of its episodes.
struct SpellState {
    std::vector<std::uint32_t> group;  ///< by place among the records of the kind
    std::vector<cel::Value> start;     ///< by place: of the spell, a moment or unknown
    std::vector<cel::Value> end;
    bool ready = false;
};

/// What the functions of the pack language look at while an expression runs.
struct Context {
    const Pack* pack = nullptr;
    const Dossier* dossier = nullptr;
    Instant now;
    std::span<const cel::Value> variables;      ///< from `now` to the subject
    std::vector<SpellState>* spells = nullptr;  ///< by kind, made when first asked
    cel::Arena* arena = nullptr;                ///< for what must outlive one expression
};

/// Adds find, spell, age and calendar functions, for one dossier type.
void declare_functions(cel::Declarations& to, std::span<const Kind> kinds, const DossierType& type);

/// Declares the types that a definition may name beside kinds: moment, string, int …; nothing when
/// there is no such type.
std::optional<cel::Type> basic_type(std::string_view name);

/// `at` moved by calendar units; the day is cut to the end of its month. Local to the pack's zone.
Instant add_months(const Pack& pack, Instant at, std::int64_t months);

/// Whole years between two local dates; negative when `at` lies before `birth`.
int years_between(const Pack& pack, Instant birth, Instant at);

/// The first moment after `at` at which one more year is complete.
Instant next_birthday(const Pack& pack, Instant birth, Instant at);

/// Spells of a kind, computed when first asked in this evaluation.
const SpellState& spells_of(const Context& context, std::uint16_t kind);

}  // namespace homeward::policy
