#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace homeward {

using Bytes = std::vector<std::byte>;
using BytesView = std::span<const std::byte>;

/// The bytes of a text, without a copy. The text must outlive the view.
inline BytesView bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

/// The bytes seen as text, without a copy.
inline std::string_view text_of(BytesView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Lower-case hexadecimal.
std::string to_hex(BytesView bytes);
Result<Bytes> from_hex(std::string_view text);

/// Standard base64 with padding (RFC 4648 §4). Decoding refuses anything but the canonical form.
std::string to_base64(BytesView bytes);
Result<Bytes> from_base64(std::string_view text);

/// Appends fixed-width little-endian numbers and length-prefixed runs to a buffer.
class Writer {
  public:
    explicit Writer(Bytes& out) : out_(out) {}
    void u8(std::uint8_t value);
    void u16(std::uint16_t value);
    void u32(std::uint32_t value);
    void u64(std::uint64_t value);
    void raw(BytesView bytes);
    /// A u32 length, then the bytes.
    void run(BytesView bytes);

  private:
    Bytes& out_;
};

/// Takes the same back out. Every call fails with Code::corrupt past the end, and nothing is read.
class Reader {
  public:
    explicit Reader(BytesView in) : in_(in) {}
    Result<std::uint8_t> u8();
    Result<std::uint16_t> u16();
    Result<std::uint32_t> u32();
    Result<std::uint64_t> u64();
    Result<BytesView> raw(std::size_t size);
    Result<BytesView> run();
    bool at_end() const { return in_.empty(); }
    std::size_t left() const { return in_.size(); }

  private:
    BytesView in_;
};

}  // namespace homeward
