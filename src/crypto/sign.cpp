#include "crypto/sign.hpp"

#include "crypto/file.hpp"
#include "crypto/sodium.hpp"

#include <algorithm>

namespace homeward::crypto {
namespace {

constexpr std::size_t public_key_file_max = 256;

}  // namespace

bool verify(const PublicKey& key, BytesView message, const Signature& signature) {
    ready();
    return crypto_sign_verify_detached(
               raw(BytesView(signature.bytes)), raw(message), message.size(), raw(key.bytes)
           ) == 0;
}

std::array<std::byte, 4> note_key_id(std::string_view name, const PublicKey& key) {
    Bytes text;
    Writer writer(text);
    writer.raw(bytes_of(name));
    writer.raw(bytes_of("\n"));
    writer.u8(1);
    writer.raw(key.bytes);
    std::array<std::byte, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(raw_out(digest), raw(text), text.size());
    std::array<std::byte, 4> id{};
    std::copy_n(digest.begin(), id.size(), id.begin());
    return id;
}

Result<PublicKey> read_public_key(const std::filesystem::path& file) {
    const auto content = read_file(file, public_key_file_max);
    if (!content) return Failure{content.error()};
    std::string_view line = text_of(*content);
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    const auto bytes = from_base64(line);
    PublicKey key;
    if (!bytes || bytes->size() != key.bytes.size())
        return fail(
            Code::invalid,
            "the public key file " + file.filename().string() + " is not 32 bytes in base64"
        );
    std::copy(bytes->begin(), bytes->end(), key.bytes.begin());
    return key;
}

}  // namespace homeward::crypto
