#pragma once

#include "base/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

namespace homeward::fuzz {

/// Ends the program, which the fuzzer reports as a crash: something that should always hold did
/// not.
inline void must(bool holds) {
    if (!holds) std::abort();
}

inline BytesView bytes_at(const std::uint8_t* data, std::size_t size) {
    return std::as_bytes(std::span(data, size));
}

inline std::string_view text_at(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

}  // namespace homeward::fuzz
