#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

int run(const std::string& text) {
    return LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

TEST(PackFuzz, CorpusIsHandledWhole) {
    const std::filesystem::path folder(HOMEWARD_SOURCE_DIR "/tests/fuzz/pack/corpus");
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream in(entry.path(), std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        EXPECT_EQ(run(text.str()), 0) << entry.path();
        ++files;
    }
    EXPECT_GT(files, 5U);
}

TEST(PackFuzz, CorpusCutAnywhereIsHandledToo) {
    const std::filesystem::path folder(HOMEWARD_SOURCE_DIR "/tests/fuzz/pack/corpus");
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream in(entry.path(), std::ios::binary);
        std::ostringstream stream;
        stream << in.rdbuf();
        const auto text = stream.str();
        for (std::size_t size = 0; size < text.size(); size += 1 + text.size() / 16)
            EXPECT_EQ(run(text.substr(0, size)), 0) << entry.path();
    }
}

}  // namespace
