#pragma once

#include "base/result.hpp"
#include "cel/declarations.hpp"
#include "cel/issue.hpp"
#include "cel/parse.hpp"
#include "cel/type.hpp"
#include "cel/value.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace homeward::cel {

struct Plan;

struct CompileOptions {
    ParseLimits limits;
    std::uint32_t plan_nodes_max = 50'000;  ///< parts after definitions are inlined
    std::uint32_t plan_depth_max = 400;     ///< nesting after definitions are inlined
    /// The type that the expression must have, such as boolean for a condition.
    std::optional<Type> expect;
    bool check = true;   ///< false: types are only found out when it runs
    bool macros = true;  ///< false: has, all … are looked up as functions
};

/// Limits on one evaluation. Passing one is Code::too_large, whatever the expression would make
/// of an error.
struct RunLimits {
    std::uint64_t steps_max = 1'000'000;     ///< parts run; text and lists made count by size
    std::uint64_t iterations_max = 100'000;  ///< rounds of all comprehensions together
    std::size_t list_items_max = 100'000;
    std::size_t string_bytes_max = 1U << 20U;
};

/// What an evaluation looks at. `variables[i]` is the variable with index i; an absent one is
/// unknown by its own name. `context` reaches the callbacks.
struct Activation {
    std::span<const Value> variables;
    const void* context = nullptr;
};

/// A checked and planned expression: immutable, cheap to copy, shared between threads.
class Program {
  public:
    /// What the checker found out about the result.
    const Type& type() const;

    /// Every field that a run may read: by selecting, by has(), inside definitions, by comparing
    /// whole records, and what overloads say that they read. Sorted by type name and slot.
    /// Complete only where nothing is dyn: see `reads_dynamically`.
    std::span<const Read> reads() const;

    /// Whether a field is selected from something whose type only a run tells.
    bool reads_dynamically() const;

    /// Whether a run may look at this variable.
    bool uses(std::string_view variable) const;

    /// Whether a run may call this function of the caller's or this definition.
    bool calls(std::string_view function) const;

    /// Runs it. A result that is an error or unknown *value* is a success here; the failure side
    /// is for limits (Code::too_large) and an activation that is too small (Code::internal).
    /// The result points into `arena`, the activation's data and this program.
    Result<Value> evaluate(const Activation& activation, Arena& arena, const RunLimits& limits = {})
        const;

  private:
    friend Checked<Program> compile(std::string_view, const Declarations&, const CompileOptions&);
    explicit Program(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) {}
    std::shared_ptr<const Plan> plan_;
};

/// Parses, checks and plans. On failure every issue found, not only the first.
Checked<Program> compile(
    std::string_view source, const Declarations& declarations, const CompileOptions& options = {}
);

}  // namespace homeward::cel
