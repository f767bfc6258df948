#include "journal/merkle.hpp"

#include <array>

namespace homeward::journal {
namespace {

// A leaf must never be taken for an inner node (RFC 6962 §2.1).
constexpr std::array<std::byte, 1> leaf_prefix{std::byte{0}};
constexpr std::array<std::byte, 1> node_prefix{std::byte{1}};

crypto::Hash node_of(const crypto::Hash& left, const crypto::Hash& right) {
    return crypto::Hasher().add(node_prefix).add(left.bytes).add(right.bytes).finish();
}

unsigned peaks_of(std::uint64_t size) {
    unsigned count = 0;
    for (; size != 0; size &= size - 1) ++count;
    return count;
}

}  // namespace

void CompactRange::add(const crypto::Hash& leaf) {
    crypto::Hash node = crypto::Hasher().add(leaf_prefix).add(leaf.bytes).finish();
    // Each trailing one bit of the size is a complete subtree that this leaf makes twice as large.
    for (std::uint64_t rest = size_; (rest & 1U) != 0; rest >>= 1U) {
        node = node_of(peaks_.back(), node);
        peaks_.pop_back();
    }
    peaks_.push_back(node);
    ++size_;
}

crypto::Hash CompactRange::root() const {
    if (peaks_.empty()) return crypto::hash256({});
    crypto::Hash root = peaks_.back();
    for (auto peak = peaks_.rbegin() + 1; peak != peaks_.rend(); ++peak)
        root = node_of(*peak, root);
    return root;
}

Bytes CompactRange::to_bytes() const {
    Bytes out;
    Writer writer(out);
    writer.u64(size_);
    for (const auto& peak : peaks_) writer.raw(peak.bytes);
    return out;
}

Result<CompactRange> CompactRange::from_bytes(BytesView bytes) {
    CompactRange range;
    Reader reader(bytes);
    const auto size = reader.u64();
    if (!size) return Failure{size.error()};
    range.size_ = *size;
    for (unsigned i = 0; i < peaks_of(*size); ++i) {
        const auto peak = reader.raw(sizeof(crypto::Hash::bytes));
        if (!peak) return Failure{peak.error()};
        range.peaks_.push_back(*crypto::hash_from(*peak));
    }
    if (!reader.at_end()) return fail(Code::corrupt, "a tree has another size");
    return range;
}

}  // namespace homeward::journal
