#include "journal/frame.hpp"

#include "base/check.hpp"

#include <algorithm>

namespace homeward::journal {
namespace {

constexpr std::uint8_t frame_format = 1;

Failure damaged() { return fail(Code::corrupt, "cannot be opened"); }

}  // namespace

Bytes write_frame(const Frame& frame) {
    check(!frame.boxes.empty(), "a frame has a directory");
    check(frame.boxes.size() <= frame_boxes_max, "a frame has at most one box for each category");
    Bytes out;
    std::size_t size = 1 + frame.mark.bytes.size() + 1;
    for (const auto& box : frame.boxes) size += 4 + box.size();
    out.reserve(size);
    Writer writer(out);
    writer.u8(frame_format);
    writer.raw(frame.mark.bytes);
    writer.u8(static_cast<std::uint8_t>(frame.boxes.size()));
    for (const auto& box : frame.boxes) writer.run(box);
    return out;
}

Result<Frame> read_frame(BytesView bytes) {
    Frame frame;
    Reader reader(bytes);
    const auto format = reader.u8();
    if (!format || *format != frame_format) return damaged();
    const auto mark = reader.raw(frame.mark.bytes.size());
    const auto count = reader.u8();
    if (!mark || !count || *count == 0 || *count > frame_boxes_max) return damaged();
    std::copy(mark->begin(), mark->end(), frame.mark.bytes.begin());
    for (unsigned i = 0; i < *count; ++i) {
        const auto box = reader.run();
        if (!box) return damaged();
        frame.boxes.push_back(*box);
    }
    if (!reader.at_end()) return damaged();
    return frame;
}

}  // namespace homeward::journal
