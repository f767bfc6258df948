#include "cel/times.hpp"

#include <array>
#include <string_view>

namespace homeward::cel {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t nanos;
};

// Longer names before their own prefixes.
constexpr std::array<Unit, 8> units = {{
    {"ns", 1},
    {"us", 1'000},
    {"µs", 1'000},  // U+00B5
    {"μs", 1'000},  // U+03BC
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"m", 60'000'000'000},
    {"h", 3'600'000'000'000},
}};

const Unit* unit_at(std::string_view text) {
    for (const Unit& unit : units)
        if (text.substr(0, unit.name.size()) == unit.name) return &unit;
    return nullptr;
}

/// Reads digits into `out`; false when they overflow.
bool read_digits(std::string_view text, std::size_t& at, std::int64_t& out) {
    out = 0;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
        if (__builtin_mul_overflow(out, 10, &out)) return false;
        if (__builtin_add_overflow(out, text[at] - '0', &out)) return false;
        ++at;
    }
    return true;
}

/// One number with its unit, such as 1.5h: adds its nanoseconds, counted downwards because the
/// range reaches one further below zero than above.
bool read_part(std::string_view text, std::size_t& at, std::int64_t& minus_nanos) {
    const std::size_t from = at;
    std::int64_t whole = 0;
    if (!read_digits(text, at, whole)) return false;
    std::size_t count = at - from;
    const std::size_t dot = at;
    if (at < text.size() && text[at] == '.') {
        ++at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
        count += at - dot - 1;
    }
    const Unit* unit = unit_at(text.substr(at));
    if (count == 0 || unit == nullptr) return false;
    std::int64_t part = 0;
    if (__builtin_mul_overflow(whole, -unit->nanos, &part)) return false;
    std::int64_t weight = unit->nanos;
    std::int64_t rest = 0;
    for (std::size_t i = dot + 1; i < at; ++i) {
        // Digits past the nanosecond are cut off; 3600e9 has eleven tens, so that exactness holds.
        const std::int64_t tenth = weight / 10;
        rest += (text[i] - '0') * tenth;
        weight = tenth;
    }
    if (__builtin_sub_overflow(part, rest, &part)) return false;
    at += unit->name.size();
    return !__builtin_add_overflow(minus_nanos, part, &minus_nanos);
}

}  // namespace

std::optional<Duration> read_duration(std::string_view text) {
    bool minus = false;
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
        minus = text[0] == '-';
        text.remove_prefix(1);
    }
    if (text == "0") return Duration{};
    if (text.empty()) return {};
    std::int64_t minus_nanos = 0;
    std::size_t at = 0;
    while (at < text.size())
        if (!read_part(text, at, minus_nanos)) return {};
    if (minus) return duration_of(0, minus_nanos);
    std::int64_t nanos = 0;
    if (__builtin_sub_overflow(std::int64_t{0}, minus_nanos, &nanos)) return {};
    return duration_of(0, nanos);
}

}  // namespace homeward::cel
