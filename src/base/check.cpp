#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace homeward {

void check(bool holds, std::string_view what) {
    if (holds) return;
    std::fprintf(
        stderr, "homeward: broken invariant: %.*s\n", static_cast<int>(what.size()), what.data()
    );
    std::abort();
}

}  // namespace homeward
