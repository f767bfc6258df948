#pragma once

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "policy/dossier.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace homeward::policy {

enum class Outcome : std::uint8_t { not_applicable, met, running, breached, unknown };
std::string_view name_of(Outcome outcome);

/// A field that a finding lacks. `recorded`: the answer is there and says "not known".
struct Missing {
    std::uint16_t path = 0;  ///< Pack::path
    bool recorded = false;
    friend bool operator==(const Missing&, const Missing&) = default;
};

/// What a safeguard says of one record, or of the dossier.
struct Finding {
    std::uint16_t safeguard = 0;  ///< index in the pack
    Id record;                    ///< nil: about the dossier as a whole
    Outcome outcome = Outcome::unknown;
    std::uint8_t warning = 0;      ///< part of the clock that has run: 0, 50, 75, 90 percent
    bool must_come_first = false;  ///< running, and what it requires is not yet so: it blocks
    bool fault = false;            ///< an expression went wrong: a fault of the pack
    std::optional<Instant> start;
    std::optional<Instant> due;
    std::optional<Instant> since;     ///< when the breach began; none when that has no time
    std::optional<Instant> next_due;  ///< of a breached interval clock that still runs
    std::vector<Missing> missing;
    friend bool operator==(const Finding&, const Finding&) = default;
};

/// Somebody who works on the dossier, from a record of the `members` kind.
struct Member {
    Id record;
    std::string account;
    std::string role;
    std::optional<Instant> from;
    std::optional<Instant> until;
    friend bool operator==(const Member&, const Member&) = default;

    bool live(Instant at) const { return (!from || *from <= at) && (!until || at < *until); }
};

/// A permission from the child's side or a court, from a record of the `grants` kind.
struct Permission {
    Id record;
    std::string account;
    std::string role;
    CategorySet categories = 0;
    std::optional<Instant> from;
    std::optional<Instant> until;
    std::optional<Instant> withdrawn;
    friend bool operator==(const Permission&, const Permission&) = default;

    /// A permission without an end is not live: it must be limited in time.
    bool live(Instant at) const {
        return from && *from <= at && until && at < *until && (!withdrawn || at < *withdrawn);
    }
};

/// Somebody who must not be told anything, from a record of the `bars` kind: an account, everyone
/// of an agency, or both. Texts as they were written.
struct Bar {
    Id record;
    std::string account;
    std::string agency;
    Instant from;
    std::optional<Instant> until;  ///< none: for good
    friend bool operator==(const Bar&, const Bar&) = default;

    bool live(Instant at) const { return from <= at && (!until || at < *until); }
};

/// A required answer that nobody gave, or a check that fails.
struct Gap {
    Id record;
    std::uint16_t path = 0;
    friend bool operator==(const Gap&, const Gap&) = default;
};

struct SearchKey {
    std::uint16_t path = 0;
    std::string text;
    friend bool operator==(const SearchKey&, const SearchKey&) = default;
};

/// Everything that follows from a dossier at one moment.
struct Projection {
    Instant at;
    std::uint16_t type = 0;                 ///< dossier type
    std::vector<Finding> findings;          ///< by safeguard, then record; see EvaluateOptions::all
    std::array<std::uint32_t, 5> counts{};  ///< of all findings, by Outcome
    /// From here on an evaluation may give something else, though no record changes.
    std::optional<Instant> recheck_at;
    std::vector<Member> members;
    std::vector<Permission> permissions;
    std::vector<Bar> bars;
    std::vector<std::string> labels;  ///< like DossierType::labels; empty where nothing is
    std::vector<std::string> names;
    std::vector<SearchKey> keys;
    std::optional<Span> birth;
    std::vector<Gap> incomplete;      ///< required and absent
    std::vector<Gap> contradictions;  ///< `check` is false
    friend bool operator==(const Projection&, const Projection&) = default;
};

struct EvaluateOptions {
    bool all = false;  ///< list findings that are met or not applicable too
};

/// Memory that evaluations use again. One for each thread; never shared.
class Scratch {
  public:
    Scratch();
    ~Scratch();
    Scratch(Scratch&&) noexcept;
    Scratch& operator=(Scratch&&) noexcept;

  private:
    friend struct Run;
    struct State;
    std::unique_ptr<State> state_;
};

/// Judges every safeguard of the dossier's type at `now`. Pure: the same arguments give the same
/// projection. Never fails; an expression that goes wrong makes its finding unknown with `fault`.
Projection evaluate(
    const Pack& pack,
    Dossier& dossier,
    Instant now,
    Scratch& scratch,
    const EvaluateOptions& options = {}
);

/// The findings that forbid the system to do `act`: breached, not to be judged, or running with
/// a requirement that must come first.
std::vector<Finding> blocking(const Pack& pack, const Projection& projection, const Act& act);

/// Of what `encode` writes and of what the engine makes: raise it with either, and what an older
/// program stored is evaluated anew.
inline constexpr std::uint8_t projection_format = 2;

/// A compact form for storage. Begins with the pack's digest.
Bytes encode(const Pack& pack, const Projection& projection);

/// Takes it back. Code::conflict when another pack or format made it (evaluate anew), Code::corrupt
/// when it is damaged.
Result<Projection> decode(const Pack& pack, BytesView bytes);

}  // namespace homeward::policy
