#pragma once

#include "tidy/tree.hpp"

#include <cstddef>
#include <vector>

namespace homeward::tidy {

inline constexpr std::size_t columns_max = 100;
inline constexpr std::size_t function_lines_max = 70;

using Faults = std::vector<Fault>;

/// Each rule looks at the whole tree and names what breaks it. What it is for stands with it.
Faults find_includes_against_arrows(const Tree& tree);
Faults find_network_outside_net(const Tree& tree);
Faults find_dead_files(const Tree& tree);
Faults find_missing_guards(const Tree& tree);

Faults find_long_lines(const Tree& tree);
Faults find_long_functions(const Tree& tree);
Faults find_banned_calls(const Tree& tree);
Faults find_namespaces_used_in_headers(const Tree& tree);
Faults find_built_sql(const Tree& tree);
Faults find_coroutine_traps(const Tree& tree);
Faults find_pack_content(const Tree& tree);

}  // namespace homeward::tidy
