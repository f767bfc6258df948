#include "commands/background.hpp"

#include <utility>

namespace homeward::commands {

Background::Background(std::chrono::milliseconds first_rest, Turn turn)
    : turn_(std::move(turn)), thread_([this, first_rest] { run(first_rest); }) {}

Background::~Background() {
    {
        const std::scoped_lock lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

bool Background::stops() {
    const std::scoped_lock lock(mutex_);
    return stop_;
}

bool Background::stops_within(std::chrono::milliseconds rest) {
    std::unique_lock lock(mutex_);
    return wake_.wait_for(lock, rest, [this] { return stop_; });
}

void Background::run(std::chrono::milliseconds rest) {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, rest, [this] { return stop_; })) {
        lock.unlock();
        rest = turn_(*this);
        lock.lock();
    }
}

}  // namespace homeward::commands
