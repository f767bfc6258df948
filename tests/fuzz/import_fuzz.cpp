// libFuzzer entry: any bytes are lines of an import. Each line is refused by itself or is taken,
// and the answer counts them all.
#include "fuzz/desk.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace homeward;
    static fuzz::Desk desk;
    desk.send(
        api::Method::post, "/api/v1/import", "application/x-ndjson", fuzz::text_at(data, size)
    );
    return 0;
}
