#include "base/bytes.hpp"

#include "base/check.hpp"

#include <array>
#include <limits>

namespace homeward {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

template <class T>
void put(Bytes& out, T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i)
        out.push_back(static_cast<std::byte>((value >> (8 * i)) & 0xffU));
}

template <class T>
Result<T> take(BytesView& in) {
    if (in.size() < sizeof(T)) return fail(Code::corrupt, "the bytes end too early");
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        value = static_cast<T>(
            value | static_cast<T>(static_cast<T>(std::to_integer<unsigned>(in[i])) << (8 * i))
        );
    }
    in = in.subspan(sizeof(T));
    return value;
}

}  // namespace

std::string to_hex(BytesView bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (std::byte b : bytes) {
        out += hex_digits[std::to_integer<std::size_t>(b >> 4)];
        out += hex_digits[std::to_integer<std::size_t>(b & std::byte{15})];
    }
    return out;
}

Result<Bytes> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return fail(Code::invalid, "an odd number of hexadecimal digits");
    Bytes out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const auto high = hex_digits.find(text[i]);
        const auto low = hex_digits.find(text[i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos)
            return fail(Code::invalid, "not a lower-case hexadecimal digit");
        out.push_back(static_cast<std::byte>(high * 16 + low));
    }
    return out;
}

std::string to_base64(BytesView bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            group <<= 8;
            if (i + k < bytes.size()) group |= std::to_integer<std::uint32_t>(bytes[i + k]);
        }
        const std::size_t digits = bytes.size() - i >= 3 ? 4 : bytes.size() - i + 1;
        for (std::size_t k = 0; k < 4; ++k)
            out += k < digits ? base64_digits[(group >> (18 - 6 * k)) & 63U] : '=';
    }
    return out;
}

Result<Bytes> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return fail(Code::invalid, "base64 comes in groups of four");
    Bytes out;
    out.reserve(text.size() / 4 * 3);
    for (std::size_t i = 0; i < text.size(); i += 4) {
        std::uint32_t group = 0;
        std::size_t digits = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            const char c = text[i + k];
            group <<= 6;
            if (c == '=' && i + 4 == text.size() && k >= 2) continue;
            const auto digit = base64_digits.find(c);
            if (digit == std::string_view::npos || digits != k)
                return fail(Code::invalid, "not a base64 digit");
            group |= static_cast<std::uint32_t>(digit);
            ++digits;
        }
        for (std::size_t k = 0; k + 1 < digits; ++k)
            out.push_back(static_cast<std::byte>((group >> (16 - 8 * k)) & 0xffU));
    }
    if (to_base64(out) != text) return fail(Code::invalid, "not the canonical form of base64");
    return out;
}

void Writer::u8(std::uint8_t value) { put(out_, value); }
void Writer::u16(std::uint16_t value) { put(out_, value); }
void Writer::u32(std::uint32_t value) { put(out_, value); }
void Writer::u64(std::uint64_t value) { put(out_, value); }
void Writer::raw(BytesView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }

void Writer::run(BytesView bytes) {
    check(bytes.size() <= std::numeric_limits<std::uint32_t>::max(), "a run fits in 4 GiB");
    u32(static_cast<std::uint32_t>(bytes.size()));
    raw(bytes);
}

Result<std::uint8_t> Reader::u8() { return take<std::uint8_t>(in_); }
Result<std::uint16_t> Reader::u16() { return take<std::uint16_t>(in_); }
Result<std::uint32_t> Reader::u32() { return take<std::uint32_t>(in_); }
Result<std::uint64_t> Reader::u64() { return take<std::uint64_t>(in_); }

Result<BytesView> Reader::raw(std::size_t size) {
    if (in_.size() < size) return fail(Code::corrupt, "the bytes end too early");
    const BytesView out = in_.first(size);
    in_ = in_.subspan(size);
    return out;
}

Result<BytesView> Reader::run() {
    const BytesView before = in_;
    const auto size = u32();
    if (!size) return Failure{size.error()};
    auto out = raw(*size);
    if (!out) in_ = before;
    return out;
}

}  // namespace homeward
