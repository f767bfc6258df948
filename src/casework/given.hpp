#pragma once

#include "casework/lately.hpp"
#include "casework/sight.hpp"
#include "journal/category.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>

namespace homeward::casework {

/// To whom a file was written out, and how: `form` names what wrote it and in which language.
struct GivenTo {
    Id dossier;
    Id account;
    std::string form;

    friend bool operator==(const GivenTo& a, const GivenTo& b) {
        return std::tie(a.dossier, a.account, a.form) == std::tie(b.dossier, b.account, b.form);
    }
};
struct GivenToHash {
    std::size_t operator()(const GivenTo& to) const {
        return IdHash()(to.dossier) ^ (IdHash()(to.account) << 1U) ^
               std::hash<std::string>()(to.form);
    }
};

/// Everything beside the account that a file's text follows from. As long as all of it is equal,
/// writing the file out again would give the same text.
struct GivenFrom {
    std::uint64_t version = 0;           ///< of the dossier
    journal::Categories destroyed;       ///< of its keys
    std::shared_ptr<const Sight> sight;  ///< role, side and conditions: one object for each
    std::uint64_t names = 0;             ///< Directory::names_version
    std::int64_t day = 0;                ///< in the pack's time zone: ages change with it

    friend bool operator==(const GivenFrom& a, const GivenFrom& b) {
        return std::tie(a.version, a.destroyed, a.sight, a.names, a.day) ==
               std::tie(b.version, b.destroyed, b.sight, b.names, b.day);
    }
};

/// A file as it was written out for somebody. Immutable.
struct GivenFile : GivenFrom {
    Instant judged_at;             ///< what the engine said holds from here
    std::optional<Instant> until;  ///< to before here; empty: until the next write
    std::string text;
    std::size_t size = 0;
};
using GivenPointer = std::shared_ptr<const GivenFile>;

/// The files that were written out last (docs/decisions/0019): opening the same one again, with
/// nothing changed, costs the decision and the note in the journal and no more. Any thread.
class Given {
  public:
    Given(std::size_t bytes_max, std::chrono::seconds keep) : kept_(bytes_max, keep) {}

    GivenPointer find(const GivenTo& to, const GivenFrom& from, Instant now, Instant ticking) {
        return kept_.find(to, ticking, [&](const GivenFile& file) {
            return static_cast<const GivenFrom&>(file) == from && file.judged_at <= now &&
                   (!file.until || now < *file.until);
        });
    }
    void put(const GivenTo& to, const GivenPointer& file, Instant ticking) {
        kept_.put(to, file, ticking);
    }
    void forget(Instant ticking) { kept_.forget(ticking); }
    std::size_t size() const { return kept_.size(); }

  private:
    Lately<GivenTo, GivenFile, GivenToHash> kept_;
};

}  // namespace homeward::casework
