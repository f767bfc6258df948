#pragma once

#include "net/gate.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace homeward::net {

using Milliseconds = std::chrono::milliseconds;

/// Every limit of the service towards the network. Tests set short ones.
struct Limits {
    /// From the first byte of a head to its last: the guard against slow loris.
    Milliseconds head_time_max{10'000};
    /// For a body, plus what its bytes take at `body_bytes_per_second_min`, so that a long import
    /// over a poor line works and a body that trickles does not.
    Milliseconds body_time_max{30'000};
    std::uint32_t body_bytes_per_second_min = 16 * 1024;
    /// For each piece of `piece_bytes` of an answer.
    Milliseconds write_time_max{30'000};
    /// For a whole answer, however patiently it is read.
    Milliseconds answer_time_max{30 * 60'000};
    /// Between two requests.
    Milliseconds idle_time_max{15'000};
    Milliseconds handshake_time_max{10'000};
    /// For the peer to close, once we have said all.
    Milliseconds linger_time_max{2'000};
    /// From `drain` until what still runs is cut.
    Milliseconds drain_time_max{20'000};

    std::uint32_t connections_per_worker_max = 1024;
    /// Per IPv4 address or IPv6 /64 network, all workers together. Proxies are not counted.
    std::uint32_t connections_per_address_max = 32;
    /// Requests of one client that run or wait at one time, where the client comes through a proxy
    /// and its connections cannot be counted; one more is answered with 503.
    std::uint32_t requests_per_address_max = 32;
    /// For what may wait (RouteLimits::waits).
    std::uint32_t handler_threads = 64;
    /// For what does not, but reads: as many as the store has connections
    /// to read with.
    std::uint32_t quick_threads = 4;
    /// Requests that may wait for a handler thread; one more is answered with 503.
    std::uint32_t handler_queue_max = 256;
    /// Request bodies in memory, per worker; what passes it is answered with 503.
    std::uint64_t bodies_bytes_max = std::uint64_t{256} * 1024 * 1024;
    /// Bodies up to this size have a room of their own beside that, so that a few who promise long
    /// bodies and never send them cannot keep everybody from signing in or writing a record.
    std::uint64_t small_body_bytes_max = 64 * 1024;
    /// That room, per worker: enough for one on each of its connections.
    std::uint64_t small_bodies_bytes_max = std::uint64_t{64} * 1024 * 1024;
};

/// What one write to a connection carries at most.
inline constexpr std::size_t piece_bytes = 64 * 1024;

/// Where and how to serve.
struct Options {
    /// `address:port` or `[address]:port`; port 0 takes a free one, see `Server::port`.
    std::string listen = "127.0.0.1:0";
    /// Zero: one per processor.
    std::uint32_t workers = 0;
    /// Both set: TLS. A chain in PEM, the server's own certificate first, and its key.
    std::filesystem::path certificate;
    std::filesystem::path key;
    GateRules gate;
    /// Addresses of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.
    std::vector<std::string> proxies;
    /// Whether SIGTERM and SIGINT drain, and SIGHUP loads the certificate anew.
    bool signals = false;
    Limits limits;
};

}  // namespace homeward::net
