#include "cel/planner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace homeward::cel {

Issues Planner::run(const CheckedBody& body) {
    body_ = &body;
    plan_.local_count = body.local_count;
    plan_.root = node(body.ast.root);
    if (made_ > options_.plan_nodes_max && too_large_.empty())
        too_large_ = fmt::format("longer than {} parts", options_.plan_nodes_max);
    if (!too_large_.empty()) issue(body.ast.root, "with its definitions, " + too_large_);
    plan_.type = body.type;
    plan_.variable_count = declarations_.variable_count();
    plan_.zones = declarations_.zones();
    auto& reads = plan_.reads;
    std::sort(reads.begin(), reads.end(), [](const Read& a, const Read& b) {
        const int names = a.object->name().compare(b.object->name());
        return names != 0 ? names < 0 : a.slot < b.slot;
    });
    reads.erase(std::unique(reads.begin(), reads.end()), reads.end());
    return std::move(issues_);
}

void Planner::issue(const Expr& e, std::string message) {
    // A place inside a definition means nothing in this source: the call stands for it.
    if (call_ != nullptr) message = definition_->definition.name + "(): " + message;
    issues_.push_back({call_ != nullptr ? call_->at : e.at, std::move(message), {}});
}

const Node* Planner::node(const Expr& e) {
    const Finding& f = body_->findings[e.id];
    if (++depth_ > options_.plan_depth_max || made_ >= options_.plan_nodes_max) {
        too_large_ = depth_ > options_.plan_depth_max
                         ? fmt::format("nested more than {} deep", options_.plan_depth_max)
                         : fmt::format("longer than {} parts", options_.plan_nodes_max);
        --depth_;
        return fault("too large");
    }
    const Node* out = node_of_kind(e, f);
    --depth_;
    return out;
}

const Node* Planner::node_of_kind(const Expr& e, const Finding& f) {
    switch (e.kind) {
        case Expr::Kind::literal:
            return make<ConstantNode>(kept(e.literal()));
        case Expr::Kind::ident:
            return name(f);
        case Expr::Kind::select:
            return f.names == Finding::Names::nothing ? select(e, f) : name(f);
        case Expr::Kind::call:
            return call(e, f);
        case Expr::Kind::list: {
            const auto items = nodes(e.args);
            return folded(make<ListNode>(items), items);
        }
        case Expr::Kind::map: {
            const auto parts = nodes(e.args);
            return folded(make<MapNode>(parts), parts);
        }
        case Expr::Kind::macro:
            return e.macro == Macro::has ? select(e, f) : macro(e, f);
    }
    return fault("no such expression");
}

std::vector<const Node*> Planner::nodes(const std::vector<Expr>& exprs) {
    std::vector<const Node*> out;
    out.reserve(exprs.size());
    for (const Expr& e : exprs) out.push_back(node(e));
    return out;
}

/// A literal whose text lives as long as the plan.
Value Planner::kept(const Value& literal) {
    if (literal.is(Kind::string)) return Value::string(plan_.constants.copy(literal.as_string()));
    if (literal.is(Kind::bytes)) return Value::bytes(plan_.constants.copy(literal.as_bytes()));
    return literal;
}

/// Computes a node at once when all that it looks at is constant and the result is good.
const Node* Planner::folded(const Node* fresh, const std::vector<const Node*>& args) {
    for (const Node* arg : args)
        if (arg->constant() == nullptr) return fresh;
    const RunLimits limits;
    Frame frame{{}, nullptr, plan_.constants, nullptr, declarations_.zones(), limits};
    const Value value = fresh->run(frame);
    if (frame.broken != nullptr || !value.usable()) return fresh;
    return make<ConstantNode>(value);
}

const Node* Planner::name(const Finding& f) {
    switch (f.names) {
        case Finding::Names::local:
            return make<LocalNode>(base_ + f.index);
        case Finding::Names::type:
            return make<ConstantNode>(Value::type(f.type_name));
        case Finding::Names::nothing:
            return fault("undeclared name");
        case Finding::Names::variable:
            break;
    }
    const auto names = declarations_.variable_names();
    const std::string_view variable = names[f.index];
    plan_.variables.emplace(variable);
    const auto path = plan_.constants.array<std::string_view>(1);
    path[0] = plan_.constants.copy(variable);
    return make<VariableNode>(f.index, path);
}

void Planner::read(const ObjectType* object, std::uint32_t slot) {
    plan_.reads.push_back({object, slot});
}

/// A comparison of whole records reads every field of them, and of the records inside.
void Planner::read_all(const Type& type) {
    std::vector<Type> open{type};
    std::vector<const ObjectType*> seen;
    while (!open.empty()) {
        const Type next = open.back();
        open.pop_back();
        for (const Type& arg : next.args()) open.push_back(arg);
        if (!next.is(Type::Kind::object)) continue;
        const ObjectType* object = &next.object_type();
        if (std::find(seen.begin(), seen.end(), object) != seen.end()) continue;
        seen.push_back(object);
        for (const auto& field : object->fields()) {
            read(object, field.slot);
            open.push_back(field.type);
        }
    }
}

const Node* Planner::select(const Expr& e, const Finding& f) {
    const Node* target = node(e.args[0]);
    if (f.field != nullptr) {
        read(f.object, f.field->slot);
    } else if (body_->findings[e.args[0].id].type.is_dyn()) {
        plan_.reads_dynamically = true;
    }
    const std::string_view field = plan_.constants.copy(e.text);
    if (e.kind == Expr::Kind::macro) return make<HasNode>(target, field, f.object, f.field);
    if (f.field != nullptr) return make<FieldNode>(target, f.object, f.field);
    return folded(make<SelectNode>(target, field), {target});
}

const Node* Planner::call(const Expr& e, const Finding& f) {
    if (e.text == "_&&_" || e.text == "_||_") {
        const auto sides = nodes(e.args);
        return folded(make<LogicNode>(e.text == "_||_", sides), sides);
    }
    if (e.text == "_?_:_") {
        const auto parts = nodes(e.args);
        return folded(make<TernaryNode>(parts[0], parts[1], parts[2]), parts);
    }
    if (f.definition != nullptr) return inlined(e, *f.definition);
    if (e.text == "listed" && !e.method && e.args.size() == 1 && declarations_.moments())
        return make<ListedNode>(node(e.args[0]));
    if (e.text == "recorded" && !e.method && e.args.size() == 1 && declarations_.moments())
        return recorded(e.args[0]);
    return native_call(e, f);
}

const Node* Planner::recorded(const Expr& field) {
    // A dotted name that is a variable is no field either.
    const bool is_field = field.kind == Expr::Kind::select &&
                          body_->findings[field.id].names == Finding::Names::nothing;
    if (!is_field) {
        issue(field, "recorded() asks about a field: recorded(this.field)");
        return fault("recorded() asks about a field");
    }
    node(field);  // notes what is read
    return make<RecordedNode>(node(field.args[0]), plan_.constants.copy(field.text));
}

const Node* Planner::native_call(const Expr& e, const Finding& f) {
    const auto fits = [&](const StandardOverload& way) {
        return way.method == e.method && way.params.size() == e.args.size() &&
               (!way.moment || declarations_.moments());
    };
    const auto ways = standard_overloads(e.text);
    const bool standard = std::any_of(ways.begin(), ways.end(), fits);
    const Native native = standard ? native_of(e.text) : nullptr;
    if (native == native_matches && f.overloads.empty()) return matches(e, native);
    const auto args = nodes(e.args);
    if (!f.overloads.empty()) {
        plan_.functions.insert(e.text);
        std::vector<const Overload*> own;
        for (const Overload* overload : f.overloads) {
            own.push_back(&plan_.overloads.emplace_back(*overload));
            for (const Read& field : overload->reads) plan_.reads.push_back(field);
        }
        return make<CallNode>(std::move(own), native, args);
    }
    if (native == nullptr) return fault("no such function");
    if (native == native_equal || native == native_not_equal || native == native_in)
        for (const Expr& arg : e.args) read_all(body_->findings[arg.id].type);
    if (native == native_equal || native == native_not_equal)
        return folded(make<EqualNode>(args[0], args[1], native == native_equal), args);
    if (args.size() == 1)
        return folded(make<NativeNode<1>>(native, std::array<const Node*, 1>{args[0]}), args);
    return folded(make<NativeNode<2>>(native, std::array<const Node*, 2>{args[0], args[1]}), args);
}

const Node* Planner::matches(const Expr& e, Native native) {
    if (!Regex::available()) issue(e, "this build has no regular expressions, so no matches()");
    const auto args = nodes(e.args);
    const Value* pattern = args[1]->constant();
    if (pattern != nullptr && pattern->is(Kind::string)) {
        auto regex = Regex::make(pattern->as_string());
        if (regex) {
            const Node* out = make<MatchesNode>(args[0], std::move(*regex));
            return folded(out, {args[0]});
        }
        if (options_.check) issue(e.args[1], "this is no regular expression (RE2), or too large");
    }
    return make<NativeNode<2>>(native, std::array<const Node*, 2>{args[0], args[1]});
}

const Node* Planner::inlined(const Expr& e, const CheckedDefinition& definition) {
    plan_.functions.insert(definition.definition.name);
    auto args = nodes(e.args);
    const CheckedBody* outer_body = std::exchange(body_, definition.body.get());
    const std::uint32_t outer_base = std::exchange(base_, plan_.local_count);
    const Expr* outer_call = std::exchange(call_, call_ == nullptr ? &e : call_);
    const CheckedDefinition* outer_definition = std::exchange(definition_, &definition);
    const std::uint32_t first = base_;
    plan_.local_count += body_->local_count;
    const Node* body = node(body_->ast.root);
    call_ = outer_call;
    definition_ = outer_definition;
    body_ = outer_body;
    base_ = outer_base;
    return make<LetNode>(first, std::move(args), body);
}

const Node* Planner::macro(const Expr& e, const Finding& f) {
    Loop loop;
    loop.range = node(e.args[0]);
    loop.two = e.vars.size() == 2;
    loop.slots = {base_ + f.locals[0], base_ + f.locals[1]};
    const std::uint32_t before = made_;
    const Node* first = node(e.args[1]);
    const Node* second = e.args.size() == 3 ? node(e.args[2]) : nullptr;
    loop.body_nodes = made_ - before;
    switch (e.macro) {
        case Macro::none:
        case Macro::has:
            break;
        case Macro::all:
        case Macro::exists:
        case Macro::exists_one:
            return make<QuantifierNode>(e.macro, loop, first);
        case Macro::filter:
            return make<TransformNode>(loop, first, nullptr, false);
        case Macro::map:
        case Macro::transform_list:
        case Macro::transform_map: {
            const bool to_map = e.macro == Macro::transform_map;
            if (second == nullptr) return make<TransformNode>(loop, nullptr, first, to_map);
            return make<TransformNode>(loop, first, second, to_map);
        }
    }
    return fault("no such comprehension");
}

}  // namespace homeward::cel
