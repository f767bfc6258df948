#include "casework/shelf.hpp"

namespace homeward::casework {

OpenedPointer Shelf::find(
    const Id& dossier, std::uint64_t version, journal::Categories destroyed, Instant now
) {
    const std::lock_guard hold(mutex_);
    forget_locked(now);
    const auto found = index_.find(dossier);
    if (found == index_.end()) return nullptr;
    const Places::iterator place = found->second;
    if (place->opened->version != version || place->opened->destroyed != destroyed) {
        remove(place);
        return nullptr;
    }
    place->used = now;
    places_.splice(places_.begin(), places_, place);
    return place->opened;
}

void Shelf::put(const Id& dossier, const OpenedPointer& opened, Instant now) {
    const std::lock_guard hold(mutex_);
    if (const auto found = index_.find(dossier); found != index_.end()) {
        // A slow reader must not put back what a writer has replaced.
        if (found->second->opened->version > opened->version) return;
        remove(found->second);
    }
    if (opened->size > bytes_max_) return;
    places_.push_front({dossier, opened, now});
    index_[dossier] = places_.begin();
    bytes_ += opened->size;
    while (bytes_ > bytes_max_) remove(std::prev(places_.end()));
    forget_locked(now);
}

void Shelf::forget(Instant now) {
    const std::lock_guard hold(mutex_);
    forget_locked(now);
}

std::size_t Shelf::size() const {
    const std::lock_guard hold(mutex_);
    return bytes_;
}

void Shelf::remove(Places::iterator place) {
    bytes_ -= place->opened->size;
    index_.erase(place->dossier);
    places_.erase(place);
}

void Shelf::forget_locked(Instant now) {
    // A clock that was set back makes everything look used later than now: let go of that too.
    while (!places_.empty()) {
        const std::int64_t age = now.us - places_.back().used.us;
        if (age >= 0 && age <= keep_us_) return;
        remove(std::prev(places_.end()));
    }
}

}  // namespace homeward::casework
