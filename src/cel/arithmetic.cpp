#include "cel/natives.hpp"
#include "cel/times.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <type_traits>

namespace homeward::cel {
namespace {

using std::int64_t;
using std::uint64_t;

/// Both of one kind.
bool both(std::span<const Value> args, Kind kind) {
    return args.size() == 2 && args[0].is(kind) && args[1].is(kind);
}

bool are(std::span<const Value> args, Kind first, Kind second) {
    return args.size() == 2 && args[0].is(first) && args[1].is(second);
}

template <class T>
Value or_range(const std::optional<T>& result) {
    if (!result) return out_of_range();
    if constexpr (std::is_same_v<T, Timestamp>) {
        return Value::timestamp(*result);
    } else {
        return Value::duration(*result);
    }
}

Value shifted(Moment m, Duration d, bool back) {
    int64_t us = us_of(d);
    if (back) us = -us;
    Moment out;
    if (__builtin_add_overflow(m.earliest_us, us, &out.earliest_us) ||
        __builtin_add_overflow(m.latest_us, us, &out.latest_us))
        return out_of_range();
    return Value::moment(out);
}

Value apart(const Value& a, const Value& b) {
    const auto exact = [](const Value& v, int64_t& us) {
        if (v.is(Kind::timestamp)) us = us_of(v.as_timestamp());
        if (v.is(Kind::moment)) us = v.as_moment().earliest_us;
        return v.is(Kind::timestamp) || v.as_moment().precise();
    };
    int64_t x = 0;
    int64_t y = 0;
    if (!exact(a, x) || !exact(b, y)) return need_exact_time();
    int64_t us = 0;
    if (__builtin_sub_overflow(x, y, &us)) return out_of_range();
    return or_range(duration_of_us(us));
}

bool is_time(const Value& v) { return v.is(Kind::moment) || v.is(Kind::timestamp); }

Value concat_texts(Frame& f, std::string_view a, std::string_view b, Kind kind) {
    if (!f.charge_text(a.size() + b.size())) return out_of_range();
    auto* to = static_cast<char*>(f.arena.allocate(a.size() + b.size(), 1));
    std::copy(b.begin(), b.end(), std::copy(a.begin(), a.end(), to));
    const std::string_view all(to, a.size() + b.size());
    return kind == Kind::string ? Value::string(all) : Value::bytes(all);
}

Value concat_lists(Frame& f, std::span<const Value> a, std::span<const Value> b) {
    const auto all = f.new_list(a.size() + b.size());
    if (f.broken != nullptr) return out_of_range();
    std::copy(b.begin(), b.end(), std::copy(a.begin(), a.end(), all.begin()));
    return Value::list(all);
}

}  // namespace

Value native_add(Frame& f, std::span<const Value> args) {
    if (args.size() != 2) return no_such_overload();
    const Value& a = args[0];
    const Value& b = args[1];
    if (both(args, Kind::integer)) {
        int64_t sum = 0;
        if (__builtin_add_overflow(a.as_int(), b.as_int(), &sum)) return out_of_range();
        return Value::integer(sum);
    }
    if (both(args, Kind::natural)) {
        uint64_t sum = 0;
        if (__builtin_add_overflow(a.as_uint(), b.as_uint(), &sum)) return out_of_range();
        return Value::natural(sum);
    }
    if (both(args, Kind::real)) return Value::real(a.as_double() + b.as_double());
    if (both(args, Kind::string))
        return concat_texts(f, a.as_string(), b.as_string(), Kind::string);
    if (both(args, Kind::bytes)) return concat_texts(f, a.as_bytes(), b.as_bytes(), Kind::bytes);
    if (both(args, Kind::list)) return concat_lists(f, a.as_list(), b.as_list());
    if (both(args, Kind::duration)) return or_range(add(a.as_duration(), b.as_duration()));
    if (are(args, Kind::timestamp, Kind::duration))
        return or_range(add(a.as_timestamp(), b.as_duration()));
    if (are(args, Kind::duration, Kind::timestamp))
        return or_range(add(b.as_timestamp(), a.as_duration()));
    if (are(args, Kind::moment, Kind::duration))
        return shifted(a.as_moment(), b.as_duration(), false);
    if (are(args, Kind::duration, Kind::moment))
        return shifted(b.as_moment(), a.as_duration(), false);
    return no_such_overload();
}

Value native_subtract(Frame&, std::span<const Value> args) {
    if (args.size() != 2) return no_such_overload();
    const Value& a = args[0];
    const Value& b = args[1];
    if (both(args, Kind::integer)) {
        int64_t rest = 0;
        if (__builtin_sub_overflow(a.as_int(), b.as_int(), &rest)) return out_of_range();
        return Value::integer(rest);
    }
    if (both(args, Kind::natural)) {
        uint64_t rest = 0;
        if (__builtin_sub_overflow(a.as_uint(), b.as_uint(), &rest)) return out_of_range();
        return Value::natural(rest);
    }
    if (both(args, Kind::real)) return Value::real(a.as_double() - b.as_double());
    if (both(args, Kind::timestamp)) return or_range(between(a.as_timestamp(), b.as_timestamp()));
    if (is_time(a) && is_time(b)) return apart(a, b);
    if (are(args, Kind::moment, Kind::duration))
        return shifted(a.as_moment(), b.as_duration(), true);
    if (!b.is(Kind::duration)) return no_such_overload();
    const auto minus = negate(b.as_duration());
    if (!minus) return out_of_range();
    if (a.is(Kind::timestamp)) return or_range(add(a.as_timestamp(), *minus));
    if (a.is(Kind::duration)) return or_range(add(a.as_duration(), *minus));
    return no_such_overload();
}

Value native_multiply(Frame&, std::span<const Value> args) {
    if (both(args, Kind::integer)) {
        int64_t product = 0;
        if (__builtin_mul_overflow(args[0].as_int(), args[1].as_int(), &product))
            return out_of_range();
        return Value::integer(product);
    }
    if (both(args, Kind::natural)) {
        uint64_t product = 0;
        if (__builtin_mul_overflow(args[0].as_uint(), args[1].as_uint(), &product))
            return out_of_range();
        return Value::natural(product);
    }
    if (both(args, Kind::real)) return Value::real(args[0].as_double() * args[1].as_double());
    return no_such_overload();
}

Value native_divide(Frame&, std::span<const Value> args) {
    if (both(args, Kind::integer)) {
        if (args[1].as_int() == 0) return Value::error("divide by zero");
        if (args[0].as_int() == std::numeric_limits<int64_t>::min() && args[1].as_int() == -1)
            return out_of_range();
        return Value::integer(args[0].as_int() / args[1].as_int());
    }
    if (both(args, Kind::natural)) {
        if (args[1].as_uint() == 0) return Value::error("divide by zero");
        return Value::natural(args[0].as_uint() / args[1].as_uint());
    }
    // IEEE 754 gives infinity or NaN for a zero divisor, as CEL wants it.
    if (both(args, Kind::real)) {
        const double divisor = args[1].as_double();
        if (divisor != 0) return Value::real(args[0].as_double() / divisor);
        const double a = args[0].as_double();
        const double infinity = std::numeric_limits<double>::infinity();
        if (a == 0 || a != a) return Value::real(std::numeric_limits<double>::quiet_NaN());
        return Value::real(std::signbit(a) == std::signbit(divisor) ? infinity : -infinity);
    }
    return no_such_overload();
}

Value native_modulo(Frame&, std::span<const Value> args) {
    if (both(args, Kind::integer)) {
        if (args[1].as_int() == 0) return Value::error("modulus by zero");
        if (args[0].as_int() == std::numeric_limits<int64_t>::min() && args[1].as_int() == -1)
            return out_of_range();
        return Value::integer(args[0].as_int() % args[1].as_int());
    }
    if (both(args, Kind::natural)) {
        if (args[1].as_uint() == 0) return Value::error("modulus by zero");
        return Value::natural(args[0].as_uint() % args[1].as_uint());
    }
    return no_such_overload();
}

Value native_negate(Frame&, std::span<const Value> args) {
    if (args[0].is(Kind::integer)) {
        int64_t minus = 0;
        if (__builtin_sub_overflow(int64_t{0}, args[0].as_int(), &minus)) return out_of_range();
        return Value::integer(minus);
    }
    if (args[0].is(Kind::real)) return Value::real(-args[0].as_double());
    if (args[0].is(Kind::duration)) return or_range(negate(args[0].as_duration()));
    return no_such_overload();
}

Value native_not(Frame&, std::span<const Value> args) {
    return args[0].is(Kind::boolean) ? Value::boolean(!args[0].as_bool()) : no_such_overload();
}

}  // namespace homeward::cel
