#include "crypto/password.hpp"

#include "base/check.hpp"
#include "crypto/secret.hpp"
#include "crypto/sodium.hpp"

#include <array>
#include <optional>
#include <span>

namespace homeward::crypto {
namespace {

// The costs that a stored hash may ask for; a row that was tampered with to ask for less (cheap to
// guess) or more (expensive for us) is refused.
constexpr std::uint64_t memory_max = 1ULL << 30U;
constexpr std::uint64_t passes_max = 16;

Result<void> check_size(std::string_view password) {
    if (password.size() > password_size_max)
        return fail(Code::too_large, "a password has at most 256 bytes");
    return {};
}

Failure no_memory() { return fail(Code::unavailable, "there is no memory to compare a password"); }

Result<std::string> hash_now(std::string_view password, const PasswordLimits& limits) {
    std::array<char, crypto_pwhash_STRBYTES> out{};
    const int made = crypto_pwhash_str_alg(
        out.data(),
        password.data(),
        password.size(),
        limits.passes,
        static_cast<std::size_t>(limits.memory_bytes),
        crypto_pwhash_ALG_ARGON2ID13
    );
    if (made != 0) return no_memory();
    return std::string(out.data());
}

// Reads the digits after `key` in $argon2id$v=19$m=65536,t=3,p=1$…
std::uint64_t number_after(const std::string& stored, std::string_view key) {
    const auto at = stored.find(key);
    if (at == std::string::npos) return 0;
    std::uint64_t value = 0;
    for (std::size_t i = at + key.size(); i < stored.size() && value < memory_max; ++i) {
        if (stored[i] < '0' || stored[i] > '9') break;
        value = value * 10 + static_cast<std::uint64_t>(stored[i] - '0');
    }
    return value;
}

bool decode(std::string_view base64, std::span<unsigned char> out) {
    std::size_t size = 0;
    const int done = sodium_base642bin(
        out.data(),
        out.size(),
        base64.data(),
        base64.size(),
        nullptr,
        &size,
        nullptr,
        sodium_base64_VARIANT_ORIGINAL_NO_PADDING
    );
    return done == 0 && size == out.size();
}

/// $argon2id$v=19$m=65536,t=3,p=1$salt$digest, as libsodium writes it.
struct Stored {
    std::uint64_t memory_bytes = 0;
    std::uint64_t passes = 0;
    std::array<unsigned char, crypto_pwhash_SALTBYTES> salt{};
    std::array<unsigned char, 32> digest{};
};

std::optional<Stored> read_stored(const std::string& text) {
    Stored stored;
    stored.memory_bytes = number_after(text, "$m=") * 1024;
    stored.passes = number_after(text, ",t=");
    const bool sane =
        text.rfind("$argon2id$v=19$", 0) == 0 && text.size() < crypto_pwhash_STRBYTES &&
        stored.memory_bytes >= crypto_pwhash_MEMLIMIT_MIN && stored.memory_bytes <= memory_max &&
        stored.passes > 0 && stored.passes <= passes_max;
    const auto costs_end = text.find(",p=1$");
    if (!sane || costs_end == std::string::npos) return std::nullopt;
    const std::string_view rest = std::string_view(text).substr(costs_end + 5);
    const auto between = rest.find('$');
    if (between == std::string_view::npos || !decode(rest.substr(0, between), stored.salt) ||
        !decode(rest.substr(between + 1), stored.digest))
        return std::nullopt;
    return stored;
}

}  // namespace

// Holds one of the places while it lives.
class Passwords::Turn {
  public:
    explicit Turn(Passwords& owner) : owner_(owner) {
        std::unique_lock lock(owner_.mutex_);
        if (owner_.in_flight_ >= owner_.limits_.in_flight_max &&
            owner_.waiting_ >= owner_.limits_.waiting_max)
            return;
        ++owner_.waiting_;
        owner_.freed_.wait(lock, [this] {
            return owner_.in_flight_ < owner_.limits_.in_flight_max;
        });
        --owner_.waiting_;
        ++owner_.in_flight_;
        taken_ = true;
    }
    ~Turn() {
        if (!taken_) return;
        {
            const std::lock_guard lock(owner_.mutex_);
            --owner_.in_flight_;
        }
        owner_.freed_.notify_one();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    bool taken() const { return taken_; }

  private:
    Passwords& owner_;
    bool taken_ = false;
};

Passwords::Passwords(const PasswordLimits& limits) : limits_(limits) {
    ready();
    std::array<std::byte, 32> unknown{};
    random_bytes(unknown);
    auto made = hash_now(to_hex(unknown), limits_);
    check(made.has_value(), "there is memory to begin with");
    nobody_ = std::move(*made);
}

Result<std::string> Passwords::hash(std::string_view password) {
    if (const auto fits = check_size(password); !fits) return Failure{fits.error()};
    const Turn turn(*this);
    if (!turn.taken()) return fail(Code::unavailable, "too many sign-ins at once");
    return hash_now(password, limits_);
}

Result<bool> Passwords::verify(std::string_view stored, std::string_view password) {
    if (const auto fits = check_size(password); !fits) return Failure{fits.error()};
    auto known = read_stored(std::string(stored));
    if (!known) return fail(Code::corrupt, "a stored password cannot be read");
    const Turn turn(*this);
    if (!turn.taken()) return fail(Code::unavailable, "too many sign-ins at once");
    // crypto_pwhash_str_verify says the same of a wrong password and of no memory, where a right
    // one would cost a try.
    std::array<unsigned char, 32> digest{};
    const int made = crypto_pwhash(
        digest.data(),
        digest.size(),
        password.data(),
        password.size(),
        known->salt.data(),
        known->passes,
        static_cast<std::size_t>(known->memory_bytes),
        crypto_pwhash_ALG_ARGON2ID13
    );
    if (made != 0) return no_memory();
    return sodium_memcmp(digest.data(), known->digest.data(), digest.size()) == 0;
}

Result<bool> Passwords::verify_nobody(std::string_view password) {
    const auto verdict = verify(nobody_, password);
    if (!verdict) return verdict;
    return false;
}

bool Passwords::is_outdated(const std::string& stored) const {
    return crypto_pwhash_str_needs_rehash(
               stored.c_str(), limits_.passes, static_cast<std::size_t>(limits_.memory_bytes)
           ) != 0;
}

}  // namespace homeward::crypto
