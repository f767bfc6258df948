#pragma once

#include "base/json.hpp"

#include <boost/json/monotonic_resource.hpp>

#include <array>
#include <cstddef>

namespace homeward {

/// Memory for JSON that is looked at and dropped, all at once. What most records need is there from
/// the beginning. One thread; nothing moved or copied out of a value in it may outlive it.
class Sketchpad {
  public:
    json::storage_ptr memory() { return &memory_; }
    /// Drops what is in it.
    void wipe() { memory_.release(); }

  private:
    std::array<unsigned char, std::size_t{16} * 1024> begin_;
    json::monotonic_resource memory_{begin_.data(), begin_.size()};
};

}  // namespace homeward
