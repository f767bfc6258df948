#pragma once

#include "cel/frame.hpp"
#include "cel/standard.hpp"

#include <span>

namespace homeward::cel {

// The standard functions behind `native_of`; see Native for their contract.

Value native_add(Frame& f, std::span<const Value> args);
Value native_subtract(Frame& f, std::span<const Value> args);
Value native_multiply(Frame& f, std::span<const Value> args);
Value native_divide(Frame& f, std::span<const Value> args);
Value native_modulo(Frame& f, std::span<const Value> args);
Value native_negate(Frame& f, std::span<const Value> args);
Value native_not(Frame& f, std::span<const Value> args);

Value native_less(Frame& f, std::span<const Value> args);
Value native_less_equal(Frame& f, std::span<const Value> args);
Value native_greater(Frame& f, std::span<const Value> args);
Value native_greater_equal(Frame& f, std::span<const Value> args);
Value native_equal(Frame& f, std::span<const Value> args);
Value native_not_equal(Frame& f, std::span<const Value> args);

Value native_in(Frame& f, std::span<const Value> args);
Value native_index(Frame& f, std::span<const Value> args);
Value native_size(Frame& f, std::span<const Value> args);
Value native_contains(Frame& f, std::span<const Value> args);
Value native_starts_with(Frame& f, std::span<const Value> args);
Value native_ends_with(Frame& f, std::span<const Value> args);
Value native_matches(Frame& f, std::span<const Value> args);

Value native_int(Frame& f, std::span<const Value> args);
Value native_uint(Frame& f, std::span<const Value> args);
Value native_double(Frame& f, std::span<const Value> args);
Value native_string(Frame& f, std::span<const Value> args);
Value native_bytes(Frame& f, std::span<const Value> args);
Value native_bool(Frame& f, std::span<const Value> args);
Value native_timestamp(Frame& f, std::span<const Value> args);
Value native_duration(Frame& f, std::span<const Value> args);
Value native_dyn(Frame& f, std::span<const Value> args);
Value native_type(Frame& f, std::span<const Value> args);

/// getHours and its like, one instance for each part of a Civil.
Native native_time_part(std::string_view name);

Value native_earliest(Frame& f, std::span<const Value> args);
Value native_latest(Frame& f, std::span<const Value> args);
Value native_moment(Frame& f, std::span<const Value> args);
Value native_count(Frame& f, std::span<const Value> args);
Value native_days(Frame& f, std::span<const Value> args);
Value native_hours(Frame& f, std::span<const Value> args);
Value native_minutes(Frame& f, std::span<const Value> args);

}  // namespace homeward::cel
