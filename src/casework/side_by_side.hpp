#pragma once

#include "base/result.hpp"

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace homeward::casework {

/// Does `work` for 0 … count - 1 on `threads` threads and waits. The first failure keeps what has
/// not begun from beginning, and is the answer.
inline Result<void> side_by_side(
    std::size_t threads, std::size_t count, const std::function<Result<void>(std::size_t)>& work
) {
    std::atomic<std::size_t> next = 0;
    std::mutex mutex;
    std::optional<Error> failed;
    const auto work_on = [&](std::size_t i) -> Result<void> {
        try {
            return work(i);
        } catch (const std::exception&) {
            // The text of a library's exception may quote data.
            return fail(Code::internal, "a library failed");
        }
    };
    const auto run = [&] {
        for (std::size_t i = next++; i < count; i = next++) {
            auto done = work_on(i);
            if (done) continue;
            const std::lock_guard lock(mutex);
            if (!failed) failed = std::move(done.error());
            next = count;
        }
    };
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads; ++i) others.emplace_back(run);
    run();
    others.clear();
    if (failed) return Failure(std::move(*failed));
    return {};
}

}  // namespace homeward::casework
