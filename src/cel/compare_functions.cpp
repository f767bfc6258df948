#include "cel/natives.hpp"

#include <algorithm>

namespace homeward::cel {
namespace {

/// The order of two arguments; `no_such_overload` when they have none.
bool order_of(Frame& f, std::span<const Value> args, Order& out) {
    if (args.size() != 2 || !comparable(args[0], args[1])) return false;
    if (args[0].is(Kind::string))
        f.charge(std::min(args[0].as_string().size(), args[1].as_string().size()) / 16);
    out = order(args[0], args[1]);
    return true;
}

/// a < b, for either side given as a.
Value less(Order o, Order yes, Order maybe) {
    if (o == Order::unsure || o == maybe) return need_exact_time();
    return Value::boolean(o == yes);
}

/// a <= b, likewise. Touching ranges are certain.
Value less_equal(Order o, Order yes, Order certain, Order maybe) {
    if (o == Order::unsure || o == maybe) return need_exact_time();
    return Value::boolean(o == yes || o == Order::equal || o == certain);
}

}  // namespace

Value native_less(Frame& f, std::span<const Value> args) {
    Order o{};
    if (!order_of(f, args, o)) return no_such_overload();
    return less(o, Order::less, Order::at_most);
}

Value native_greater(Frame& f, std::span<const Value> args) {
    Order o{};
    if (!order_of(f, args, o)) return no_such_overload();
    return less(o, Order::greater, Order::at_least);
}

Value native_less_equal(Frame& f, std::span<const Value> args) {
    Order o{};
    if (!order_of(f, args, o)) return no_such_overload();
    return less_equal(o, Order::less, Order::at_most, Order::at_least);
}

Value native_greater_equal(Frame& f, std::span<const Value> args) {
    Order o{};
    if (!order_of(f, args, o)) return no_such_overload();
    return less_equal(o, Order::greater, Order::at_least, Order::at_most);
}

Value native_equal(Frame& f, std::span<const Value> args) { return equality(f, args[0], args[1]); }

Value native_not_equal(Frame& f, std::span<const Value> args) {
    const Value same = equality(f, args[0], args[1]);
    return same.is(Kind::boolean) ? Value::boolean(!same.as_bool()) : same;
}

}  // namespace homeward::cel
