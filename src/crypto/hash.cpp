#include "crypto/hash.hpp"

#include "base/check.hpp"
#include "crypto/sodium.hpp"

#include <algorithm>

namespace homeward::crypto {
namespace {

using State = crypto_generichash_state;

State* state_in(std::array<std::byte, 384>& bytes) {
    static_assert(sizeof(State) <= 384 && alignof(State) <= 64, "libsodium's state fits");
    return reinterpret_cast<State*>(bytes.data());
}

}  // namespace

Result<Hash> hash_from(BytesView bytes) {
    Hash hash;
    if (bytes.size() != hash.bytes.size()) return fail(Code::corrupt, "a hash has 32 bytes");
    std::copy(bytes.begin(), bytes.end(), hash.bytes.begin());
    return hash;
}

Hasher::Hasher() {
    ready();
    crypto_generichash_init(state_in(state_), nullptr, 0, sizeof(Hash::bytes));
}

Hasher::Hasher(KeyView key) {
    ready();
    crypto_generichash_init(state_in(state_), raw(key), key.size(), sizeof(Hash::bytes));
}

Hasher& Hasher::add(BytesView piece) {
    crypto_generichash_update(state_in(state_), raw(piece), piece.size());
    return *this;
}

Hash Hasher::finish() {
    Hash hash;
    crypto_generichash_final(state_in(state_), raw_out(hash.bytes), hash.bytes.size());
    // A keyed state holds the key's block.
    wipe(state_);
    return hash;
}

Hash hash256(BytesView bytes) { return Hasher().add(bytes).finish(); }

Hash mac(KeyView key, BytesView bytes) { return Hasher(key).add(bytes).finish(); }

}  // namespace homeward::crypto
