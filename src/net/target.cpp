#include "net/target.hpp"

#include <cstdint>

namespace homeward::net {
namespace {

using Unexpected = tl::unexpected<Refusal>;

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// RFC 3986: pchar and '/', and for a query '?' as well. '%' is looked at where it is decoded.
bool is_target_char(char c, bool in_query) {
    constexpr std::string_view others = "-._~!$&'()*+,;=:@/%";
    return is_alphanumeric(c) || others.find(c) != others.npos || (in_query && c == '?');
}

/// Undoes percent escapes, once. `plus_is_space` as in form encoding.
tl::expected<std::string, Refusal> decode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus_is_space) {
            out += ' ';
            continue;
        }
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
        if (high < 0 || low < 0) return Unexpected({400, "broken percent escape in the target"});
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    if (!is_clean_utf8(out)) {
        return Unexpected({400, "the target holds control characters or is not UTF-8"});
    }
    return out;
}

tl::expected<std::string, Refusal> parse_path(std::string_view text) {
    std::string path = "/";
    std::string_view rest = text.substr(1);
    while (!rest.empty()) {
        const std::size_t slash = rest.find('/');
        auto segment = decode(rest.substr(0, slash), false);
        if (!segment) return Unexpected(segment.error());
        if (segment->empty()) return Unexpected({400, "empty segment in the target"});
        if (*segment == "." || *segment == "..") {
            return Unexpected({400, "dot segment in the target"});
        }
        // An escaped separator means one thing to a proxy and another behind it.
        if (segment->find_first_of("/\\%") != segment->npos) {
            return Unexpected({400, "escaped separator in the target"});
        }
        path += *segment;
        if (slash == rest.npos) break;
        path += '/';
        rest.remove_prefix(slash + 1);
    }
    return path;
}

tl::expected<std::vector<api::Pair>, Refusal> parse_query(std::string_view text) {
    std::vector<api::Pair> query;
    while (!text.empty()) {
        const std::size_t end = text.find('&');
        const std::string_view piece = text.substr(0, end);
        const std::size_t equals = piece.find('=');
        auto name = decode(piece.substr(0, equals), true);
        if (!name) return Unexpected(name.error());
        if (name->empty()) return Unexpected({400, "query parameter without a name"});
        for (const api::Pair& other : query) {
            if (other.name == *name) return Unexpected({400, "query parameter named twice"});
        }
        if (query.size() == parameters_max) return Unexpected({400, "too many query parameters"});
        const bool has_value = equals != piece.npos;
        auto value = decode(has_value ? piece.substr(equals + 1) : std::string_view(), true);
        if (!value) return Unexpected(value.error());
        api::Pair pair{std::move(*name), std::move(*value)};
        query.push_back(std::move(pair));
        if (end == text.npos) break;
        text.remove_prefix(end + 1);
        if (text.empty()) return Unexpected({400, "query parameter without a name"});
    }
    return query;
}

}  // namespace

bool is_clean_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i++]);
        if (lead < 0x20 || lead == 0x7F) return false;
        if (lead < 0x80) continue;
        const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
        if (lead < 0xC2 || lead > 0xF4) return false;
        std::uint32_t point = lead & (0x3FU >> static_cast<unsigned>(more));
        for (int k = 0; k < more; ++k, ++i) {
            if (i == text.size()) return false;
            const auto next = static_cast<unsigned char>(text[i]);
            if ((next & 0xC0U) != 0x80U) return false;
            point = (point << 6U) | (next & 0x3FU);
        }
        if (point < 0xA0) return false;  // the C1 control characters
        if (more == 2 && point < 0x800) return false;
        if (more == 3 && (point < 0x10000 || point > 0x10FFFF)) return false;
        if (point >= 0xD800 && point <= 0xDFFF) return false;
    }
    return true;
}

tl::expected<Target, Refusal> parse_target(std::string_view text) {
    if (text.empty() || text.front() != '/') {
        return Unexpected({400, "the target must be a path that begins with '/'"});
    }
    const std::size_t question = text.find('?');
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!is_target_char(text[i], i >= question)) {
            return Unexpected({400, "character in the target that has to be escaped"});
        }
    }
    auto path = parse_path(text.substr(0, question));
    if (!path) return Unexpected(path.error());
    Target target;
    target.path = std::move(*path);
    if (question != text.npos) {
        auto query = parse_query(text.substr(question + 1));
        if (!query) return Unexpected(query.error());
        target.query = std::move(*query);
    }
    return target;
}

}  // namespace homeward::net
