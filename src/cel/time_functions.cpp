#include "cel/natives.hpp"
#include "cel/times.hpp"

#include <algorithm>

namespace homeward::cel {
namespace {

/// A part of a timestamp, in UTC or in the zone of the second argument.
template <std::int64_t Civil::*part>
Value time_part(Frame& f, std::span<const Value> args) {
    if (!args[0].is(Kind::timestamp)) return no_such_overload();
    const Timestamp t = args[0].as_timestamp();
    std::int32_t offset = 0;
    if (args.size() == 2) {
        if (!args[1].is(Kind::string)) return no_such_overload();
        const auto found = offset_of(args[1].as_string(), t, f.zones);
        if (!found) return Value::error("no such time zone");
        offset = *found;
    }
    return Value::integer(civil_of(t, offset).*part);
}

Value day_of_month(Frame& f, std::span<const Value> args) {
    const Value from_zero = time_part<&Civil::day>(f, args);
    if (!from_zero.is(Kind::integer)) return from_zero;
    return Value::integer(from_zero.as_int() + 1);
}

/// A part of the clock: of a timestamp as above, of a duration the whole count of that unit (the
/// milliseconds alone are what is left over after the seconds).
template <std::int64_t Civil::*part, std::int64_t seconds>
Value clock_part(Frame& f, std::span<const Value> args) {
    if (!args[0].is(Kind::duration)) return time_part<part>(f, args);
    if (args.size() != 1) return no_such_overload();
    const Duration d = args[0].as_duration();
    if constexpr (seconds == 0) return Value::integer(d.nanos / 1'000'000);
    return Value::integer(d.seconds / std::max<std::int64_t>(seconds, 1));
}

}  // namespace

Native native_time_part(std::string_view name) {
    if (name == "getFullYear") return time_part<&Civil::year>;
    if (name == "getMonth") return time_part<&Civil::month>;
    if (name == "getDayOfYear") return time_part<&Civil::year_day>;
    if (name == "getDayOfMonth") return time_part<&Civil::day>;
    if (name == "getDate") return day_of_month;
    if (name == "getDayOfWeek") return time_part<&Civil::weekday>;
    if (name == "getHours") return clock_part<&Civil::hour, 3600>;
    if (name == "getMinutes") return clock_part<&Civil::minute, 60>;
    if (name == "getSeconds") return clock_part<&Civil::second, 1>;
    if (name == "getMilliseconds") return clock_part<&Civil::millisecond, 0>;
    return nullptr;
}

}  // namespace homeward::cel
