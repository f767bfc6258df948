// The fuzzer's entry and corpus, run under every compiler.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

TEST(CelFuzz, StandsItsCorpus) {
    std::size_t files = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(HOMEWARD_SOURCE_DIR "/tests/fuzz/corpus/cel")) {
        SCOPED_TRACE(entry.path().filename().string());
        std::ifstream in(entry.path(), std::ios::binary);
        const std::string bytes(std::istreambuf_iterator<char>(in), {});
        EXPECT_EQ(
            LLVMFuzzerTestOneInput(
                reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()
            ),
            0
        );
        ++files;
    }
    EXPECT_GE(files, 10U);
}

}  // namespace
