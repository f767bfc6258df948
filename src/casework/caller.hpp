#pragma once

#include "base/id.hpp"
#include "base/time.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::casework {

/// On whose behalf a call is made, in which of the account's roles and why. Made from a Session by
/// `caller_of`; whether the account still exists and still has the role is looked up in every call.
struct Caller {
    Id account;
    std::string role;
    /// Of the role's purposes; empty for its first.
    std::string purpose;

    /// Whoever runs the command line on the machine that has the keys: may make accounts and
    /// import, and reads nothing. Never made from a request.
    static Caller console() { return {}; }
    bool is_console() const { return account.is_nil(); }
};

/// A colleague, as answers name one. `role` is the first of the account's roles, or the one that
/// was acted in.
struct Person {
    Id id;
    std::string name;
    std::string role;
};

/// One who is signed in. The token itself is not in here.
struct Session {
    Id account;
    std::string name;
    std::string role;
    std::vector<std::string> roles;     ///< all that the account has
    std::vector<std::string> purposes;  ///< of the role; the first is the default
    std::vector<std::string> may;       ///< what the role may do beside reading and writing
    std::string csrf;                   ///< 64 hexadecimal digits; empty for programs
    bool program = false;               ///< signed in with a bearer token
    Instant expires;                    ///< the end, whatever is done
    std::chrono::seconds idle{};        ///< it ends sooner when nothing is asked for this long
};

inline Caller caller_of(const Session& session, std::string_view purpose = {}) {
    return Caller{session.account, session.role, std::string(purpose)};
}

}  // namespace homeward::casework
