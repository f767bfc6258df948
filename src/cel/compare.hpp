#pragma once

#include "cel/value.hpp"

#include <cstdint>

namespace homeward::cel {

/// How two values stand to each other.
enum class Order : std::uint8_t {
    less,
    equal,
    greater,
    at_most,    ///< moments whose ranges touch in one instant: less or equal
    at_least,   ///< the same the other way round
    unordered,  ///< NaN, or kinds that have no common order
    unsure,     ///< moments that overlap
};

/// Numbers across kinds, booleans, strings by code point, bytes, times and durations.
Order order(const Value& a, const Value& b);

/// Whether the two kinds have an order between them at all.
bool comparable(const Value& a, const Value& b);

enum class Same : std::uint8_t { no, yes, unsure };

/// What an equality has to note beside its answer. With an arena, what is missing is merged into
/// `missing` (null, or an unknown). Each part looked at costs one of `steps_left`; at none the
/// answer is `no` and worthless.
struct Comparison {
    Arena* arena = nullptr;
    Value missing;
    std::uint64_t steps_left = UINT64_MAX;
};

/// CEL equality that says `unsure` where moments overlap or something unknown lies inside.
Same same(const Value& a, const Value& b, Comparison& notes);

/// What a comparison of overlapping moments lacks.
Value need_exact_time();

}  // namespace homeward::cel
