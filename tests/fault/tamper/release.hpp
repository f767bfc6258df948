#pragma once

#include <cstddef>
#include <cstdlib>
#include <string>

namespace homeward::test {

/// Whether the sizes of a release are asked for (HOMEWARD_TAMPER=full).
inline bool is_release() {
    const char* size = std::getenv("HOMEWARD_TAMPER");  // NOLINT(concurrency-mt-unsafe)
    return size != nullptr && std::string(size) == "full";
}

}  // namespace homeward::test
