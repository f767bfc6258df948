#pragma once

#include "base/result.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>

namespace boost::asio::ssl {
class context;
}

namespace homeward::net {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using SteadyTime = std::chrono::steady_clock::time_point;

/// What the TLS side of a connection needs, shared by the connections that were made with it.
using Tls = std::shared_ptr<asio::ssl::context>;

/// Loads a certificate chain and its key (PEM). TLS 1.2 with ECDHE and an AEAD, or 1.3; no
/// renegotiation, no tickets, and `http/1.1` as the only protocol (RFC 7301).
Result<Tls> load_tls(const std::filesystem::path& certificate, const std::filesystem::path& key);

/// One connection, plain or TLS: bytes in, bytes out, one deadline. Used by one thread.
class Wire {
  public:
    /// How an operation ended. A passed deadline is an error too, and has closed the connection.
    struct Transfer {
        boost::system::error_code error;
        std::size_t bytes = 0;
    };

    virtual ~Wire() = default;

    /// When operations that are started from now on give up.
    virtual void set_deadline(SteadyTime at) = 0;

    virtual asio::awaitable<Transfer> handshake() = 0;
    virtual asio::awaitable<Transfer> read_some(asio::mutable_buffer into) = 0;
    /// Writes all of `from`.
    virtual asio::awaitable<Transfer> write(asio::const_buffer from) = 0;

    /// Says that we have said all, and reads on for a while until the peer closes: closing with
    /// unread bytes would reset the connection and take our last answer from the peer.
    virtual asio::awaitable<void> finish() = 0;

    /// Ends every operation under way.
    virtual void close() = 0;
};

/// `tls` null: plain.
std::unique_ptr<Wire> make_wire(Tcp::socket socket, const Tls& tls);

}  // namespace homeward::net
