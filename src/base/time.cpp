#include "base/time.hpp"

#include "base/check.hpp"

#include <fmt/format.h>
#include <time.h>

#include <chrono>

namespace homeward {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

bool digits(std::string_view text, std::size_t from, std::size_t count, int& out) {
    if (text.size() < from + count) return false;
    out = 0;
    for (std::size_t i = from; i < from + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return false;
        out = out * 10 + (text[i] - '0');
    }
    return true;
}

/// `width` digits of a number that is not negative and has no more.
template <class Number>
void put_digits(std::string& out, Number number, std::size_t width) {
    const std::size_t begin = out.size();
    out.append(width, '0');
    for (std::size_t i = begin + width; i > begin; --i) {
        out[i - 1] = static_cast<char>('0' + number % 10);
        number /= 10;
    }
}

struct Zone {
    bool ok = false;
    std::int64_t offset_us = 0;
};

Zone zone_of(std::string_view text) {
    if (text == "Z" || text == "z") return {true, 0};
    int hours = 0;
    int minutes = 0;
    const bool shaped = text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':' &&
                        digits(text, 1, 2, hours) && digits(text, 4, 2, minutes);
    if (!shaped || hours > 23 || minutes > 59) return {};
    const std::int64_t us = (hours * 60 + minutes) * 60 * us_per_second;
    return {true, text[0] == '-' ? -us : us};
}

struct Fraction {
    bool ok = true;
    std::size_t size = 0;
    std::int64_t us = 0;
};

Fraction fraction_of(std::string_view text) {
    if (text.empty() || text[0] != '.') return {};
    Fraction out{true, 1, 0};
    std::int64_t unit = us_per_second / 10;
    while (out.size < text.size() && text[out.size] >= '0' && text[out.size] <= '9') {
        out.us += (text[out.size] - '0') * unit;
        unit /= 10;
        ++out.size;
    }
    out.ok = out.size > 1;
    return out;
}

}  // namespace

std::string to_text(Instant at) {
    const auto us = std::chrono::microseconds(at.us);
    const auto day = std::chrono::floor<std::chrono::days>(us);
    const year_month_day date{sys_days{day}};
    const std::chrono::hh_mm_ss time{us - day};
    std::string out;
    out.reserve(sizeof "2026-03-05T10:00:00.000000Z");
    const int year = static_cast<int>(date.year());
    if (year >= 0 && year <= year_max) {
        put_digits(out, year, 4);
    } else {
        out += fmt::format("{:04}", year);
    }
    put_digits(out += '-', static_cast<unsigned>(date.month()), 2);
    put_digits(out += '-', static_cast<unsigned>(date.day()), 2);
    put_digits(out += 'T', time.hours().count(), 2);
    put_digits(out += ':', time.minutes().count(), 2);
    put_digits(out += ':', time.seconds().count(), 2);
    if (const auto rest = time.subseconds().count(); rest != 0) {
        put_digits(out += '.', rest, 6);
        while (out.back() == '0') out.pop_back();
    }
    return out += 'Z';
}

Result<Instant> instant_of_day(int year, unsigned month, unsigned day) {
    const year_month_day date{
        std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
    if (year < year_min || year > year_max || !date.ok())
        return fail(Code::invalid, "no such day in the calendar");
    return Instant{sys_days{date}.time_since_epoch().count() * us_per_day};
}

Result<Instant> parse_instant(std::string_view text) {
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    const bool shaped = digits(text, 0, 4, year) && digits(text, 5, 2, month) &&
                        digits(text, 8, 2, day) && digits(text, 11, 2, hour) &&
                        digits(text, 14, 2, minute) && digits(text, 17, 2, second) &&
                        text[4] == '-' && text[7] == '-' && (text[10] == 'T' || text[10] == 't') &&
                        text[13] == ':' && text[16] == ':';
    if (!shaped || hour > 23 || minute > 59 || second > 60)
        return fail(Code::invalid, "a time is written like 2026-03-05T10:00:00Z");
    const auto midnight =
        instant_of_day(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
    if (!midnight) return midnight;
    const auto fraction = fraction_of(text.substr(19));
    if (!fraction.ok) return fail(Code::invalid, "a fraction of a second has digits");
    const auto zone = zone_of(text.substr(19 + fraction.size));
    if (!zone.ok) return fail(Code::invalid, "a time ends in Z or an offset like +03:00");
    const std::int64_t seconds = (hour * 60 + minute) * 60 + second;
    const Instant found{midnight->us + seconds * us_per_second + fraction.us - zone.offset_us};
    // An offset or a leap second leads out of the years that can be written again.
    static const std::int64_t first_us = instant_of_day(year_min, 1, 1)->us;
    static const std::int64_t last_us = instant_of_day(year_max, 12, 31)->us + us_per_day - 1;
    if (found.us < first_us || found.us > last_us)
        return fail(Code::invalid, "no such day in the calendar");
    return found;
}

Instant SystemClock::now() const {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return Instant{std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

Instant SystemClock::ticking() const {
    const auto since_boot_us = [] {
        timespec at{};
        check(clock_gettime(CLOCK_BOOTTIME, &at) == 0, "the machine says how long it has run");
        return at.tv_sec * us_per_second + at.tv_nsec / 1'000;
    };
    static const std::int64_t booted_us = now().us - since_boot_us();
    return Instant{booted_us + since_boot_us()};
}

}  // namespace homeward
