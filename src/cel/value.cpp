#include "cel/value.hpp"

#include "base/check.hpp"
#include "cel/text.hpp"
#include "cel/times.hpp"
#include "cel/type.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeward::cel {

void Value::wrong_kind() {
    check(false, "cel: a value was read as another kind");
    std::abort();
}

Value Value::timestamp(Timestamp t) {
    Value v(Kind::timestamp);
    v.as_.time = {t.seconds, t.nanos};
    return v;
}

Value Value::duration(Duration d) {
    Value v(Kind::duration);
    v.as_.time = {d.seconds, d.nanos};
    return v;
}

Value Value::moment(Moment m) {
    Value v(Kind::moment);
    v.as_.range = {m.earliest_us, m.latest_us};
    return v;
}

Value Value::map(const Map& map) { return viewing(Kind::map, &map, 1); }

Value Value::object(const ObjectType& type, const Value* slots) {
    Value v(Kind::object);
    v.as_.object = {&type, slots};
    return v;
}

Value Value::type(std::string_view name) { return viewing(Kind::type, name.data(), name.size()); }
Value Value::unknown(std::span<const std::string_view> missing) {
    return viewing(Kind::unknown, missing.data(), missing.size());
}

Value Value::error(std::string_view message) {
    return viewing(Kind::error, message.data(), message.size());
}

std::string_view type_name_of(const Value& value) {
    switch (value.kind()) {
        case Kind::null:
            return "null_type";
        case Kind::boolean:
            return "bool";
        case Kind::integer:
            return "int";
        case Kind::natural:
            return "uint";
        case Kind::real:
            return "double";
        case Kind::string:
            return "string";
        case Kind::bytes:
            return "bytes";
        case Kind::timestamp:
            return "google.protobuf.Timestamp";
        case Kind::duration:
            return "google.protobuf.Duration";
        case Kind::list:
            return "list";
        case Kind::map:
            return "map";
        case Kind::object:
            return value.object_type().name();
        case Kind::type:
            return "type";
        case Kind::moment:
            return "moment";
        case Kind::absent:
            return "absent";
        case Kind::unknown:
            return "unknown";
        case Kind::error:
            return "error";
    }
    return "error";
}

Value merge_unknown(Arena& arena, const Value& a, const Value& b) {
    const auto left = a.missing();
    const auto right = b.missing();
    if (left.empty()) return b;
    if (right.empty() || left.data() == right.data()) return a;
    const auto room = arena.array<std::string_view>(left.size() + right.size());
    const auto end =
        std::set_union(left.begin(), left.end(), right.begin(), right.end(), room.begin());
    return Value::unknown(room.first(static_cast<std::size_t>(end - room.begin())));
}

namespace {

std::string join(std::span<const Value> items) {
    std::string out;
    for (const Value& item : items) out += (out.empty() ? "" : ", ") + to_text(item);
    return out;
}

std::string map_text(const Map& map) {
    std::string out;
    for (std::size_t i = 0; i < map.size(); ++i) {
        out += fmt::format(
            "{}{}: {}", out.empty() ? "" : ", ", to_text(map.keys()[i]), to_text(map.values()[i])
        );
    }
    return "{" + out + "}";
}

std::string object_text(const Value& value) {
    std::string out;
    for (const auto& field : value.object_type().fields()) {
        const Value& slot = value.slots()[field.slot];
        if (slot.is(Kind::absent)) continue;
        out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", field.name, to_text(slot));
    }
    return value.object_type().name() + "{" + out + "}";
}

std::string moment_text(Moment m) {
    const auto text = [](std::int64_t us) { return to_text(timestamp_of_us(us)); };
    if (m.precise()) return fmt::format("moment({})", text(m.earliest_us));
    return fmt::format("moment({} .. {})", text(m.earliest_us), text(m.latest_us));
}

}  // namespace

std::string to_text(const Value& value) {
    switch (value.kind()) {
        case Kind::null:
            return "null";
        case Kind::boolean:
            return value.as_bool() ? "true" : "false";
        case Kind::integer:
            return fmt::format("{}", value.as_int());
        case Kind::natural:
            return fmt::format("{}u", value.as_uint());
        case Kind::real:
            return write_double(value.as_double());
        case Kind::string:
            return quote(value.as_string(), false);
        case Kind::bytes:
            return quote(value.as_bytes(), true);
        case Kind::timestamp:
            return fmt::format("timestamp({})", to_text(value.as_timestamp()));
        case Kind::duration:
            return fmt::format("duration({})", to_text(value.as_duration()));
        case Kind::moment:
            return moment_text(value.as_moment());
        case Kind::list:
            return "[" + join(value.as_list()) + "]";
        case Kind::map:
            return map_text(value.as_map());
        case Kind::object:
            return object_text(value);
        case Kind::type:
            return fmt::format("type({})", value.type_name());
        case Kind::absent:
            return "absent";
        case Kind::unknown: {
            std::string out;
            for (const auto path : value.missing())
                out += (out.empty() ? "" : ", ") + std::string(path);
            return "unknown(" + out + ")";
        }
        case Kind::error:
            return fmt::format("error({})", value.message());
    }
    return "error";
}

}  // namespace homeward::cel
