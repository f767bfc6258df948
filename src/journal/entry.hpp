#pragma once

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "crypto/hash.hpp"
#include "journal/category.hpp"
#include "journal/grant.hpp"
#include "journal/keys.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace homeward::journal {

/// The position of an entry: 1, 2, 3 … without a gap, never used twice. 0 is none.
enum class Seq : std::uint64_t { none = 0 };
constexpr std::uint64_t number_of(Seq seq) { return static_cast<std::uint64_t>(seq); }

/// What one category of an entry holds.
struct Part {
    Category category = 0;
    Bytes plain;
};

/// The limits of one entry. At most one part for each category.
inline constexpr std::size_t part_size_max = 1U << 20U;
inline constexpr std::size_t sealed_size_max = 4U << 20U;

/// An entry that is sealed but has no place yet.
struct SealedEntry {
    Id dossier;
    /// The record that it is a version of; none for reads, decisions and other remarks.
    std::optional<Id> record;
    /// The record's version from 1; 0 without a record.
    std::uint64_t version = 0;
    Bytes sealed;
};

/// An entry in its place.
struct Entry {
    Seq seq = Seq::none;
    Id dossier;
    std::optional<Id> record;
    std::uint64_t version = 0;
    Bytes sealed;
    crypto::Hash prev;
    crypto::Hash hash;
    /// Where its dossier's entry before stands, whose hash is `prev`; none for the first.
    Seq prev_seq = Seq::none;
};

/// What of an entry is to be opened: sees either of them, which must outlive it.
struct SealedView {
    SealedView(const SealedEntry& entry)
        : dossier(entry.dossier),
          record(entry.record),
          version(entry.version),
          sealed(entry.sealed) {}
    SealedView(const Entry& entry)
        : dossier(entry.dossier),
          record(entry.record),
          version(entry.version),
          sealed(entry.sealed) {}

    const Id& dossier;
    const std::optional<Id>& record;
    std::uint64_t version;
    BytesView sealed;
};

/// Seals the parts of an entry, each under the key of its category. Any thread: do this before the
/// write, not in it. Code::invalid for a category twice or out of range, Code::too_large past a
/// limit, Code::forbidden for a category whose key was destroyed.
Result<SealedEntry> prepare(
    const DossierKeys& keys,
    const std::optional<Id>& record,
    std::uint64_t version,
    const std::vector<Part>& parts
);

/// What a grant shows of an entry, and the names of what it does not.
struct OpenedEntry {
    std::vector<Part> parts;
    Categories withheld;   ///< there, but not for this grant
    Categories destroyed;  ///< there once, unreadable for ever

    /// The content of a category, or null.
    const Bytes* find(Category category) const;
};

/// Opens the parts that `grant` may read. Code::forbidden when the grant is for another dossier,
/// Code::corrupt when a box cannot be opened. When the dossier's D00 key is destroyed nothing can
/// be named: `destroyed` is then all categories.
Result<OpenedEntry> open_parts(
    const Grant& grant, const DossierKeys& keys, const SealedView& entry
);

/// What the chain says of an entry: BLAKE2b-256 over position, dossier, record, version, the hash
/// before and the sealed bytes (docs/journal-format.md).
crypto::Hash hash_entry(const Entry& entry);

/// The hash that stands before a dossier's first entry. It binds the dossier's type to the chain.
crypto::Hash first_hash(const Id& dossier, std::string_view type);

}  // namespace homeward::journal
