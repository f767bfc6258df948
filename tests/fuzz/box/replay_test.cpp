#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

TEST(BoxFuzz, ReplaysItsCorpus) {
    const std::filesystem::path corpus =
        std::filesystem::path(HOMEWARD_SOURCE_DIR) / "tests/fuzz/box/corpus";
    int count = 0;
    for (const auto& item : std::filesystem::directory_iterator(corpus)) {
        std::ifstream in(item.path(), std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(in), {}};
        // Every beginning of it too: a file may end anywhere.
        for (std::size_t size = 0; size <= bytes.size(); ++size) {
            const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
            EXPECT_EQ(LLVMFuzzerTestOneInput(data, size), 0) << item.path();
        }
        ++count;
    }
    EXPECT_GE(count, 4);
}

}  // namespace
