// Runs the corpus of one fuzz target under every compiler: the inputs whole, and cut where a file
// or a connection may end.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

/// Beginnings tried of one input, besides the whole.
constexpr std::size_t cuts_max = HOMEWARD_FUZZ_CUTS;

TEST(Fuzz, ReplaysItsCorpus) {
    std::size_t files = 0;
    for (const auto& item : std::filesystem::directory_iterator(HOMEWARD_FUZZ_CORPUS)) {
        SCOPED_TRACE(item.path().filename().string());
        std::ifstream in(item.path(), std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(in), {}};
        const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
        EXPECT_EQ(LLVMFuzzerTestOneInput(data, bytes.size()), 0);
        for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / cuts_max) {
            // Of its own size, so that the sanitizer sees a byte read past the end.
            const std::string cut = bytes.substr(0, size);
            const auto* begin = reinterpret_cast<const std::uint8_t*>(cut.data());
            EXPECT_EQ(LLVMFuzzerTestOneInput(begin, size), 0) << size;
        }
        ++files;
    }
    EXPECT_GE(files, 4U);
}

}  // namespace
