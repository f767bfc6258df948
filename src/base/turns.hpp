#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>

namespace homeward {

/// Lets about as many threads compute as there are processors, the oldest piece of work first, so
/// that a burst is done one after the other and not all of it last. A thread that waits for
/// something else (`Away`) lets another in meanwhile. Nobody waits for a turn longer than
/// `patience`: a long piece of work slows the others down, it never stops them.
class Turns {
  public:
    struct Limits {
        std::size_t at_once = 0;  ///< 0: as many as there are processors
        std::chrono::microseconds patience{5000};
    };
    explicit Turns(const Limits& limits);
    Turns(const Turns&) = delete;
    Turns& operator=(const Turns&) = delete;

    class Away;

    /// The calling thread's turn, waited for. A thread has one at most.
    class Turn {
      public:
        explicit Turn(Turns& turns);
        ~Turn();
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

      private:
        friend class Away;
        Turns& turns_;
        std::uint64_t ticket_;
    };

    /// While it lives the calling thread's turn, if it has one, is another's. Put it around whatever
    /// blocks, or computes for long under a limit of its own.
    class Away {
      public:
        Away();
        ~Away();
        Away(const Away&) = delete;
        Away& operator=(const Away&) = delete;

      private:
        Turn* turn_;
    };

    /// How many wait for a turn now.
    std::size_t waiting() const;

  private:
    struct Waiter {
        std::condition_variable granted;
        bool is_granted = false;
    };

    std::uint64_t draw();
    void take(std::uint64_t ticket);
    void give_back();

    const std::size_t at_once_;
    const std::chrono::microseconds patience_;
    mutable std::mutex mutex_;
    std::uint64_t last_ticket_ = 0;
    std::size_t running_ = 0;
    std::map<std::uint64_t, Waiter*> waiting_;  ///< by ticket: the oldest work goes first
};

}  // namespace homeward
