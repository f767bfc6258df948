#include "cel/lexer.hpp"
#include "cel/text.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

namespace homeward::cel {
namespace {

/// One escape: reads from `body` at `i` (past the backslash), appends to `out`.
class Escape {
  public:
    Escape(std::string_view body, std::size_t& i, bool bytes, std::string& out)
        : body_(body), i_(i), bytes_(bytes), out_(out) {}

    /// Empty when well, else what is wrong.
    std::string_view read() {
        if (i_ >= body_.size()) return "a text ends in a backslash";
        const char c = body_[i_++];
        static constexpr std::string_view names = "abfnrtv\\'\"`?";
        static constexpr std::string_view means = "\a\b\f\n\r\t\v\\'\"`?";
        if (const auto at = names.find(c); at != std::string_view::npos) {
            out_ += means[at];
            return {};
        }
        switch (c) {
            case 'x':
            case 'X':
                return digits(i_, 2, 16, true);
            case 'u':
                return bytes_ ? no_unicode : digits(i_, 4, 16, false);
            case 'U':
                return bytes_ ? no_unicode : digits(i_, 8, 16, false);
            case '0':
            case '1':
            case '2':
            case '3':
                return digits(i_ - 1, 3, 8, true);
            default:
                return "no such escape; a backslash itself is written \\\\";
        }
    }

  private:
    static constexpr std::string_view no_unicode = "\\u and \\U have no meaning in bytes";

    std::string_view digits(std::size_t from, std::size_t count, int base, bool octet) {
        const std::string_view run = body_.substr(from, count);
        std::uint32_t code = 0;
        const auto [end, fault] = std::from_chars(run.data(), run.data() + run.size(), code, base);
        if (run.size() < count || fault != std::errc{} || end != run.data() + count)
            return "an escape needs 2 (\\x), 4 (\\u), 8 (\\U) hexadecimal or 3 octal digits";
        i_ = from + count;
        if (octet && bytes_) {
            out_ += static_cast<char>(code);
            return {};
        }
        if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
            return "an escape names no Unicode character";
        append_utf8(out_, code);
        return {};
    }

    std::string_view body_;
    std::size_t& i_;
    bool bytes_;
    std::string& out_;
};

bool read_uint(std::string_view raw, std::uint64_t& out) {
    const bool hex = raw.size() > 2 && (raw[1] == 'x' || raw[1] == 'X');
    if (hex) raw.remove_prefix(2);
    const char* last = raw.data() + raw.size();
    const auto [end, fault] = std::from_chars(raw.data(), last, out, hex ? 16 : 10);
    return fault == std::errc{} && end == last && !raw.empty();
}

}  // namespace

bool unescape(std::string_view body, bool bytes, std::string& out, std::string& fault) {
    out.reserve(body.size());
    std::size_t i = 0;
    while (i < body.size()) {
        if (body[i] != '\\') {
            out += body[i++];
            continue;
        }
        ++i;
        if (const auto why = Escape(body, i, bytes, out).read(); !why.empty()) {
            fault = why;
            return false;
        }
    }
    return true;
}

bool read_number(std::string_view raw, bool negative, Value& out) {
    const bool hex = raw.size() > 1 && (raw[1] == 'x' || raw[1] == 'X');
    if (!hex && raw.find_first_of(".eE") != std::string_view::npos) {
        double d = 0;
        if (raw.back() == 'u' || raw.back() == 'U' || !read_double(raw, d)) return false;
        if (std::isinf(d)) return false;  // no literal means infinity
        out = Value::real(negative ? -d : d);
        return true;
    }
    std::uint64_t u = 0;
    if (raw.back() == 'u' || raw.back() == 'U') {
        if (negative || !read_uint(raw.substr(0, raw.size() - 1), u)) return false;
        out = Value::natural(u);
        return true;
    }
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    if (!read_uint(raw, u) || u > most + (negative ? 1U : 0U)) return false;
    out = Value::integer(static_cast<std::int64_t>(negative ? ~u + 1 : u));
    return true;
}

}  // namespace homeward::cel
