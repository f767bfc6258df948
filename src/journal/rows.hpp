#pragma once

#include "journal/entry.hpp"
#include "store/sql.hpp"

#include <cstddef>

namespace homeward::journal {

/// The columns of an entry, in the order in which `entry_of` takes them.
#define HOMEWARD_ENTRY_COLUMNS \
    "e.seq, e.dossier, e.record, e.version, e.sealed, e.prev, e.hash, e.prev_seq"

/// Reads them from a row, beginning at column `first`. A hash of another size is left zero: the
/// chain does not verify then.
Entry entry_of(const store::Row& row, std::size_t first = 0);

/// An entry that another one, or its dossier's row, points to. Seq::none stands before a dossier's
/// first entry, with first_hash.
struct Link {
    Seq seq = Seq::none;
    crypto::Hash hash;

    friend bool operator==(const Link&, const Link&) = default;
};

/// The entry before this one in its dossier.
Link link_before(const Entry& entry);
Link link_to(const Entry& entry);

/// A stored hash, zero for bytes of another size.
crypto::Hash hash_of(BytesView bytes);

}  // namespace homeward::journal
