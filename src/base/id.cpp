#include "base/id.hpp"

#include "base/check.hpp"

#include <sys/random.h>

namespace homeward {
namespace {

constexpr std::size_t text_size = 36;

bool is_dash_place(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

Id make_id() {
    Id id;
    const auto got = getrandom(id.bytes.data(), id.bytes.size(), 0);
    check(got == static_cast<ssize_t>(id.bytes.size()), "the kernel gives random bytes");
    id.bytes[6] = (id.bytes[6] & std::byte{0x0f}) | std::byte{0x40};
    id.bytes[8] = (id.bytes[8] & std::byte{0x3f}) | std::byte{0x80};
    return id;
}

std::string to_text(const Id& id) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out(text_size, '-');
    std::size_t at = 0;
    for (std::size_t i = 0; i < id.bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) ++at;
        const auto byte = std::to_integer<unsigned>(id.bytes[i]);
        out[at++] = digits[byte >> 4U];
        out[at++] = digits[byte & 15U];
    }
    return out;
}

Result<Id> parse_id(std::string_view text) {
    if (text.size() != text_size) return fail(Code::invalid, "an id has 36 characters");
    Id id;
    std::size_t nibble = 0;
    for (std::size_t i = 0; i < text_size; ++i) {
        if (is_dash_place(i)) {
            if (text[i] != '-') return fail(Code::invalid, "an id has dashes after 8, 12, 16, 20");
            continue;
        }
        const int digit = digit_of(text[i]);
        if (digit < 0) return fail(Code::invalid, "an id has hexadecimal digits only");
        auto& byte = id.bytes[nibble / 2];
        byte = (byte << 4) | static_cast<std::byte>(digit);
        ++nibble;
    }
    return id;
}

Result<Id> id_from(BytesView bytes) {
    Id id;
    if (bytes.size() != id.bytes.size()) return fail(Code::corrupt, "an id has 16 bytes");
    std::memcpy(id.bytes.data(), bytes.data(), bytes.size());
    return id;
}

}  // namespace homeward
