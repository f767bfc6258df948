#pragma once

#include "base/time.hpp"
#include "casework/content.hpp"
#include "casework/lately.hpp"
#include "journal/category.hpp"
#include "policy/projection.hpp"

#include <cstdint>
#include <memory>

namespace homeward::casework {

/// What the engine said of a dossier.
struct Judged {
    Instant opened;
    policy::Projection projection;
};

/// A dossier as it was when it was opened, whole: what of it a caller gets is for the grant to say
/// (Ledger::open_records). Immutable.
struct OpenedDossier {
    const policy::DossierType* type = nullptr;
    std::uint64_t version = 0;
    journal::Categories destroyed;  ///< could not be opened any more
    FoldedRecords records;
    std::shared_ptr<const Judged> judged;  ///< none when what is stored is out of date
    std::size_t size = 0;                  ///< bytes that it takes, without what the heap adds
};
using OpenedPointer = std::shared_ptr<const OpenedDossier>;

/// The dossiers that were opened last, so that whoever reads, writes and reads again does not have
/// them unsealed each time. What is kept is what lies open in memory: little, and not for long
/// (docs/decisions/0019). Any thread.
class Shelf {
  public:
    Shelf(std::size_t bytes_max, std::chrono::seconds keep) : kept_(bytes_max, keep) {}

    /// The dossier as opened, if it is of this version and nothing of it was destroyed since.
    OpenedPointer find(
        const Id& dossier, std::uint64_t version, journal::Categories destroyed, Instant ticking
    ) {
        return kept_.find(dossier, ticking, [&](const OpenedDossier& opened) {
            return opened.version == version && opened.destroyed == destroyed;
        });
    }
    /// The same, as if nobody had asked.
    OpenedPointer peek(const Id& dossier, std::uint64_t version, journal::Categories destroyed) {
        return kept_.peek(dossier, [&](const OpenedDossier& opened) {
            return opened.version == version && opened.destroyed == destroyed;
        });
    }
    void put(const Id& dossier, const OpenedPointer& opened, Instant ticking) {
        kept_.put(dossier, opened, ticking);
    }
    void renew(const Id& dossier, const OpenedPointer& opened) { kept_.renew(dossier, opened); }
    void drop(const Id& dossier) { kept_.drop(dossier); }
    void forget(Instant ticking) { kept_.forget(ticking); }
    std::size_t size() const { return kept_.size(); }

  private:
    Lately<Id, OpenedDossier, IdHash> kept_;
};

}  // namespace homeward::casework
