#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

TEST(HttpFuzz, ReplaysItsCorpus) {
    const std::filesystem::path corpus =
        std::filesystem::path(HOMEWARD_SOURCE_DIR) / "tests/fuzz/http/corpus";
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
        std::ifstream in(entry.path(), std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(in), {}};
        // Every beginning of it too: a connection may break anywhere.
        for (std::size_t size = 0; size <= bytes.size(); ++size) {
            const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
            EXPECT_EQ(LLVMFuzzerTestOneInput(data, size), 0) << entry.path();
        }
        ++count;
    }
    EXPECT_GE(count, 8);
}

}  // namespace
