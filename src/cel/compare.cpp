#include "cel/compare.hpp"

#include "cel/times.hpp"
#include "cel/type.hpp"

#include <cmath>
#include <string_view>

namespace homeward::cel {
namespace {

template <class T>
Order by(const T& a, const T& b) {
    if (a < b) return Order::less;
    return b < a ? Order::greater : Order::equal;
}

Order reversed(Order o) {
    if (o == Order::less) return Order::greater;
    return o == Order::greater ? Order::less : o;
}

bool is_number(const Value& v) {
    return v.is(Kind::integer) || v.is(Kind::natural) || v.is(Kind::real);
}

bool is_time(const Value& v) { return v.is(Kind::moment) || v.is(Kind::timestamp); }

Order integer_natural(std::int64_t i, std::uint64_t u) {
    return i < 0 ? Order::less : by(static_cast<std::uint64_t>(i), u);
}

// As the reference does it, and the conformance suite wants it: beyond 53 bits the whole number is
// rounded to a double before it is compared with one.
Order real_integer(double d, std::int64_t i) {
    if (std::isnan(d)) return Order::unordered;
    return by(d, static_cast<double>(i));
}

Order real_natural(double d, std::uint64_t u) {
    if (std::isnan(d)) return Order::unordered;
    return by(d, static_cast<double>(u));
}

Order numbers(const Value& a, const Value& b) {
    if (a.is(Kind::real) && b.is(Kind::real)) {
        if (std::isnan(a.as_double()) || std::isnan(b.as_double())) return Order::unordered;
        return by(a.as_double(), b.as_double());
    }
    if (a.is(Kind::integer)) {
        if (b.is(Kind::integer)) return by(a.as_int(), b.as_int());
        if (b.is(Kind::natural)) return integer_natural(a.as_int(), b.as_uint());
        return reversed(real_integer(b.as_double(), a.as_int()));
    }
    if (a.is(Kind::natural)) {
        if (b.is(Kind::natural)) return by(a.as_uint(), b.as_uint());
        if (b.is(Kind::integer)) return reversed(integer_natural(b.as_int(), a.as_uint()));
        return reversed(real_natural(b.as_double(), a.as_uint()));
    }
    if (b.is(Kind::integer)) return real_integer(a.as_double(), b.as_int());
    return real_natural(a.as_double(), b.as_uint());
}

Moment range_of(const Value& v) {
    if (v.is(Kind::moment)) return v.as_moment();
    const std::int64_t us = us_of(v.as_timestamp());
    return {us, us};
}

Order times(const Value& a, const Value& b) {
    if (a.is(Kind::timestamp) && b.is(Kind::timestamp))
        return by(a.as_timestamp(), b.as_timestamp());
    const Moment x = range_of(a);
    const Moment y = range_of(b);
    if (x.latest_us < y.earliest_us) return Order::less;
    if (x.earliest_us > y.latest_us) return Order::greater;
    if (x.precise() && y.precise()) return Order::equal;
    if (x.latest_us == y.earliest_us) return Order::at_most;
    return x.earliest_us == y.latest_us ? Order::at_least : Order::unsure;
}

class Equality {
  public:
    explicit Equality(Comparison& notes) : notes_(notes) {}

    Same of(const Value& a, const Value& b) {
        if (notes_.steps_left == 0) return Same::no;
        --notes_.steps_left;
        if (a.is(Kind::unknown) || b.is(Kind::unknown)) {
            if (a.is(Kind::unknown)) lacks(a);
            if (b.is(Kind::unknown)) lacks(b);
            return Same::unsure;
        }
        if (comparable(a, b)) {
            const Order o = order(a, b);
            if (o == Order::equal) return Same::yes;
            if (o != Order::unsure && o != Order::at_most && o != Order::at_least) return Same::no;
            lacks(need_exact_time());
            return Same::unsure;
        }
        if (a.kind() != b.kind()) return Same::no;
        switch (a.kind()) {
            case Kind::null:
            case Kind::absent:
                return Same::yes;
            case Kind::type:
                return a.type_name() == b.type_name() ? Same::yes : Same::no;
            case Kind::list:
                return lists(a.as_list(), b.as_list());
            case Kind::map:
                return maps(a.as_map(), b.as_map());
            case Kind::object:
                return objects(a, b);
            default:
                return Same::no;
        }
    }

  private:
    void lacks(const Value& unknown) {
        if (notes_.arena == nullptr) return;
        Value& all = notes_.missing;
        all = all.is(Kind::unknown) ? merge_unknown(*notes_.arena, all, unknown) : unknown;
    }

    Same lists(std::span<const Value> a, std::span<const Value> b) {
        if (a.size() != b.size()) return Same::no;
        Same all = Same::yes;
        for (std::size_t i = 0; i < a.size(); ++i) {
            const Same one = of(a[i], b[i]);
            if (one == Same::no) return one;
            if (one == Same::unsure) all = one;
        }
        return all;
    }

    Same maps(const Map& a, const Map& b) {
        if (a.size() != b.size()) return Same::no;
        Same all = Same::yes;
        for (std::size_t i = 0; i < a.size(); ++i) {
            const Value* other = b.find(a.keys()[i]);
            const Same one = other == nullptr ? Same::no : of(a.values()[i], *other);
            if (one == Same::no) return one;
            if (one == Same::unsure) all = one;
        }
        return all;
    }

    Same objects(const Value& a, const Value& b) {
        if (&a.object_type() != &b.object_type()) return Same::no;
        if (a.slots() == b.slots()) return Same::yes;
        const std::size_t count = a.object_type().slot_count();
        return lists({a.slots(), count}, {b.slots(), count});
    }

    Comparison& notes_;
};

}  // namespace

bool comparable(const Value& a, const Value& b) {
    if (is_number(a)) return is_number(b);
    if (is_time(a)) return is_time(b);
    if (a.kind() != b.kind()) return false;
    return a.is(Kind::string) || a.is(Kind::boolean) || a.is(Kind::bytes) || a.is(Kind::duration);
}

Order order(const Value& a, const Value& b) {
    if (!comparable(a, b)) return Order::unordered;
    switch (a.kind()) {
        case Kind::boolean:
            return by(a.as_bool(), b.as_bool());
        case Kind::string:
            return by(a.as_string(), b.as_string());
        case Kind::bytes:
            return by(a.as_bytes(), b.as_bytes());
        case Kind::duration:
            return by(a.as_duration(), b.as_duration());
        case Kind::timestamp:
        case Kind::moment:
            return times(a, b);
        default:
            return numbers(a, b);
    }
}

Same same(const Value& a, const Value& b, Comparison& notes) { return Equality(notes).of(a, b); }

bool equal(const Value& a, const Value& b) {
    Comparison notes;
    return same(a, b, notes) == Same::yes;
}

Value need_exact_time() {
    static constexpr std::string_view path = "a more exact time";
    return Value::unknown({&path, 1});
}

}  // namespace homeward::cel
