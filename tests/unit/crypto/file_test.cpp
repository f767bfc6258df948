#include "crypto/file.hpp"

#include "base/id.hpp"
#include "unit/crypto/failing.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cerrno>
#include <csignal>
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
    std::ptrdiff_t files() {
        return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
    }
    fs::path folder = fs::temp_directory_path() / ("homeward-" + to_text(make_id()));
};

/// No file of this process grows past `size` while it lives.
class SizeLimit {
  public:
    explicit SizeLimit(rlim_t size) {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit small{size, before_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
    }
    ~SizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }
    SizeLimit(const SizeLimit&) = delete;
    SizeLimit& operator=(const SizeLimit&) = delete;

  private:
    rlimit before_{};
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
    EXPECT_EQ(cut_file("/dev/null", 1).error().code, Code::unavailable);
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

TEST_F(Files, StandWhereTheProcessIsWhenNoFolderIsNamed) {
    const fs::path before = fs::current_path();
    fs::current_path(folder);
    const auto made = replace_file("file", bytes_of("here"));
    const auto grown = append_file("other", bytes_of("there"));
    fs::current_path(before);
    EXPECT_TRUE(made);
    EXPECT_TRUE(grown);
    EXPECT_EQ(text(folder / "file"), "here");
    EXPECT_EQ(text(folder / "other"), "there");
}

TEST_F(Files, AreWrittenAndReadWholeThroughASignal) {
    const auto file = folder / "file";
    const Failing write(Call::write, EINTR, 0, 2);
    EXPECT_TRUE(replace_file(file, bytes_of("whole")));
    EXPECT_TRUE(write.happened());
    const Failing read(Call::read, EINTR, 1, 2);
    EXPECT_EQ(text(file), "whole");
    EXPECT_TRUE(read.happened());
}

TEST_F(Files, StayAsTheyWereWhereTheNewOneDoesNotFit) {
    const auto file = folder / "file";
    ASSERT_TRUE(replace_file(file, bytes_of("old")));
    {
        const SizeLimit limit(4);
        const auto failure = replace_file(file, bytes_of("longer"));
        ASSERT_FALSE(failure);
        EXPECT_EQ(failure.error().text, "cannot write file: File too large");
        // Half of it was written before there was no more room, and is taken back.
        EXPECT_EQ(append_file(file, bytes_of("er")).error().code, Code::unavailable);
    }
    EXPECT_EQ(text(file), "old");
    EXPECT_EQ(files(), 1);
    EXPECT_TRUE(append_file(file, bytes_of("er")));
    EXPECT_EQ(text(file), "older");
}

TEST_F(Files, CountAsNotWrittenUntilTheDiskHasThem) {
    const auto file = folder / "file";
    ASSERT_TRUE(replace_file(file, bytes_of("old")));
    const auto failed_sync = [&](const auto& change, std::size_t skipped = 0) {
        const Failing sync(Call::fsync, EIO, skipped);
        const auto done = change();
        EXPECT_TRUE(sync.happened());
        return done ? Code::internal : done.error().code;
    };
    const auto replace = [&] { return replace_file(file, bytes_of("new")); };
    const auto append = [&] { return append_file(file, bytes_of("er")); };
    EXPECT_EQ(failed_sync(replace), Code::unavailable);
    EXPECT_EQ(failed_sync(append), Code::unavailable);
    EXPECT_EQ(text(file), "old");
    EXPECT_EQ(files(), 1);
    EXPECT_EQ(failed_sync([&] { return cut_file(file, 1); }), Code::unavailable);
    // The file itself is there, but its name may be gone with the power.
    EXPECT_EQ(failed_sync(replace, 1), Code::unavailable);
    const auto begin = [&] { return append_file(folder / "first", bytes_of("x")); };
    EXPECT_EQ(failed_sync(begin, 1), Code::unavailable);
    EXPECT_EQ(failed_sync([&] { return sync_folder(folder); }), Code::unavailable);
}

TEST_F(Files, AreNotAddedToWhenTheirEndIsNotKnown) {
    const auto file = folder / "file";
    ASSERT_TRUE(replace_file(file, bytes_of("old")));
    const Failing look(Call::fstat, EIO);
    EXPECT_EQ(append_file(file, bytes_of("er")).error().code, Code::unavailable);
    EXPECT_TRUE(look.happened());
    EXPECT_EQ(text(file), "old");
}

TEST_F(Files, HaveNoRoomWhereTheQuotaIsUsedUp) {
    const Failing write(Call::write, EDQUOT);
    EXPECT_EQ(replace_file(folder / "file", bytes_of("x")).error().code, Code::no_room);
    EXPECT_EQ(files(), 0);
}

}  // namespace
}  // namespace homeward::crypto
