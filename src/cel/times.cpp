#include "cel/times.hpp"

#include <fmt/format.h>

#include <chrono>
#include <limits>

namespace homeward::cel {
namespace {

constexpr std::int64_t nanos_per_second = 1'000'000'000;
constexpr std::int64_t seconds_per_day = 86'400;

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
    return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

bool digits(std::string_view text, std::size_t from, std::size_t count, std::int64_t& out) {
    if (text.size() < from + count) return false;
    out = 0;
    for (std::size_t i = from; i < from + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return false;
        out = out * 10 + (text[i] - '0');
    }
    return true;
}

std::string fraction_text(std::int64_t nanos) {
    if (nanos == 0) return {};
    auto out = fmt::format(".{:09}", nanos);
    while (out.back() == '0') out.pop_back();
    return out;
}

std::optional<std::int32_t> fixed_offset(std::string_view zone) {
    bool minus = false;
    if (!zone.empty() && (zone[0] == '+' || zone[0] == '-')) {
        minus = zone[0] == '-';
        zone.remove_prefix(1);
    }
    std::int64_t hours = 0;
    std::int64_t minutes = 0;
    if (zone.size() != 5 || zone[2] != ':' || !digits(zone, 0, 2, hours) ||
        !digits(zone, 3, 2, minutes) || hours > 23 || minutes > 59)
        return {};
    const auto seconds = static_cast<std::int32_t>(hours * 3600 + minutes * 60);
    return minus ? -seconds : seconds;
}

/// `.5` and the like after the seconds: moves `at` past it. False on a dot without digits.
bool read_fraction(std::string_view text, std::size_t& at, std::int32_t& nanos) {
    nanos = 0;
    if (at >= text.size() || text[at] != '.') return true;
    const std::size_t from = ++at;
    std::int32_t unit = static_cast<std::int32_t>(nanos_per_second / 10);
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
        nanos += (text[at] - '0') * unit;
        unit /= 10;
        ++at;
    }
    return at > from && at - from <= 9;
}

bool in_range(Timestamp t) {
    return t.seconds >= timestamp_seconds_min && t.seconds <= timestamp_seconds_max;
}

}  // namespace

std::optional<Duration> duration_of(std::int64_t seconds, std::int64_t nanos) {
    std::int64_t total = 0;
    if (__builtin_mul_overflow(seconds, nanos_per_second, &total)) return {};
    if (__builtin_add_overflow(total, nanos, &total)) return {};
    return Duration{total / nanos_per_second, static_cast<std::int32_t>(total % nanos_per_second)};
}

std::optional<Duration> duration_of_us(std::int64_t us) {
    return duration_of(us / 1'000'000, us % 1'000'000 * 1000);
}

std::optional<Timestamp> add(Timestamp t, Duration d) {
    // Neither sum can overflow: both operands are within their ranges.
    Timestamp out{t.seconds + d.seconds, t.nanos + d.nanos};
    if (out.nanos < 0) {
        out.nanos += static_cast<std::int32_t>(nanos_per_second);
        --out.seconds;
    } else if (out.nanos >= nanos_per_second) {
        out.nanos -= static_cast<std::int32_t>(nanos_per_second);
        ++out.seconds;
    }
    if (!in_range(out)) return {};
    return out;
}

std::optional<Duration> add(Duration a, Duration b) {
    return duration_of(a.seconds + b.seconds, std::int64_t{a.nanos} + b.nanos);
}

std::optional<Duration> negate(Duration d) {
    return duration_of(-d.seconds, -std::int64_t{d.nanos});
}

std::optional<Duration> between(Timestamp later, Timestamp earlier) {
    return duration_of(later.seconds - earlier.seconds, std::int64_t{later.nanos} - earlier.nanos);
}

std::int64_t us_of(Timestamp t) { return t.seconds * 1'000'000 + t.nanos / 1000; }
std::int64_t us_of(Duration d) { return d.seconds * 1'000'000 + d.nanos / 1000; }

Timestamp timestamp_of_us(std::int64_t us) {
    const std::int64_t seconds = floor_div(us, 1'000'000);
    return {seconds, static_cast<std::int32_t>((us - seconds * 1'000'000) * 1000)};
}

Civil civil_of(Timestamp t, std::int32_t offset_seconds) {
    const std::int64_t seconds = t.seconds + offset_seconds;
    const std::int64_t day = floor_div(seconds, seconds_per_day);
    const std::int64_t rest = seconds - day * seconds_per_day;
    const std::chrono::sys_days date{std::chrono::days{day}};
    const std::chrono::year_month_day ymd{date};
    const std::chrono::sys_days first{ymd.year() / std::chrono::January / 1};
    Civil out;
    out.year = static_cast<int>(ymd.year());
    out.month = static_cast<unsigned>(ymd.month()) - std::int64_t{1};
    out.day = static_cast<unsigned>(ymd.day()) - std::int64_t{1};
    out.weekday = std::chrono::weekday{date}.c_encoding();
    out.year_day = (date - first).count();
    out.hour = rest / 3600;
    out.minute = rest / 60 % 60;
    out.second = rest % 60;
    out.millisecond = t.nanos / 1'000'000;
    return out;
}

std::optional<std::int32_t> offset_of(std::string_view zone, Timestamp t, const Zones* zones) {
    if (zone == "UTC") return 0;
    if (const auto fixed = fixed_offset(zone)) return fixed;
    return zones == nullptr ? std::nullopt : zones->offset_seconds(zone, t.seconds);
}

std::string to_text(Timestamp t) {
    const Civil c = civil_of(t, 0);
    return fmt::format(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z",
        c.year,
        c.month + 1,
        c.day + 1,
        c.hour,
        c.minute,
        c.second,
        fraction_text(t.nanos)
    );
}

std::optional<Timestamp> read_timestamp(std::string_view text) {
    std::int64_t year = 0;
    std::int64_t month = 0;
    std::int64_t day = 0;
    std::int64_t hour = 0;
    std::int64_t minute = 0;
    std::int64_t second = 0;
    const bool shaped =
        digits(text, 0, 4, year) && digits(text, 5, 2, month) && digits(text, 8, 2, day) &&
        digits(text, 11, 2, hour) && digits(text, 14, 2, minute) && digits(text, 17, 2, second) &&
        text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':' && text[16] == ':';
    if (!shaped || hour > 23 || minute > 59 || second > 59) return {};
    const std::chrono::year_month_day date{
        std::chrono::year{static_cast<int>(year)},
        std::chrono::month{static_cast<unsigned>(month)},
        std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) return {};
    Timestamp out;
    std::size_t at = 19;
    if (!read_fraction(text, at, out.nanos)) return {};
    const std::string_view zone = text.substr(at);
    std::optional<std::int32_t> offset;
    if (zone == "Z") offset = 0;
    if (!zone.empty() && (zone[0] == '+' || zone[0] == '-')) offset = fixed_offset(zone);
    if (!offset) return {};
    out.seconds = std::chrono::sys_days{date}.time_since_epoch().count() * seconds_per_day +
                  hour * 3600 + minute * 60 + second - *offset;
    if (!in_range(out)) return {};
    return out;
}

std::string to_text(Duration d) {
    const bool minus = d.seconds < 0 || d.nanos < 0;
    const std::int64_t nanos = d.nanos < 0 ? -d.nanos : d.nanos;
    const std::int64_t seconds = d.seconds < 0 ? -d.seconds : d.seconds;
    return fmt::format("{}{}{}s", minus ? "-" : "", seconds, fraction_text(nanos));
}

}  // namespace homeward::cel
