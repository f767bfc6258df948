#pragma once

#include "api/http.hpp"
#include "base/result.hpp"
#include "net/options.hpp"

#include <cstdint>
#include <memory>

namespace homeward::net {

/// The HTTP service: workers of one thread each, all listening on one port, and a pool of threads
/// on which the handler runs. From `start` until `wait` has returned.
class Server {
  public:
    /// Binds, loads the certificate and begins to serve. `handler` must outlive the server. Fails
    /// with Code::invalid for an address, certificate or key that cannot be used, and with
    /// Code::unavailable when somebody already listens there.
    static Result<Server> start(const Options& options, api::Handler& handler);

    Server(Server&&) noexcept;
    /// Drains and waits.
    ~Server();

    std::uint16_t port() const;

    /// Takes no new requests: closes the listening sockets and the connections that are between
    /// requests, lets requests that are under way be answered, and cuts what is left after
    /// `Limits::drain_time_max`. Returns at once; any thread may call it, more than once.
    void drain();

    /// Returns when every connection has ended after a drain. Then no handler runs any more.
    void wait();

    /// Loads certificate and key again for connections to come. On failure the old ones stay.
    Result<void> reload_certificate();

  private:
    struct Impl;
    explicit Server(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace homeward::net
