#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace homeward::journal {

/// The place of a data category in the tables of keys: D00 (the engine's own: directories and
/// projections), D01 … D22 of the domain, and room for an overlay up to D31.
using Category = std::uint8_t;

inline constexpr Category engine_category = 0;
inline constexpr unsigned category_count = 32;

/// From `D00` … `D31`; Code::invalid for anything else.
Result<Category> parse_category(std::string_view name);
std::string category_name(Category category);

/// A set of categories.
class Categories {
  public:
    constexpr Categories() = default;
    static constexpr Categories all() { return Categories(~std::uint32_t{0}); }
    static constexpr Categories from_bits(std::uint32_t bits) { return Categories(bits); }

    constexpr bool has(Category category) const {
        return category < category_count && ((bits_ >> category) & 1U) != 0;
    }
    constexpr Categories with(Category category) const {
        return category < category_count ? Categories(bits_ | (1U << category)) : *this;
    }
    constexpr Categories without(Category category) const {
        return category < category_count ? Categories(bits_ & ~(1U << category)) : *this;
    }
    constexpr bool empty() const { return bits_ == 0; }
    constexpr std::uint32_t bits() const { return bits_; }
    constexpr bool operator==(const Categories&) const = default;

  private:
    explicit constexpr Categories(std::uint32_t bits) : bits_(bits) {}
    std::uint32_t bits_ = 0;
};

}  // namespace homeward::journal
