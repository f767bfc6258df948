#include "crypto/keyring.hpp"

#include "base/check.hpp"
#include "crypto/file.hpp"
#include "crypto/keyring_file.hpp"
#include "crypto/sodium.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>

namespace homeward::crypto {
namespace {

constexpr std::size_t key_file_max = 1024;

Place place_of(std::string_view table, std::uint64_t version = 0) {
    Place place;
    place.table = table;
    place.version = version;
    return place;
}

// Root keys and MAC keys are derived by label, so that one cannot stand in for another.
SecretKey derive(KeyView root, std::string_view label) {
    Hash hash = Hasher(root).add(bytes_of("homeward.derive.v1:")).add(bytes_of(label)).finish();
    auto key = SecretKey::copy_of(hash.bytes);
    wipe(hash.bytes);
    return key;
}

DataKey key_from(KeyView bytes) {
    DataKey key;
    std::copy(bytes.begin(), bytes.end(), key.span().begin());
    return key;
}

// Nothing when the box does not open or holds something else than a key.
std::optional<DataKey> open_key(KeyView with, const Place& place, BytesView box) {
    auto plain = open(with, place, box);
    if (!plain) return std::nullopt;
    std::optional<DataKey> key;
    if (plain->size() == key_size) key = key_from(KeyView(*plain));
    wipe(*plain);
    return key;
}

Result<DataKey> read_key_file(const std::filesystem::path& file) {
    auto content = read_file(file, key_file_max);
    if (!content) return Failure{content.error()};
    std::string_view line = text_of(*content);
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    auto bytes = from_hex(line);
    wipe(*content);
    if (!bytes || bytes->size() != key_size)
        return fail(
            Code::invalid,
            "the key file " + file.filename().string() + " is not 32 bytes in hexadecimal"
        );
    auto key = key_from(KeyView(*bytes));
    wipe(*bytes);
    return key;
}

// Both halves go into one key: with a passphrase and a key file, neither opens anything alone.
Result<DataKey> key_of_seal(const KeyringFile::Seal& seal, const Unlock& unlock) {
    DataKey stretched;
    if (seal.passphrase) {
        ready();
        const int made = crypto_pwhash(
            raw_out(stretched.span()),
            key_size,
            unlock.passphrase.data(),
            unlock.passphrase.size(),
            raw(seal.salt),
            seal.cost.passes,
            static_cast<std::size_t>(seal.cost.memory_bytes),
            crypto_pwhash_ALG_ARGON2ID13
        );
        if (made != 0) return fail(Code::unavailable, "too little memory for the passphrase");
    }
    Hasher hasher(stretched.view());
    hasher.add(bytes_of(seal.passphrase ? "homeward.seal.v1:p" : "homeward.seal.v1:-"));
    if (seal.key_file) {
        auto file_key = read_key_file(unlock.key_file);
        if (!file_key) return Failure{file_key.error()};
        hasher.add(file_key->view());
    }
    Hash hash = hasher.finish();
    auto key = key_from(hash.bytes);
    wipe(hash.bytes);
    return key;
}

Result<void> check_unlock(const Unlock& unlock, const PassphraseCost& cost) {
    if (unlock.passphrase.empty() && unlock.key_file.empty())
        return fail(Code::invalid, "give a passphrase, a key file, or both");
    if (unlock.passphrase.empty()) return {};
    if (unlock.passphrase.size() < passphrase_size_min)
        return fail(Code::invalid, "the passphrase needs at least 12 bytes");
    if (unlock.passphrase.size() > passphrase_size_max)
        return fail(Code::too_large, "the passphrase has at most 1024 bytes");
    if (cost.memory_bytes < passphrase_memory_min || cost.passes < passphrase_passes_min)
        return fail(Code::invalid, "passphrase hashing below the floor of 64 MiB and 3 passes");
    if (cost.memory_bytes > passphrase_memory_max || cost.passes > passphrase_passes_max)
        return fail(Code::too_large, "passphrase hashing above 4 GiB or 64 passes");
    return {};
}

Result<KeyringFile::Seal> seal_root(
    KeyView root, const Unlock& unlock, const PassphraseCost& cost
) {
    if (auto fits = check_unlock(unlock, cost); !fits) return Failure{fits.error()};
    KeyringFile::Seal seal;
    seal.passphrase = !unlock.passphrase.empty();
    seal.key_file = !unlock.key_file.empty();
    seal.cost = cost;
    seal.salt.resize(salt_size);
    random_bytes(seal.salt);
    const auto key = key_of_seal(seal, unlock);
    if (!key) return Failure{key.error()};
    seal.box = crypto::seal(key->view(), place_of("keyring.seal"), root);
    return seal;
}

Result<DataKey> open_root(const KeyringFile& file, const Unlock& unlock) {
    bool tried = false;
    for (const auto& seal : file.seals) {
        if (seal.passphrase == unlock.passphrase.empty()) continue;
        if (seal.key_file == unlock.key_file.empty()) continue;
        tried = true;
        const auto key = key_of_seal(seal, unlock);
        if (!key) return Failure{key.error()};
        auto root = open_key(key->view(), place_of("keyring.seal"), seal.box);
        if (root) return std::move(*root);
    }
    std::string given = unlock.passphrase.empty() ? "" : "the passphrase";
    if (!unlock.key_file.empty()) {
        if (!given.empty()) given += " and ";
        given += "the key file " + unlock.key_file.filename().string();
    }
    if (tried) return fail(Code::forbidden, given + " is not what opens keyring.json");
    return fail(Code::forbidden, "keyring.json is not opened by " + given + " alone");
}

// What verifies the journal must be what signs it, or a check from outside is of something else.
Result<void> check_public_file(const std::filesystem::path& folder, const PublicKey& key) {
    const auto stored = read_public_key(folder / public_key_file_name);
    if (!stored) return Failure{stored.error()};
    if (*stored != key)
        return fail(Code::corrupt, "signing.pub is not the public key of keyring.json");
    return {};
}

/// What signs: made with the register, and the same for good.
struct SigningKey {
    SecretKey seed;
    PublicKey public_key;
};

PublicKey public_key_of(KeyView seed) {
    PublicKey key;
    WipedBytes<crypto_sign_SECRETKEYBYTES> expanded;
    crypto_sign_seed_keypair(raw_out(key.bytes), raw_out(expanded.span()), raw(seed));
    return key;
}

Result<void> check_locked() {
    if (keys_are_locked()) return {};
    return fail(
        Code::unavailable,
        "keys cannot be locked in memory: raise the limit of it (ulimit -l, LimitMEMLOCK=)"
    );
}

}  // namespace

struct Keyring::Impl {
    Impl(std::filesystem::path in, KeyView root_key)
        : folder(std::move(in)),
          root(SecretKey::copy_of(root_key)),
          wrapping(derive(root_key, "wrap")),
          authentic(derive(root_key, "keyring")),
          system(derive(root_key, "system")),
          login(derive(root_key, "login")),
          reference(derive(root_key, "reference")),
          session(derive(root_key, "session")),
          digest(derive(root_key, "digest")) {}

    // Writes `next` and takes it over; the caller holds the lock.
    Result<void> replace(KeyringFile next) {
        next.mac = crypto::mac(authentic.view(), bytes_of(text_to_authenticate(next)));
        const auto written =
            replace_file(folder / keyring_file_name, bytes_of(text_of_keyring(next)));
        if (!written) return written;
        file = std::move(next);
        return {};
    }

    // Takes over what was read, once all of it is found to be written under this root key; the
    // caller holds the lock.
    Result<void> take(KeyringFile next) {
        const Hash expected = crypto::mac(authentic.view(), bytes_of(text_to_authenticate(next)));
        if (!same_in_constant_time(expected.bytes, next.mac.bytes))
            return fail(Code::corrupt, "keyring.json was altered");
        std::map<std::uint32_t, SecretKey> opened;
        for (const auto& epoch : next.epochs) {
            const auto key =
                open_key(wrapping.view(), place_of("keyring.epoch", epoch.number), epoch.box);
            if (!key) return fail(Code::corrupt, "keyring.json is damaged: an epoch's key");
            opened.emplace(epoch.number, SecretKey::copy_of(key->view()));
        }
        const auto seed = open_key(wrapping.view(), place_of("keyring.signing"), next.signing_box);
        // Whoever signs with another public key beside the seed gives the seed away.
        if (!seed || public_key_of(seed->view()) != next.signing_public)
            return fail(Code::corrupt, "keyring.json is damaged: the signing key");
        if (signing && signing->public_key != next.signing_public)
            return fail(Code::corrupt, "keyring.json has the signing key of another register");
        auto fresh_seed = SecretKey::copy_of(seed->view());
        if (auto locked = check_locked(); !locked) return locked;
        // It stays where it is: it is read without the lock.
        if (!signing) signing.emplace(SigningKey{std::move(fresh_seed), next.signing_public});
        epochs = std::move(opened);
        file = std::move(next);
        return {};
    }

    const SecretKey& key_for(MacUse use) const {
        switch (use) {
            case MacUse::login:
                return login;
            case MacUse::reference:
                return reference;
            case MacUse::session:
                return session;
            case MacUse::digest:
                return digest;
        }
        return session;
    }

    // Makes an epoch's key and its line in `next`.
    SecretKey add_epoch(KeyringFile& next, std::uint32_t number) const {
        auto key = SecretKey::random();
        next.epochs.push_back(
            {number, seal(wrapping.view(), place_of("keyring.epoch", number), key.view())}
        );
        next.current = number;
        return key;
    }

    std::filesystem::path folder;
    SecretKey root, wrapping, authentic, system, login, reference, session, digest;
    std::optional<SigningKey> signing;
    // Guards what changes with the epochs.
    mutable std::shared_mutex mutex;
    KeyringFile file;
    std::map<std::uint32_t, SecretKey> epochs;
};

Result<void> create_key_file(const std::filesystem::path& file) {
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored))
        return fail(Code::conflict, "there is a key file already");
    DataKey key;
    random_bytes(key.span());
    std::string hex = to_hex(key.view());
    Bytes content(hex.size() + 1, std::byte{'\n'});
    std::memcpy(content.data(), hex.data(), hex.size());
    auto written = replace_file(file, content);
    wipe(std::as_writable_bytes(std::span(hex)));
    wipe(content);
    return written;
}

Keyring::Keyring(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Keyring::Keyring(Keyring&&) noexcept = default;
Keyring& Keyring::operator=(Keyring&&) noexcept = default;
Keyring::~Keyring() = default;

Result<Keyring> Keyring::create(
    const std::filesystem::path& folder, const Unlock& unlock, const PassphraseCost& cost
) {
    std::error_code ignored;
    if (std::filesystem::exists(folder / keyring_file_name, ignored))
        return fail(Code::conflict, "there is a keyring already");
    DataKey root;
    random_bytes(root.span());
    auto impl = std::make_unique<Impl>(folder, root.view());
    if (auto locked = check_locked(); !locked) return Failure{locked.error()};
    KeyringFile file;
    auto first = seal_root(root.view(), unlock, cost);
    if (!first) return Failure{first.error()};
    file.seals.push_back(std::move(*first));
    impl->epochs.emplace(1, impl->add_epoch(file, 1));
    auto seed = SecretKey::random();
    file.signing_public = public_key_of(seed.view());
    file.signing_box = seal(impl->wrapping.view(), place_of("keyring.signing"), seed.view());
    impl->signing.emplace(SigningKey{std::move(seed), file.signing_public});
    const std::string line = to_base64(file.signing_public.bytes) + "\n";
    // The public key first: a folder with a keyring always has both.
    if (auto done = replace_file(folder / public_key_file_name, bytes_of(line), true); !done)
        return Failure{done.error()};
    if (auto done = impl->replace(std::move(file)); !done) return Failure{done.error()};
    return Keyring(std::move(impl));
}

Result<Keyring> Keyring::open(const std::filesystem::path& folder, const Unlock& unlock) {
    auto file = read_keyring(folder);
    if (!file) return Failure{file.error()};
    if (unlock.passphrase.empty() && unlock.key_file.empty())
        return fail(Code::invalid, "give a passphrase, a key file, or both");
    const auto root = open_root(*file, unlock);
    if (!root) return Failure{root.error()};
    auto impl = std::make_unique<Impl>(folder, root->view());
    if (auto done = impl->take(std::move(*file)); !done) return Failure{done.error()};
    if (auto done = check_public_file(folder, impl->signing->public_key); !done)
        return Failure{done.error()};
    return Keyring(std::move(impl));
}

Result<void> Keyring::refresh() {
    const std::unique_lock lock(impl_->mutex);
    auto file = read_keyring(impl_->folder);
    if (!file) return Failure{file.error()};
    return impl_->take(std::move(*file));
}

Result<void> Keyring::enroll(const Unlock& added, const PassphraseCost& cost) {
    auto seal = seal_root(impl_->root.view(), added, cost);
    if (!seal) return Failure{seal.error()};
    const std::unique_lock lock(impl_->mutex);
    if (impl_->file.seals.size() >= seals_max)
        return fail(Code::too_large, "a keyring has at most 8 seals");
    KeyringFile next = impl_->file;
    next.seals.push_back(std::move(*seal));
    return impl_->replace(std::move(next));
}

Wrapped Keyring::wrap(const Place& place, BytesView plain) const {
    const std::shared_lock lock(impl_->mutex);
    const auto current = impl_->epochs.find(impl_->file.current);
    check(current != impl_->epochs.end(), "the current epoch has a key");
    return {current->first, seal(current->second.view(), place, plain, Padding::none)};
}

Result<Bytes> Keyring::unwrap(const Place& place, const Wrapped& wrapped) const {
    const std::shared_lock lock(impl_->mutex);
    const auto epoch = impl_->epochs.find(wrapped.epoch);
    if (epoch == impl_->epochs.end())
        return fail(Code::not_found, "the key of this epoch was destroyed");
    return crypto::open(epoch->second.view(), place, wrapped.box, Padding::none);
}

std::uint32_t Keyring::epoch() const {
    const std::shared_lock lock(impl_->mutex);
    return impl_->file.current;
}

std::vector<std::uint32_t> Keyring::epochs() const {
    const std::shared_lock lock(impl_->mutex);
    std::vector<std::uint32_t> out;
    for (const auto& epoch : impl_->epochs) out.push_back(epoch.first);
    return out;
}

Result<std::uint32_t> Keyring::begin_epoch() {
    const std::unique_lock lock(impl_->mutex);
    if (impl_->file.epochs.size() >= epochs_max)
        return fail(Code::too_large, "a keyring has at most 64 epochs: destroy old ones");
    KeyringFile next = impl_->file;
    const std::uint32_t number = next.current + 1;
    auto key = impl_->add_epoch(next, number);
    if (auto done = impl_->replace(std::move(next)); !done) return Failure{done.error()};
    impl_->epochs.emplace(number, std::move(key));
    return number;
}

Result<void> Keyring::destroy_epoch(std::uint32_t epoch) {
    const std::unique_lock lock(impl_->mutex);
    if (epoch == impl_->file.current)
        return fail(Code::conflict, "the current epoch cannot be destroyed");
    if (impl_->epochs.count(epoch) == 0) return fail(Code::not_found, "there is no such epoch");
    KeyringFile next = impl_->file;
    auto& lines = next.epochs;
    lines.erase(
        std::remove_if(
            lines.begin(), lines.end(), [&](const auto& line) { return line.number == epoch; }
        ),
        lines.end()
    );
    if (auto done = impl_->replace(std::move(next)); !done) return done;
    impl_->epochs.erase(epoch);
    return {};
}

Hash Keyring::mac(MacUse use, BytesView bytes) const {
    return crypto::mac(impl_->key_for(use).view(), bytes);
}

KeyView Keyring::system_key() const { return impl_->system.view(); }

Signature Keyring::sign(BytesView message) const {
    // libsodium's form of the key: the seed, then the public key.
    const auto& [seed, public_key] = *impl_->signing;
    WipedBytes<crypto_sign_SECRETKEYBYTES> expanded;
    static_assert(crypto_sign_SECRETKEYBYTES == key_size + sizeof public_key.bytes);
    std::copy(seed.view().begin(), seed.view().end(), expanded.span().begin());
    std::copy(public_key.bytes.begin(), public_key.bytes.end(), expanded.span().begin() + key_size);
    Signature signature;
    crypto_sign_detached(
        raw_out(signature.bytes), nullptr, raw(message), message.size(), raw(expanded.view())
    );
    return signature;
}

const PublicKey& Keyring::public_key() const { return impl_->signing->public_key; }

}  // namespace homeward::crypto
