#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace homeward::casework {

/// Counts what is under way, so that somebody can wait for all that had begun while more begins.
class UnderWay {
  public:
    /// One that is under way as long as this is there.
    class Pass {
      public:
        explicit Pass(UnderWay& of) : of_(of), turn_(of.begin()) {}
        Pass(const Pass&) = delete;
        Pass& operator=(const Pass&) = delete;
        ~Pass() { of_.end(turn_); }

      private:
        UnderWay& of_;
        const std::size_t turn_;
    };

    /// Waits for all that began before. One thread at a time.
    void wait_for_those_before() {
        std::unique_lock lock(mutex_);
        const std::size_t before = turn_;
        turn_ = 1 - turn_;
        ended_.wait(lock, [&] { return counts_[before] == 0; });
    }

  private:
    std::size_t begin() {
        const std::lock_guard lock(mutex_);
        ++counts_[turn_];
        return turn_;
    }
    void end(std::size_t turn) {
        const std::lock_guard lock(mutex_);
        if (--counts_[turn] == 0) ended_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable ended_;
    std::array<std::size_t, 2> counts_{};
    std::size_t turn_ = 0;  ///< of those that begin now
};

}  // namespace homeward::casework
