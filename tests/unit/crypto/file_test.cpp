#include "crypto/file.hpp"

#include "base/id.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace homeward::crypto {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
  protected:
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }
    std::string text(const fs::path& file) {
        const auto content = read_file(file, 100);
        return content ? std::string(text_of(*content)) : "(" + content.error().text + ")";
    }
    fs::path folder = fs::temp_directory_path() / ("homeward-" + to_text(make_id()));
};

TEST_F(Files, AreReadToTheirLimitAndNotPastIt) {
    const auto file = folder / "file";
    ASSERT_TRUE(replace_file(file, bytes_of("twelve bytes")));
    EXPECT_EQ(text_of(read_file(file, 12).value()), "twelve bytes");
    EXPECT_EQ(read_file(file, 11).error().code, Code::too_large);
}

TEST_F(Files, AreReplacedWholeAndForTheirOwner) {
    const auto file = folder / "file";
    ASSERT_TRUE(replace_file(file, bytes_of("old")));
    ASSERT_TRUE(replace_file(file, bytes_of("new")));
    EXPECT_EQ(text(file), "new");
    EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1);
}

TEST_F(Files, GrowAndAreCut) {
    const auto file = folder / "file";
    ASSERT_TRUE(append_file(file, bytes_of("one")));
    ASSERT_TRUE(append_file(file, bytes_of("two")));
    EXPECT_EQ(text(file), "onetwo");
    ASSERT_TRUE(cut_file(file, 2));
    EXPECT_EQ(text(file), "on");
}

TEST_F(Files, SayWhatCannotBeDoneAndLeaveNothing) {
    const auto nowhere = folder / "nowhere" / "file";
    EXPECT_EQ(read_file(nowhere, 10).error().code, Code::not_found);
    EXPECT_EQ(replace_file(nowhere, bytes_of("x")).error().code, Code::not_found);
    EXPECT_EQ(append_file(nowhere, bytes_of("x")).error().code, Code::not_found);
    EXPECT_EQ(cut_file(nowhere, 0).error().code, Code::not_found);
    EXPECT_EQ(sync_folder(folder / "nowhere").error().code, Code::not_found);
    // A folder is no file to be read, and none is put in its place.
    fs::create_directories(folder / "taken" / "inside");
    EXPECT_FALSE(read_file(folder / "taken", 10));
    EXPECT_FALSE(replace_file(folder / "taken", bytes_of("x")));
    EXPECT_FALSE(cut_file(folder / "taken", 0));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1);
}

// A device on which nothing has room.
TEST_F(Files, SayThatThereIsNoRoom) {
    if (!fs::exists("/dev/full")) GTEST_SKIP() << "there is no /dev/full";
    const auto failure = append_file("/dev/full", bytes_of("x"));
    ASSERT_FALSE(failure);
    EXPECT_EQ(failure.error().code, Code::no_room);
    EXPECT_EQ(failure.error().text.find("/dev"), std::string::npos) << "paths may name people";
}

}  // namespace
}  // namespace homeward::crypto
