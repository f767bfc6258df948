#pragma once

#include "store/database.hpp"

#include <condition_variable>
#include <mutex>

namespace homeward::test {

/// A change that holds the writer up until it is let go, so that what comes after it waits
/// together.
class Gate {
  public:
    store::Change holding() {
        return [this](store::Session&) -> Result<void> {
            std::unique_lock lock(mutex_);
            held_ = true;
            changed_.notify_all();
            changed_.wait(lock, [this] { return open_; });
            return {};
        };
    }
    void wait_until_held() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return held_; });
    }
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool held_ = false;
    bool open_ = false;
};

}  // namespace homeward::test
