#include "fault/store/writer.hpp"
#include "unit/journal/office.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

// The process dies, the disk fails, the disk is full: nothing that was acknowledged is lost, and
// nothing is torn.
namespace homeward::test {
namespace {

constexpr int exit_io_error = 74;

class Fault : public testing::Test {
  protected:
    void SetUp() override { const Office made(folder.path()); }

    // Everything ever acknowledged is there, and the journal verifies.
    void expect_whole() {
        Office office(folder.path());
        std::set<Id> found;
        must(office.main().read([&](store::Session& main) -> Result<void> {
            static constexpr store::Query all{"SELECT id FROM record"};
            must(main.each(all, [&](const store::Row& row) -> Result<void> {
                found.insert(row.id(0));
                return {};
            }));
            return {};
        }));
        for (const auto& record : acknowledged) EXPECT_EQ(found.count(record), 1U);
        const auto report = office.verify();
        EXPECT_TRUE(report.clean()) << report.findings[0].what;
        auto reader = must(store::open_for_reading(office.file()));
        EXPECT_TRUE(must(reader->self_check(store::Schema::main)).empty());
    }

    WriterRun run(int entries, int acks, const std::vector<std::string>& strace = {}) {
        auto result = start_writer(folder.path(), entries, acks, strace);
        acknowledged.insert(result.acknowledged.begin(), result.acknowledged.end());
        return result;
    }

    std::vector<std::string> inject(const std::string& what) {
        // Followed into threads; each thread counts its own calls.
        return {find_strace(), "-f", "-o", "/dev/null", "-e", "inject=" + what};
    }

    Folder folder;
    std::set<Id> acknowledged;
};

TEST_F(Fault, AnUndisturbedWriterWritesAll) {
    const auto result = run(10, -1);
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(acknowledged.size(), 40U);
    expect_whole();
}

TEST_F(Fault, SixtyKillsLoseNothing) {
    std::mt19937 random(3);
    int killed = 0;
    for (int i = 0; i < 60; ++i) {
        const auto result = run(1'000'000, static_cast<int>(random() % 60));
        killed += result.status == -1 ? 1 : 0;
        if (i % 5 == 4) expect_whole();
    }
    EXPECT_EQ(killed, 60);
    EXPECT_GT(acknowledged.size(), 500U);
}

TEST_F(Fault, AKillAtEachWriteOfTheFileLosesNothing) {
    ASSERT_FALSE(find_strace().empty()) << "strace is not installed";
    int killed = 0;
    for (int n = 1; n <= 40; ++n) {
        const auto result = run(6, -1, inject("pwrite64:signal=SIGKILL:when=" + std::to_string(n)));
        killed += result.status != 0 ? 1 : 0;
        if (n % 4 == 0) expect_whole();
    }
    EXPECT_GE(killed, 20);
}

// One failed sync, and the next would say "fine": the process must not be there to ask.
TEST_F(Fault, AFailedSyncEndsTheProcess) {
    ASSERT_FALSE(find_strace().empty()) << "strace is not installed";
    int ended = 0;
    for (int n = 1; n <= 12; ++n) {
        const auto result =
            run(6, -1, inject("fsync,fdatasync:error=EIO:when=" + std::to_string(n)));
        EXPECT_NE(result.status, -1);
        ended += result.status == exit_io_error ? 1 : 0;
        expect_whole();
    }
    EXPECT_GE(ended, 6);
}

TEST_F(Fault, AFullDiskIsToldAndWritingGoesOnWhenThereIsRoom) {
    ASSERT_FALSE(find_strace().empty()) << "strace is not installed";
    const auto result = run(40, -1, inject("pwrite64:error=ENOSPC:when=80..90"));
    EXPECT_EQ(result.status, 0);
    EXPECT_GT(result.out_of_room, 0);
    EXPECT_GT(result.after_out_of_room, 0);
    expect_whole();
}

}  // namespace
}  // namespace homeward::test

// The same program is the writer that it kills.
int main(int argc, char** argv) {
    if (argc == 4 && std::string_view(argv[1]) == "--writer")
        return homeward::test::run_writer(argv[2], std::stoi(argv[3]));
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
