#include "cel/nodes.hpp"

namespace homeward::cel {
namespace {

/// Whether a value can be an argument of this type, as far as one look tells.
bool takes(const Type& type, const Value& v) {
    switch (type.kind()) {
        case Type::Kind::dyn:
        case Type::Kind::param:
            return true;
        case Type::Kind::null:
            return v.is(Kind::null);
        case Type::Kind::boolean:
            return v.is(Kind::boolean);
        case Type::Kind::integer:
            return v.is(Kind::integer);
        case Type::Kind::natural:
            return v.is(Kind::natural);
        case Type::Kind::real:
            return v.is(Kind::real);
        case Type::Kind::string:
            return v.is(Kind::string);
        case Type::Kind::bytes:
            return v.is(Kind::bytes);
        case Type::Kind::timestamp:
            return v.is(Kind::timestamp);
        case Type::Kind::duration:
            return v.is(Kind::duration);
        case Type::Kind::moment:
            return v.is(Kind::moment);
        case Type::Kind::list:
            return v.is(Kind::list);
        case Type::Kind::map:
            return v.is(Kind::map);
        case Type::Kind::type:
            return v.is(Kind::type);
        case Type::Kind::object:
            return v.is(Kind::object) && &v.object_type() == &type.object_type();
    }
    return false;
}

bool takes(const Overload& overload, std::span<const Value> args) {
    if (overload.params.size() != args.size()) return false;
    for (std::size_t i = 0; i < args.size(); ++i)
        if (!takes(overload.params[i], args[i])) return false;
    return true;
}

}  // namespace

Value SelectNode::run(Frame& f) const {
    const Value target = target_->run(f);
    const Value raw = select_raw(target, name_);
    if (!target.is(Kind::object)) return as_read(raw, {});
    const auto* field = target.object_type().find(name_);
    return field == nullptr ? raw : as_read(raw, {&field->path_view, 1});
}

Value HasNode::run(Frame& f) const {
    const Value target = target_->run(f);
    if (target.is(Kind::map))
        return Value::boolean(target.as_map().find(Value::string(name_)) != nullptr);
    if (!target.is(Kind::object)) return target.usable() ? no_such_overload() : target;
    const bool expected = &target.object_type() == type_;
    const auto* field = expected ? field_ : target.object_type().find(name_);
    if (field == nullptr) return Value::error("no such field");
    const Value& slot = target.slots()[field->slot];
    if (slot.is(Kind::absent)) return Value::boolean(false);
    if (slot.is(Kind::unknown)) return as_read(slot, {&field->path_view, 1});
    return slot.is(Kind::error) ? slot : Value::boolean(true);
}

Value RecordedNode::run(Frame& f) const {
    const Value target = target_->run(f);
    if (!target.usable()) return target;
    const Value raw = select_raw(target, name_);
    if (raw.is(Kind::error)) return raw;
    return Value::boolean(!raw.is(Kind::absent));
}

Value LogicNode::run(Frame& f) const {
    // An unknown side outweighs a faulty one: with more knowledge the fault might not matter.
    Value rest = Value::boolean(!ends_);
    for (const Node* side : sides_) {
        Value v = side->run(f);
        if (v.is(Kind::boolean)) {
            if (v.as_bool() == ends_) return v;
            continue;
        }
        if (v.is(Kind::unknown)) {
            rest = rest.is(Kind::unknown) ? merge_unknown(f.arena, rest, v) : v;
        } else if (rest.is(Kind::boolean)) {
            rest = v.is(Kind::error) ? v : no_such_overload();
        }
    }
    return rest;
}

Value TernaryNode::run(Frame& f) const {
    const Value condition = condition_->run(f);
    if (condition.is(Kind::boolean)) return condition.as_bool() ? yes_->run(f) : no_->run(f);
    return condition.usable() ? no_such_overload() : condition;
}

Value EqualNode::run(Frame& f) const {
    const std::array<Value, 2> sides = {a_->run(f), b_->run(f)};
    if (!sides[0].usable() || !sides[1].usable()) return strict(f, sides);
    const Value same = equality(f, sides[0], sides[1]);
    if (equal_ || !same.is(Kind::boolean)) return same;
    return Value::boolean(!same.as_bool());
}

Value CallNode::run(Frame& f) const {
    constexpr std::size_t few = 4;
    std::array<Value, few> room;
    const std::span<Value> values = args_.size() <= few ? std::span<Value>(room).first(args_.size())
                                                        : f.arena.array<Value>(args_.size());
    bool usable = true;
    for (std::size_t i = 0; i < args_.size(); ++i) {
        values[i] = args_[i]->run(f);
        usable = usable && values[i].usable();
    }
    if (!usable) return strict(f, values);
    for (const Overload* way : ways_) {
        if (!takes(*way, values)) continue;
        const Value out = way->callback({f.arena, way->declared, f.context}, values);
        return as_read(out, {});
    }
    return native_ != nullptr ? native_(f, values) : no_such_overload();
}

Value MatchesNode::run(Frame& f) const {
    const Value text = text_->run(f);
    if (!text.usable()) return text;
    if (!text.is(Kind::string)) return no_such_overload();
    const auto bytes = text.as_string();
    if (!f.charge_text(bytes.size()) || !f.charge(bytes.size())) return out_of_range();
    return Value::boolean(regex_.found_in(bytes));
}

Value ListedNode::run(Frame& f) const {
    const Value list = list_->run_raw(f);
    if (list.is(Kind::absent)) return Value::list({});
    if (list.is(Kind::list)) return list;
    if (list.usable()) return no_such_overload();
    return list_->run(f);  // so that an unknown names itself
}

Value ListNode::run(Frame& f) const {
    const auto items = f.new_list(items_.size());
    if (f.broken != nullptr) return out_of_range();
    bool usable = true;
    for (std::size_t i = 0; i < items_.size(); ++i) {
        items[i] = items_[i]->run(f);
        usable = usable && items[i].usable();
    }
    return usable ? Value::list(items) : strict(f, items);
}

Value MapNode::run(Frame& f) const {
    const std::size_t size = parts_.size() / 2;
    const auto room = f.new_list(parts_.size());
    if (f.broken != nullptr) return out_of_range();
    bool usable = true;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        // Keys first, then values, as Map wants them.
        Value& to = room[i / 2 + (i % 2 == 0 ? 0 : size)];
        to = parts_[i]->run(f);
        usable = usable && to.usable();
    }
    if (!usable) return strict(f, room);
    const Map* map = Map::make(f.arena, room.first(size), room.subspan(size));
    return map == nullptr ? Value::error("a key is repeated or of the wrong type")
                          : Value::map(*map);
}

Value LetNode::run(Frame& f) const {
    // Each call has slots of its own, so that an argument may call the same definition.
    for (std::size_t i = 0; i < args_.size(); ++i) f.locals[first_slot_ + i] = args_[i]->run(f);
    return body_->run(f);
}

}  // namespace homeward::cel
