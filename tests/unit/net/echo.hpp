#pragma once

#include "api/http.hpp"
#include "net/server.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace homeward::net {

/// A handler that tells what it was asked, and can be told to misbehave.
///
/// `/echo` (up to 1000 bytes), `/private` (the same, only with a credential), `/big?bytes=`,
/// `/stream?pieces=`, `/broken-stream`, `/late-stream`, `/throw`, `/unsound`, `/gate` (waits for
/// `open_gate`), `/held` (answers when the test does: `await_held`), `/quick` (waits for nothing),
/// `/nowhere` (404).
class Echo final : public api::Handler {
  public:
    static constexpr std::size_t body_bytes_max = 1000;

    std::optional<api::RouteLimits> limits_for(api::Method, std::string_view path) const override {
        if (path == "/nowhere") return std::nullopt;
        return api::RouteLimits{body_bytes_max, path != "/private", path != "/quick"};
    }

    api::Response handle(const api::Request& request) override {
        ++asked;
        api::Response response;
        if (request.path == "/throw") throw std::runtime_error("secret");
        if (request.path == "/unsound") response.headers.push_back({"x-a", "b\r\nc: d"});
        if (request.path == "/nowhere") response.status = 404;
        if (request.path == "/gate") wait_at_gate();
        if (request.path == "/held") {
            api::Response held;
            held.later = [this](api::Answering to) { hold(std::move(to)); };
            return held;
        }
        if (request.path == "/big") response.body = std::string(number(request, "bytes"), 'b');
        if (request.path == "/stream") response.producer = pieces(number(request, "pieces"));
        if (request.path == "/broken-stream") {
            response.producer = [](std::string&) -> Result<bool> {
                return fail(Code::internal, "");
            };
        }
        if (request.path == "/late-stream") {
            response.producer = [n = 0](std::string& out) mutable -> Result<bool> {
                if (n++ > 0) return fail(Code::internal, "");
                out = "first";
                return true;
            };
        }
        if (response.body.empty()) {
            response.body = std::string(name_of(request.method)) + " " + request.path + " " +
                            request.body + (request.tls ? " tls " : " plain ") +
                            request.remote_address;
        }
        return response;
    }

    /// Returns once `count` requests stand at the gate.
    void await_at_gate(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return waiting_ >= count; });
    }

    void open_gate() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }

    /// What takes the answers to `/held`, once there are `count`.
    std::vector<api::Answering> await_held(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return held_.size() >= count; });
        return std::exchange(held_, {});
    }

    std::atomic<int> asked{0};

  private:
    void hold(api::Answering to) {
        const std::lock_guard lock(mutex_);
        held_.push_back(std::move(to));
        changed_.notify_all();
    }

    static std::size_t number(const api::Request& request, std::string_view name) {
        return static_cast<std::size_t>(std::stoul(std::string(request.parameter(name).value())));
    }

    static api::Producer pieces(std::size_t count) {
        return [count, n = std::size_t{0}](std::string& out) mutable -> Result<bool> {
            if (count == 0) return false;
            out.assign(16 * 1024, static_cast<char>('a' + n % 26));
            return ++n < count;
        };
    }

    void wait_at_gate() {
        std::unique_lock lock(mutex_);
        ++waiting_;
        changed_.notify_all();
        changed_.wait(lock, [&] { return open_; });
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<api::Answering> held_;
    int waiting_ = 0;
    bool open_ = false;
};

}  // namespace homeward::net
