#pragma once

#include "crypto/secret.hpp"
#include "journal/entry.hpp"
#include "journal/keys.hpp"

namespace homeward::journal {

/// The only way to a key inside a DossierKeys, and past a grant; for the journal's own sources.
struct KeyAccess {
    static crypto::KeyView key(const DossierKeys& keys, Category category) {
        return keys.table_.view().subspan(category * crypto::key_size).first<crypto::key_size>();
    }
    /// Made of all of them, so that nobody can make it any more once one was destroyed.
    static crypto::DataKey key_of_all(const DossierKeys& keys);
    static void destroy(DossierKeys& keys, Categories categories);
    /// open_parts without a grant, for what lets no contents out.
    static Result<OpenedEntry> open(
        const DossierKeys& keys, const SealedView& entry, Categories readable
    );
};

}  // namespace homeward::journal
