#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace homeward::net {

/// The threads on which handlers block, with a cap on how many requests may run or wait.
class Pool {
  public:
    Pool(std::size_t threads, std::size_t queue_max)
        : jobs_max_(threads + queue_max), threads_(threads) {}

    /// Takes a place, or says that there is none. Each place taken is given back with `leave`.
    bool try_enter() {
        if (jobs_.fetch_add(1) < jobs_max_) return true;
        jobs_.fetch_sub(1);
        return false;
    }
    void leave() { jobs_.fetch_sub(1); }

    void join() { threads_.join(); }

    boost::asio::thread_pool& threads() { return threads_; }

  private:
    const std::size_t jobs_max_;
    std::atomic<std::size_t> jobs_{0};
    boost::asio::thread_pool threads_;
};

template <class F, class R = std::invoke_result_t<F&>>
boost::asio::awaitable<R> call(F fn) {
    co_return fn();
}

/// Runs `fn` on the pool and comes back to the caller's own thread with its result. No coroutine
/// itself, and `fn` has to be a named object that is moved in: g++ 12 destroys a closure twice
/// that is built inside a `co_await` expression.
template <class F>
auto offload(Pool& pool, F fn) {
    return boost::asio::co_spawn(pool.threads(), call(std::move(fn)), boost::asio::use_awaitable);
}

}  // namespace homeward::net
