#include "net/wire.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace homeward::net {
namespace {

namespace ssl = asio::ssl;
using boost::beast::tcp_stream;
using boost::system::error_code;

/// What is read and thrown away of a peer that goes on sending after our last word.
constexpr std::size_t linger_bytes_max = 1024 * 1024;

template <class Stream>
class StreamWire final : public Wire {
  public:
    template <class... Args>
    explicit StreamWire(Tls tls, Args&&... args)
        : tls_(std::move(tls)), stream_(std::forward<Args>(args)...) {}

    void set_deadline(SteadyTime at) override { tcp().expires_at(at); }

    asio::awaitable<Transfer> handshake() override {
        Transfer done;
        if constexpr (is_tls) {
            auto token = asio::redirect_error(asio::use_awaitable, done.error);
            co_await stream_.async_handshake(ssl::stream_base::server, token);
        }
        co_return done;
    }

    asio::awaitable<Transfer> read_some(asio::mutable_buffer into) override {
        Transfer done;
        auto token = asio::redirect_error(asio::use_awaitable, done.error);
        done.bytes = co_await stream_.async_read_some(into, token);
        co_return done;
    }

    asio::awaitable<Transfer> write(asio::const_buffer from) override {
        Transfer done;
        auto token = asio::redirect_error(asio::use_awaitable, done.error);
        done.bytes = co_await asio::async_write(stream_, from, token);
        co_return done;
    }

    asio::awaitable<void> finish() override {
        error_code error;
        auto token = asio::redirect_error(asio::use_awaitable, error);
        if constexpr (is_tls) co_await stream_.async_shutdown(token);
        tcp().socket().shutdown(Tcp::socket::shutdown_send, error);
        std::vector<char> scratch(4096);
        const asio::mutable_buffer into = asio::buffer(scratch);
        std::size_t total = 0;
        while (!error && total < linger_bytes_max) {
            total += co_await tcp().async_read_some(into, token);
        }
        close();
    }

    void close() override { tcp().close(); }

  private:
    static constexpr bool is_tls = !std::is_same_v<Stream, tcp_stream>;

    tcp_stream& tcp() { return boost::beast::get_lowest_layer(stream_); }

    const Tls tls_;  ///< outlives the stream that was made with it
    Stream stream_;
};

/// Chooses http/1.1 where the client offers protocols, and refuses one that offers only others, so
/// that a certificate shared with another service cannot be turned against this one (ALPACA).
int choose_protocol(
    SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* in,
    unsigned int in_length, void*
) {
    constexpr std::string_view wanted = "http/1.1";
    for (unsigned int at = 0; at < in_length; at += 1U + in[at]) {
        const unsigned int length = in[at];
        if (length > in_length - at - 1) break;
        const std::string_view name(reinterpret_cast<const char*>(in + at + 1), length);
        if (name != wanted) continue;
        *out = in + at + 1;
        *out_length = static_cast<unsigned char>(length);
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

Result<Tls> load_tls(const std::filesystem::path& certificate, const std::filesystem::path& key) {
    auto tls = std::make_shared<ssl::context>(ssl::context::tls_server);
    error_code error;
    SSL_CTX* native = tls->native_handle();
    SSL_CTX_set_options(
        native,
        SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_COMPRESSION |
            SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE
    );
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
    if (SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1) {
        return fail(Code::internal, "the TLS library lacks the ciphers that are wanted");
    }
    tls->use_certificate_chain_file(certificate.string(), error);
    if (error)
        return fail(
            Code::invalid,
            "certificate " + certificate.string() + " cannot be used: " + error.message()
        );
    tls->use_private_key_file(key.string(), ssl::context::pem, error);
    if (error)
        return fail(Code::invalid, "key " + key.string() + " cannot be used: " + error.message());
    if (SSL_CTX_check_private_key(native) != 1) {
        return fail(Code::invalid, "the key does not belong to the certificate");
    }
    return tls;
}

std::unique_ptr<Wire> make_wire(Tcp::socket socket, const Tls& tls) {
    if (tls == nullptr) return std::make_unique<StreamWire<tcp_stream>>(tls, std::move(socket));
    return std::make_unique<StreamWire<ssl::stream<tcp_stream>>>(tls, std::move(socket), *tls);
}

}  // namespace homeward::net
