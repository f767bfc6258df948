#include "base/id.hpp"
#include "store/database.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <string>

namespace homeward::store {
namespace {

namespace fs = std::filesystem;

constexpr Query put{"INSERT INTO setting (name, value) VALUES ($1, $2)"};
constexpr Query count_all{"SELECT count(*) FROM setting"};

class Copy : public testing::Test {
  protected:
    void SetUp() override {
        fs::create_directories(folder);
        database = std::move(*Database::open(file_engine(folder / "from.db"), Schema::main));
        add("one");
    }
    void TearDown() override {
        database.reset();
        fs::remove_all(folder);
    }
    void add(const std::string& name) {
        ASSERT_TRUE(database->write([&](Session& session) -> Result<void> {
            const auto done = session.run(put, name, Bytes(4000));
            if (!done) return Failure{done.error()};
            return {};
        }));
    }
    static std::uint64_t count(Session& session) {
        std::uint64_t value = 0;
        EXPECT_TRUE(session.each(count_all, [&](const Row& row) -> Result<void> {
            value = row.count(0);
            return {};
        }));
        return value;
    }
    std::unique_ptr<Connection> look(const std::string& name) {
        auto opened = open_for_reading(folder / name);
        EXPECT_TRUE(opened);
        EXPECT_TRUE((*opened)->begin(Connection::Begin::reading));
        return std::move(*opened);
    }

    fs::path folder = fs::temp_directory_path() / ("homeward-" + to_text(make_id()));
    std::unique_ptr<Database> database;
};

TEST_F(Copy, IsOfTheMomentThatTheTransactionSees) {
    auto source = look("from.db");
    ASSERT_EQ(count(*source), 1U);
    for (int i = 0; i < 400; ++i) add(std::to_string(i));
    std::uint64_t told = 0;
    ASSERT_TRUE(source->copy_to(folder / "to.db", [&](std::uint64_t done, std::uint64_t all) {
        EXPECT_LE(done, all);
        told = all;
    }));
    EXPECT_GT(told, 0U);
    source->rollback();
    auto copy = look("to.db");
    EXPECT_EQ(count(*copy), 1U);
    EXPECT_TRUE(copy->self_check(Schema::main)->empty());
    auto now = look("from.db");
    EXPECT_EQ(count(*now), 401U);
}

TEST_F(Copy, IsOneFileOfTheOwners) {
    auto source = look("from.db");
    ASSERT_EQ(count(*source), 1U);
    ASSERT_TRUE(source->copy_to(folder / "to.db", {}));
    {
        auto copy = look("to.db");
        EXPECT_EQ(count(*copy), 1U);
    }
    for (const auto& entry : fs::directory_iterator(folder))
        EXPECT_NE(entry.path().filename().string().substr(0, 6), "to.db-") << entry.path();
    struct stat info {};
    ASSERT_EQ(::stat((folder / "to.db").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(Copy, CanBeWrittenToAgain) {
    auto source = look("from.db");
    ASSERT_EQ(count(*source), 1U);
    ASSERT_TRUE(source->copy_to(folder / "to.db", {}));
    auto again = Database::open(file_engine(folder / "to.db"), Schema::main);
    ASSERT_TRUE(again);
    database = std::move(*again);
    add("two");
}

TEST_F(Copy, NeverGoesOverAFile) {
    auto source = look("from.db");
    ASSERT_EQ(count(*source), 1U);
    ASSERT_TRUE(source->copy_to(folder / "to.db", {}));
    EXPECT_EQ(source->copy_to(folder / "to.db", {}).error().code, Code::conflict);
    EXPECT_TRUE(fs::exists(folder / "to.db"));
    EXPECT_EQ(source->copy_to(folder / "none" / "to.db", {}).error().code, Code::unavailable);
}

TEST_F(Copy, WithoutRoomLeavesNothing) {
    for (int i = 0; i < 100; ++i) add(std::to_string(i));
    auto source = look("from.db");
    ASSERT_EQ(count(*source), 101U);
    // No larger file than this may be made; the writer's own log is already longer.
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const rlimit small{100'000, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto done = source->copy_to(folder / "to.db", {});
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    ASSERT_FALSE(done);
    EXPECT_FALSE(fs::exists(folder / "to.db"));
    EXPECT_TRUE(source->copy_to(folder / "to.db", {}));
}

}  // namespace
}  // namespace homeward::store
