#pragma once

#include "base/time.hpp"

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace homeward::casework {

/// What was made lately and may be asked for again, by key: at most so many bytes of it, each until
/// nobody has asked for it in a while. A Value is immutable and says its `size` in bytes and the
/// `version` of what it was made from. Times are those of Clock::ticking. Any thread.
template <class Key, class Value, class Hash>
class Lately {
  public:
    using Pointer = std::shared_ptr<const Value>;

    Lately(std::size_t bytes_max, std::chrono::seconds keep)
        : bytes_max_(bytes_max), keep_us_(keep.count() * us_per_second) {}

    /// What is kept under a key, if it still `holds`; if not, it is let go of.
    template <class Holds>
    Pointer find(const Key& key, Instant ticking, const Holds& holds) {
        Places gone;
        const std::lock_guard lock(mutex_);
        forget_locked(ticking, gone);
        const auto found = index_.find(key);
        if (found == index_.end()) return nullptr;
        const auto place = found->second;
        if (!holds(*place->value)) {
            remove(place, gone);
            return nullptr;
        }
        place->used = ticking;
        places_.splice(places_.begin(), places_, place);
        return place->value;
    }

    /// What is kept under a key and holds, as if nobody had asked.
    template <class Holds>
    Pointer peek(const Key& key, const Holds& holds) const {
        const std::lock_guard lock(mutex_);
        const auto found = index_.find(key);
        if (found == index_.end() || !holds(*found->second->value)) return nullptr;
        return found->second->value;
    }

    /// In place of what was there, unless that is of a later version: a slow reader must not put
    /// back what a writer has replaced. What is larger than all may be is not kept.
    void put(const Key& key, const Pointer& value, Instant ticking) {
        Places gone;
        const std::lock_guard lock(mutex_);
        if (const auto found = index_.find(key); found != index_.end()) {
            if (found->second->value->version > value->version) return;
            remove(found->second, gone);
        }
        if (value->size > bytes_max_) return;
        places_.push_front({key, value, ticking});
        index_[key] = places_.begin();
        bytes_ += value->size;
        while (bytes_ > bytes_max_) remove(std::prev(places_.end()), gone);
        forget_locked(ticking, gone);
    }

    /// The same only where an earlier version is kept, and as if nobody had asked.
    void renew(const Key& key, const Pointer& value) {
        Places gone;
        Pointer replaced;
        const std::lock_guard lock(mutex_);
        const auto found = index_.find(key);
        if (found == index_.end() || found->second->value->version > value->version) return;
        Pointer& kept = found->second->value;
        bytes_ = bytes_ - kept->size + value->size;
        replaced = std::exchange(kept, value);
        while (bytes_ > bytes_max_) remove(std::prev(places_.end()), gone);
    }

    void drop(const Key& key) {
        Places gone;
        const std::lock_guard lock(mutex_);
        if (const auto found = index_.find(key); found != index_.end()) remove(found->second, gone);
    }

    /// Lets go of what nobody asked for in a while.
    void forget(Instant ticking) {
        Places gone;
        const std::lock_guard lock(mutex_);
        forget_locked(ticking, gone);
    }

    std::size_t size() const {  ///< bytes
        const std::lock_guard lock(mutex_);
        return bytes_;
    }

  private:
    struct Place {
        Key key;
        Pointer value;
        Instant used;
    };
    using Places = std::list<Place>;

    // What is `gone` goes when nobody waits for the lock any more: it may be large.
    void remove(typename Places::iterator place, Places& gone) {
        bytes_ -= place->value->size;
        index_.erase(place->key);
        gone.splice(gone.end(), places_, place);
    }

    void forget_locked(Instant ticking, Places& gone) {
        while (!places_.empty() && ticking.us - places_.back().used.us > keep_us_) {
            remove(std::prev(places_.end()), gone);
        }
    }

    const std::size_t bytes_max_;
    const std::int64_t keep_us_;
    mutable std::mutex mutex_;
    Places places_;  ///< used last, first
    std::unordered_map<Key, typename Places::iterator, Hash> index_;
    std::size_t bytes_ = 0;
};

}  // namespace homeward::casework
