#pragma once

#include "base/json.hpp"
#include "policy/pack.hpp"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace homeward::policy {

/// Limits on the data of one record. Each refusal names its field.
inline constexpr std::size_t text_chars_max = 500;
inline constexpr std::size_t long_text_chars_max = 20'000;
inline constexpr std::size_t list_items_max = 200;
inline constexpr std::size_t name_parts_max = 20;
inline constexpr std::size_t decimal_digits_max = 15;

/// The data of one record, after every field was checked against its kind.
struct RecordData {
    std::uint16_t kind = 0;
    json::object json;  ///< as it was given: what is stored
};

/// Checks `data` against the fields of `kind`. Refuses (Code::invalid, or too_large for a limit)
/// a wrong shape, an unknown field or a code that is not on its list, with the JSON pointer and
/// the reason; never an absent, unknown or contradictory answer.
Result<RecordData> parse_data(const Pack& pack, const Kind& kind, const json::value& data);

/// RFC 7396: `null` removes, objects merge, everything else replaces.
json::object merge_patch(const json::object& data, const json::object& patch);

/// The data cut by category: joined again it is the same. A list of groups keeps its length in
/// every part, so that items still match.
std::map<std::uint8_t, json::object> split_by_category(const Kind& kind, const json::object& data);

/// Puts parts together; any may be missing, and then those fields are.
json::object join(std::span<const json::object> parts);

/// Two changes of the same base, put together. Where both changed one field differently, its
/// JSON pointer is in `conflicts` and `data` has mine.
struct Merged {
    json::object data;
    std::vector<std::string> conflicts;
};
Merged merge(const json::object& base, const json::object& mine, const json::object& theirs);

/// Bounds of a time that is known to some precision: [earliest, latest].
struct Span {
    Instant earliest;
    Instant latest;
    friend bool operator==(const Span&, const Span&) = default;
};

/// A date of the data: "2011", "2011-03", "2011-03-05", each with "~"; "2009/2011"; or RFC 3339.
/// Bare days are days of the pack's zone.
Result<Span> parse_when(const Pack& pack, std::string_view text);

}  // namespace homeward::policy
