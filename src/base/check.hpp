#pragma once

#include <string_view>

namespace homeward {

/// Ends the process with `what` on standard error when an invariant of ours does not hold, in
/// release builds too. Never for input from outside: that is a Result. `what` holds no data.
void check(bool holds, std::string_view what);

}  // namespace homeward
