#pragma once

#include <string_view>

namespace homeward::net {

/// Why a request is not taken. Answered once, as a problem document, and the connection is closed:
/// after bytes that were not understood nothing on it can be trusted to begin where it seems to.
struct Refusal {
    unsigned status = 400;
    /// For the caller and the log: a literal of ours, never a piece of the request.
    std::string_view reason;
};

}  // namespace homeward::net
