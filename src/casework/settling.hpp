#pragma once

#include "base/id.hpp"
#include "base/time.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

namespace homeward::casework {

/// Dossiers in which something happened, until they were left alone for a while. Times are those of
/// Clock::ticking. Any thread.
class Settling {
  public:
    /// Of more than `dossiers_max` at one time the one left alone the longest is forgotten.
    Settling(std::size_t dossiers_max, std::chrono::seconds quiet)
        : dossiers_max_(dossiers_max), quiet_us_(quiet.count() * us_per_second) {}

    void add(const Id& dossier, Instant ticking) {
        const std::lock_guard lock(mutex_);
        const auto [place, is_new] = touched_.try_emplace(dossier, ticking.us);
        if (!is_new) {
            in_order_.erase({place->second, dossier});
            place->second = ticking.us;
        }
        in_order_.emplace(ticking.us, dossier);
        if (in_order_.size() > dossiers_max_) forget_first();
    }

    /// Takes out those that were left alone, at most `limit`.
    std::vector<Id> take(Instant ticking, std::size_t limit) {
        std::vector<Id> settled;
        const std::lock_guard lock(mutex_);
        while (settled.size() < limit && !in_order_.empty() &&
               ticking.us - in_order_.begin()->first >= quiet_us_) {
            settled.push_back(in_order_.begin()->second);
            forget_first();
        }
        return settled;
    }

    std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return in_order_.size();
    }

  private:
    void forget_first() {
        touched_.erase(in_order_.begin()->second);
        in_order_.erase(in_order_.begin());
    }

    const std::size_t dossiers_max_;
    const std::int64_t quiet_us_;
    mutable std::mutex mutex_;
    std::map<Id, std::int64_t> touched_;
    std::set<std::pair<std::int64_t, Id>> in_order_;
};

}  // namespace homeward::casework
