#pragma once

#include "base/result.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace homeward {

/// A point in time: microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
struct Instant {
    std::int64_t us = 0;
    auto operator<=>(const Instant&) const = default;
};

inline constexpr std::int64_t us_per_second = 1'000'000;
inline constexpr std::int64_t us_per_day = 86'400 * us_per_second;

/// The years that an instant from outside may lie in. CEL's range, and RFC 3339's.
inline constexpr int year_min = 1;
inline constexpr int year_max = 9999;

/// RFC 3339 in UTC: 2026-03-05T10:00:00Z, with a fraction only where there is one.
std::string to_text(Instant at);

/// RFC 3339 with any offset. A leap second (:60) is taken as the second that follows.
Result<Instant> parse_instant(std::string_view text);

/// Midnight UTC of a civil day. The day must exist (29 February only in leap years).
Result<Instant> instant_of_day(int year, unsigned month, unsigned day);

/// The seam to the machine's clock. Whoever needs the time is given one; the engine never is.
class Clock {
  public:
    virtual ~Clock() = default;
    virtual Instant now() const = 0;
    /// For how long something may last: what `now` said once, and what has passed since. Whoever
    /// sets the machine's clock does not move it, and it counts while the machine sleeps. Compare
    /// its values with each other only.
    virtual Instant ticking() const { return now(); }
};

class SystemClock final : public Clock {
  public:
    Instant now() const override;
    Instant ticking() const override;
};

}  // namespace homeward
