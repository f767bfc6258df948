#include "policy/model.hpp"

#include <array>

namespace homeward::policy {

std::string_view name_of(FieldType type) {
    constexpr std::array<std::string_view, 18> names{
        "text",
        "long_text",
        "number",
        "decimal",
        "tri",
        "date",
        "instant",
        "age",
        "code",
        "codes",
        "person_name",
        "place",
        "reference",
        "group",
        "money",
        "duration",
        "scale",
        "computed",
    };
    return names[static_cast<std::size_t>(type)];
}

std::string_view name_of(Side side) {
    constexpr std::array<std::string_view, 3> names{"protection", "justice", "both"};
    return names[static_cast<std::size_t>(side)];
}

std::string_view name_of(Scope scope) {
    constexpr std::array<std::string_view, 3> names{"assigned", "team", "all"};
    return names[static_cast<std::size_t>(scope)];
}

std::string_view name_of(Severity severity) {
    constexpr std::array<std::string_view, 4> names{"structural", "medium", "high", "critical"};
    return names[static_cast<std::size_t>(severity)];
}

std::string_view name_of(Unit unit) {
    constexpr std::array<std::string_view, 7> names{
        "minutes",
        "hours",
        "days",
        "months",
        "years",
        "number",
        "text",
    };
    return names[static_cast<std::size_t>(unit)];
}

const Field* Kind::find(std::string_view field_id) const {
    for (const auto& field : fields)
        if (field.id == field_id) return &field;
    return nullptr;
}

std::optional<std::uint16_t> CodeList::index_of(std::string_view code) const {
    for (std::size_t i = 0; i < codes.size(); ++i)
        if (codes[i].id == code) return static_cast<std::uint16_t>(i);
    return {};
}

bool CodeList::has(std::string_view code) const { return index_of(code).has_value(); }

}  // namespace homeward::policy
