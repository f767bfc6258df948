#pragma once

#include "base/time.hpp"
#include "crypto/hash.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace homeward::casework {

/// How many times something failed lately, by key: a name, or a source that is known for it. Times
/// are of Clock::ticking, so that setting a clock neither gives tries nor takes any. A try
/// takes its place before it is made and gives it back when it was right, so that no number of
/// tries at one moment gets more than the limit.
class Guesses {
  public:
    Guesses(std::size_t limit, std::chrono::seconds window, std::size_t keys_max);

    /// Takes a place. When there is none: how long until there is one.
    std::optional<std::chrono::seconds> take(const crypto::Hash& key, Instant now);
    /// Gives back the place that was taken at `taken`.
    void give_back(const crypto::Hash& key, Instant taken);

    /// What to store, and to take up again after a start.
    std::vector<std::int64_t> kept(const crypto::Hash& key) const;
    /// What seems to come after `now` was stored under another clock, and counts as taken now.
    void restore(const crypto::Hash& key, std::vector<std::int64_t> taken_us, Instant now);

  private:
    using Taken = std::vector<std::int64_t>;
    void make_room(std::int64_t before_us);

    std::size_t limit_;
    std::int64_t window_us_;
    std::size_t keys_max_;
    mutable std::mutex mutex_;
    std::map<crypto::Hash, Taken> taken_;
};

}  // namespace homeward::casework
