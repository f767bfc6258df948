#include "casework/budget.hpp"

namespace homeward::casework {

std::optional<std::chrono::seconds> Budget::take(
    const Id& account, std::span<const Id> files, Instant now
) {
    if (files_max_ == 0 || files.empty()) return std::nullopt;
    const std::lock_guard lock(mutex_);
    Shown& shown = of_account_[account];
    forget(shown, now);
    std::unordered_set<Id, IdHash> fresh;
    for (const Id& file : files) {
        if (!shown.files.contains(file)) fresh.insert(file);
    }
    if (shown.files.size() + fresh.size() > files_max_) {
        // A page that is larger than the whole budget has to wait for all of it.
        const std::int64_t first_us =
            shown.since_us.empty() ? now.us : shown.since_us.front().first;
        const std::chrono::microseconds wait(first_us + window_us_ - now.us);
        return std::chrono::ceil<std::chrono::seconds>(wait);
    }
    for (const Id& file : fresh) {
        shown.files.insert(file);
        shown.since_us.emplace_back(now.us, file);
    }
    return std::nullopt;
}

void Budget::forget(Shown& shown, Instant now) const {
    while (!shown.since_us.empty() && shown.since_us.front().first + window_us_ <= now.us) {
        shown.files.erase(shown.since_us.front().second);
        shown.since_us.pop_front();
    }
}

void Budget::forget(Instant now) {
    const std::lock_guard lock(mutex_);
    for (auto at = of_account_.begin(); at != of_account_.end();) {
        forget(at->second, now);
        at = at->second.files.empty() ? of_account_.erase(at) : std::next(at);
    }
}

}  // namespace homeward::casework
