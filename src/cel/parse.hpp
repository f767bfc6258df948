#pragma once

#include "cel/ast.hpp"
#include "cel/issue.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace homeward::cel {

/// Limits on a source text. Passing one is an issue, as any other fault in the text.
struct ParseLimits {
    std::size_t source_bytes_max = 32U << 10U;
    std::uint32_t depth_max = 100;     ///< nesting of brackets, calls and operators
    std::uint32_t nodes_max = 10'000;  ///< parts of one expression, definitions not inlined
};

/// Reads a CEL expression. `macros` false leaves has, all and the like as plain calls. A syntax
/// fault ends the reading; faults that leave the shape clear are gathered.
Checked<Ast> parse(std::string_view source, const ParseLimits& limits = {}, bool macros = true);

/// CEL text that parses to the same tree.
std::string print(const Expr& expr);

}  // namespace homeward::cel
