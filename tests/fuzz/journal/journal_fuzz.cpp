// libFuzzer entry: any bytes are a frame, a tree, a checkpoint, a witness file and a keyring file.
// Each is refused, or is exactly what its writer would have written.
#include "crypto/keyring_file.hpp"
#include "journal/checkpoint.hpp"
#include "journal/frame.hpp"
#include "journal/merkle.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

using namespace homeward;

void must(bool holds) {
    if (!holds) std::abort();
}

void try_frame(BytesView bytes) {
    const auto frame = journal::read_frame(bytes);
    if (!frame) return;
    const Bytes again = journal::write_frame(*frame);
    must(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));
}

void try_tree(BytesView bytes) {
    auto tree = journal::CompactRange::from_bytes(bytes);
    if (!tree) return;
    const Bytes again = tree->to_bytes();
    must(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));
    const auto before = tree->root();
    tree->add(before);
    must(tree->root() != before);
}

void try_keyring(BytesView bytes) {
    const auto file = crypto::parse_keyring(text_of(bytes));
    if (!file) return;
    // What was read is written in one way only, and read back the same.
    const std::string written = crypto::text_of_keyring(*file);
    const auto again = crypto::parse_keyring(written);
    must(again.has_value() && crypto::text_of_keyring(*again) == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = std::as_bytes(std::span(data, size));
    try_frame(bytes);
    try_tree(bytes);
    try_keyring(bytes);
    // Nobody has the private key of this one, so no note of the fuzzer's is ever right.
    must(!journal::open_note(crypto::PublicKey{}, text_of(bytes)));
    return 0;
}
