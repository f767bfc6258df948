#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

namespace homeward::net {

/// The threads on which handlers run: many for those that wait, a few for the others. With a cap on
/// how many requests may run or wait.
class Pool {
  public:
    Pool(std::size_t threads, std::size_t quick_threads, std::size_t queue_max)
        : jobs_max_(threads + queue_max), threads_(threads), quick_(quick_threads) {}

    /// Takes a place, or says that there is none. Each place taken is given back with `leave`.
    bool try_enter() {
        if (jobs_.fetch_add(1) < jobs_max_) return true;
        jobs_.fetch_sub(1);
        return false;
    }
    void leave() { jobs_.fetch_sub(1); }

    void join() {
        threads_.join();
        quick_.join();
    }

    /// For what may wait, or not.
    boost::asio::thread_pool& threads(bool waits) { return waits ? threads_ : quick_; }

  private:
    const std::size_t jobs_max_;
    std::atomic<std::size_t> jobs_{0};
    boost::asio::thread_pool threads_;
    boost::asio::thread_pool quick_;
};

/// Takes a result, once, from any thread.
template <class R>
using Tell = std::function<void(R)>;

/// Runs `start` on one of the threads and comes back to the caller's own thread with what it, or
/// whoever it leaves that to, tells (once, or the caller waits for ever). No coroutine itself, and
/// `start` has to be a named object that is moved in: g++ 12 destroys a closure twice that is built
/// inside a `co_await` expression.
template <class R, class Start>
auto offload(boost::asio::thread_pool& threads, Start start) {
    const auto begin = [&threads](auto handler, Start job) {
        const auto home = boost::asio::get_associated_executor(handler);
        // The caller's thread goes on as long as somebody waits there.
        const auto work = boost::asio::make_work_guard(home);
        const auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
        Tell<R> tell = [home, work, waiting](R result) {
            boost::asio::post(home, [work, waiting, result = std::move(result)]() mutable {
                std::move (*waiting)(std::move(result));
            });
        };
        boost::asio::post(threads, [job = std::move(job), tell = std::move(tell)] { job(tell); });
    };
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(R)>(
        begin, boost::asio::use_awaitable, std::move(start)
    );
}

}  // namespace homeward::net
