#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <span>

namespace homeward::crypto {

/// Every symmetric key in Homeward has 32 bytes.
inline constexpr std::size_t key_size = 32;

/// Sees a key without owning it. The owner must outlive the view.
using KeyView = std::span<const std::byte, key_size>;

/// Fills `out` from the kernel's random source. Any thread.
void random_bytes(std::span<std::byte> out);

/// Overwrites with zeros in a way that no compiler may leave out.
void wipe(std::span<std::byte> bytes);

/// Compares in a time that depends on the length alone. Different lengths are unequal.
bool same_in_constant_time(BytesView a, BytesView b);

/// A key that lives as long as the process: in memory of its own that is locked (not swapped, not
/// in a core dump), between guard pages, and wiped at the end. Costs pages: for a handful of keys.
class SecretKey {
  public:
    static SecretKey random();
    static SecretKey copy_of(KeyView key);

    KeyView view() const { return KeyView(bytes_.get(), key_size); }

  private:
    struct Free {
        void operator()(std::byte* bytes) const;
    };
    explicit SecretKey(std::byte* bytes) : bytes_(bytes) {}
    std::unique_ptr<std::byte, Free> bytes_;
};

/// Keys in ordinary memory for as long as one request needs them; wiped at the end. Move only, and
/// what was moved from is wiped too.
template <std::size_t N>
class WipedBytes {
  public:
    WipedBytes() = default;
    WipedBytes(WipedBytes&& other) noexcept : bytes_(other.bytes_) { wipe(other.bytes_); }
    WipedBytes& operator=(WipedBytes&& other) noexcept {
        if (this == &other) return *this;
        bytes_ = other.bytes_;
        wipe(other.bytes_);
        return *this;
    }
    WipedBytes(const WipedBytes&) = delete;
    WipedBytes& operator=(const WipedBytes&) = delete;
    ~WipedBytes() { wipe(bytes_); }

    std::span<std::byte, N> span() { return bytes_; }
    std::span<const std::byte, N> view() const { return bytes_; }

  private:
    std::array<std::byte, N> bytes_{};
};

/// One short-lived key.
using DataKey = WipedBytes<key_size>;

/// Whether every SecretKey of this process so far could be locked: the kernel sets a limit to it.
bool keys_are_locked();

/// Core dumps off and the process closed to debuggers of the same user. Call once at start.
Result<void> lock_process_memory();

}  // namespace homeward::crypto
