#pragma once

#include "base/outcome.hpp"

#include <memory>
#include <type_traits>
#include <utility>

namespace homeward::casework {

/// What somebody asked to see, held back until the journal has it for good that they looked. There
/// is no way to it but through that.
template <class T>
class Held {
  public:
    Held(T value, OutcomePointer noted) : value_(std::move(value)), noted_(std::move(noted)) {}

    /// Something made of it, held back as long.
    template <class Make>
    auto made_into(Make make) && -> Held<std::invoke_result_t<Make, T>> {
        return {make(std::move(value_)), std::move(noted_)};
    }
    /// `to` is told it as soon as it may be, on any thread (this one when that is now): or
    /// Code::unavailable when the journal could not be written.
    template <class To>
    void hand_out(To to) && {
        // A function that is kept has to be one that can be copied.
        auto value = std::make_shared<T>(std::move(value_));
        noted_->when_known([value = std::move(value), to = std::move(to)](Result<void> noted) {
            to(noted ? Result<T>(std::move(*value)) : Result<T>(Failure(noted.error())));
        });
    }
    /// The same, waiting for it.
    Result<T> wait() && {
        if (auto noted = await(*noted_); !noted) return Failure(noted.error());
        return std::move(value_);
    }

  private:
    T value_;
    OutcomePointer noted_;
};

}  // namespace homeward::casework
