#pragma once

#include "api/http.hpp"
#include "net/answer.hpp"
#include "net/census.hpp"
#include "net/gate.hpp"
#include "net/message.hpp"
#include "net/options.hpp"
#include "net/pool.hpp"
#include "net/wire.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace homeward::net {

/// What every session of a server uses. Options do not change; the pool has its own locks.
struct Service {
    const Options& options;
    api::Handler& handler;
    Pool& pool;
    Census& requests;  ///< under way, of each client behind a proxy
};

/// What the sessions of one worker share. One thread, so nothing needs a lock.
struct Crew {
    bool draining = false;
    std::uint64_t bodies_bytes = 0;        ///< of request bodies in memory
    std::uint64_t small_bodies_bytes = 0;  ///< of those that are small
};

/// The part of the memory for bodies that one request holds; given back when it ends.
class Share {
  public:
    Share(Crew& crew, const Limits& limits) : crew_(crew), limits_(limits) {}
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    ~Share() { release(); }

    /// Raises what is held to `size`, or says that this would pass what the whole worker may hold.
    /// A body that outgrows the room for small ones moves to the other.
    bool try_grow(std::uint64_t size) {
        if (size <= held_) return true;
        const bool small = size <= limits_.small_body_bytes_max;
        const std::uint64_t more = small == small_ ? size - held_ : size;
        const std::uint64_t most =
            small ? limits_.small_bodies_bytes_max : limits_.bodies_bytes_max;
        if (room(small) + more > most) return false;
        if (small != small_) release();
        small_ = small;
        room(small) += more;
        held_ = size;
        return true;
    }
    void release() {
        room(small_) -= held_;
        held_ = 0;
    }

  private:
    std::uint64_t& room(bool small) {
        return small ? crew_.small_bodies_bytes : crew_.bodies_bytes;
    }

    Crew& crew_;
    const Limits& limits_;
    bool small_ = true;
    std::uint64_t held_ = 0;
};

/// Who is at the other end, as the socket says.
struct Peer {
    std::string address;
    std::string network;  ///< census_key of it
    bool is_proxy = false;
};

/// One connection from its first byte to its last: requests in order, one answer each.
class Session {
  public:
    Session(Wire& wire, Service& service, Crew& crew, Peer peer, bool tls);

    /// Serves until the peer or a rule ends it. The session must outlive it.
    asio::awaitable<void> run();

    /// Ends a session that is between requests; one that owes an answer gives it first.
    void drain();

    /// Ends it whatever it does.
    void cut();

  private:
    /// Between requests (nothing is owed), owing an answer, or done and waiting for the close.
    enum class Phase : std::uint8_t { waiting, answering, leaving };

    /// What a request needs besides itself to be answered.
    struct Exchange {
        api::Request request;
        bool head_only = false;
        bool keeps_alive = true;
        unsigned version = 11;
    };

    /// Serves one request. False: the connection ends.
    asio::awaitable<bool> serve_one();
    asio::awaitable<tl::expected<std::size_t, Refusal>> read_head();
    asio::awaitable<tl::expected<void, Refusal>> take_body(
        Message& message,
        const Admission& admission,
        const std::optional<api::RouteLimits>& limits,
        Exchange& exchange,
        Share& share
    );
    asio::awaitable<tl::expected<void, Refusal>> read_body(Message& message, Share& share);
    asio::awaitable<bool> read_more(std::size_t bytes);

    asio::awaitable<api::Response> ask(const Exchange& exchange, bool waits);
    asio::awaitable<Result<bool>> produce(const api::Producer& producer, std::string& piece);

    asio::awaitable<bool> refuse(Refusal refusal, Exchange& exchange);
    asio::awaitable<bool> send(api::Response response, const Exchange& exchange);
    asio::awaitable<bool> stream(api::Response response, const Exchange& exchange);
    asio::awaitable<bool> write(std::string_view bytes);

    Exchange begin_exchange() const;
    void fill(Exchange& exchange, Admission& admission) const;
    Framing framing_of(const Exchange& exchange) const;
    void set_deadline(Milliseconds from_now);

    Wire& wire_;
    Service& service_;
    Crew& crew_;
    const Peer peer_;
    const bool tls_;
    Phase phase_ = Phase::waiting;
    bool broken_ = false;  ///< reading or writing failed: there is nobody to say goodbye to
    SteadyTime answer_until_{};
    std::string unread_;  ///< arrived, not yet understood
};

}  // namespace homeward::net
