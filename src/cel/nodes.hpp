#pragma once

#include "cel/ast.hpp"
#include "cel/natives.hpp"
#include "cel/plan.hpp"
#include "cel/regex.hpp"
#include "cel/type.hpp"

#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace homeward::cel {

class ConstantNode final : public Node {
  public:
    explicit ConstantNode(Value value) : value_(value) {}
    Value run(Frame&) const override { return value_; }
    const Value* constant() const override { return &value_; }

  private:
    Value value_;
};

/// `path` is one name that outlives the plan's nodes: what is missing when the variable is absent.
class VariableNode final : public Node {
  public:
    VariableNode(std::uint32_t index, std::span<const std::string_view> path)
        : index_(index), path_(path) {}
    Value run(Frame& f) const override { return as_read(f.variables[index_], path_); }
    Value run_raw(Frame& f) const override { return f.variables[index_]; }

  private:
    std::uint32_t index_;
    std::span<const std::string_view> path_;
};

class LocalNode final : public Node {
  public:
    explicit LocalNode(std::uint32_t slot) : slot_(slot) {}
    Value run(Frame& f) const override { return as_read(f.locals[slot_], {}); }

  private:
    std::uint32_t slot_;
};

/// A field of a record whose type is known: one look into its slots.
class FieldNode final : public Node {
  public:
    FieldNode(const Node* target, const ObjectType* type, const ObjectType::Field* field)
        : target_(target), type_(type), field_(field) {}
    Value run(Frame& f) const override { return as_read(run_raw(f), {&field_->path_view, 1}); }
    Value run_raw(Frame& f) const override {
        const Value target = target_->run(f);
        if (target.is(Kind::object) && &target.object_type() == type_)
            return target.slots()[field_->slot];
        return select_raw(target, field_->name);
    }

  private:
    const Node* target_;
    const ObjectType* type_;
    const ObjectType::Field* field_;
};

/// A field or map entry of something whose type only a run tells.
class SelectNode final : public Node {
  public:
    SelectNode(const Node* target, std::string_view name) : target_(target), name_(name) {}
    Value run(Frame& f) const override;
    Value run_raw(Frame& f) const override { return select_raw(target_->run(f), name_); }

  private:
    const Node* target_;
    std::string_view name_;
};

/// has(x.f). `field`, when the checker knows it, saves looking it up by name.
class HasNode final : public Node {
  public:
    HasNode(
        const Node* target,
        std::string_view name,
        const ObjectType* type,
        const ObjectType::Field* field
    )
        : target_(target), name_(name), type_(type), field_(field) {}
    Value run(Frame& f) const override;

  private:
    const Node* target_;
    std::string_view name_;
    const ObjectType* type_;
    const ObjectType::Field* field_;
};

/// recorded(x.y): whether y was answered at all, even with "not known".
class RecordedNode final : public Node {
  public:
    RecordedNode(const Node* target, std::string_view name) : target_(target), name_(name) {}
    Value run(Frame& f) const override;

  private:
    const Node* target_;
    std::string_view name_;
};

/// && and ||: `ends_` is the answer that settles it, whatever the other sides are.
class LogicNode final : public Node {
  public:
    LogicNode(bool ends, std::vector<const Node*> sides) : ends_(ends), sides_(std::move(sides)) {}
    Value run(Frame& f) const override;

  private:
    bool ends_;
    std::vector<const Node*> sides_;
};

class TernaryNode final : public Node {
  public:
    TernaryNode(const Node* condition, const Node* yes, const Node* no)
        : condition_(condition), yes_(yes), no_(no) {}
    Value run(Frame& f) const override;

  private:
    const Node* condition_;
    const Node* yes_;
    const Node* no_;
};

/// A standard function or operator of one or two arguments.
template <std::size_t count>
class NativeNode final : public Node {
  public:
    NativeNode(Native native, std::array<const Node*, count> args) : native_(native), args_(args) {}
    Value run(Frame& f) const override {
        std::array<Value, count> values;
        bool usable = true;
        for (std::size_t i = 0; i < count; ++i) {
            values[i] = args_[i]->run(f);
            usable = usable && values[i].usable();
        }
        return usable ? native_(f, values) : strict(f, values);
    }

  private:
    Native native_;
    std::array<const Node*, count> args_;
};

/// == and !=, short-cut for texts and booleans.
class EqualNode final : public Node {
  public:
    EqualNode(const Node* a, const Node* b, bool equal) : a_(a), b_(b), equal_(equal) {}
    Value run(Frame& f) const override;

  private:
    const Node* a_;
    const Node* b_;
    bool equal_;
};

/// A function of the caller's: the first overload that takes these kinds, then `native` (may be
/// null), then an error.
class CallNode final : public Node {
  public:
    CallNode(std::vector<const Overload*> ways, Native native, std::vector<const Node*> args)
        : ways_(std::move(ways)), native_(native), args_(std::move(args)) {}
    Value run(Frame& f) const override;

  private:
    std::vector<const Overload*> ways_;
    Native native_;
    std::vector<const Node*> args_;
};

/// matches() with a pattern known beforehand.
class MatchesNode final : public Node {
  public:
    MatchesNode(const Node* text, Regex regex) : text_(text), regex_(std::move(regex)) {}
    Value run(Frame& f) const override;

  private:
    const Node* text_;
    Regex regex_;
};

/// listed(x): an absent list is an empty one.
class ListedNode final : public Node {
  public:
    explicit ListedNode(const Node* list) : list_(list) {}
    Value run(Frame& f) const override;

  private:
    const Node* list_;
};

class ListNode final : public Node {
  public:
    explicit ListNode(std::vector<const Node*> items) : items_(std::move(items)) {}
    Value run(Frame& f) const override;

  private:
    std::vector<const Node*> items_;
};

class MapNode final : public Node {
  public:
    /// `parts`: key, value, key, value …
    explicit MapNode(std::vector<const Node*> parts) : parts_(std::move(parts)) {}
    Value run(Frame& f) const override;

  private:
    std::vector<const Node*> parts_;
};

/// A call of a definition: its parameters are bound, then its body runs.
class LetNode final : public Node {
  public:
    LetNode(std::uint32_t first_slot, std::vector<const Node*> args, const Node* body)
        : first_slot_(first_slot), args_(std::move(args)), body_(body) {}
    Value run(Frame& f) const override;

  private:
    std::uint32_t first_slot_;
    std::vector<const Node*> args_;
    const Node* body_;
};

/// What all comprehensions share: the range, the variables' slots and the price of a round.
struct Loop {
    const Node* range = nullptr;
    std::array<std::uint32_t, 2> slots{};
    bool two = false;
    std::uint32_t body_nodes = 0;
};

/// all, exists, exists_one.
class QuantifierNode final : public Node {
  public:
    QuantifierNode(Macro macro, Loop loop, const Node* condition)
        : macro_(macro), loop_(loop), condition_(condition) {}
    Value run(Frame& f) const override;

  private:
    Value any(Frame& f, const Value& range) const;
    Value one(Frame& f, const Value& range) const;

    Macro macro_;
    Loop loop_;
    const Node* condition_;
};

/// map, filter, transformList, transformMap. `filter` or `transform` may be null.
class TransformNode final : public Node {
  public:
    TransformNode(Loop loop, const Node* filter, const Node* transform, bool to_map)
        : loop_(loop), filter_(filter), transform_(transform), to_map_(to_map) {}
    Value run(Frame& f) const override;

  private:
    Loop loop_;
    const Node* filter_;
    const Node* transform_;
    bool to_map_;
};

}  // namespace homeward::cel
