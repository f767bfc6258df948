#include "crypto/password.hpp"

#include "base/check.hpp"
#include "crypto/secret.hpp"
#include "crypto/sodium.hpp"

#include <array>

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

std::string hash_now(std::string_view password, const PasswordLimits& limits) {
    std::array<char, crypto_pwhash_STRBYTES> out{};
    const int made = crypto_pwhash_str_alg(
        out.data(),
        password.data(),
        password.size(),
        limits.passes,
        static_cast<std::size_t>(limits.memory_bytes),
        crypto_pwhash_ALG_ARGON2ID13
    );
    check(made == 0, "there is memory to hash a password");
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

bool costs_are_sane(const std::string& stored) {
    const auto memory = number_after(stored, "$m=") * 1024;
    const auto passes = number_after(stored, ",t=");
    return stored.rfind("$argon2id$v=19$", 0) == 0 && stored.size() < crypto_pwhash_STRBYTES &&
           memory > 0 && memory <= memory_max && passes > 0 && passes <= passes_max;
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
    nobody_ = hash_now(to_hex(unknown), limits_);
}

Result<std::string> Passwords::hash(std::string_view password) {
    if (const auto fits = check_size(password); !fits) return Failure{fits.error()};
    const Turn turn(*this);
    if (!turn.taken()) return fail(Code::unavailable, "too many sign-ins at once");
    return hash_now(password, limits_);
}

Result<bool> Passwords::verify(std::string_view stored, std::string_view password) {
    if (const auto fits = check_size(password); !fits) return Failure{fits.error()};
    const std::string hash(stored);
    if (!costs_are_sane(hash)) return fail(Code::corrupt, "a stored password cannot be read");
    const Turn turn(*this);
    if (!turn.taken()) return fail(Code::unavailable, "too many sign-ins at once");
    return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
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
