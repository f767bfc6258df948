#include "net/worker.hpp"

#include "base/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/socket.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace homeward::net {
namespace {

using boost::system::error_code;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

/// After a failed accept (no file descriptors left, mostly). Trying at once would spin.
constexpr Milliseconds accept_pause{100};

void report(std::exception_ptr error) {
    if (error) log::write(log::Level::error, "net.coroutine_threw");
}

}  // namespace

Worker::Worker(Service service, Census& census, std::function<Tls()> tls)
    : service_(service), census_(census), tls_(std::move(tls)) {}

Result<Tcp::endpoint> Worker::listen(const Tcp::endpoint& endpoint) {
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(Tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.set_option(ReusePort(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(Tcp::acceptor::max_listen_connections, error);
    if (error) return fail(Code::unavailable, "cannot listen: " + error.message());
    return acceptor_.local_endpoint();
}

void Worker::run() {
    asio::co_spawn(context_, accept(), report);
    for (;;) {
        try {
            context_.run();
            return;
        } catch (const std::exception&) {
            // Only memory running out comes here. The other sessions go on.
            log::write(log::Level::error, "net.worker_threw");
        }
    }
}

void Worker::drain() {
    asio::post(context_, [this] { begin_drain(); });
}

void Worker::begin_drain() {
    if (crew_.draining) return;
    crew_.draining = true;
    error_code ignored;
    acceptor_.close(ignored);
    accept_again_.cancel();
    for (Session* session : sessions_) session->drain();
    if (connections_ == 0) return;
    grace_.expires_after(service_.options.limits.drain_time_max);
    grace_.async_wait([this](error_code error) {
        if (error) return;
        log::write(log::Level::warning, "net.drain_cut");
        for (Session* session : sessions_) session->cut();
    });
}

asio::awaitable<void> Worker::accept() {
    while (acceptor_.is_open()) {
        error_code error;
        auto token = asio::redirect_error(asio::use_awaitable, error);
        Tcp::socket socket = co_await acceptor_.async_accept(token);
        if (!acceptor_.is_open() || error == asio::error::operation_aborted) break;
        if (!error) {
            take(std::move(socket));
            continue;
        }
        log::write(log::Level::warning, "net.accept_failed", {{"reason", error.message()}});
        accept_again_.expires_after(accept_pause);
        co_await accept_again_.async_wait(token);
    }
}

void Worker::take(Tcp::socket socket) {
    error_code error;
    const auto remote = socket.remote_endpoint(error);
    if (error) return;
    socket.set_option(Tcp::no_delay(true), error);
    Peer peer;
    peer.address = unmapped(remote.address()).to_string();
    peer.network = census_key(remote.address());
    const auto& proxies = service_.options.proxies;
    peer.is_proxy = std::find(proxies.begin(), proxies.end(), peer.address) != proxies.end();
    std::optional<Census::Ticket> ticket;
    if (!peer.is_proxy) {
        ticket = census_.enter(peer.network);
        if (!ticket) return;
    }
    if (connections_ >= service_.options.limits.connections_per_worker_max) return;
    ++connections_;
    asio::co_spawn(context_, serve(std::move(socket), std::move(peer), std::move(ticket)), report);
}

asio::awaitable<void> Worker::serve(
    Tcp::socket socket, Peer peer, std::optional<Census::Ticket> ticket
) {
    {
        const Tls tls = tls_();
        const std::unique_ptr<Wire> wire = make_wire(std::move(socket), tls);
        Session session(*wire, service_, crew_, std::move(peer), tls != nullptr);
        const auto place = sessions_.insert(sessions_.end(), &session);
        try {
            co_await session.run();
        } catch (const std::exception&) {
            log::write(log::Level::error, "net.session_threw");
        }
        sessions_.erase(place);
    }
    ticket.reset();
    --connections_;
    if (crew_.draining && connections_ == 0) grace_.cancel();
}

}  // namespace homeward::net
