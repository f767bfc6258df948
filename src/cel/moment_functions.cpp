#include "cel/natives.hpp"
#include "cel/times.hpp"

#include <algorithm>

namespace homeward::cel {
namespace {

Value none_recorded() {
    static constexpr std::string_view path = "no time recorded";
    return Value::unknown({&path, 1});
}

bool read_moment(const Value& v, Moment& out) {
    if (v.is(Kind::moment)) {
        out = v.as_moment();
        return true;
    }
    if (!v.is(Kind::timestamp)) return false;
    const std::int64_t us = us_of(v.as_timestamp());
    out = {us, us};
    return true;
}

/// The first (or last) of several times is known as well as its bounds are: it lies between the
/// least of the earliest and the least of the latest bounds.
Value bound_of(Frame& f, std::span<const Value> items, bool last) {
    if (items.empty()) return none_recorded();
    if (!f.charge(items.size())) return out_of_range();
    Moment all;
    bool begun = false;
    for (const Value& item : items) {
        if (!item.usable()) return strict(f, items);
        Moment one;
        if (!read_moment(item, one)) return no_such_overload();
        if (!begun) all = one;
        begun = true;
        const auto pick = [last](std::int64_t a, std::int64_t b) {
            return last ? std::max(a, b) : std::min(a, b);
        };
        all = {pick(all.earliest_us, one.earliest_us), pick(all.latest_us, one.latest_us)};
    }
    return Value::moment(all);
}

Value span_of(std::span<const Value> args, std::int64_t seconds) {
    if (!args[0].is(Kind::integer)) return no_such_overload();
    std::int64_t total = 0;
    if (__builtin_mul_overflow(args[0].as_int(), seconds, &total)) return out_of_range();
    const auto d = duration_of(total, 0);
    return d ? Value::duration(*d) : out_of_range();
}

}  // namespace

Value native_earliest(Frame& f, std::span<const Value> args) {
    if (args[0].is(Kind::list)) return bound_of(f, args[0].as_list(), false);
    Moment m;
    if (!read_moment(args[0], m)) return no_such_overload();
    return Value::moment_at(m.earliest_us);
}

Value native_latest(Frame& f, std::span<const Value> args) {
    if (args[0].is(Kind::list)) return bound_of(f, args[0].as_list(), true);
    Moment m;
    if (!read_moment(args[0], m)) return no_such_overload();
    return Value::moment_at(m.latest_us);
}

Value native_moment(Frame&, std::span<const Value> args) {
    Moment m;
    if (!read_moment(args[0], m)) return no_such_overload();
    return Value::moment(m);
}

Value native_count(Frame&, std::span<const Value> args) {
    if (!args[0].is(Kind::list)) return no_such_overload();
    return Value::integer(static_cast<std::int64_t>(args[0].as_list().size()));
}

Value native_days(Frame&, std::span<const Value> args) { return span_of(args, 86'400); }
Value native_hours(Frame&, std::span<const Value> args) { return span_of(args, 3600); }
Value native_minutes(Frame&, std::span<const Value> args) { return span_of(args, 60); }

}  // namespace homeward::cel
