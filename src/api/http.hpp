#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::api {

/// The methods that the service speaks. HEAD is not among them: net answers it by asking for `get`
/// and keeping the body to itself. Anything else is refused with 405 before a handler sees it.
enum class Method : std::uint8_t { get, post, put, patch, del };

/// The method as it stands in a request line.
constexpr std::string_view name_of(Method method) {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::post:
            return "POST";
        case Method::put:
            return "PUT";
        case Method::patch:
            return "PATCH";
        case Method::del:
            return "DELETE";
    }
    return "";
}

/// A named value: a header (name in lower case in requests) or a query parameter.
struct Pair {
    std::string name;
    std::string value;
};

/// One request that has passed the gate of net: its framing is unambiguous and every text in it
/// has been decoded exactly once. What it *means* is still untrusted.
struct Request {
    Method method = Method::get;
    /// Percent-decoded UTF-8, begins with '/'. No empty, "." or ".." segment, no backslash, no
    /// control character, and no decoded '/' or '%', so splitting at '/' is safe.
    std::string path;
    /// In the order sent, '+' taken as a space, decoded UTF-8. No name is empty or comes twice.
    std::vector<Pair> query;
    /// Names in lower case, values trimmed, printable ASCII. At most one each of the headers that
    /// decide about access or meaning (cookie, authorization, content-type, origin, x-…, sec-…).
    std::vector<Pair> headers;
    /// At most the route's `body_bytes_max`; chunks are joined, no content coding is undone.
    std::string body;
    /// The peer, or what the configured proxy says of it. For limits and records of access.
    std::string remote_address;
    /// The same as it is counted: an IPv4 address, or the /64 network of an IPv6 address.
    std::string remote_network;
    /// Whether the client's own connection is encrypted (at a configured proxy too).
    bool tls = false;
    /// Random, one per request; also sent back as `x-request-id` and written to the log.
    std::string id;

    /// The value of a header (`name` in lower case), or nothing.
    std::optional<std::string_view> header(std::string_view name) const {
        return value_of(headers, name);
    }

    /// The value of a query parameter, or nothing.
    std::optional<std::string_view> parameter(std::string_view name) const {
        return value_of(query, name);
    }

  private:
    static std::optional<std::string_view> value_of(
        const std::vector<Pair>& pairs, std::string_view name
    ) {
        for (const Pair& pair : pairs) {
            if (pair.name == name) return pair.value;
        }
        return std::nullopt;
    }
};

/// Appends the next piece of a streamed body to `out` and says whether more follows. Pieces of 16
/// to 64 KiB serve best. Called on a pool thread, one call at a time, the next one only when the
/// client has taken the piece before. A failure in the first call becomes a problem answer; later
/// ones cut the connection, which the client sees as a truncated body.
using Producer = std::function<Result<bool>(std::string& out)>;

struct Response;
/// Takes an answer, once, from any thread.
using Answering = std::function<void(Response)>;

/// What a handler answers. Net adds Content-Length or chunking, Date, x-request-id, the security
/// headers, and `Cache-Control: no-store` and a closed Content-Security-Policy unless they are set
/// here. Framing headers (connection, content-length, transfer-encoding) must not be set here.
struct Response {
    unsigned status = 200;
    std::vector<Pair> headers;
    std::string body;
    /// When set, `body` is ignored and the body is streamed from here.
    Producer producer;
    /// When set, all else is ignored, and this is called once with what takes the answer, which has
    /// no `later` itself. Must not throw. For what waits without a thread.
    std::function<void(Answering)> later;
};

/// The `type` of every problem document (RFC 9457) is this and a word for the cause.
inline constexpr std::string_view problem_type_prefix = "/problems/";

/// What a route takes and needs, known before a byte of the body is read.
struct RouteLimits {
    /// A longer body is answered with 413 and not read. Zero: the route takes no body.
    std::size_t body_bytes_max = 0;
    /// Whether the route serves callers who show no credential. If not, a body that comes with
    /// neither Cookie nor Authorization is answered with 401 and not read.
    bool anonymous = false;
    /// Whether it may wait for a commit, or for its turn to compute. What does not shares a few
    /// threads, so that it neither stands behind what does nor wakes more than there is work for.
    bool waits = true;
};

/// Everything that answers requests, as net sees it. Calls come from many threads at once.
class Handler {
  public:
    virtual ~Handler() = default;

    /// The limits of the route, or nothing when there is no such route: then the body is not read
    /// and `handle` is asked with an empty one (it answers 404 or 405). Called on a worker thread:
    /// it must neither block nor throw.
    virtual std::optional<RouteLimits> limits_for(Method method, std::string_view path) const = 0;

    /// Answers one request. Called on a pool thread, so it may block. What it throws becomes a 500
    /// without details. `request` is gone when it returns, so what comes later keeps copies.
    virtual Response handle(const Request& request) = 0;
};

}  // namespace homeward::api
