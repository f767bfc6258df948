#include "net/session.hpp"

#include "base/id.hpp"
#include "base/log.hpp"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

namespace homeward::net {
namespace {

using Unexpected = tl::unexpected<Refusal>;
using std::chrono::steady_clock;

constexpr std::size_t head_read_bytes = 4 * 1024;
constexpr std::size_t body_read_bytes = 64 * 1024;

/// Gives the place in the pool back, however the handler ends.
class Place {
  public:
    explicit Place(Pool& pool) : pool_(pool) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { pool_.leave(); }

  private:
    Pool& pool_;
};

api::Response fault(std::string_view event, std::string_view id) {
    log::write(log::Level::error, event, {{"request", id}});
    return problem({500, {}});
}

/// What the handler answers, or leaves to `later`.
api::Response answer_of(api::Handler& handler, const api::Request& request) {
    try {
        return handler.handle(request);
    } catch (const std::exception&) {
        // Its text may quote the request, so it is not written down.
        return fault("net.handler_threw", request.id);
    }
}

Result<bool> next_piece(const api::Producer& producer, std::string& piece) {
    try {
        return producer(piece);
    } catch (const std::exception&) {
        return fail(Code::internal, "a streamed body failed");
    }
}

/// The last address that the proxy added, or the proxy's own when it added none that is one.
std::string forwarded_address(const api::Request& request, const std::string& proxy) {
    const auto value = request.header("x-forwarded-for");
    if (!value) return proxy;
    std::string_view last = value->substr(value->rfind(',') + 1);  // npos + 1 is the beginning
    last.remove_prefix(std::min(last.find_first_not_of(' '), last.size()));
    boost::system::error_code error;
    const auto address = asio::ip::make_address(std::string(last), error);
    return error ? proxy : address.to_string();
}

/// As what a client that comes through a proxy is counted.
std::string network_of(const std::string& address) {
    boost::system::error_code error;
    const auto parsed = asio::ip::make_address(address, error);
    return error ? address : census_key(parsed);
}

}  // namespace

Session::Session(Wire& wire, Service& service, Crew& crew, Peer peer, bool tls)
    : wire_(wire), service_(service), crew_(crew), peer_(std::move(peer)), tls_(tls) {}

asio::awaitable<void> Session::run() {
    set_deadline(service_.options.limits.handshake_time_max);
    const Wire::Transfer greeted = co_await wire_.handshake();
    if (greeted.error) co_return;
    bool goes_on = !crew_.draining;
    while (goes_on) {
        phase_ = Phase::waiting;
        goes_on = co_await serve_one();
        goes_on = goes_on && !crew_.draining;
    }
    phase_ = Phase::leaving;
    if (broken_) co_return;
    set_deadline(service_.options.limits.linger_time_max);
    co_await wire_.finish();
}

void Session::drain() {
    if (phase_ == Phase::waiting) wire_.close();
}

void Session::cut() { wire_.close(); }

void Session::set_deadline(Milliseconds from_now) {
    wire_.set_deadline(steady_clock::now() + from_now);
}

asio::awaitable<bool> Session::serve_one() {
    Exchange exchange = begin_exchange();
    const auto size = co_await read_head();
    if (!size) co_return co_await refuse(size.error(), exchange);
    if (*size == 0) co_return false;
    phase_ = Phase::answering;
    answer_until_ = {};
    Message message;
    auto head = message.read_head(std::string_view(unread_).substr(0, *size));
    unread_.erase(0, *size);
    if (!head) co_return co_await refuse(head.error(), exchange);
    auto admission = admit(std::move(*head), service_.options.gate);
    if (!admission) co_return co_await refuse(admission.error(), exchange);
    fill(exchange, *admission);

    const api::Request& request = exchange.request;
    const auto limits = service_.handler.limits_for(request.method, request.path);
    Share share(crew_, service_.options.limits);
    if (admission->body != Admission::Body::none) {
        const auto taken = co_await take_body(message, *admission, limits, exchange, share);
        if (!taken) {
            share.release();
            co_return co_await refuse(taken.error(), exchange);
        }
        if (broken_) co_return false;
    }
    api::Response response = co_await ask(exchange, limits && limits->waits);
    // A slow reader of the answer does not keep the question in memory.
    exchange.request.body = std::string();
    share.release();
    exchange.keeps_alive = exchange.keeps_alive && !crew_.draining;
    co_return co_await send(std::move(response), exchange);
}

Session::Exchange Session::begin_exchange() const {
    Exchange exchange;
    exchange.request.id = to_text(make_id());
    exchange.request.remote_address = peer_.address;
    exchange.request.remote_network = peer_.network;
    exchange.request.tls = tls_;
    return exchange;
}

void Session::fill(Exchange& exchange, Admission& admission) const {
    exchange.head_only = admission.head_only;
    exchange.keeps_alive = admission.keeps_alive;
    exchange.version = admission.version;
    api::Request& request = exchange.request;
    request.method = admission.method;
    request.path = std::move(admission.target.path);
    request.query = std::move(admission.target.query);
    request.headers = std::move(admission.fields);
    if (peer_.is_proxy) {
        request.remote_address = forwarded_address(request, peer_.address);
        request.remote_network = network_of(request.remote_address);
        request.tls = tls_ || request.header("x-forwarded-proto") == "https";
    }
}

/// Bytes of one head, complete; zero when the peer went away or was too slow.
asio::awaitable<tl::expected<std::size_t, Refusal>> Session::read_head() {
    HeadScanner scanner;
    if (unread_.empty()) {
        set_deadline(service_.options.limits.idle_time_max);
        const bool arrived = co_await read_more(head_read_bytes);
        if (!arrived) co_return std::size_t{0};
    }
    set_deadline(service_.options.limits.head_time_max);
    for (;;) {
        auto size = scanner.scan(unread_);
        if (!size || *size > 0) co_return size;
        const bool arrived = co_await read_more(head_read_bytes);
        if (!arrived) co_return std::size_t{0};
    }
}

/// Everything that is decided before a body is read, then the body.
asio::awaitable<tl::expected<void, Refusal>> Session::take_body(
    Message& message,
    const Admission& admission,
    const std::optional<api::RouteLimits>& limits,
    Exchange& exchange,
    Share& share
) {
    const api::Request& request = exchange.request;
    if (!limits) {
        // Nobody will use it: the handler says that there is nothing here, and that is all.
        exchange.keeps_alive = false;
        co_return tl::expected<void, Refusal>();
    }
    if (!limits->anonymous && !request.header("cookie") && !request.header("authorization")) {
        co_return Unexpected({401, "sign in before sending"});
    }
    if (admission.body_bytes > limits->body_bytes_max) {
        co_return Unexpected({413, "the body is longer than this route takes"});
    }
    // A known length counts before it arrives, so that many bodies cannot start together.
    if (!share.try_grow(admission.body_bytes)) {
        co_return Unexpected({503, "too many bodies at once"});
    }
    if (admission.expects_continue && unread_.empty()) {
        set_deadline(service_.options.limits.write_time_max);
        const bool sent = co_await write("HTTP/1.1 100 Continue\r\n\r\n");
        if (!sent) co_return tl::expected<void, Refusal>();
    }
    message.begin_body(limits->body_bytes_max);
    auto read = co_await read_body(message, share);
    if (read && !broken_) exchange.request.body = message.take_body();
    co_return read;
}

asio::awaitable<tl::expected<void, Refusal>> Session::read_body(Message& message, Share& share) {
    const Limits& limits = service_.options.limits;
    const SteadyTime begun = steady_clock::now();
    for (;;) {
        if (!unread_.empty()) {
            const auto used = message.read_body(unread_);
            if (!used) co_return Unexpected(used.error());
            unread_.erase(0, *used);
            if (message.is_done()) co_return tl::expected<void, Refusal>();
        }
        const std::uint64_t have = message.body_bytes();
        if (!share.try_grow(have)) {
            co_return Unexpected({503, "too many bodies at once"});
        }
        const Milliseconds earned(have * 1000 / limits.body_bytes_per_second_min);
        wire_.set_deadline(begun + limits.body_time_max + earned);
        const bool arrived = co_await read_more(body_read_bytes);
        if (!arrived) co_return tl::expected<void, Refusal>();
    }
}

asio::awaitable<bool> Session::read_more(std::size_t bytes) {
    const std::size_t before = unread_.size();
    unread_.resize(before + bytes);
    const asio::mutable_buffer into = asio::buffer(unread_.data() + before, bytes);
    const Wire::Transfer got = co_await wire_.read_some(into);
    unread_.resize(before + got.bytes);
    if (got.error) broken_ = true;
    co_return !got.error;
}

asio::awaitable<api::Response> Session::ask(const Exchange& exchange, bool waits) {
    const api::Request& request = exchange.request;
    Pool& pool = service_.pool;
    std::optional<Census::Ticket> ticket;
    if (peer_.is_proxy) {
        ticket = service_.requests.enter(request.remote_network);
        if (!ticket) co_return problem({503, "too many requests of one client at once"});
    }
    if (!pool.try_enter()) co_return problem({503, "too many requests at once"});
    const Place place(pool);
    api::Handler& handler = service_.handler;
    auto job = [&handler, &request](const Tell<api::Response>& tell) {
        api::Response response = answer_of(handler, request);
        if (response.later) {
            response.later(tell);
        } else {
            tell(std::move(response));
        }
    };
    auto& threads = pool.threads(waits);
    api::Response response = co_await offload<api::Response>(threads, std::move(job));
    if (!is_sendable(response)) response = fault("net.unsendable_answer", request.id);
    co_return response;
}

/// One more piece of a streamed body. Not counted against the pool's cap: whoever is being
/// answered has been let in already, and there is at most one piece per connection.
asio::awaitable<Result<bool>> Session::produce(const api::Producer& producer, std::string& piece) {
    auto job = [&producer, &piece](const Tell<Result<bool>>& tell) {
        tell(next_piece(producer, piece));
    };
    auto& threads = service_.pool.threads(true);
    Result<bool> more = co_await offload<Result<bool>>(threads, std::move(job));
    co_return more;
}

asio::awaitable<bool> Session::refuse(Refusal refusal, Exchange& exchange) {
    phase_ = Phase::answering;
    log::write(
        log::Level::info,
        "net.refused",
        {{"request", exchange.request.id},
         {"status", std::to_string(refusal.status)},
         {"reason", refusal.reason}}
    );
    exchange.keeps_alive = false;
    api::Response response = problem(refusal);
    co_return co_await send(std::move(response), exchange);
}

Framing Session::framing_of(const Exchange& exchange) const {
    Framing framing;
    framing.keeps_alive = exchange.keeps_alive;
    framing.tls = exchange.request.tls;
    framing.request_id = exchange.request.id;
    framing.now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    return framing;
}

asio::awaitable<bool> Session::send(api::Response response, const Exchange& exchange) {
    answer_until_ = steady_clock::now() + service_.options.limits.answer_time_max;
    if (response.producer && has_body(response.status)) {
        co_return co_await stream(std::move(response), exchange);
    }
    std::string out = head_text(response, framing_of(exchange));
    const bool with_body = has_body(response.status) && !exchange.head_only;
    const bool in_one = with_body && response.body.size() <= piece_bytes;
    if (in_one) out += response.body;
    bool sent = co_await write(out);
    if (sent && with_body && !in_one) sent = co_await write(response.body);
    co_return sent&& exchange.keeps_alive;
}

asio::awaitable<bool> Session::stream(api::Response response, const Exchange& exchange) {
    Framing framing = framing_of(exchange);
    const bool chunked = exchange.version == 11;
    framing.body = chunked ? Framing::Body::chunked : Framing::Body::until_close;
    if (exchange.head_only) {
        const std::string head = head_text(response, framing);
        const bool sent = co_await write(head);
        co_return sent&& exchange.keeps_alive;
    }
    // The first piece is made before the head is sent, while a failure can still be told.
    std::string piece;
    Result<bool> more = co_await produce(response.producer, piece);
    if (!more) {
        api::Response failed = fault("net.stream_failed", exchange.request.id);
        co_return co_await send(std::move(failed), exchange);
    }
    std::string out = head_text(response, framing);
    for (;;) {
        if (chunked && !piece.empty()) out += fmt::format("{:x}\r\n", piece.size());
        out += piece;
        if (chunked && !piece.empty()) out += "\r\n";
        if (chunked && !*more) out += "0\r\n\r\n";
        const bool sent = co_await write(out);
        if (!sent || !*more) co_return sent&& exchange.keeps_alive;
        out.clear();
        piece.clear();
        more = co_await produce(response.producer, piece);
        if (!more) {
            // Half is sent. Only a cut can tell the client that the rest is missing.
            log::write(
                log::Level::error,
                "net.stream_failed",
                {{"request", exchange.request.id}, {"code", name_of(more.error().code)}}
            );
            broken_ = true;
            wire_.close();
            co_return false;
        }
    }
}

asio::awaitable<bool> Session::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::string_view piece = bytes.substr(0, piece_bytes);
        const SteadyTime now = steady_clock::now();
        SteadyTime until = now + service_.options.limits.write_time_max;
        if (answer_until_ != SteadyTime{}) {
            // A write that is done at once wins over a deadline that has passed, so look first.
            if (now >= answer_until_) {
                broken_ = true;
                wire_.close();
                co_return false;
            }
            until = std::min(until, answer_until_);
        }
        wire_.set_deadline(until);
        const Wire::Transfer done = co_await wire_.write(asio::buffer(piece));
        if (done.error) {
            broken_ = true;
            co_return false;
        }
        bytes.remove_prefix(piece.size());
    }
    co_return true;
}

}  // namespace homeward::net
