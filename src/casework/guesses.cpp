#include "casework/guesses.hpp"

#include <algorithm>

namespace homeward::casework {

Guesses::Guesses(std::size_t limit, std::chrono::seconds window, std::size_t keys_max)
    : limit_(limit), window_us_(window.count() * us_per_second), keys_max_(keys_max) {}

std::optional<std::chrono::seconds> Guesses::take(const crypto::Hash& key, Instant now) {
    const std::lock_guard lock(mutex_);
    const std::int64_t gone = now.us - window_us_;
    if (taken_.find(key) == taken_.end()) make_room(gone);
    Taken& taken = taken_[key];
    taken.erase(
        std::remove_if(taken.begin(), taken.end(), [&](auto at) { return at <= gone; }), taken.end()
    );
    if (taken.size() < limit_) {
        taken.push_back(now.us);
        return std::nullopt;
    }
    const std::int64_t free_us = *std::min_element(taken.begin(), taken.end()) + window_us_;
    return std::chrono::seconds((free_us - now.us) / us_per_second + 1);
}

void Guesses::give_back(const crypto::Hash& key, Instant taken_at) {
    const std::lock_guard lock(mutex_);
    const auto known = taken_.find(key);
    if (known == taken_.end()) return;
    const auto one = std::find(known->second.begin(), known->second.end(), taken_at.us);
    if (one != known->second.end()) known->second.erase(one);
    if (known->second.empty()) taken_.erase(known);
}

std::vector<std::int64_t> Guesses::kept(const crypto::Hash& key) const {
    const std::lock_guard lock(mutex_);
    const auto known = taken_.find(key);
    return known == taken_.end() ? Taken{} : known->second;
}

void Guesses::restore(const crypto::Hash& key, std::vector<std::int64_t> taken_us, Instant now) {
    const std::lock_guard lock(mutex_);
    if (taken_us.size() > limit_) taken_us.resize(limit_);
    for (std::int64_t& us : taken_us) us = std::min(us, now.us);
    taken_[key] = std::move(taken_us);
}

void Guesses::make_room(std::int64_t before_us) {
    if (taken_.size() < keys_max_) return;
    for (auto at = taken_.begin(); at != taken_.end();) {
        const bool over = std::all_of(at->second.begin(), at->second.end(), [&](auto us) {
            return us <= before_us;
        });
        at = over ? taken_.erase(at) : std::next(at);
    }
    // So many names within one window cost a guesser days of hashing; the longest forgotten goes.
    while (taken_.size() >= keys_max_) {
        taken_.erase(std::min_element(
            taken_.begin(),
            taken_.end(),
            [](const auto& a, const auto& b) { return a.second.back() < b.second.back(); }
        ));
    }
}

}  // namespace homeward::casework
