#include "demo/random.hpp"

#include <cstring>

namespace homeward::demo {

double Random::unit() {
    constexpr double steps = 9007199254740992.0;  // 2^53: every step is a double of its own
    return static_cast<double>(engine_() >> 11U) / steps;
}

std::int64_t Random::between(std::int64_t low, std::int64_t high) {
    if (high <= low) return low;
    const auto span = static_cast<double>(high - low) + 1;
    return low + static_cast<std::int64_t>(unit() * span);
}

bool Random::chance(double share) { return unit() < share; }

std::size_t Random::weighted(std::span<const double> weights) {
    double all = 0;
    for (const double weight : weights) all += weight;
    double at = unit() * all;
    for (std::size_t i = 0; i + 1 < weights.size(); ++i) {
        if (at < weights[i]) return i;
        at -= weights[i];
    }
    return weights.empty() ? 0 : weights.size() - 1;
}

Id Random::id() {
    Id id;
    const std::uint64_t halves[2] = {engine_(), engine_()};
    std::memcpy(id.bytes.data(), halves, sizeof halves);
    id.bytes[6] = (id.bytes[6] & std::byte{0x0f}) | std::byte{0x40};
    id.bytes[8] = (id.bytes[8] & std::byte{0x3f}) | std::byte{0x80};
    return id;
}

}  // namespace homeward::demo
