#pragma once

#include <tl/expected.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace homeward {

/// What a caller can do about a failure. The HTTP status is a function of this code alone.
enum class Code : std::uint8_t {
    invalid,      ///< the input is wrong: mend it and call again
    forbidden,    ///< the caller may not, or the thing does not exist for this caller
    not_found,    ///< no such thing
    conflict,     ///< somebody else changed it meanwhile
    blocked,      ///< a safeguard refuses this act of the system
    too_large,    ///< a named limit was passed
    unavailable,  ///< try again later: full, draining, or a store that stopped
    too_many,     ///< a budget is used up: `retry_after` says when to try again
    no_room,      ///< the disk is full; nothing was lost
    corrupt,      ///< stored bytes are not what was written, or the wrong key was given
    internal,     ///< a fault of ours
};

/// The lower-case word of a code, for logs and problem documents.
std::string_view name_of(Code code);

/// A failure as a value. `text` is for a person and never holds personal data or a secret.
/// `pointer` is the JSON pointer (RFC 6901) of the offending field, or empty.
struct Error {
    Code code = Code::internal;
    std::string text;
    std::string pointer;
    std::chrono::seconds retry_after{0};
};

template <class T>
using Result = tl::expected<T, Error>;

using Failure = tl::unexpected<Error>;

/// `return fail(Code::invalid, "…")` from any function that returns a Result.
inline Failure fail(Code code, std::string text, std::string pointer = {}) {
    return Failure{Error{code, std::move(text), std::move(pointer), {}}};
}

}  // namespace homeward
