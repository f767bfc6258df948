#pragma once

#include "cel/value.hpp"
#include "cel/zones.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace homeward::cel {

/// The range of timestamps: years 1 to 9999.
inline constexpr std::int64_t timestamp_seconds_min = -62'135'596'800;
inline constexpr std::int64_t timestamp_seconds_max = 253'402'300'799;

/// Nothing when outside the range.
std::optional<Timestamp> add(Timestamp t, Duration d);
std::optional<Duration> add(Duration a, Duration b);
std::optional<Duration> between(Timestamp later, Timestamp earlier);
std::optional<Duration> negate(Duration d);

/// Durations span 64 bits of nanoseconds, as in CEL's reference: a little over 292 years.
std::optional<Duration> duration_of(std::int64_t seconds, std::int64_t nanos);
std::optional<Duration> duration_of_us(std::int64_t us);

/// The microsecond in which the time lies.
std::int64_t us_of(Timestamp t);
std::int64_t us_of(Duration d);
/// Any int64 is taken, years beyond 9999 included.
Timestamp timestamp_of_us(std::int64_t us);

/// RFC 3339, up to nine digits of fraction.
std::string to_text(Timestamp t);
std::optional<Timestamp> read_timestamp(std::string_view text);

/// Seconds with a fraction where there is one: `90s`, `-1.5s`.
std::string to_text(Duration d);
/// As in Go: an optional sign, then numbers with units h, m, s, ms, us, µs, ns: `1h30m`, `-1.5s`.
std::optional<Duration> read_duration(std::string_view text);

/// A timestamp taken apart on the calendar, in some zone. Month, day and day of year begin at 0,
/// the week on Sunday, as CEL counts them.
struct Civil {
    std::int64_t year = 0;
    std::int64_t month = 0;
    std::int64_t day = 0;
    std::int64_t weekday = 0;
    std::int64_t year_day = 0;
    std::int64_t hour = 0;
    std::int64_t minute = 0;
    std::int64_t second = 0;
    std::int64_t millisecond = 0;
};
Civil civil_of(Timestamp t, std::int32_t offset_seconds);

/// The offset of `zone`: UTC, a fixed offset (`+02:00`, `02:00`, `-09:30`), or a name that `zones`
/// (may be null) knows.
std::optional<std::int32_t> offset_of(std::string_view zone, Timestamp t, const Zones* zones);

}  // namespace homeward::cel
