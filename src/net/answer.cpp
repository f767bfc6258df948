#include "net/answer.hpp"

#include "base/json.hpp"
#include "net/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace homeward::net {
namespace {

/// How long a client waits after a 503, in seconds.
constexpr std::string_view retry_after_seconds = "2";

/// Sent with every answer that does not say otherwise. An answer is no page unless its handler
/// brings a policy for it, so the default lets nothing load and nobody frame it.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> defaults{{
    {"cache-control", "no-store"},
    {"content-security-policy", "default-src 'none'; frame-ancestors 'none'"},
    {"cross-origin-opener-policy", "same-origin"},
    {"cross-origin-resource-policy", "same-origin"},
    {"permissions-policy", "camera=(), geolocation=(), microphone=()"},
    {"referrer-policy", "no-referrer"},
    {"x-content-type-options", "nosniff"},
}};

/// Two years, as browsers' preload lists ask.
constexpr std::string_view hsts =
    "strict-transport-security: max-age=63072000; includeSubDomains\r\n";

std::string_view type_of(unsigned status) {
    switch (status) {
        case 401:
            return "unauthenticated";
        case 405:
            return "method";
        case 413:
        case 431:
            return "too_large";
        case 415:
            return "media_type";
        case 417:
            return "expectation";
        case 421:
            return "host";
        case 503:
            return "unavailable";
        case 505:
            return "version";
        case 500:
            return "internal";
        default:
            return "malformed";
    }
}

bool is_token(std::string_view text) {
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [others](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               others.find(c) != others.npos;
    });
}

bool same_name(std::string_view lower_name, std::string_view name) {
    return std::equal(
        lower_name.begin(),
        lower_name.end(),
        name.begin(),
        name.end(),
        [](char a, char b) {
            return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
        }
    );
}

bool has_header(const api::Response& response, std::string_view lower_name) {
    return std::any_of(response.headers.begin(), response.headers.end(), [&](const auto& pair) {
        return same_name(lower_name, pair.name);
    });
}

}  // namespace

api::Response problem(const Refusal& refusal) {
    json::object body;
    body["type"] = std::string(api::problem_type_prefix) + std::string(type_of(refusal.status));
    body["title"] = reason_phrase(refusal.status);
    body["status"] = refusal.status;
    if (!refusal.reason.empty()) body["detail"] = refusal.reason;
    api::Response response;
    response.status = refusal.status;
    response.headers.push_back({"content-type", "application/problem+json"});
    if (refusal.status == 405) {
        response.headers.push_back({"allow", "GET, HEAD, POST, PUT, PATCH, DELETE"});
    }
    if (refusal.status == 503) {
        response.headers.push_back({"retry-after", std::string(retry_after_seconds)});
    }
    response.body = json::serialize(body);
    return response;
}

bool is_sendable(const api::Response& response) {
    if (response.status < 200 || response.status > 599) return false;
    constexpr std::array<std::string_view, 5> ours{
        "connection", "content-length", "date", "transfer-encoding", "x-request-id"};
    for (const api::Pair& pair : response.headers) {
        if (!is_token(pair.name)) return false;
        for (const char c : pair.value) {
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
        }
        for (const std::string_view name : ours) {
            if (same_name(name, pair.name)) return false;
        }
    }
    return true;
}

bool has_body(unsigned status) { return status >= 200 && status != 204 && status != 304; }

std::string head_text(const api::Response& response, const Framing& framing) {
    std::string out;
    out.reserve(1024);
    const std::string_view phrase = reason_phrase(response.status);
    fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", response.status, phrase);
    for (const api::Pair& pair : response.headers) {
        fmt::format_to(std::back_inserter(out), "{}: {}\r\n", pair.name, pair.value);
    }
    for (const auto& [name, value] : defaults) {
        if (has_header(response, name)) continue;
        fmt::format_to(std::back_inserter(out), "{}: {}\r\n", name, value);
    }
    if (framing.tls) out += hsts;
    fmt::format_to(std::back_inserter(out), "date: {}\r\n", http_date(framing.now));
    fmt::format_to(std::back_inserter(out), "x-request-id: {}\r\n", framing.request_id);
    if (!framing.keeps_alive) out += "connection: close\r\n";
    if (has_body(response.status)) {
        if (framing.body == Framing::Body::sized) {
            fmt::format_to(std::back_inserter(out), "content-length: {}\r\n", response.body.size());
        } else if (framing.body == Framing::Body::chunked) {
            out += "transfer-encoding: chunked\r\n";
        }
    }
    out += "\r\n";
    return out;
}

std::string http_date(std::time_t at) {
    constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<std::string_view, 12> months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm utc{};
    gmtime_r(&at, &utc);
    return fmt::format(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
        days[static_cast<std::size_t>(utc.tm_wday)],
        utc.tm_mday,
        months[static_cast<std::size_t>(utc.tm_mon)],
        utc.tm_year + 1900,
        utc.tm_hour,
        utc.tm_min,
        utc.tm_sec
    );
}

}  // namespace homeward::net
