#include "net/server.hpp"

#include "base/log.hpp"
#include "net/worker.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace homeward::net {
namespace {

using boost::system::error_code;

/// Databases, logs, pages, keys, and some to spare.
constexpr rlim_t files_besides_connections = 256;

/// `address:port`, the address in brackets when it is IPv6.
Result<Tcp::endpoint> parse_listen(std::string_view text) {
    const auto refused =
        fail(Code::invalid, "listen must be an IP address and a port, such as 127.0.0.1:8080");
    const std::size_t colon = text.rfind(':');
    if (colon == text.npos) return refused;
    std::string_view name = text.substr(0, colon);
    const std::string_view digits = text.substr(colon + 1);
    const bool brackets = name.size() > 2 && name.front() == '[' && name.back() == ']';
    if (brackets) name = name.substr(1, name.size() - 2);
    std::uint16_t port = 0;
    const auto [end, trouble] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (trouble != std::errc() || end != digits.data() + digits.size()) return refused;
    error_code error;
    const auto address = asio::ip::make_address(std::string(name), error);
    if (error || address.is_v6() != brackets) return refused;
    return Tcp::endpoint(address, port);
}

/// Workers share their port, and so would a second server started by mistake: each would get half
/// of the requests. A socket that does not share finds it out.
Result<void> check_free(const Tcp::endpoint& endpoint) {
    asio::io_context context;
    Tcp::acceptor probe(context);
    error_code error;
    probe.open(endpoint.protocol(), error);
    if (!error) probe.set_option(Tcp::acceptor::reuse_address(true), error);
    if (!error) probe.bind(endpoint, error);
    if (error) return fail(Code::unavailable, "cannot listen: " + error.message());
    return {};
}

std::uint32_t workers_of(const Options& options) {
    if (options.workers > 0) return options.workers;
    return std::max(1U, std::thread::hardware_concurrency());
}

/// A shell gives a program 1,024 open files, fewer than the connections that are allowed here; who
/// holds the last one would keep everybody else out. Raised as far as the system lets us.
void make_room_for(const Options& options) {
    rlimit files{};
    if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
    const rlim_t connections =
        rlim_t{workers_of(options)} * options.limits.connections_per_worker_max;
    const rlim_t wanted = std::min(connections + files_besides_connections, files.rlim_max);
    if (files.rlim_cur >= wanted) return;
    files.rlim_cur = wanted;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0) log::write(log::Level::warning, "net.few_files");
}

}  // namespace

struct Server::Impl {
    Impl(const Options& wanted, api::Handler& handler)
        : options(wanted),
          census(options.limits.connections_per_address_max),
          requests(options.limits.requests_per_address_max),
          pool(
              options.limits.handler_threads,
              options.limits.quick_threads,
              options.limits.handler_queue_max
          ),
          service{options, handler, pool, requests},
          signals(control) {}

    Result<void> start();
    Result<void> load();
    Tls current_tls();
    void drain();
    void wait();
    void await_signal();

    const Options options;
    Census census;
    Census requests;
    Pool pool;
    Service service;
    std::mutex tls_mutex;
    Tls tls;  ///< guarded by tls_mutex
    std::vector<std::unique_ptr<Worker>> workers;
    std::vector<std::thread> threads;
    std::uint16_t port = 0;
    asio::io_context control{1};
    asio::signal_set signals;
    std::thread control_thread;
    std::once_flag waited;
};

Result<void> Server::Impl::load() {
    if (options.certificate.empty() && options.key.empty()) return {};
    if (options.certificate.empty() || options.key.empty()) {
        return fail(Code::invalid, "TLS needs both a certificate and a key");
    }
    auto loaded = load_tls(options.certificate, options.key);
    if (!loaded) return Failure(loaded.error());
    const std::lock_guard lock(tls_mutex);
    tls = std::move(*loaded);
    return {};
}

Tls Server::Impl::current_tls() {
    const std::lock_guard lock(tls_mutex);
    return tls;
}

Result<void> Server::Impl::start() {
    if (auto loaded = load(); !loaded) return loaded;
    make_room_for(options);
    auto endpoint = parse_listen(options.listen);
    if (!endpoint) return Failure(endpoint.error());
    if (endpoint->port() != 0) {
        if (auto free = check_free(*endpoint); !free) return free;
    }
    for (std::uint32_t i = 0; i < workers_of(options); ++i) {
        auto worker = std::make_unique<Worker>(service, census, [this] { return current_tls(); });
        // The first one may be given any free port; the others join it there.
        auto bound = worker->listen(*endpoint);
        if (!bound) return Failure(bound.error());
        *endpoint = *bound;
        workers.push_back(std::move(worker));
    }
    port = endpoint->port();
    if (options.signals) {
        error_code error;
        for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
            if (!error) signals.add(number, error);
        }
        if (error) return fail(Code::internal, "cannot wait for signals");
        await_signal();
        control_thread = std::thread([this] { control.run(); });
    }
    for (auto& worker : workers) {
        Worker* mine = worker.get();
        threads.emplace_back([mine] { mine->run(); });
    }
    return {};
}

void Server::Impl::await_signal() {
    signals.async_wait([this](error_code error, int number) {
        if (error) return;
        if (number == SIGHUP) {
            const auto loaded = load();
            log::write(
                loaded ? log::Level::info : log::Level::error,
                "net.certificate_reload",
                {{"result", loaded ? "done" : loaded.error().text}}
            );
        } else {
            log::write(log::Level::info, "net.drain");
            drain();
        }
        await_signal();
    });
}

void Server::Impl::drain() {
    for (auto& worker : workers) worker->drain();
}

void Server::Impl::wait() {
    std::call_once(waited, [this] {
        for (std::thread& thread : threads) thread.join();
        pool.join();
        if (!control_thread.joinable()) return;
        asio::post(control, [this] { signals.cancel(); });
        control_thread.join();
    });
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::Server(Server&&) noexcept = default;

Server::~Server() {
    if (impl_ == nullptr) return;
    impl_->drain();
    impl_->wait();
}

Result<Server> Server::start(const Options& options, api::Handler& handler) {
    auto impl = std::make_unique<Impl>(options, handler);
    if (auto started = impl->start(); !started) return Failure(started.error());
    return Server(std::move(impl));
}

std::uint16_t Server::port() const { return impl_->port; }

void Server::drain() { impl_->drain(); }

void Server::wait() { impl_->wait(); }

Result<void> Server::reload_certificate() { return impl_->load(); }

}  // namespace homeward::net
