#pragma once

#include "api/http.hpp"
#include "net/refusal.hpp"

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

namespace homeward::net {

/// What is true of an answer besides what the handler said.
struct Framing {
    enum class Body : std::uint8_t { sized, chunked, until_close };

    Body body = Body::sized;
    bool keeps_alive = true;
    bool tls = false;  ///< adds Strict-Transport-Security
    std::string_view request_id;
    std::time_t now = 0;  ///< for Date
};

/// A problem document (RFC 9457) that net gives by itself: 503 says when to try again, 405 which
/// methods there are.
api::Response problem(const Refusal& refusal);

/// Whether a handler's answer can be sent as it is: a final status, header names that are tokens,
/// values that hold no control character (nobody splits our answers), no framing header.
bool is_sendable(const api::Response& response);

/// Whether an answer of this status has a body at all (RFC 9110 §6.4.1).
bool has_body(unsigned status);

/// The status line and all header fields with the blank line: those of `response`, the framing,
/// and the security headers wherever the handler did not set its own.
std::string head_text(const api::Response& response, const Framing& framing);

/// `Sun, 06 Nov 1994 08:49:37 GMT`: the only date form that may be sent (RFC 9110 §5.6.7).
std::string http_date(std::time_t at);

}  // namespace homeward::net
