// libFuzzer entry: any bytes are the body of a request; the first, a digit, says to which route it
// goes. Each is refused with an answer that is described, or is taken.
#include "base/folded_json.hpp"
#include "fuzz/desk.hpp"

namespace {

using namespace homeward;
using fuzz::must;

constexpr std::string_view json_type = "application/json";
constexpr std::string_view patch_type = "application/merge-patch+json";

/// What was parsed can be written, and what was written can be parsed; an object can be folded.
void try_text(std::string_view text) {
    const auto value = parse_json(text);
    if (!value) return;
    const std::string written = json::serialize(*value);
    const auto again = parse_json(written, {8 * text.size() + 64, 32});
    must(again.has_value() && json::serialize(*again) == written);
    if (const auto* object = value->if_object()) {
        must(json::serialize(unfold_json(fold_json(*object))) == written);
    }
}

void send(fuzz::Desk& desk, char route, std::string_view body) {
    using api::Method;
    const std::string file = "/api/v1/dossiers/" + desk.ref();
    const std::string record = file + "/records/" + desk.record();
    switch (route) {
        case '0':
            return desk.send(Method::post, "/api/v1/dossiers", json_type, body);
        case '1':
            return desk.send(Method::post, file + "/records", json_type, body);
        case '2':
            return desk.send(Method::patch, record, patch_type, body);
        case '3':
            return desk.send(Method::post, record + "/reveal", json_type, body);
        case '4':
            return desk.send(Method::post, file + "/acts/close", json_type, body);
        case '5':
            return desk.send(Method::post, "/api/v1/accounts", json_type, body);
        case '6':
            return desk.send(Method::patch, "/api/v1/accounts/" + desk.account(), patch_type, body);
        case '7':
            return desk.send(Method::put, "/api/v1/session/password", json_type, body);
        default:
            return;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static fuzz::Desk desk;
    const std::string_view text = fuzz::text_at(data, size);
    if (text.empty()) return 0;
    try_text(text.substr(1));
    send(desk, text.front(), text.substr(1));
    return 0;
}
