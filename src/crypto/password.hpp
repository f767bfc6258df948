#pragma once

#include "base/result.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace homeward::crypto {

inline constexpr std::size_t password_size_max = 256;

struct PasswordLimits {
    std::uint64_t memory_bytes = 64U << 20U;
    std::uint64_t passes = 3;
    /// Hashes computed at one time: their memory is what an attacker could make us spend.
    std::size_t in_flight_max = 4;
    /// Callers that may wait for a turn; one more is Code::unavailable. Together with those in
    /// flight half of the threads on which the service answers, so that the other half goes on.
    std::size_t waiting_max = 28;
};

/// Argon2id for people's passwords, a bounded number at a time. Any thread; every call blocks for
/// the time of one hash, so never call it from a thread that serves connections.
class Passwords {
  public:
    explicit Passwords(const PasswordLimits& limits = {});

    /// The string to store. Code::too_large beyond password_size_max bytes.
    Result<std::string> hash(std::string_view password);
    /// Whether `password` is the one that `stored` was made from.
    Result<bool> verify(std::string_view stored, std::string_view password);
    /// For a name that does not exist: takes as long as `verify` and says false.
    Result<bool> verify_nobody(std::string_view password);
    /// True when `stored` was made with other costs than today's: hash anew after a sign-in.
    bool is_outdated(const std::string& stored) const;

  private:
    class Turn;
    PasswordLimits limits_;
    std::string nobody_;
    std::mutex mutex_;
    std::condition_variable freed_;
    std::size_t in_flight_ = 0;
    std::size_t waiting_ = 0;
};

}  // namespace homeward::crypto
