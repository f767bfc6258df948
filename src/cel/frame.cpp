#include "cel/frame.hpp"

#include "cel/type.hpp"

#include <algorithm>

namespace homeward::cel {

Value equality(Frame& frame, const Value& a, const Value& b) {
    if (a.kind() == b.kind()) {
        if (a.is(Kind::string)) return Value::boolean(a.as_string() == b.as_string());
        if (a.is(Kind::boolean)) return Value::boolean(a.as_bool() == b.as_bool());
    }
    Comparison notes;
    notes.arena = &frame.arena;
    notes.steps_left = frame.limits.steps_max - std::min(frame.steps, frame.limits.steps_max);
    const std::uint64_t before = notes.steps_left;
    const Same answer = same(a, b, notes);
    // One part is the price of the node itself, so that a comparison at the limit passes.
    if (notes.steps_left == 0) frame.broken = "steps_max";
    frame.steps += before - notes.steps_left;
    if (answer == Same::unsure) return notes.missing;
    return Value::boolean(answer == Same::yes);
}

Value select_raw(const Value& target, std::string_view name) {
    switch (target.kind()) {
        case Kind::object: {
            const auto* field = target.object_type().find(name);
            if (field == nullptr) return Value::error("no such field");
            return target.slots()[field->slot];
        }
        case Kind::map: {
            const Value* found = target.as_map().find(Value::string(name));
            return found == nullptr ? Value::error("no such key") : *found;
        }
        case Kind::error:
        case Kind::unknown:
            return target;
        default:
            return no_such_overload();
    }
}

Value as_read(const Value& value, std::span<const std::string_view> path) {
    if (value.is(Kind::absent)) return Value::unknown(path);
    if (value.is(Kind::unknown) && value.missing().empty()) return Value::unknown(path);
    return value;
}

Value strict(Frame& frame, std::span<const Value> args) {
    const Value* error = nullptr;
    Value unknown;
    for (const Value& arg : args) {
        if (arg.is(Kind::unknown) || arg.is(Kind::absent)) {
            const Value one = as_read(arg, {});
            unknown = unknown.is(Kind::unknown) ? merge_unknown(frame.arena, unknown, one) : one;
        } else if (arg.is(Kind::error) && error == nullptr) {
            error = &arg;
        }
    }
    if (unknown.is(Kind::unknown)) return unknown;
    return error != nullptr ? *error : Value::null();
}

}  // namespace homeward::cel
