#include "cel/natives.hpp"
#include "cel/regex.hpp"
#include "cel/text.hpp"

#include <cmath>

namespace homeward::cel {
namespace {

constexpr std::int64_t no_index = -1;

/// A list position: any number that is whole and not negative.
std::int64_t position(const Value& index) {
    if (index.is(Kind::integer)) return index.as_int() < 0 ? no_index : index.as_int();
    if (index.is(Kind::natural)) {
        const std::uint64_t u = index.as_uint();
        return u > static_cast<std::uint64_t>(INT64_MAX) ? no_index : static_cast<std::int64_t>(u);
    }
    const double d = index.as_double();
    if (!(d >= 0 && d < 0x1p63) || d != std::trunc(d)) return no_index;
    return static_cast<std::int64_t>(d);
}

bool is_number(const Value& v) {
    return v.is(Kind::integer) || v.is(Kind::natural) || v.is(Kind::real);
}

bool two_texts(Frame& f, std::span<const Value> args) {
    return args.size() == 2 && args[0].is(Kind::string) && args[1].is(Kind::string) &&
           f.charge_text(args[0].as_string().size());
}

}  // namespace

Value native_in(Frame& f, std::span<const Value> args) {
    const Value& wanted = args[0];
    if (args[1].is(Kind::map)) return Value::boolean(args[1].as_map().find(wanted) != nullptr);
    if (!args[1].is(Kind::list)) return no_such_overload();
    // An item that may or may not be the one makes the answer unknown unless another one is.
    Value unsure = Value::boolean(false);
    for (const Value& item : args[1].as_list()) {
        if (!f.charge(1)) break;
        const Value same = equality(f, wanted, as_read(item, {}));
        if (same.is_true()) return same;
        if (!same.is(Kind::unknown)) continue;
        unsure = unsure.is(Kind::unknown) ? merge_unknown(f.arena, unsure, same) : same;
    }
    return unsure;
}

Value native_index(Frame&, std::span<const Value> args) {
    const Value& index = args[1];
    if (args[0].is(Kind::map)) {
        const Value* found = args[0].as_map().find(index);
        return found == nullptr ? Value::error("no such key") : as_read(*found, {});
    }
    if (!args[0].is(Kind::list) || !is_number(index)) return no_such_overload();
    const auto items = args[0].as_list();
    const std::int64_t at = position(index);
    if (at == no_index || static_cast<std::uint64_t>(at) >= items.size())
        return Value::error("index out of range");
    return as_read(items[static_cast<std::size_t>(at)], {});
}

Value native_size(Frame& f, std::span<const Value> args) {
    const auto count = [](std::size_t n) { return Value::integer(static_cast<std::int64_t>(n)); };
    switch (args[0].kind()) {
        case Kind::string: {
            const auto text = args[0].as_string();
            f.charge(text.size() / 16);
            return count(count_code_points(text));
        }
        case Kind::bytes:
            return count(args[0].as_bytes().size());
        case Kind::list:
            return count(args[0].as_list().size());
        case Kind::map:
            return count(args[0].as_map().size());
        default:
            return no_such_overload();
    }
}

Value native_contains(Frame& f, std::span<const Value> args) {
    if (!two_texts(f, args)) return no_such_overload();
    // The search is quadratic at worst, so its price is too.
    const auto text = args[0].as_string();
    const auto part = args[1].as_string();
    if (!f.charge(text.size() / 16 * (part.size() / 64 + 1))) return out_of_range();
    return Value::boolean(text.find(part) != std::string_view::npos);
}

Value native_starts_with(Frame& f, std::span<const Value> args) {
    if (!two_texts(f, args)) return no_such_overload();
    const auto part = args[1].as_string();
    return Value::boolean(args[0].as_string().substr(0, part.size()) == part);
}

Value native_ends_with(Frame& f, std::span<const Value> args) {
    if (!two_texts(f, args)) return no_such_overload();
    const auto text = args[0].as_string();
    const auto part = args[1].as_string();
    return Value::boolean(
        text.size() >= part.size() && text.substr(text.size() - part.size()) == part
    );
}

Value native_matches(Frame& f, std::span<const Value> args) {
    if (!two_texts(f, args)) return no_such_overload();
    if (!f.charge(args[0].as_string().size() + args[1].as_string().size())) return out_of_range();
    const auto regex = Regex::make(args[1].as_string());
    if (!regex) return Value::error("not a regular expression");
    return Value::boolean(regex->found_in(args[0].as_string()));
}

}  // namespace homeward::cel
