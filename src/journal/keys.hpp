#pragma once

#include "base/id.hpp"
#include "base/result.hpp"
#include "crypto/keyring.hpp"
#include "crypto/secret.hpp"
#include "journal/category.hpp"
#include "store/sql.hpp"

#include <cstddef>
#include <cstdint>

namespace homeward::journal {

/// The keys of one dossier: a random key for each of the 32 categories, used or not, so that the
/// stored table has one size and does not show what a child's file holds. Nobody outside the
/// journal sees a key. Wiped at the end; cheap to load, so do not keep it longer than a request.
class DossierKeys {
  public:
    /// New keys for a dossier.
    static DossierKeys make(const Id& dossier);

    const Id& dossier() const { return dossier_; }
    /// The categories whose key was destroyed: their content is unreadable for ever.
    Categories destroyed() const { return destroyed_; }

    /// The stored form, wrapped under the keyring's current epoch.
    crypto::Wrapped wrap(const crypto::Keyring& keyring) const;
    static Result<DossierKeys> unwrap(
        const crypto::Keyring& keyring, const Id& dossier, const crypto::Wrapped& wrapped
    );

  private:
    friend struct KeyAccess;
    explicit DossierKeys(const Id& dossier) : dossier_(dossier) {}
    Id dossier_;
    Categories destroyed_;
    crypto::WipedBytes<category_count * crypto::key_size> table_;
};

/// Stores new keys, in the key database and before the dossier's first entry: a crash between the
/// two leaves keys of no dossier, never a dossier without keys. Code::conflict when it has some.
Result<void> store_keys(store::Session& keys, const crypto::Keyring&, const DossierKeys&);

/// Code::not_found without a row, Code::corrupt when it cannot be opened.
Result<DossierKeys> load_keys(store::Session& keys, const crypto::Keyring&, const Id& dossier);

/// Destroys the keys of some categories of a dossier, and that of the kept board, in which what
/// follows from them may stand. Call Database::scrub on the key database
/// afterwards, so that the old table is gone from its log too. Destroying twice is fine.
Result<void> destroy_keys(
    store::Session& keys, const crypto::Keyring&, const Id& dossier, Categories categories
);

/// Wraps up to `limit` tables of older epochs anew under the current one, and the board's key with
/// them; returns how many it did.
/// Call it, each time in a change of its own, until it says 0; it can be stopped at any step.
Result<std::size_t> rewrap_keys(store::Session& keys, const crypto::Keyring&, std::size_t limit);

}  // namespace homeward::journal
