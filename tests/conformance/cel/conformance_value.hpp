#pragma once

#include "base/json.hpp"
#include "cel/type.hpp"
#include "cel/value.hpp"

#include <optional>

namespace homeward::cel {

/// A value as the conformance suite writes it (cel.expr.Value as JSON). Nothing when it is a
/// protobuf message or enum.
std::optional<Value> read_value(Arena& arena, const json::value& written);

/// A type as the suite writes it (cel.expr.Type). Nothing when it mentions messages.
std::optional<Type> read_type(const json::value& written);

/// Same kinds all the way down, same content; NaN is itself.
bool identical(const Value& a, const Value& b);

}  // namespace homeward::cel
