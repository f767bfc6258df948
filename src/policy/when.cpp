#include "policy/record.hpp"

#include <algorithm>
#include <chrono>

namespace homeward::policy {
namespace {

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

enum class Precision { year, month, day };

/// A date of some precision, as its first day.
struct Partial {
    year_month_day first;
    Precision precision = Precision::day;
    bool estimated = false;
};

std::optional<Partial> partial_of(std::string_view text) {
    Partial out;
    if (!text.empty() && text.back() == '~') {
        out.estimated = true;
        text.remove_suffix(1);
    }
    int year = 0;
    int month = 1;
    int day = 1;
    if (!digits(text, 0, 4, year) || year < year_min || year > year_max) return {};
    if (text.size() == 4) {
        out.precision = Precision::year;
    } else if (text.size() == 7 && text[4] == '-' && digits(text, 5, 2, month)) {
        out.precision = Precision::month;
    } else if (!(text.size() == 10 && text[4] == '-' && text[7] == '-' &&
                 digits(text, 5, 2, month) && digits(text, 8, 2, day))) {
        return {};
    }
    out.first = year_month_day{
        std::chrono::year{year},
        std::chrono::month{static_cast<unsigned>(month)},
        std::chrono::day{static_cast<unsigned>(day)}};
    if (!out.first.ok()) return {};
    return out;
}

/// The first day of the unit `count` units away.
year_month_day moved(const Partial& from, int count) {
    switch (from.precision) {
        case Precision::year:
            return from.first + std::chrono::years(count);
        case Precision::month:
            return from.first + std::chrono::months(count);
        case Precision::day:
            break;
    }
    return year_month_day(std::chrono::sys_days(from.first) + std::chrono::days(count));
}

Instant midnight(const Pack& pack, year_month_day date) {
    const auto year = std::clamp(static_cast<int>(date.year()), year_min, year_max);
    return pack.local(
        year, static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), 0, 0
    );
}

Span span_of(const Pack& pack, const Partial& date) {
    const int slack = date.estimated ? 1 : 0;
    return {midnight(pack, moved(date, -slack)), {midnight(pack, moved(date, 1 + slack)).us - 1}};
}

}  // namespace

Result<Span> parse_when(const Pack& pack, std::string_view text) {
    constexpr auto wrong =
        "a date is written 2011, 2011-03, 2011-03-05, with ~ when estimated, "
        "or 2009/2011 for between";
    if (text.find_first_of("Tt") != std::string_view::npos) {
        const auto exact = parse_instant(text);
        if (!exact) return tl::unexpected(exact.error());
        return Span{*exact, *exact};
    }
    const auto slash = text.find('/');
    const auto first = partial_of(text.substr(0, slash));
    if (!first) return fail(Code::invalid, wrong);
    auto span = span_of(pack, *first);
    if (slash == std::string_view::npos) return span;
    const auto last = partial_of(text.substr(slash + 1));
    if (!last) return fail(Code::invalid, wrong);
    const auto end = span_of(pack, *last);
    if (end.latest < span.earliest || end.earliest < span.earliest)
        return fail(Code::invalid, "the end of a period lies before its beginning");
    span.latest = end.latest;
    return span;
}

}  // namespace homeward::policy
