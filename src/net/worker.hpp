#pragma once

#include "net/census.hpp"
#include "net/session.hpp"
#include "net/wire.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>

namespace homeward::net {

/// One thread's share of the service: an acceptor on the common port and the sessions that came
/// through it. Everything but `drain` and the constructor runs on the thread that calls `run`.
class Worker {
  public:
    /// `tls` is asked for every connection, so that a new certificate counts at once.
    Worker(Service service, Census& census, std::function<Tls()> tls);

    /// Listens, together with others that do, on `endpoint`. Before `run`.
    Result<Tcp::endpoint> listen(const Tcp::endpoint& endpoint);

    /// Serves until a drain has ended the last session.
    void run();

    /// See `Server::drain`. Any thread.
    void drain();

  private:
    asio::awaitable<void> accept();
    asio::awaitable<void> serve(
        Tcp::socket socket, Peer peer, std::optional<Census::Ticket> ticket
    );
    void take(Tcp::socket socket);
    void begin_drain();

    Service service_;
    Census& census_;
    const std::function<Tls()> tls_;
    asio::io_context context_{1};
    Tcp::acceptor acceptor_{context_};
    asio::steady_timer accept_again_{context_};
    asio::steady_timer grace_{context_};
    Crew crew_;
    std::list<Session*> sessions_;
    std::uint32_t connections_ = 0;
};

}  // namespace homeward::net
