#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/hash.hpp"

#include <cstdint>
#include <vector>

namespace homeward::journal {

/// The right edge of an RFC 6962 Merkle tree that grows by one leaf at a time: the roots of its
/// complete subtrees, largest first, at most one for each bit of the size. Leaves are prefixed
/// 0x00, inner nodes 0x01; the hash is BLAKE2b-256.
class CompactRange {
  public:
    void add(const crypto::Hash& leaf);
    std::uint64_t size() const { return size_; }
    /// The root over all leaves so far; of no leaves, the hash of nothing.
    crypto::Hash root() const;

    Bytes to_bytes() const;
    static Result<CompactRange> from_bytes(BytesView bytes);

  private:
    std::uint64_t size_ = 0;
    std::vector<crypto::Hash> peaks_;
};

}  // namespace homeward::journal
