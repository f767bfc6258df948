#pragma once

#include "base/id.hpp"
#include "base/time.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace homeward::casework {

/// How many different files each account was shown within some time: somebody who may see many is
/// still not to carry all of them away. One that was shown counts once until that time is over.
/// Times are of Clock::ticking, so that setting a clock gives nobody more. Any thread.
class Budget {
  public:
    /// `files_max` 0: no limit.
    Budget(std::size_t files_max, std::chrono::seconds window)
        : files_max_(files_max), window_us_(std::chrono::microseconds(window).count()) {}

    /// Takes places for files, for all of them or for none. Where there are too few: how long until
    /// there is another.
    std::optional<std::chrono::seconds> take(
        const Id& account, std::span<const Id> files, Instant now
    );

    /// Forgets what counts no more, so that memory is for those who look.
    void forget(Instant now);

  private:
    struct Shown {
        std::unordered_set<Id, IdHash> files;
        std::deque<std::pair<std::int64_t, Id>> since_us;  ///< the longest first
    };
    void forget(Shown& shown, Instant now) const;

    const std::size_t files_max_;
    const std::int64_t window_us_;
    std::mutex mutex_;
    std::unordered_map<Id, Shown, IdHash> of_account_;
};

}  // namespace homeward::casework
