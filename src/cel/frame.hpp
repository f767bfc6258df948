#pragma once

#include "cel/compare.hpp"
#include "cel/program.hpp"
#include "cel/value.hpp"
#include "cel/zones.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace homeward::cel {

/// The moving parts of one evaluation.
struct Frame {
    std::span<const Value> variables;
    Value* locals = nullptr;
    Arena& arena;
    const void* context = nullptr;
    const Zones* zones = nullptr;
    const RunLimits& limits;
    std::uint64_t steps = 0;
    std::uint64_t iterations = 0;
    /// Once set, the name of the limit that was passed: loops end, the result is thrown away.
    const char* broken = nullptr;

    /// Counts work. False when the evaluation must end.
    bool charge(std::uint64_t count) {
        steps += count;
        if (steps > limits.steps_max) broken = "steps_max";
        return broken == nullptr;
    }

    /// Counts a round of a loop whose body has `nodes` parts.
    bool charge_round(std::uint64_t nodes) {
        if (++iterations > limits.iterations_max) broken = "iterations_max";
        return charge(nodes + 1);
    }

    /// Room for a list. Empty and broken when it would be too long.
    std::span<Value> new_list(std::size_t size) {
        if (size > limits.list_items_max) broken = "list_items_max";
        if (!charge(size)) return {};
        return arena.array<Value>(size);
    }

    /// Whether a text of that size may be made or looked through.
    bool charge_text(std::size_t bytes) {
        if (bytes > limits.string_bytes_max) broken = "string_bytes_max";
        return charge(bytes / 16);
    }
};

/// Equality as a value: true, false, or unknown.
Value equality(Frame& frame, const Value& a, const Value& b);

/// A field of an object or an entry of a map. Absent stays absent; errors and unknowns pass.
Value select_raw(const Value& target, std::string_view name);

/// An absent value, or an unknown that does not say what is missing, as the unknown `path`.
Value as_read(const Value& value, std::span<const std::string_view> path);

/// What a strict function gives when some argument is unusable: all that is unknown, otherwise the
/// first error.
Value strict(Frame& frame, std::span<const Value> args);

inline Value no_such_overload() { return Value::error("no such overload"); }
inline Value out_of_range() { return Value::error("out of range"); }

}  // namespace homeward::cel
