#pragma once

#include "base/id.hpp"

#include <cstdint>
#include <random>
#include <span>

namespace homeward::demo {

/// Numbers that are the same on every machine for the same seed. The standard library's own
/// distributions differ between implementations, so they are not used. Never for secrets.
class Random {
  public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}

    /// A whole number from `low` to `high`, both included.
    std::int64_t between(std::int64_t low, std::int64_t high);
    /// True this often; `share` from 0 to 1.
    bool chance(double share);
    /// A position, each as likely as its weight says.
    std::size_t weighted(std::span<const double> weights);
    Id id();

  private:
    double unit();
    std::mt19937_64 engine_;
};

}  // namespace homeward::demo
