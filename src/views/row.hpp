#pragma once

#include "base/id.hpp"
#include "base/time.hpp"
#include "policy/projection.hpp"
#include "views/bar.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace homeward::views {

/// Instead of an optional time: half the memory, and there are millions of these.
inline constexpr std::int64_t never_us = std::numeric_limits<std::int64_t>::max();
inline constexpr std::uint16_t any_role = 0xffff;

inline std::int64_t us_or_never(const std::optional<Instant>& at) { return at ? at->us : never_us; }
inline std::optional<Instant> instant_or_none(std::int64_t us) {
    return us == never_us ? std::nullopt : std::optional(Instant{us});
}

/// A finding that asks for something: running, breached or not to be judged.
struct OpenFinding {
    Id record;  ///< nil: about the dossier as a whole
    std::int64_t due_us = never_us;
    std::int64_t since_us = never_us;
    std::uint16_t safeguard = 0;
    policy::Outcome outcome = policy::Outcome::unknown;

    /// A clock that has run out is a breach, whether or not it was evaluated since.
    bool overdue(Instant now) const {
        return outcome == policy::Outcome::breached ||
               (outcome == policy::Outcome::running && due_us <= now.us);
    }
};

/// Who works on the dossier, or did. [from, until).
struct Membership {
    Id account;
    std::int64_t from_us = 0;
    std::int64_t until_us = never_us;
    std::uint16_t role = any_role;  ///< index in the pack

    bool live(Instant at) const { return from_us <= at.us && at.us < until_us; }
};

/// A permission from the child's side or a court; always ends.
struct Permit {
    Id account;  ///< nil: whoever is a member in `role`
    std::int64_t from_us = 0;
    std::int64_t until_us = 0;
    policy::CategorySet categories = 0;
    std::uint16_t role = any_role;

    bool live(Instant at) const { return from_us <= at.us && at.us < until_us; }
};

/// What the lists know of one dossier. Immutable once it is on the board.
struct Row {
    Id id;
    std::uint64_t version = 0;
    Instant judged;  ///< when it was evaluated
    Instant opened;  ///< when its first record was written down
    std::int64_t recheck_us = never_us;
    std::optional<policy::Span> birth;
    std::vector<std::string> labels;  ///< like DossierType::labels
    std::vector<Membership> members;
    std::vector<Permit> permits;
    std::vector<Bar> bars;
    std::vector<OpenFinding> findings;
    std::uint16_t type = 0;  ///< index in the pack

    bool has_live_member(const Id& account, Instant at) const;
    /// Whether somebody must not be told anything of this dossier, not even that it is there.
    bool is_barred(const Whom& whom, Instant at) const;
};

using RowPointer = std::shared_ptr<const Row>;

/// Takes from a projection what the lists need.
Row make_row(
    const policy::Pack& pack,
    const Id& dossier,
    std::uint64_t version,
    Instant opened,
    const policy::Projection& projection
);

/// How a row's findings stand at a moment.
struct Standing {
    std::uint32_t overdue = 0;
    std::uint32_t running = 0;
    std::uint32_t unknown = 0;
    std::optional<policy::Severity> worst;  ///< of those that are overdue
    std::optional<Instant> next_due;        ///< of those that run
};

/// Which safeguards count for someone: indexed like the pack's.
using Seen = std::vector<std::uint8_t>;

Standing standing_of(const policy::Pack& pack, const Row& row, const Seen& seen, Instant now);

}  // namespace homeward::views
