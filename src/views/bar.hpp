#pragma once

#include "base/id.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace homeward::views {

/// A name as two writings of it are compared: NFKC, case folded, without space around it and with
/// one space where there is more. Whatever the text holds; empty when there is nothing in it.
std::string comparable(std::string_view text);

/// Somebody as bars look at them. The texts are `comparable` ones.
struct Whom {
    Id account;
    std::string_view name;
    std::string_view agency;
};

/// Somebody who must not be told anything of a dossier. [from, until).
struct Bar {
    Id account;          ///< nil: none, or one that is named
    std::string name;    ///< `comparable`: the name that an account signs in with; empty: none
    std::string agency;  ///< `comparable`: everyone of it; empty: none
    std::int64_t from_us = 0;
    std::int64_t until_us = 0;

    bool live(Instant at) const { return from_us <= at.us && at.us < until_us; }
    bool names(const Whom& whom) const {
        return (!account.is_nil() && account == whom.account) ||
               (!name.empty() && name == whom.name) || (!agency.empty() && agency == whom.agency);
    }
};

}  // namespace homeward::views
