#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace homeward::cel {

/// Memory that is handed out piece by piece and taken back all at once.
///
/// Values made while an expression runs live here: keep the arena as long as you look at a result,
/// `reset` it between evaluations. Holds only trivially destructible things. Not for two threads
/// at once. The first block is kept across `reset`, so that
/// a loop of small evaluations allocates once.
class Arena {
  public:
    static constexpr std::size_t block_bytes = 16U << 10U;

    Arena() = default;
    Arena(Arena&&) noexcept = default;
    Arena& operator=(Arena&&) noexcept = default;
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;
    ~Arena() = default;

    /// Bytes for `size` bytes at `align` (a power of two). Never null.
    void* allocate(std::size_t size, std::size_t align) {
        const std::size_t start = (used_ + align - 1) & ~(align - 1);
        if (blocks_.empty() || start + size > room_) return allocate_block(size);
        used_ = start + size;
        return blocks_.back().get() + start;
    }

    /// `count` default-made elements.
    template <class T>
    std::span<T> array(std::size_t count) {
        static_assert(std::is_trivially_destructible_v<T>);
        auto* first = static_cast<T*>(allocate(count * sizeof(T), alignof(T)));
        for (std::size_t i = 0; i < count; ++i) new (first + i) T();
        return {first, count};
    }

    /// A copy of `text` that lives as long as the arena's contents.
    std::string_view copy(std::string_view text);

    /// Forgets everything; views into the arena dangle from here on.
    void reset();

    /// Bytes handed out in whole blocks since the last reset.
    std::size_t bytes() const { return total_; }

  private:
    void* allocate_block(std::size_t size);

    std::vector<std::unique_ptr<std::byte[]>> blocks_;
    std::size_t used_ = 0;  // in the last block
    std::size_t room_ = 0;  // of the last block
    std::size_t first_room_ = 0;
    std::size_t total_ = 0;
};

}  // namespace homeward::cel
