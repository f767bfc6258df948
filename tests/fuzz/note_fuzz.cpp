// libFuzzer entry: any bytes are a signed checkpoint and a witness file. No note but the one that
// was signed opens, however little of it was changed.
#include "fuzz/fuzz.hpp"
#include "journal/checkpoint.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>

namespace {

using namespace homeward;
using fuzz::must;

/// A register's public key, and the only note that it ever signed.
constexpr std::string_view key_text = "0BIT3fjU38R743MLUTFepSiHs07FsAuGvkyFsMDDj90=";
constexpr std::string_view true_note =
    "homeward/09bbf0011bac86be\n1\n6rPP293bPEUKEhdf3QVu19VcXEORhScz+uXSrK8cJxo=\n\n"
    "\xE2\x80\x94 homeward/09bbf0011bac86be 2aajWU22r56izKxRRvgGNWhSJvQzDBpgXe1Uu2v7Pwa7GMGjorKSqTl"
    "V4Q0o3AAu1oET1dWikOsTWp4xDX51ey2ejgI=\n";

crypto::PublicKey key_of(std::string_view text) {
    crypto::PublicKey key;
    const auto bytes = from_base64(text);
    must(bytes && bytes->size() == key.bytes.size());
    std::copy(bytes->begin(), bytes->end(), key.bytes.begin());
    return key;
}

/// A file in memory.
class Scrap {
  public:
    Scrap() : fd_(memfd_create("witness", MFD_CLOEXEC)) { must(fd_ >= 0); }
    Scrap(const Scrap&) = delete;
    Scrap& operator=(const Scrap&) = delete;
    ~Scrap() { close(fd_); }

    std::filesystem::path put(std::string_view text) {
        must(ftruncate(fd_, 0) == 0);
        must(pwrite(fd_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
        return "/proc/self/fd/" + std::to_string(fd_);
    }

  private:
    const int fd_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const crypto::PublicKey key = key_of(key_text);
    static Scrap scrap;
    const auto text = fuzz::text_at(data, size);
    must(journal::open_note(key, text).has_value() == (text == true_note));
    const auto notes = journal::read_witness(scrap.put(text));
    must(notes.has_value());
    std::string joined;
    for (const std::string& note : *notes) {
        must(!note.empty());
        must(journal::open_note(key, note).has_value() == (note == true_note));
        joined += note;
    }
    must(joined == text);
    return 0;
}
