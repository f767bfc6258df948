#pragma once

#include "base/check.hpp"
#include "base/result.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace homeward {

/// Whether something that is under way worked. One side tells it, once; the other is told or
/// waits, once. Any two threads.
class Outcome {
  public:
    using Then = std::function<void(Result<void>)>;

    void tell(Result<void> is) {
        Then then;
        {
            const std::lock_guard lock(mutex_);
            check(!known_, "an outcome is told once");
            known_ = std::move(is);
            then = std::move(then_);
        }
        if (then) then(*known_);
    }
    /// `then` is called on the thread that tells it, or at once on this one when it is known.
    void when_known(Then then) {
        {
            const std::lock_guard lock(mutex_);
            check(!std::exchange(asked_, true), "an outcome is asked for once");
            if (!known_) {
                then_ = std::move(then);
                return;
            }
        }
        then(*known_);
    }

  private:
    std::mutex mutex_;
    std::optional<Result<void>> known_;  ///< not changed once it is there
    Then then_;
    bool asked_ = false;
};
using OutcomePointer = std::shared_ptr<Outcome>;

/// Waits for it.
Result<void> await(Outcome& outcome);

}  // namespace homeward
