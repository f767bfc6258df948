#pragma once

#include "cel/type.hpp"
#include "cel/value.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace homeward::cel {

struct Frame;

/// One way of calling a standard function or operator.
struct StandardOverload {
    std::string_view name;
    bool method = false;
    std::vector<Type> params;
    Type result;
    bool moment = false;  ///< only where moments are enabled
};

/// The overloads of that name, in no particular order; empty when there is none.
std::span<const StandardOverload> standard_overloads(std::string_view name);

/// Every name that can be written as a call (no operators).
std::vector<std::string_view> standard_names(bool moments);

/// Whether two lists of parameter types take the same arguments, parameter names aside.
bool same_params(const std::vector<Type>& a, const std::vector<Type>& b);

/// Runs a standard function on usable arguments. Finds out by their kinds what to do; arguments
/// that fit no overload give an error value.
using Native = Value (*)(Frame& frame, std::span<const Value> args);

/// The implementation of a standard function or operator, or null. Lazy forms (&&, ||, ?:, listed,
/// recorded) are not here: the planner makes nodes of their own.
Native native_of(std::string_view name);

/// The value of a name that denotes a type, such as `int`; null kind when it does not.
std::string_view type_denoted(std::string_view name, bool moments);
/// The static type behind such a name.
Type type_behind(std::string_view name);

}  // namespace homeward::cel
