#pragma once

#include "api/http.hpp"
#include "net/refusal.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::net {

/// Query parameters that one request may carry.
inline constexpr std::size_t parameters_max = 64;

/// The target of a request line, taken apart and decoded once (see `api::Request` for what holds).
struct Target {
    std::string path;
    std::vector<api::Pair> query;
};

/// Takes a target in origin form (RFC 9112 §3.2.1) and nothing else: only the characters of RFC
/// 3986, whole percent escapes, valid UTF-8 without control characters, no fragment, no empty or
/// dot segment, no escaped '/', '\' or '%' in the path, no parameter without a name or named twice.
tl::expected<Target, Refusal> parse_target(std::string_view text);

/// Whether `text` is UTF-8 (no surrogates, no overlong forms) without control characters.
bool is_clean_utf8(std::string_view text);

}  // namespace homeward::net
