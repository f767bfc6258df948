// libFuzzer entry: any bytes are a box that must be refused in one uniform way or be one of ours,
// and any bytes are a content that must come out as it went in.
#include "crypto/box.hpp"
#include "fuzz/fuzz.hpp"

#include <algorithm>

namespace {

using namespace homeward;
using fuzz::must;

// A fixed key, so that boxes in the corpus are ones that open.
crypto::DataKey fixed_key() {
    crypto::DataKey key;
    std::fill(key.span().begin(), key.span().end(), std::byte{7});
    return key;
}

void try_to_open(crypto::KeyView key, BytesView box, crypto::Padding padding) {
    crypto::Place place;
    place.table = "fuzz";
    const auto opened = crypto::open(key, place, box, padding);
    if (!opened) {
        must(opened.error().code == Code::corrupt && opened.error().text == "cannot be opened");
        return;
    }
    place.version = 1;
    must(!crypto::open(key, place, box, padding));
}

void try_to_seal(crypto::KeyView key, BytesView plain, crypto::Padding padding) {
    crypto::Place place;
    place.table = "fuzz";
    Bytes box = crypto::seal(key, place, plain, padding);
    const auto opened = crypto::open(key, place, box, padding);
    must(opened && std::equal(opened->begin(), opened->end(), plain.begin(), plain.end()));
    // One flipped bit, at a place that depends on the input.
    box[(plain.size() * 31 + 5) % box.size()] ^= std::byte{1} << plain.size() % 8;
    must(!crypto::open(key, place, box, padding));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const crypto::DataKey key = fixed_key();
    const auto bytes = fuzz::bytes_at(data, size);
    for (const auto padding : {crypto::Padding::stepped, crypto::Padding::none}) {
        try_to_open(key.view(), bytes, padding);
        try_to_seal(key.view(), bytes, padding);
    }
    return 0;
}
