#include "net/message.hpp"

#include "base/check.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>

#include <iterator>
#include <utility>

namespace homeward::net {
namespace {

namespace http = boost::beast::http;
using Unexpected = tl::unexpected<Refusal>;
using boost::beast::error_code;

/// No chunked body has fewer bytes left than this wherever the parser may stand ("0" and two line
/// ends). Beast 1.81 asserts it of a last chunk that comes in pieces, so shorter pieces wait.
constexpr std::size_t chunked_tail_bytes_min = 5;

/// A chunk's size line, and with it anything that may stay unread between two calls.
constexpr std::size_t unread_bytes_max = 1024;

std::string text_of(boost::beast::string_view view) { return {view.data(), view.size()}; }

std::string lower_of(boost::beast::string_view view) {
    std::string text = text_of(view);
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

Refusal refusal_of(error_code error) {
    if (error == http::error::body_limit) return {413, "the body is too long"};
    if (error == http::error::header_limit) return {431, "the header is too long"};
    if (error == http::error::bad_version) return {505, "the versions are HTTP/1.0 and HTTP/1.1"};
    return {400, "not an HTTP/1.1 request"};
}

}  // namespace

struct Message::Impl {
    struct ChunkWatch {
        bool saw_extension = false;
        void operator()(std::uint64_t, boost::beast::string_view extension, error_code&) {
            if (!extension.empty()) saw_extension = true;
        }
    };

    http::request_parser<http::string_body> parser;
    /// The parser keeps a reference to it, not a copy.
    ChunkWatch watch;
    std::ptrdiff_t head_fields = 0;
};

Message::Message() : impl_(std::make_unique<Impl>()) {
    // Lengths are judged by the scanner and the gate; this one only has to be no smaller.
    impl_->parser.header_limit(static_cast<std::uint32_t>(head_bytes_max + 1));
    impl_->parser.body_limit(boost::none);
    impl_->parser.eager(false);
}

Message::Message(Message&&) noexcept = default;
Message& Message::operator=(Message&&) noexcept = default;
Message::~Message() = default;

tl::expected<Head, Refusal> Message::read_head(std::string_view bytes) {
    error_code error;
    const std::size_t used =
        impl_->parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
    if (error) return Unexpected(refusal_of(error));
    if (!impl_->parser.is_header_done() || used != bytes.size()) {
        return Unexpected({400, "not an HTTP/1.1 request"});
    }
    const auto& message = impl_->parser.get();
    Head head;
    head.method = text_of(message.method_string());
    head.target = text_of(message.target());
    head.version = message.version();
    for (const auto& field : message) {
        api::Pair pair{lower_of(field.name_string()), text_of(field.value())};
        head.fields.push_back(std::move(pair));
    }
    impl_->head_fields = std::distance(message.begin(), message.end());
    return head;
}

void Message::begin_body(std::uint64_t bytes_max) {
    impl_->parser.body_limit(bytes_max);
    impl_->parser.eager(true);
    impl_->parser.on_chunk_header(impl_->watch);
}

tl::expected<std::size_t, Refusal> Message::read_body(std::string_view bytes) {
    check(!is_done(), "a message that is complete is not read on");
    if (is_chunked() && bytes.size() < chunked_tail_bytes_min) return std::size_t{0};
    error_code error;
    const std::size_t used =
        impl_->parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
    if (error && error != http::error::need_more) return Unexpected(refusal_of(error));
    if (impl_->watch.saw_extension) return Unexpected({400, "chunk extensions are not taken"});
    if (!is_done() && bytes.size() - used > unread_bytes_max) {
        return Unexpected({400, "a chunk that does not begin with its size"});
    }
    const auto& message = impl_->parser.get();
    if (std::distance(message.begin(), message.end()) != impl_->head_fields) {
        return Unexpected({400, "trailers are not taken"});
    }
    return used;
}

bool Message::is_done() const { return impl_->parser.is_done(); }

bool Message::is_chunked() const { return impl_->parser.chunked(); }

std::size_t Message::body_bytes() const { return impl_->parser.get().body().size(); }

std::string Message::take_body() { return std::move(impl_->parser.get().body()); }

std::string_view reason_phrase(unsigned status) {
    const auto phrase = http::obsolete_reason(static_cast<http::status>(status));
    return {phrase.data(), phrase.size()};
}

}  // namespace homeward::net
