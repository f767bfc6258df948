#include "crypto/box.hpp"

#include "base/check.hpp"
#include "crypto/hash.hpp"
#include "crypto/sodium.hpp"

#include <algorithm>

namespace homeward::crypto {
namespace {

constexpr std::byte version_1{1};
// XChaCha20-Poly1305 both times; an opener that expects padding takes nothing else.
constexpr std::byte padded_aead{1};
constexpr std::byte plain_aead{2};
constexpr std::size_t commit_size = 8;
constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t head_size = 2 + commit_size + nonce_size;
static_assert(head_size + tag_size == box_overhead);

constexpr std::size_t fine_block = 64;
constexpr std::size_t coarse_block = 1024;
// Up to here padded sizes are multiples of the fine block, above it of the coarse one.
constexpr std::size_t coarse_from = 1024;

Bytes describe(const Place& place) {
    Bytes out;
    out.reserve(112);
    Writer writer(out);
    writer.run(bytes_of("homeward.v1"));
    writer.run(bytes_of(place.table));
    writer.raw(place.dossier.bytes);
    writer.raw(place.record.bytes);
    writer.u64(place.version);
    writer.u8(place.category);
    writer.u32(place.part);
    writer.raw(place.mark.bytes);
    return out;
}

// XChaCha20-Poly1305 does not bind a ciphertext to one key; this does. It covers the place, so it
// differs from box to box and does not show which boxes share a key.
std::array<std::byte, commit_size> commit_to(KeyView key, BytesView place) {
    const Hash whole = Hasher(key).add(bytes_of("homeward.commit.v1")).add(place).finish();
    std::array<std::byte, commit_size> out{};
    std::copy_n(whole.bytes.begin(), commit_size, out.begin());
    return out;
}

std::size_t padded_size(std::size_t plain_size, Padding padding) {
    if (padding == Padding::none) return plain_size;
    const std::size_t block = plain_size < coarse_from ? fine_block : coarse_block;
    return (plain_size / block + 1) * block;
}

std::byte algorithm_of(Padding padding) {
    return padding == Padding::none ? plain_aead : padded_aead;
}

Failure cannot_be_opened() { return fail(Code::corrupt, "cannot be opened"); }

}  // namespace

Bytes seal(KeyView key, const Place& place, BytesView plain, Padding padding) {
    ready();
    check(plain.size() <= box_plain_max, "a box holds at most box_plain_max bytes");
    const Bytes aad = describe(place);
    const std::size_t padded = padded_size(plain.size(), padding);
    Bytes box(head_size + padded + tag_size);
    const std::span<std::byte> out(box);
    out[0] = version_1;
    out[1] = algorithm_of(padding);
    const auto commit = commit_to(key, aad);
    std::copy(commit.begin(), commit.end(), out.begin() + 2);
    const auto nonce = out.subspan(2 + commit_size, nonce_size);
    random_bytes(nonce);
    // The padding is laid into the box itself and encrypted in place.
    const auto content = out.subspan(head_size, padded);
    std::copy(plain.begin(), plain.end(), content.begin());
    if (padding == Padding::stepped) content[plain.size()] = std::byte{0x80};
    unsigned long long size = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        raw_out(content),
        &size,
        raw(content),
        content.size(),
        raw(aad),
        aad.size(),
        nullptr,
        raw(nonce),
        raw(key)
    );
    check(size == padded + tag_size, "a box has the size that was planned");
    return box;
}

Result<Bytes> open(KeyView key, const Place& place, BytesView box, Padding padding) {
    ready();
    if (box.size() < box_overhead) return cannot_be_opened();
    if (box[0] != version_1 || box[1] != algorithm_of(padding)) return cannot_be_opened();
    const Bytes aad = describe(place);
    const auto commit = commit_to(key, aad);
    if (!same_in_constant_time(commit, box.subspan(2, commit_size))) return cannot_be_opened();
    const BytesView sealed = box.subspan(head_size);
    Bytes plain(sealed.size() - tag_size);
    unsigned long long size = 0;
    const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
        raw_out(plain),
        &size,
        nullptr,
        raw(sealed),
        sealed.size(),
        raw(aad),
        aad.size(),
        raw(box.subspan(2 + commit_size, nonce_size)),
        raw(key)
    );
    if (opened != 0) return cannot_be_opened();
    if (padding == Padding::none) return plain;
    const std::size_t block = plain.size() <= coarse_from ? fine_block : coarse_block;
    std::size_t unpadded = 0;
    if (plain.empty() || plain.size() % block != 0 ||
        sodium_unpad(&unpadded, raw(BytesView(plain)), plain.size(), block) != 0)
        return cannot_be_opened();
    plain.resize(unpadded);
    return plain;
}

}  // namespace homeward::crypto
