#pragma once

#include "cel/check.hpp"
#include "cel/nodes.hpp"
#include "cel/plan.hpp"
#include "cel/program.hpp"

#include <memory>
#include <string>
#include <vector>

namespace homeward::cel {

/// Turns a checked tree into nodes: names become indices, definitions are put in place, what is
/// constant is computed.
class Planner {
  public:
    Planner(const Declarations& declarations, const CompileOptions& options, Plan& plan)
        : declarations_(declarations), options_(options), plan_(plan) {}

    /// Fills the plan. Issues are limits passed and patterns that are malformed.
    Issues run(const CheckedBody& body);

  private:
    const Node* node(const Expr& e);
    const Node* node_of_kind(const Expr& e, const Finding& f);
    std::vector<const Node*> nodes(const std::vector<Expr>& exprs);
    const Node* name(const Finding& f);
    const Node* select(const Expr& e, const Finding& f);
    const Node* call(const Expr& e, const Finding& f);
    const Node* native_call(const Expr& e, const Finding& f);
    const Node* recorded(const Expr& field);
    const Node* matches(const Expr& e, Native native);
    const Node* inlined(const Expr& e, const CheckedDefinition& definition);
    const Node* macro(const Expr& e, const Finding& f);

    template <class T, class... Args>
    const Node* make(Args&&... args) {
        ++made_;
        plan_.nodes.push_back(std::make_unique<T>(std::forward<Args>(args)...));
        return plan_.nodes.back().get();
    }
    const Node* folded(const Node* fresh, const std::vector<const Node*>& args);
    const Node* fault(std::string_view message) {
        return make<ConstantNode>(Value::error(message));
    }

    Value kept(const Value& literal);
    void read(const ObjectType* object, std::uint32_t slot);
    void read_all(const Type& type);
    void issue(const Expr& e, std::string message);

    const Declarations& declarations_;
    const CompileOptions& options_;
    Plan& plan_;
    const CheckedBody* body_ = nullptr;  // the tree at hand: the expression's or a definition's
    std::uint32_t base_ = 0;             // slot of that tree's first local
    const Expr* call_ = nullptr;         // in a definition: the call that led in …
    const CheckedDefinition* definition_ = nullptr;  // … and the definition
    std::uint32_t depth_ = 0;
    std::uint32_t made_ = 0;
    std::string too_large_;  // the limit that was passed
    Issues issues_;
};

}  // namespace homeward::cel
