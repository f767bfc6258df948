#include "cel/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace homeward::cel {
namespace {

struct Lead {
    std::size_t size = 0;  // 0: no lead byte
    std::uint32_t bits = 0;
    std::uint32_t least = 0;  // the smallest code point that needs this size
};

Lead lead_of(unsigned char byte) {
    if (byte < 0x80) return {1, byte, 0};
    if (byte >= 0xC2 && byte < 0xE0) return {2, byte & 0x1FU, 0x80};
    if (byte >= 0xE0 && byte < 0xF0) return {3, byte & 0x0FU, 0x800};
    if (byte >= 0xF0 && byte < 0xF5) return {4, byte & 0x07U, 0x10000};
    return {};
}

std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({change, last[j] + 1, row[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

bool is_word_number(std::string_view text, double& out) {
    std::string low;
    for (const char c : text) low += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    const bool minus = !low.empty() && low[0] == '-';
    if (!low.empty() && (minus || low[0] == '+')) low.erase(0, 1);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (low == "inf" || low == "infinity") {
        out = minus ? -infinity : infinity;
        return true;
    }
    out = std::numeric_limits<double>::quiet_NaN();
    return low == "nan";
}

bool is_decimal(std::string_view text) {
    std::size_t i = 0;
    const auto digits = [&] {
        const std::size_t from = i;
        while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
        return i - from;
    };
    const auto sign = [&] {
        if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    };
    sign();
    std::size_t count = digits();
    if (i < text.size() && text[i] == '.') {
        ++i;
        count += digits();
    }
    if (count == 0) return false;
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        ++i;
        sign();
        if (digits() == 0) return false;
    }
    return i == text.size();
}

}  // namespace

bool is_utf8(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size()) {
        const Lead lead = lead_of(static_cast<unsigned char>(text[i]));
        if (lead.size == 0 || text.size() - i < lead.size) return false;
        std::uint32_t code = lead.bits;
        for (std::size_t k = 1; k < lead.size; ++k) {
            const auto byte = static_cast<unsigned char>(text[i + k]);
            if ((byte & 0xC0U) != 0x80U) return false;
            code = (code << 6U) | (byte & 0x3FU);
        }
        if (code < lead.least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
            return false;
        i += lead.size;
    }
    return true;
}

void append_utf8(std::string& out, std::uint32_t code_point) {
    const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xC0U | (code_point >> 6U));
        put(0x80U | (code_point & 0x3FU));
    } else if (code_point < 0x10000) {
        put(0xE0U | (code_point >> 12U));
        put(0x80U | ((code_point >> 6U) & 0x3FU));
        put(0x80U | (code_point & 0x3FU));
    } else {
        put(0xF0U | (code_point >> 18U));
        put(0x80U | ((code_point >> 12U) & 0x3FU));
        put(0x80U | ((code_point >> 6U) & 0x3FU));
        put(0x80U | (code_point & 0x3FU));
    }
}

std::size_t count_code_points(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

bool read_double(std::string_view text, double& out) {
    if (!is_decimal(text)) return is_word_number(text, out);
    if (text[0] == '+') text.remove_prefix(1);
#ifdef __cpp_lib_to_chars
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (fault != std::errc::result_out_of_range) return fault == std::errc{};
#endif
    // Either out of range, where strtod tells infinity from zero, or a library that has no
    // from_chars for double. No locale is ever set in this program, so strtod reads "C".
    out = std::strtod(std::string(text).c_str(), nullptr);
    return true;
}

std::string write_double(double d) {
    if (std::isnan(d)) return "NaN";
    if (std::isinf(d)) return d < 0 ? "-Infinity" : "Infinity";
    return fmt::format("{}", d);
}

std::string quote(std::string_view text, bool bytes) {
    std::string out = bytes ? "b\"" : "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        static constexpr std::string_view plain = "\a\b\f\n\r\t\v\\\"";
        static constexpr std::string_view names = "abfnrtv\\\"";
        if (const auto at = plain.find(c); at != std::string_view::npos) {
            out += '\\';
            out += names[at];
        } else if (byte < 0x20 || byte == 0x7F || (bytes && byte >= 0x80)) {
            out += fmt::format("\\x{:02x}", byte);
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
    constexpr std::size_t letters_max = 64;  // longer words are no slips of a key
    if (word.size() > letters_max) return {};
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const auto candidate : candidates) {
        if (candidate.size() > letters_max) continue;
        const std::size_t d = distance(word, candidate);
        if (d < best_distance || (d == best_distance && !best.empty() && candidate < best)) {
            best = candidate;
            best_distance = d;
        }
    }
    return std::string(best);
}

}  // namespace homeward::cel
