#include "cel/arena.hpp"

#include <algorithm>
#include <cstring>

namespace homeward::cel {

void* Arena::allocate_block(std::size_t size) {
    // A block from new[] is aligned for every type that is put here.
    room_ = std::max(size, block_bytes);
    blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(room_));
    if (blocks_.size() == 1) first_room_ = room_;
    total_ += room_;
    used_ = size;
    return blocks_.back().get();
}

std::string_view Arena::copy(std::string_view text) {
    if (text.empty()) return {};
    auto* to = static_cast<char*>(allocate(text.size(), 1));
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
}

void Arena::reset() {
    if (blocks_.size() > 1) blocks_.resize(1);
    room_ = blocks_.empty() ? 0 : first_room_;
    used_ = 0;
    total_ = room_;
}

}  // namespace homeward::cel
