#include "cel/nodes.hpp"

namespace homeward::cel {
namespace {

/// Goes through a list or map, binding the loop's variables. `round` gets the first variable's
/// value and answers whether to go on. Gives null, or what the range is when it cannot be gone
/// through.
template <class Round>
Value go_through(Frame& f, const Loop& loop, const Value& range, Round round) {
    const auto bind = [&](const Value& first, const Value& second) {
        f.locals[loop.slots[0]] = first;
        if (loop.two) f.locals[loop.slots[1]] = second;
        return f.charge_round(loop.body_nodes) && round(first);
    };
    if (range.is(Kind::list)) {
        const auto items = range.as_list();
        for (std::size_t i = 0; i < items.size(); ++i) {
            const Value item = as_read(items[i], {});
            const Value index = Value::integer(static_cast<std::int64_t>(i));
            if (!bind(loop.two ? index : item, item)) break;
        }
        return Value::null();
    }
    if (range.is(Kind::map)) {
        const Map& map = range.as_map();
        for (std::size_t i = 0; i < map.size(); ++i)
            if (!bind(map.keys()[i], as_read(map.values()[i], {}))) break;
        return Value::null();
    }
    return range.usable() ? no_such_overload() : range;
}

std::size_t size_of(const Value& range) {
    if (range.is(Kind::list)) return range.as_list().size();
    return range.is(Kind::map) ? range.as_map().size() : 0;
}

}  // namespace

Value QuantifierNode::run(Frame& f) const {
    const Value range = loop_.range->run(f);
    return macro_ == Macro::exists_one ? one(f, range) : any(f, range);
}

Value QuantifierNode::any(Frame& f, const Value& range) const {
    const bool ends = macro_ == Macro::exists;
    Value rest = Value::boolean(!ends);
    const Value fault = go_through(f, loop_, range, [&](const Value&) {
        const Value v = condition_->run(f);
        if (v.is(Kind::boolean)) {
            if (v.as_bool() != ends) return true;
            rest = v;
            return false;
        }
        if (v.is(Kind::unknown)) {
            rest = rest.is(Kind::unknown) ? merge_unknown(f.arena, rest, v) : v;
        } else if (rest.is(Kind::boolean)) {
            rest = v.is(Kind::error) ? v : no_such_overload();
        }
        return true;
    });
    return fault.is(Kind::null) ? rest : fault;
}

Value QuantifierNode::one(Frame& f, const Value& range) const {
    // Every round counts here: a fault or an unknown is never made good by another round, except
    // that two certain hits settle an unknown.
    std::size_t hits = 0;
    Value rest = Value::null();
    const Value fault = go_through(f, loop_, range, [&](const Value&) {
        const Value v = condition_->run(f);
        if (v.is(Kind::boolean)) {
            hits += v.as_bool() ? 1U : 0U;
        } else if (v.is(Kind::unknown)) {
            rest = rest.is(Kind::unknown) ? merge_unknown(f.arena, rest, v) : v;
        } else if (rest.is(Kind::null)) {
            rest = v.is(Kind::error) ? v : no_such_overload();
        }
        return true;
    });
    if (!fault.is(Kind::null)) return fault;
    if (rest.is(Kind::unknown) && hits > 1) return Value::boolean(false);
    return rest.is(Kind::null) ? Value::boolean(hits == 1) : rest;
}

Value TransformNode::run(Frame& f) const {
    const Value range = loop_.range->run(f);
    const std::size_t most = size_of(range);
    const auto values = f.new_list(most);
    const auto keys = to_map_ ? f.new_list(most) : std::span<Value>{};
    if (f.broken != nullptr) return out_of_range();
    std::size_t count = 0;
    Value rest = Value::null();  // the first fault, or all that is unknown
    const auto spoil = [&](const Value& v) {
        const Value why = v.usable() ? no_such_overload() : v;
        if (why.is(Kind::unknown))
            rest = rest.is(Kind::unknown) ? merge_unknown(f.arena, rest, why) : why;
        else if (rest.is(Kind::null))
            rest = why;
        return true;
    };
    const Value fault = go_through(f, loop_, range, [&](const Value& first) {
        if (filter_ != nullptr) {
            const Value keep = filter_->run(f);
            if (!keep.is(Kind::boolean)) return spoil(keep);
            if (!keep.as_bool()) return true;
        }
        const Value v = transform_ == nullptr ? first : transform_->run(f);
        if (!v.usable()) return spoil(v);
        if (to_map_) keys[count] = first;
        values[count++] = v;
        return true;
    });
    if (!fault.is(Kind::null)) return fault;
    if (!rest.is(Kind::null)) return rest;
    if (!to_map_) return Value::list(values.first(count));
    const Map* map = Map::make(f.arena, keys.first(count), values.first(count));
    return map == nullptr ? no_such_overload() : Value::map(*map);
}

}  // namespace homeward::cel
