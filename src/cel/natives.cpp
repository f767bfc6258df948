#include "cel/natives.hpp"

#include <array>

namespace homeward::cel {
namespace {

struct Entry {
    std::string_view name;
    Native run;
};

constexpr std::array<Entry, 37> entries = {{
    {"_+_", native_add},
    {"_-_", native_subtract},
    {"_*_", native_multiply},
    {"_/_", native_divide},
    {"_%_", native_modulo},
    {"-_", native_negate},
    {"!_", native_not},
    {"_<_", native_less},
    {"_<=_", native_less_equal},
    {"_>_", native_greater},
    {"_>=_", native_greater_equal},
    {"_==_", native_equal},
    {"_!=_", native_not_equal},
    {"@in", native_in},
    {"_[_]", native_index},
    {"size", native_size},
    {"contains", native_contains},
    {"startsWith", native_starts_with},
    {"endsWith", native_ends_with},
    {"matches", native_matches},
    {"int", native_int},
    {"uint", native_uint},
    {"double", native_double},
    {"string", native_string},
    {"bytes", native_bytes},
    {"bool", native_bool},
    {"timestamp", native_timestamp},
    {"duration", native_duration},
    {"dyn", native_dyn},
    {"type", native_type},
    {"earliest", native_earliest},
    {"latest", native_latest},
    {"moment", native_moment},
    {"count", native_count},
    {"days", native_days},
    {"hours", native_hours},
    {"minutes", native_minutes},
}};

}  // namespace

Native native_of(std::string_view name) {
    for (const auto& entry : entries)
        if (entry.name == name) return entry.run;
    return native_time_part(name);
}

}  // namespace homeward::cel
