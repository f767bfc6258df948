// libFuzzer entry: any bytes are what a connection brings. What passes the gate keeps its promises,
// and nothing depends on how the bytes were cut.
#include "fuzz/fuzz.hpp"
#include "net/gate.hpp"
#include "net/message.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace {

using namespace homeward;
using fuzz::must;

/// The end of a head must not depend on how its bytes were cut.
std::size_t scan(std::string_view bytes) {
    net::HeadScanner whole;
    const auto once = whole.scan(bytes);
    net::HeadScanner parts;
    tl::expected<std::size_t, net::Refusal> step = 0;
    for (std::size_t end = 0; end <= bytes.size() && step && *step == 0; ++end) {
        step = parts.scan(bytes.substr(0, end));
    }
    must(once.has_value() == step.has_value());
    if (!once) return 0;
    must(*once == *step);
    return *once;
}

/// What the gate promises of everything that it lets through.
void check_promises(const net::Admission& admission) {
    const std::string path = admission.target.path + "/";
    must(path.front() == '/');
    must(path.find("/./") == path.npos && path.find("/../") == path.npos);
    must(admission.target.path.find("//") == path.npos);
    must(path.find('\\') == path.npos && path.find('%') == path.npos);
    must(net::is_clean_utf8(path));
    for (const api::Pair& pair : admission.target.query) {
        must(!pair.name.empty() && net::is_clean_utf8(pair.name) && net::is_clean_utf8(pair.value));
    }
    int framings = 0;
    int hosts = 0;
    for (const api::Pair& pair : admission.fields) {
        framings += pair.name == "transfer-encoding" || pair.name == "content-length" ? 1 : 0;
        hosts += pair.name == "host" ? 1 : 0;
    }
    must(framings <= 1 && hosts == 1);
    const bool takes_body =
        admission.method != api::Method::get && admission.method != api::Method::del;
    must(takes_body || admission.body == net::Admission::Body::none);
}

/// The body must not depend on how its bytes were cut either, and never passes the limit.
void read_body(net::Message message, std::string_view bytes, std::size_t step) {
    constexpr std::uint64_t bytes_max = 64;
    message.begin_body(bytes_max);
    std::string unread;
    while (!message.is_done() && !bytes.empty()) {
        unread += bytes.substr(0, step);
        bytes.remove_prefix(std::min(step, bytes.size()));
        const auto used = message.read_body(unread);
        if (!used) break;
        must(*used <= unread.size());
        unread.erase(0, *used);
        must(message.body_bytes() <= bytes_max);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = fuzz::text_at(data, size);
    const std::size_t head_size = scan(bytes);
    if (head_size == 0) return 0;
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, size}) {
        net::Message message;
        auto head = message.read_head(bytes.substr(0, head_size));
        if (!head) return 0;
        const auto admission = net::admit(std::move(*head), {});
        if (!admission) return 0;
        check_promises(*admission);
        if (admission->body == net::Admission::Body::none || admission->body_bytes > 64) return 0;
        read_body(std::move(message), bytes.substr(head_size), step);
    }
    return 0;
}
