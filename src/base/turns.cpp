#include "base/turns.hpp"

#include "base/check.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace homeward {
namespace {

thread_local Turns::Turn* turn_of_thread = nullptr;

std::size_t processors() { return std::max(1U, std::thread::hardware_concurrency()); }

}  // namespace

Turns::Turns(const Limits& limits)
    : at_once_(limits.at_once == 0 ? processors() : limits.at_once), patience_(limits.patience) {}

std::size_t Turns::waiting() const {
    const std::scoped_lock lock(mutex_);
    return waiting_.size();
}

std::uint64_t Turns::draw() {
    const std::scoped_lock lock(mutex_);
    return ++last_ticket_;
}

void Turns::take(std::uint64_t ticket) {
    std::unique_lock lock(mutex_);
    if (running_ >= at_once_) {
        Waiter waiter;
        waiting_.emplace(ticket, &waiter);
        const bool granted = waiter.granted.wait_for(lock, patience_, [&waiter] {
            return waiter.is_granted;
        });
        if (granted) return;
        waiting_.erase(ticket);
    }
    ++running_;
}

void Turns::give_back() {
    const std::scoped_lock lock(mutex_);
    --running_;
    if (running_ >= at_once_ || waiting_.empty()) return;
    const auto oldest = waiting_.begin();
    oldest->second->is_granted = true;
    oldest->second->granted.notify_one();
    waiting_.erase(oldest);
    ++running_;
}

Turns::Turn::Turn(Turns& turns) : turns_(turns), ticket_(turns.draw()) {
    check(turn_of_thread == nullptr, "a thread has one turn");
    turns_.take(ticket_);
    turn_of_thread = this;
}

Turns::Turn::~Turn() {
    turn_of_thread = nullptr;
    turns_.give_back();
}

Turns::Away::Away() : turn_(std::exchange(turn_of_thread, nullptr)) {
    if (turn_ != nullptr) turn_->turns_.give_back();
}

Turns::Away::~Away() {
    if (turn_ == nullptr) return;
    turn_->turns_.take(turn_->ticket_);
    turn_of_thread = turn_;
}

}  // namespace homeward
