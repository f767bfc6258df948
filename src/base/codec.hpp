#pragma once

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "base/time.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace homeward {

/// Puts values into bytes: fixed-width little-endian numbers and length-prefixed texts.
class Encoder {
  public:
    explicit Encoder(Bytes& out) : to_(out) {}

    void text(std::string_view text) { to_.run(bytes_of(text)); }
    void at(Instant at) { to_.u64(static_cast<std::uint64_t>(at.us)); }
    void maybe(const std::optional<Instant>& value) {
        to_.u8(value ? 1 : 0);
        if (value) at(*value);
    }
    void id(const Id& id) { to_.raw(id.bytes); }
    template <class Items, class Put>
    void list(const Items& items, Put put) {
        to_.u32(static_cast<std::uint32_t>(items.size()));
        for (const auto& item : items) put(item);
    }
    Writer& raw() { return to_; }

  private:
    Writer to_;
};

/// Takes the same back out, until the first failure: what comes after that is empty.
class Decoder {
  public:
    explicit Decoder(BytesView in) : from_(in) {}

    std::uint8_t u8() { return take(from_.u8()); }
    std::uint16_t u16() { return take(from_.u16()); }
    std::uint32_t u32() { return take(from_.u32()); }
    std::uint64_t u64() { return take(from_.u64()); }
    bool flag() {
        const auto value = u8();
        if (value > 1) failed_ = true;
        return value == 1;
    }
    /// Within what it takes from.
    BytesView run() { return take(from_.run()); }
    std::string text() { return std::string(text_of(run())); }
    Instant at() { return {static_cast<std::int64_t>(u64())}; }
    std::optional<Instant> maybe() {
        if (!flag()) return {};
        return at();
    }
    Id id() {
        Id out;
        raw(out.bytes);
        return out;
    }
    /// Fills `out`, or leaves it as it is.
    void raw(std::span<std::byte> out) {
        const auto bytes = take(from_.raw(out.size()));
        if (bytes.size() == out.size()) std::copy(bytes.begin(), bytes.end(), out.begin());
    }
    /// An index that must be below `count`.
    std::uint16_t index(std::size_t count) {
        const auto value = u16();
        if (value >= count) failed_ = true;
        return value;
    }
    template <class Item, class Get>
    std::vector<Item> list(Get get) {
        const auto count = u32();
        // Every item takes a byte at least, so a count past the rest is damage, not a wish.
        if (count > from_.left()) failed_ = true;
        std::vector<Item> out;
        for (std::uint32_t i = 0; i < count && !failed_; ++i) out.push_back(get());
        return out;
    }
    void fail_if(bool failed) { failed_ = failed_ || failed; }
    bool ok() const { return !failed_; }
    bool at_end() const { return from_.at_end(); }

  private:
    template <class T>
    T take(Result<T> result) {
        if (failed_ || !result) {
            failed_ = true;
            return T{};
        }
        return *result;
    }

    Reader from_;
    bool failed_ = false;
};

}  // namespace homeward
