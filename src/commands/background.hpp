#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace homeward::commands {

/// A thread that does one thing again and again, until it is taken away.
class Background {
  public:
    /// Does it once and says how long to rest.
    using Turn = std::function<std::chrono::milliseconds(Background&)>;

    /// Begins with a rest. What `turn` uses must outlive it.
    Background(std::chrono::milliseconds first_rest, Turn turn);
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;
    /// Waits for the turn that is under way.
    ~Background();

    /// Whether it is being taken away: a long turn should end.
    bool stops();
    /// Rests within a turn, and says the same.
    bool stops_within(std::chrono::milliseconds rest);

  private:
    void run(std::chrono::milliseconds rest);

    const Turn turn_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace homeward::commands
