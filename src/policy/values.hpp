#pragma once

#include "base/json.hpp"
#include "cel/value.hpp"
#include "policy/pack.hpp"

#include <optional>
#include <string_view>

namespace homeward::policy {

/// `{"unknown": "not_known"}` and its like: an answer that says that it is not known.
bool is_unknown_answer(const json::value& value);

/// Shapes of the smaller types (docs/pack-language.md §2).
bool is_decimal(std::string_view text);
bool is_pcode(std::string_view text);
bool is_script(std::string_view text);
bool is_currency(std::string_view text);
/// Seconds of `PT45M`, `P3D`, `P1DT2H`; nothing when it is written otherwise or past 100 years.
std::optional<std::int64_t> duration_seconds(std::string_view text);

/// The value of an answer in expressions. What does not fit the field is unknown.
cel::Value to_value(
    const Pack& pack, const Field& field, const json::value& answer, cel::Arena& arena
);

/// Slots of an object, all of them absent before: the value of each field that `data` answers.
void fill_slots(
    const Pack& pack,
    const std::vector<Field>& fields,
    const json::object& data,
    cel::Arena& arena,
    cel::Value* slots
);

}  // namespace homeward::policy
