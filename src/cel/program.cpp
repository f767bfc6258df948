#include "cel/program.hpp"

#include "cel/check.hpp"
#include "cel/planner.hpp"

#include <fmt/format.h>

#include <array>

namespace homeward::cel {

const Type& Program::type() const { return plan_->type; }
std::span<const Read> Program::reads() const { return plan_->reads; }
bool Program::reads_dynamically() const { return plan_->reads_dynamically; }
bool Program::uses(std::string_view variable) const { return plan_->variables.contains(variable); }
bool Program::calls(std::string_view function) const { return plan_->functions.contains(function); }

Result<Value> Program::evaluate(const Activation& activation, Arena& arena, const RunLimits& limits)
    const {
    if (activation.variables.size() < plan_->variable_count)
        return fail(Code::internal, "cel: the activation has fewer values than variables declared");
    constexpr std::size_t few = 8;
    std::array<Value, few> room;
    Value* locals =
        plan_->local_count <= few ? room.data() : arena.array<Value>(plan_->local_count).data();
    Frame frame{activation.variables, locals, arena, activation.context, plan_->zones, limits};
    const Value out = plan_->root->run(frame);
    if (frame.broken != nullptr)
        return fail(
            Code::too_large, fmt::format("an expression passed its limit {}", frame.broken)
        );
    return out;
}

Checked<Program> compile(
    std::string_view source, const Declarations& declarations, const CompileOptions& options
) {
    auto ast = parse(source, options.limits, options.macros);
    if (!ast) return tl::unexpected(std::move(ast.error()));
    Checker checker(declarations);
    const CheckedBody body = checker.check(std::move(*ast), {});
    Issues issues = options.check ? checker.take_issues() : Issues{};
    if (options.expect && issues.empty() && !Bindings().take(body.type, *options.expect)) {
        auto text = fmt::format(
            "this must give {}, but gives {}", to_text(*options.expect), to_text(body.type)
        );
        issues.push_back({body.ast.root.at, std::move(text), {}});
    }
    if (!issues.empty()) return tl::unexpected(std::move(issues));
    auto plan = std::make_shared<Plan>();
    issues = Planner(declarations, options, *plan).run(body);
    if (!issues.empty()) return tl::unexpected(std::move(issues));
    return Program(std::move(plan));
}

}  // namespace homeward::cel
