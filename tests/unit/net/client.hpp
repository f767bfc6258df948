#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace homeward::net {

/// A blocking client that sends what it is told, sound or not. Nothing waits longer than the guard
/// time, which no passing test reaches.
class Client {
  public:
    static constexpr int guard_seconds = 30;

    explicit Client(std::uint16_t port, int receive_buffer_bytes = 0) {
        socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
        const timeval guard{guard_seconds, 0};
        setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &guard, sizeof guard);
        setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &guard, sizeof guard);
        if (receive_buffer_bytes > 0) {
            setsockopt(
                socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes
            );
        }
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
    }
    Client(Client&& other) noexcept
        : socket_(std::exchange(other.socket_, -1)), connected_(other.connected_) {}
    Client& operator=(Client&&) = delete;
    ~Client() {
        if (socket_ >= 0) close(socket_);
    }

    bool is_connected() const { return connected_; }
    int native() const { return socket_; }

    Client& send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) break;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return *this;
    }

    /// Says that nothing more will be sent.
    Client& shut() {
        shutdown(socket_, SHUT_WR);
        return *this;
    }

    /// Everything until the server closes. `ended_by_reset` tells how it did.
    std::string read_all() {
        std::string out;
        while (read_some(out)) {
        }
        return out;
    }

    /// Up to and with the first `end`; less when the server closes before.
    std::string read_until(std::string_view end) {
        std::size_t at = 0;
        while ((at = pending_.find(end)) == std::string::npos) {
            if (!read_some(pending_)) return std::exchange(pending_, {});
        }
        std::string out = pending_.substr(0, at + end.size());
        pending_.erase(0, at + end.size());
        return out;
    }

    /// One answer with Content-Length: head and body.
    std::string read_answer() {
        std::string out = read_until("\r\n\r\n");
        const std::size_t at = out.find("content-length: ");
        if (at == std::string::npos) return out;
        const auto length = static_cast<std::size_t>(std::atoi(out.c_str() + at + 16));
        while (pending_.size() < length && read_some(pending_)) {
        }
        out += pending_.substr(0, length);
        pending_.erase(0, length);
        return out;
    }

    /// Whether the server has closed (by FIN or RST) after everything that it sent was read.
    bool is_closed() {
        pending_ += read_all();
        return pending_.empty() && !timed_out_;
    }

  private:
    bool read_some(std::string& out) {
        char piece[4096];
        const ssize_t got = recv(socket_, piece, sizeof piece, 0);
        if (got > 0) out.append(piece, static_cast<std::size_t>(got));
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) timed_out_ = true;
        return got > 0;
    }

    int socket_ = -1;
    bool connected_ = false;
    bool timed_out_ = false;
    std::string pending_;
};

/// How many answers begin in `text`.
inline std::size_t count_of(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
    return count;
}

}  // namespace homeward::net
