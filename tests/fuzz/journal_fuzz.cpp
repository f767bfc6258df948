// libFuzzer entry: any bytes are what the journal's readers find on a disk: a frame, a tree, a
// keyring file, and, opened already, the content of an entry. Each is refused, or is exactly what
// its writer would have written.
#include "casework/content.hpp"
#include "crypto/keyring_file.hpp"
#include "fuzz/fuzz.hpp"
#include "journal/frame.hpp"
#include "journal/merkle.hpp"
#include "unit/casework/little_pack.hpp"

#include <algorithm>

namespace {

using namespace homeward;
using fuzz::must;

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

/// The parts of an entry, one a line, each in the category that its first byte names.
journal::OpenedEntry opened_from(BytesView bytes) {
    journal::OpenedEntry opened;
    while (!bytes.empty()) {
        const auto end = std::find(bytes.begin(), bytes.end(), std::byte{'\n'});
        const auto size = static_cast<std::size_t>(end - bytes.begin());
        const BytesView line = bytes.first(size);
        bytes = bytes.subspan(std::min(size + 1, bytes.size()));
        if (line.empty()) continue;
        const auto category = static_cast<journal::Category>(
            std::to_integer<unsigned>(line.front()) % journal::category_count
        );
        opened.parts.push_back({category, Bytes(line.begin() + 1, line.end())});
    }
    return opened;
}

/// What was made of some parts makes parts that say the same.
void try_content(BytesView bytes) {
    static const auto pack = test::little_pack();
    static const auto categories = *casework::CategoryMap::make(*pack);
    const journal::OpenedEntry opened = opened_from(bytes);
    const auto head = casework::head_of(opened);
    journal::Entry entry;
    entry.record = Id();
    entry.version = 1;
    const auto record = casework::record_of(*pack, entry, opened);
    if (!record || !*record || (*record)->kind == nullptr || !head || !*head) return;
    // Fields that the pack does not know are dropped when a record is written anew, so the second
    // round is the one that must change nothing.
    journal::OpenedEntry first{casework::parts_of(categories, **record, **head), {}, {}};
    const auto once = casework::record_of(*pack, entry, first);
    must(once && *once && (*once)->kind == (*record)->kind);
    must((*once)->recorded_at == (*record)->recorded_at && (*once)->place == (*record)->place);
    journal::OpenedEntry second{casework::parts_of(categories, **once, **head), {}, {}};
    const auto twice = casework::record_of(*pack, entry, second);
    must(twice && *twice && (*twice)->data.size() == (*once)->data.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = fuzz::bytes_at(data, size);
    try_frame(bytes);
    try_tree(bytes);
    try_keyring(bytes);
    try_content(bytes);
    return 0;
}
