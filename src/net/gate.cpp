#include "net/gate.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace homeward::net {
namespace {

using Unexpected = tl::unexpected<Refusal>;
using Verdict = std::optional<Refusal>;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_text(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return lower(x) == lower(y);
    });
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Fields of which a second one would leave it open which counts. `x-` and `sec-` belong to them.
constexpr std::array<std::string_view, 20> single_fields{
    "accept-language",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "forwarded",
    "from",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "origin",
    "range",
    "referer",
    "transfer-encoding",
    "user-agent",
};

bool comes_once(std::string_view name) {
    return name.substr(0, 2) == "x-" || name.substr(0, 4) == "sec-" ||
           std::find(single_fields.begin(), single_fields.end(), name) != single_fields.end();
}

Verdict check_fields(const std::vector<api::Pair>& fields) {
    if (fields.size() > fields_max) return Refusal{431, "too many header fields"};
    for (std::size_t i = 0; i < fields.size(); ++i) {
        for (const char c : fields[i].value) {
            if (c != '\t' && (c < ' ' || c > '~')) {
                return Refusal{400, "control or non-ASCII character in a header field"};
            }
        }
        if (!comes_once(fields[i].name)) continue;
        for (std::size_t k = 0; k < i; ++k) {
            if (fields[k].name != fields[i].name) continue;
            return Refusal{400, "a header field that may come only once came twice"};
        }
    }
    return std::nullopt;
}

const std::string* field(const std::vector<api::Pair>& fields, std::string_view name) {
    for (const api::Pair& pair : fields) {
        if (pair.name == name) return &pair.value;
    }
    return nullptr;
}

bool is_port(std::string_view text) {
    if (text.empty() || text.size() > 5) return false;
    unsigned value = 0;
    for (const char c : text) {
        if (!is_digit(c)) return false;
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return value >= 1 && value <= 65535;
}

/// A name, an IPv4 address or an IPv6 address in brackets; no userinfo, no blanks, no escapes.
bool is_host_name(std::string_view name) {
    if (name.empty() || name.size() > 253) return false;
    if (name.front() == '[') {
        if (name.size() < 4 || name.back() != ']') return false;
        const std::string_view inner = name.substr(1, name.size() - 2);
        return inner.find_first_not_of("0123456789abcdefABCDEF:.") == inner.npos &&
               inner.find(':') != inner.npos;
    }
    if (name.front() == '.' || name.front() == '-') return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '.' || c == '-';
    });
}

Verdict check_host(const std::vector<api::Pair>& fields, const GateRules& rules) {
    const std::string* host = field(fields, "host");
    if (host == nullptr) return Refusal{400, "no Host"};
    std::string_view name = *host;
    const std::size_t bracket = name.rfind(']');
    const std::size_t colon = name.find(':', bracket == name.npos ? 0 : bracket);
    if (colon != name.npos) {
        if (!is_port(name.substr(colon + 1))) return Refusal{400, "Host is not a name and port"};
        name = name.substr(0, colon);
    }
    if (!is_host_name(name)) return Refusal{400, "Host is not a name and port"};
    if (rules.hosts.empty()) return std::nullopt;
    for (const std::string& allowed : rules.hosts) {
        if (same_text(allowed, *host) || same_text(allowed, name)) return std::nullopt;
    }
    return Refusal{421, "this service does not answer for that Host"};
}

Verdict read_method(std::string_view method, Admission& out) {
    if (method == "GET") return std::nullopt;
    if (method == "HEAD") {
        out.head_only = true;
        return std::nullopt;
    }
    constexpr std::array others{
        api::Method::post, api::Method::put, api::Method::patch, api::Method::del};
    for (const api::Method known : others) {
        if (method != name_of(known)) continue;
        out.method = known;
        return std::nullopt;
    }
    return Refusal{405, "the methods are GET, HEAD, POST, PUT, PATCH and DELETE"};
}

/// How long the body is. RFC 9112 §6.3, with every case that it leaves to judgement refused.
Verdict read_framing(const Head& head, Admission& out) {
    const std::string* coding = field(head.fields, "transfer-encoding");
    const std::string* length = field(head.fields, "content-length");
    if (coding != nullptr) {
        if (length != nullptr) return Refusal{400, "both Transfer-Encoding and Content-Length"};
        if (head.version != 11) return Refusal{400, "Transfer-Encoding in HTTP/1.0"};
        if (*coding != "chunked") return Refusal{400, "Transfer-Encoding is not exactly chunked"};
        out.body = Admission::Body::chunked;
    }
    if (length != nullptr) {
        // Eighteen digits always fit 64 bits.
        if (length->empty() || length->size() > 18 ||
            !std::all_of(length->begin(), length->end(), is_digit)) {
            return Refusal{400, "Content-Length is not one number"};
        }
        for (const char c : *length) {
            out.body_bytes = out.body_bytes * 10 + static_cast<unsigned>(c - '0');
        }
        if (out.body_bytes > 0) out.body = Admission::Body::sized;
    }
    const bool takes_body = out.method != api::Method::get && out.method != api::Method::del;
    if (out.body != Admission::Body::none && !takes_body) {
        return Refusal{400, "a body with GET, HEAD or DELETE"};
    }
    const std::string* content_coding = field(head.fields, "content-encoding");
    if (content_coding != nullptr && !same_text(*content_coding, "identity")) {
        return Refusal{415, "bodies are taken without content coding"};
    }
    return std::nullopt;
}

/// Whether the connection lasts, and that it stays HTTP/1.
Verdict read_connection(const Head& head, Admission& out) {
    out.keeps_alive = head.version == 11;
    if (field(head.fields, "upgrade") != nullptr ||
        field(head.fields, "http2-settings") != nullptr) {
        return Refusal{400, "upgrades are not offered"};
    }
    const std::string* connection = field(head.fields, "connection");
    std::string_view rest = connection == nullptr ? std::string_view() : *connection;
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        const std::string_view option = trimmed(rest.substr(0, comma));
        // Naming another field here asks a proxy to drop it: nobody honest needs that of us.
        if (same_text(option, "close")) {
            out.keeps_alive = false;
        } else if (!same_text(option, "keep-alive") && !same_text(option, "te")) {
            return Refusal{400, "Connection may say close or keep-alive"};
        }
        if (comma == rest.npos) break;
        rest.remove_prefix(comma + 1);
    }
    const std::string* expect = field(head.fields, "expect");
    if (expect == nullptr || head.version != 11) return std::nullopt;
    if (!same_text(*expect, "100-continue")) return Refusal{417, "Expect may say 100-continue"};
    out.expects_continue = out.body != Admission::Body::none;
    return std::nullopt;
}

}  // namespace

tl::expected<std::size_t, Refusal> HeadScanner::scan(std::string_view bytes) {
    for (; next_ < bytes.size(); ++next_) {
        if (next_ >= head_bytes_max) return Unexpected({431, "the header is too long"});
        const char c = bytes[next_];
        const bool at_line_start = next_ == line_start_;
        if (c == '\n') {
            if (at_line_start || bytes[next_ - 1] != '\r') {
                return Unexpected({400, "a line that does not end in CR LF"});
            }
            const bool is_blank = next_ == line_start_ + 1;
            if (is_blank && line_start_ == 0) {
                return Unexpected({400, "an empty line before the request"});
            }
            if (is_blank) return next_ + 1;
            line_start_ = next_ + 1;
            continue;
        }
        if (!at_line_start && bytes[next_ - 1] == '\r') {
            return Unexpected({400, "a line that does not end in CR LF"});
        }
        if (c == '\r') continue;
        if (c != '\t' && (c < ' ' || c > '~')) {
            return Unexpected({400, "control or non-ASCII character in the header"});
        }
        if (at_line_start && (c == ' ' || c == '\t')) {
            return Unexpected({400, "a folded or indented header line"});
        }
        if (c == ':' && line_start_ > 0 && (bytes[next_ - 1] == ' ' || bytes[next_ - 1] == '\t') &&
            bytes.substr(line_start_, next_ - line_start_).find(':') == bytes.npos) {
            return Unexpected({400, "a blank before the colon of a header field"});
        }
    }
    return std::size_t{0};
}

tl::expected<Admission, Refusal> admit(Head head, const GateRules& rules) {
    Admission out;
    if (head.version != 10 && head.version != 11) {
        return Unexpected({505, "the versions are HTTP/1.0 and HTTP/1.1"});
    }
    if (auto refused = check_fields(head.fields)) return Unexpected(*refused);
    if (auto refused = check_host(head.fields, rules)) return Unexpected(*refused);
    if (auto refused = read_method(head.method, out)) return Unexpected(*refused);
    if (auto refused = read_framing(head, out)) return Unexpected(*refused);
    if (auto refused = read_connection(head, out)) return Unexpected(*refused);
    auto target = parse_target(head.target);
    if (!target) return Unexpected(target.error());
    out.version = head.version;
    out.target = std::move(*target);
    out.fields = std::move(head.fields);
    return out;
}

}  // namespace homeward::net
