#include "cel/compare.hpp"
#include "cel/value.hpp"

#include <cmath>
#include <functional>

namespace homeward::cel {
namespace {

constexpr std::size_t linear_max = 8;  // below this a scan beats hashing

bool is_key(const Value& value) {
    return value.is(Kind::boolean) || value.is(Kind::integer) || value.is(Kind::natural) ||
           value.is(Kind::string);
}

/// Equal keys hash alike whatever their numeric kind.
std::size_t hash_of(const Value& key) {
    const auto spread = [](std::uint64_t u) {
        return static_cast<std::size_t>((u ^ (u >> 29U)) * 0x9E3779B97F4A7C15U);
    };
    switch (key.kind()) {
        case Kind::boolean:
            return key.as_bool() ? 1 : 2;
        case Kind::integer:
            return spread(static_cast<std::uint64_t>(key.as_int()));
        case Kind::natural:
            return spread(key.as_uint());
        case Kind::string:
            return std::hash<std::string_view>{}(key.as_string());
        default:
            return 0;
    }
}

/// A double that is a whole number becomes the int or uint that it equals; other keys stay.
Value whole(const Value& key) {
    if (!key.is(Kind::real)) return key;
    const double d = key.as_double();
    if (d != std::trunc(d)) return key;
    if (d >= -0x1p63 && d < 0x1p63) return Value::integer(static_cast<std::int64_t>(d));
    if (d >= 0 && d < 0x1p64) return Value::natural(static_cast<std::uint64_t>(d));
    return key;
}

}  // namespace

const Value* Map::find_slot(const Value& key, std::size_t& at) const {
    at = hash_of(key) & (index_.size() - 1);
    while (index_[at] != 0) {
        const std::size_t position = index_[at] - 1;
        if (equal(keys_[position], key)) return &values_[position];
        at = (at + 1) & (index_.size() - 1);
    }
    return nullptr;
}

const Value* Map::find(const Value& key) const {
    const Value wanted = whole(key);
    if (!is_key(wanted)) return nullptr;
    if (!index_.empty()) {
        std::size_t at = 0;
        return find_slot(wanted, at);
    }
    for (std::size_t i = 0; i < keys_.size(); ++i)
        if (equal(keys_[i], wanted)) return &values_[i];
    return nullptr;
}

const Map* Map::make(Arena& arena, std::span<const Value> keys, std::span<const Value> values) {
    if (keys.size() != values.size()) return nullptr;
    for (const Value& key : keys)
        if (!is_key(key)) return nullptr;
    Map* map = arena.array<Map>(1).data();
    map->keys_ = keys;
    map->values_ = values;
    if (keys.size() <= linear_max) {
        for (std::size_t i = 0; i < keys.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                if (equal(keys[i], keys[j])) return nullptr;
        return map;
    }
    std::size_t room = 2 * linear_max;
    while (room < 2 * keys.size()) room *= 2;
    const auto index = arena.array<std::uint32_t>(room);
    map->index_ = index;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        std::size_t at = 0;
        if (map->find_slot(keys[i], at) != nullptr) return nullptr;
        index[at] = static_cast<std::uint32_t>(i + 1);
    }
    return map;
}

}  // namespace homeward::cel
