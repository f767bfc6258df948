#include "cel/natives.hpp"
#include "cel/text.hpp"
#include "cel/times.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace homeward::cel {
namespace {

Value not_readable() { return Value::error("the text cannot be converted"); }

Value text_value(Frame& f, std::string_view text) { return Value::string(f.arena.copy(text)); }

template <class Int>
bool read_whole(std::string_view text, Int& out) {
    if (!text.empty() && text[0] == '+') text.remove_prefix(1);
    const char* last = text.data() + text.size();
    const auto [end, fault] = std::from_chars(text.data(), last, out);
    return fault == std::errc{} && end == last && !text.empty();
}

}  // namespace

Value native_int(Frame&, std::span<const Value> args) {
    const Value& v = args[0];
    switch (v.kind()) {
        case Kind::integer:
            return v;
        case Kind::natural:
            if (v.as_uint() > static_cast<std::uint64_t>(INT64_MAX)) return out_of_range();
            return Value::integer(static_cast<std::int64_t>(v.as_uint()));
        case Kind::real: {
            // The bounds themselves are refused: the double nearest to the least int may have
            // been rounded.
            const double d = v.as_double();
            if (!(d > -0x1p63 && d < 0x1p63)) return out_of_range();
            return Value::integer(static_cast<std::int64_t>(d));
        }
        case Kind::string: {
            std::int64_t i = 0;
            return read_whole(v.as_string(), i) ? Value::integer(i) : not_readable();
        }
        case Kind::timestamp:
            return Value::integer(v.as_timestamp().seconds);
        default:
            return no_such_overload();
    }
}

Value native_uint(Frame&, std::span<const Value> args) {
    const Value& v = args[0];
    switch (v.kind()) {
        case Kind::natural:
            return v;
        case Kind::integer:
            if (v.as_int() < 0) return out_of_range();
            return Value::natural(static_cast<std::uint64_t>(v.as_int()));
        case Kind::real: {
            const double d = v.as_double();
            if (!(d >= 0 && d < 0x1p64)) return out_of_range();
            return Value::natural(static_cast<std::uint64_t>(d));
        }
        case Kind::string: {
            std::uint64_t u = 0;
            return read_whole(v.as_string(), u) ? Value::natural(u) : not_readable();
        }
        default:
            return no_such_overload();
    }
}

Value native_double(Frame&, std::span<const Value> args) {
    const Value& v = args[0];
    switch (v.kind()) {
        case Kind::real:
            return v;
        case Kind::integer:
            return Value::real(static_cast<double>(v.as_int()));
        case Kind::natural:
            return Value::real(static_cast<double>(v.as_uint()));
        case Kind::string: {
            double d = 0;
            constexpr std::size_t text_max = 1024;  // no double needs more digits
            const bool read = v.as_string().size() <= text_max && read_double(v.as_string(), d);
            return read ? Value::real(d) : not_readable();
        }
        default:
            return no_such_overload();
    }
}

Value native_string(Frame& f, std::span<const Value> args) {
    const Value& v = args[0];
    switch (v.kind()) {
        case Kind::string:
            return v;
        case Kind::boolean:
            return Value::string(v.as_bool() ? "true" : "false");
        case Kind::integer:
            return text_value(f, fmt::format("{}", v.as_int()));
        case Kind::natural:
            return text_value(f, fmt::format("{}", v.as_uint()));
        case Kind::real:
            return text_value(f, write_double(v.as_double()));
        case Kind::bytes:
            f.charge(v.as_bytes().size() / 16);
            if (!is_utf8(v.as_bytes())) return Value::error("invalid UTF-8");
            return Value::string(v.as_bytes());
        case Kind::timestamp:
            return text_value(f, to_text(v.as_timestamp()));
        case Kind::duration:
            return text_value(f, to_text(v.as_duration()));
        default:
            return no_such_overload();
    }
}

Value native_bytes(Frame&, std::span<const Value> args) {
    if (args[0].is(Kind::bytes)) return args[0];
    return args[0].is(Kind::string) ? Value::bytes(args[0].as_string()) : no_such_overload();
}

Value native_bool(Frame&, std::span<const Value> args) {
    if (args[0].is(Kind::boolean)) return args[0];
    if (!args[0].is(Kind::string)) return no_such_overload();
    static constexpr std::array<std::string_view, 5> yes = {"1", "t", "true", "TRUE", "True"};
    static constexpr std::array<std::string_view, 5> no = {"0", "f", "false", "FALSE", "False"};
    for (std::size_t i = 0; i < yes.size(); ++i) {
        if (args[0].as_string() == yes[i]) return Value::boolean(true);
        if (args[0].as_string() == no[i]) return Value::boolean(false);
    }
    return not_readable();
}

Value native_timestamp(Frame&, std::span<const Value> args) {
    const Value& v = args[0];
    switch (v.kind()) {
        case Kind::timestamp:
            return v;
        case Kind::integer:
            if (v.as_int() < timestamp_seconds_min || v.as_int() > timestamp_seconds_max)
                return out_of_range();
            return Value::timestamp({v.as_int(), 0});
        case Kind::string: {
            const auto t = read_timestamp(v.as_string());
            return t ? Value::timestamp(*t) : not_readable();
        }
        case Kind::moment: {
            if (!v.as_moment().precise()) return need_exact_time();
            const Timestamp t = timestamp_of_us(v.as_moment().earliest_us);
            if (t.seconds < timestamp_seconds_min || t.seconds > timestamp_seconds_max)
                return out_of_range();
            return Value::timestamp(t);
        }
        default:
            return no_such_overload();
    }
}

Value native_duration(Frame&, std::span<const Value> args) {
    if (args[0].is(Kind::duration)) return args[0];
    if (!args[0].is(Kind::string)) return no_such_overload();
    const auto d = read_duration(args[0].as_string());
    return d ? Value::duration(*d) : not_readable();
}

Value native_dyn(Frame&, std::span<const Value> args) { return args[0]; }

Value native_type(Frame&, std::span<const Value> args) {
    return Value::type(type_name_of(args[0]));
}

}  // namespace homeward::cel
