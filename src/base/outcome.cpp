#include "base/outcome.hpp"

#include <future>

namespace homeward {

Result<void> await(Outcome& outcome) {
    std::promise<Result<void>> told;
    auto waiting = told.get_future();
    outcome.when_known([&told](Result<void> is) { told.set_value(std::move(is)); });
    return waiting.get();
}

}  // namespace homeward
