#pragma once

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <vector>

namespace homeward::journal {

/// The sealed bytes of an entry: boxes in a row under a random mark that ties them together. The
/// first box is the directory of the others. The boxes are views into bytes of somebody else.
struct Frame {
    Id mark;
    std::vector<BytesView> boxes;
};

/// A directory and one box for each category.
inline constexpr std::size_t frame_boxes_max = 33;

Bytes write_frame(const Frame& frame);
/// Code::corrupt for anything that `write_frame` would not have written.
Result<Frame> read_frame(BytesView bytes);

}  // namespace homeward::journal
