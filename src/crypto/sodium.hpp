#pragma once

#include "base/bytes.hpp"

#include <sodium.h>

#include <cstddef>
#include <span>

namespace homeward::crypto {

/// Starts libsodium once; every source that calls it begins with this.
void ready();

inline const unsigned char* raw(BytesView bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* raw_out(std::span<std::byte> bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());
}

}  // namespace homeward::crypto
