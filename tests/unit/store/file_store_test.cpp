#include "store/database.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/schema.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

// What is particular to the engine with one file.
namespace homeward::store {
namespace {

namespace fs = std::filesystem;
using sqlite::FileConnection;

class FileStore : public testing::Test {
  protected:
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }

    Code open_code() {
        const auto opened = Database::open(file_engine(file), Schema::main);
        return opened ? Code::blocked : opened.error().code;
    }
    // As somebody would who has the file and a tool.
    void tamper(const char* sql) {
        sqlite3* handle = nullptr;
        ASSERT_EQ(sqlite3_open(file.c_str(), &handle), SQLITE_OK);
        char* error = nullptr;
        EXPECT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, &error), SQLITE_OK) << error;
        sqlite3_close(handle);
    }
    std::string pragma(FileConnection& connection, const Query& query) {
        std::string value;
        EXPECT_TRUE(
            connection
                .each(
                    query,
                    [&](const Row& row) -> Result<void> {
                        // Some settings answer in words, some in numbers.
                        const auto text = row.text(0);
                        value = text.empty() ? std::to_string(row.integer(0)) : std::string(text);
                        return {};
                    }
                )
                .has_value() ||
            !value.empty()
        );
        return value;
    }

    fs::path folder = fs::temp_directory_path() / ("homeward-" + to_text(make_id()));
    static fs::path log_of(fs::path database) { return database += "-wal"; }

    fs::path file = folder / "test.db";
};

TEST_F(FileStore, WritesDurablyAndReadsOnly) {
    ASSERT_EQ(open_code(), Code::blocked);
    auto writer = FileConnection::open(file, FileConnection::Mode::writing).value();
    static constexpr Query mode{"PRAGMA journal_mode"};
    static constexpr Query synchronous{"PRAGMA synchronous"};
    static constexpr Query foreign_keys{"PRAGMA foreign_keys"};
    static constexpr Query trusted{"PRAGMA trusted_schema"};
    static constexpr Query secure{"PRAGMA secure_delete"};
    static constexpr Query checkpoint{"PRAGMA wal_autocheckpoint"};
    static constexpr Query query_only{"PRAGMA query_only"};
    EXPECT_EQ(pragma(*writer, mode), "wal");
    EXPECT_EQ(pragma(*writer, synchronous), "2");
    EXPECT_EQ(pragma(*writer, foreign_keys), "1");
    EXPECT_EQ(pragma(*writer, trusted), "0");
    EXPECT_EQ(pragma(*writer, secure), "1");
    EXPECT_EQ(pragma(*writer, checkpoint), "0");
    auto reader = FileConnection::open(file, FileConnection::Mode::reading).value();
    EXPECT_EQ(pragma(*reader, query_only), "1");
    EXPECT_EQ(pragma(*reader, checkpoint), "0");
}

// A log that is begun anew while it is moved is what SQLite before 3.51.3 does not survive
// (docs/decisions/0024). tests/fault/crash looks at the threads of the whole program,
// tests/fault/power at what is on the disk.
TEST_F(FileStore, OnlyTheWriterHasTheLogMoved) {
    ASSERT_EQ(open_code(), Code::blocked);
    const auto log = log_of(file);
    auto writer = FileConnection::open(file, FileConnection::Mode::writing).value();
    static constexpr Query put{"INSERT INTO setting (name, value) VALUES ($1, $2)"};
    ASSERT_TRUE(writer->begin(Connection::Begin::writing));
    ASSERT_TRUE(writer->run(put, "name", Bytes(100'000)));
    ASSERT_TRUE(writer->commit());
    writer.reset();
    const auto size = fs::file_size(log);
    EXPECT_GT(size, 100'000U);
    static constexpr Query checkpoint{"PRAGMA wal_autocheckpoint"};
    static constexpr Query count{"SELECT count(*) FROM setting"};
    for (const auto mode : {FileConnection::Mode::reading, FileConnection::Mode::outside}) {
        auto reader = FileConnection::open(file, mode).value();
        EXPECT_EQ(pragma(*reader, checkpoint), "0");
        EXPECT_EQ(pragma(*reader, count), "1");
        EXPECT_TRUE(reader->tidy());
        EXPECT_DEATH(static_cast<void>(reader->scrub()), "only the writer has the log moved");
        // The last to go moves nothing either.
        reader.reset();
        EXPECT_EQ(fs::file_size(log), size);
    }
    auto again = FileConnection::open(file, FileConnection::Mode::writing).value();
    ASSERT_TRUE(again->scrub());
    EXPECT_EQ(fs::file_size(log), 0U);
}

class LogLimitsTest : public FileStore {
  protected:
    static constexpr std::uintmax_t page = 4096;

    void SetUp() override {
        FileStore::SetUp();
        ASSERT_EQ(open_code(), Code::blocked);
        open_with({50, 200, 40, 1000});
    }
    void open_with(const LogLimits& limits) {
        writer.reset();
        writer = FileConnection::open(file, FileConnection::Mode::writing, limits).value();
        ASSERT_TRUE(writer->scrub());
    }
    // As many pages in the log as so many pages of content need, and few more.
    void commit(std::size_t pages) {
        static constexpr Query put{
            "INSERT INTO setting (name, value) VALUES ('s', $1) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value"};
        ASSERT_TRUE(writer->begin(Connection::Begin::writing));
        // Other bytes each time: pages that stay the same are not written.
        ASSERT_TRUE(writer->run(put, Bytes(pages * page, std::byte(++commits & 0xffU))));
        ASSERT_TRUE(writer->commit());
    }
    std::uintmax_t log_size() const { return fs::file_size(log_of(file)); }
    // When a move is under way, it has ended after this.
    void let_end() {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (writer->moves_log() && std::chrono::steady_clock::now() < deadline)
            std::this_thread::yield();
    }
    // Something is committed during each move, so that none is of the whole log.
    std::uintmax_t longest_of_late_moves() {
        std::uintmax_t longest = 0;
        for (int i = 0; i < 100; ++i) {
            commit(30);
            commit(30);
            EXPECT_TRUE(writer->tidy());
            commit(30);
            let_end();
            EXPECT_TRUE(writer->tidy());
            longest = std::max(longest, log_size());
        }
        return longest;
    }
    std::unique_ptr<FileConnection> writer;
    unsigned commits = 0;
};

TEST_F(LogLimitsTest, SoManyPagesAreMovedBesideTheWriter) {
    const auto before = fs::file_size(file);
    commit(40);
    ASSERT_TRUE(writer->tidy());
    EXPECT_FALSE(writer->moves_log());
    EXPECT_EQ(fs::file_size(file), before);
    commit(10);
    ASSERT_TRUE(writer->tidy());
    let_end();
    EXPECT_GT(fs::file_size(file), before + 40 * page);
}

TEST_F(LogLimitsTest, ALogThatWasMovedWholeIsBegunAnew) {
    std::uintmax_t longest = 0;
    for (int i = 0; i < 100; ++i) {
        commit(20);
        ASSERT_TRUE(writer->tidy());
        let_end();
        longest = std::max(longest, log_size());
    }
    // A page of log has a head of its own.
    EXPECT_GT(longest, 50 * page);
    EXPECT_LT(longest, 100 * page);
}

TEST_F(LogLimitsTest, TheWriterWaitsOnceALogIsLong) {
    EXPECT_LT(longest_of_late_moves(), 350 * page);
}

// More is left after each move than the writer waits for.
TEST_F(LogLimitsTest, ALogAtItsLimitIsMovedAtOnce) {
    open_with({50, 200, 0, 1000});
    const auto longest = longest_of_late_moves();
    EXPECT_GT(longest, 1000 * page);
    EXPECT_LT(longest, 1150 * page);
}

TEST_F(LogLimitsTest, AReaderKeepsTheLogFromBeingBegunAnew) {
    auto reader = open_for_reading(file).value();
    commit(10);
    ASSERT_TRUE(reader->begin(Connection::Begin::reading));
    static constexpr Query size{"SELECT length(value) FROM setting WHERE name = 's'"};
    const auto seen = [&] { return reader->count(size).value(); };
    ASSERT_EQ(seen(), 10 * page);
    for (int i = 0; i < 100; ++i) {
        commit(30);
        ASSERT_TRUE(writer->tidy());
        let_end();
        ASSERT_EQ(seen(), 10 * page);
    }
    EXPECT_GT(log_size(), 3000 * page);
    reader->rollback();
    commit(30);
    ASSERT_TRUE(writer->scrub());
    EXPECT_EQ(log_size(), 0U);
}

// While nothing is left to move a commit may begin the log anew, and SQLite before 3.51.3 does not
// survive that beside a move.
TEST_F(LogLimitsTest, NothingIsMovedBesideTheWriterWhenAllMayHaveBeen) {
    commit(50);
    ASSERT_TRUE(writer->tidy());
    ASSERT_EQ(writer->moves_begun(), 1U);
    // A move that begins late takes this too.
    commit(50);
    let_end();
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(writer->tidy());
        EXPECT_EQ(writer->moves_begun(), 1U);
    }
    commit(1);
    ASSERT_TRUE(writer->tidy());
    EXPECT_EQ(writer->moves_begun(), 2U);
}

TEST_F(LogLimitsTest, NothingIsMovedBesideTheWriterAfterALogThatCouldNotBeCut) {
    commit(60);
    auto reader = open_for_reading(file).value();
    ASSERT_TRUE(reader->begin(Connection::Begin::reading));
    static constexpr Query size{"SELECT length(value) FROM setting WHERE name = 's'"};
    ASSERT_EQ(reader->count(size).value(), 60 * page);
    EXPECT_EQ(writer->scrub().error().code, Code::unavailable);
    ASSERT_TRUE(writer->tidy());
    EXPECT_EQ(writer->moves_begun(), 0U);
    commit(1);
    ASSERT_TRUE(writer->tidy());
    EXPECT_EQ(writer->moves_begun(), 1U);
}

// What a move beside the writer leaves is what SQLite would: after a kill at any moment the log is
// read from its beginning.
TEST_F(LogLimitsTest, WhatWasMovedBesideIsThereWithoutTheLogsIndex) {
    for (int i = 0; i < 10; ++i) {
        commit(30);
        ASSERT_TRUE(writer->tidy());
    }
    let_end();
    commit(7);
    const fs::path copy = folder / "copy.db";
    fs::copy_file(file, copy);
    fs::copy_file(log_of(file), log_of(copy));
    auto reader = open_for_reading(copy).value();
    static constexpr Query size{"SELECT length(value) FROM setting WHERE name = 's'"};
    EXPECT_EQ(reader->count(size).value(), 7 * page);
    EXPECT_TRUE(reader->self_check(Schema::main).value().empty());
}

TEST_F(FileStore, IsTheOwnersOnly) {
    const auto opened = Database::open(file_engine(file), Schema::main);
    ASSERT_TRUE(opened);
    for (const auto& item : fs::directory_iterator(folder)) {
        struct stat found {};
        ASSERT_EQ(stat(item.path().c_str(), &found), 0);
        EXPECT_EQ(found.st_mode & 0777U, 0600U) << item.path();
    }
}

TEST_F(FileStore, RefusesTablesThatAreNotItsOwn) {
    for (const char* sql :
         {"DROP TRIGGER entry_is_never_changed",
          "CREATE TABLE notes (x)",
          "DROP INDEX session_of_account; CREATE INDEX session_of_account ON session (seen)",
          "UPDATE schema_step SET digest = 'x'"}) {
        ASSERT_EQ(open_code(), Code::blocked);
        tamper(sql);
        EXPECT_EQ(open_code(), Code::corrupt) << sql;
        fs::remove_all(folder);
        fs::create_directories(folder);
    }
}

TEST_F(FileStore, RefusesANewerOrForeignFile) {
    ASSERT_EQ(open_code(), Code::blocked);
    tamper("INSERT INTO schema_step VALUES (9999, '9999_later', 'x')");
    EXPECT_EQ(open_code(), Code::invalid);
    fs::remove(file);
    std::ofstream(file) << std::string(8192, 'x');
    EXPECT_EQ(open_code(), Code::corrupt);
    file = folder / "no" / "test.db";
    EXPECT_EQ(open_code(), Code::unavailable);
}

// Every database that an earlier version made must reach today's schema.
TEST_F(FileStore, MigratesFromEveryEarlierStep) {
    for (const auto schema : {Schema::main, Schema::keys}) {
        std::vector<const sqlite::SchemaStep*> steps;
        for (const auto& step : sqlite::schema_steps())
            if (step.schema == schema) steps.push_back(&step);
        ASSERT_FALSE(steps.empty());
        for (std::size_t from = 0; from <= steps.size(); ++from) {
            fs::remove_all(folder);
            fs::create_directories(folder);
            auto writer = FileConnection::open(file, FileConnection::Mode::writing).value();
            ASSERT_TRUE(writer->run_script(
                "CREATE TABLE schema_step (number INTEGER PRIMARY KEY, name TEXT NOT NULL, "
                "digest TEXT NOT NULL) STRICT"
            ));
            for (std::size_t i = 0; i < from; ++i) {
                static constexpr Query listed{"INSERT INTO schema_step VALUES ($1, $2, $3)"};
                ASSERT_TRUE(writer->run_script(steps[i]->text));
                ASSERT_TRUE(writer->run(listed, steps[i]->number, steps[i]->name, steps[i]->digest)
                );
            }
            EXPECT_TRUE(sqlite::migrate(*writer, schema));
            EXPECT_TRUE(sqlite::compare_schema(*writer, schema).value().empty());
        }
    }
}

TEST_F(FileStore, OneProcessForEachFolder) {
    {
        const auto first = FolderLock::take(folder);
        ASSERT_TRUE(first);
        EXPECT_EQ(FolderLock::take(folder).error().code, Code::unavailable);
    }
    EXPECT_TRUE(FolderLock::take(folder));
    EXPECT_EQ(FolderLock::take("/proc/homeward").error().code, Code::unavailable);
}

TEST_F(FileStore, ScrubbingLeavesNothingOverwrittenBehind) {
    auto database = Database::open(file_engine(file), Schema::main).value();
    static constexpr Query put{
        "INSERT INTO setting (name, value) VALUES ('s', $1) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value"};
    const auto write = [&](const std::string& value) {
        ASSERT_TRUE(database->write([&](Session& session) -> Result<void> {
            const auto done = session.run(put, bytes_of(value));
            if (!done) return Failure{done.error()};
            return {};
        }));
    };
    const auto holds = [&](std::string_view text) {
        for (const auto& item : fs::directory_iterator(folder)) {
            std::ifstream in(item.path(), std::ios::binary);
            const std::string all((std::istreambuf_iterator<char>(in)), {});
            if (all.find(text) != std::string::npos) return true;
        }
        return false;
    };
    write("SECRET-BEFORE");
    // The control: it was there to be found.
    EXPECT_TRUE(holds("SECRET-BEFORE"));
    write("after");
    ASSERT_TRUE(database->scrub());
    EXPECT_FALSE(holds("SECRET-BEFORE"));
    EXPECT_TRUE(holds("after"));
}

TEST_F(FileStore, ScrubbingSaysWhenALongReadHoldsIt) {
    auto database = Database::open(file_engine(file), Schema::main).value();
    auto reader = open_for_reading(file).value();
    static constexpr Query look{"SELECT count(*) FROM setting"};
    static constexpr Query put{"INSERT INTO setting (name, value) VALUES ('s', $1)"};
    ASSERT_TRUE(reader->begin(Connection::Begin::reading));
    ASSERT_TRUE(reader->run(look));
    ASSERT_TRUE(database->write([&](Session& session) -> Result<void> {
        EXPECT_TRUE(session.run(put, bytes_of("x")));
        return {};
    }));
    EXPECT_EQ(database->scrub().error().code, Code::unavailable);
    reader->rollback();
    EXPECT_TRUE(database->scrub());
}

// A full disk, by a limit of the engine itself. Small changes that shared a commit with one that
// does not fit are kept, and everything goes on once there is room.
TEST_F(FileStore, AFullDiskRefusesWhatDoesNotFitAndGoesOn) {
    auto database = Database::open(file_engine(file), Schema::main).value();
    static constexpr Query less{"PRAGMA max_page_count = 100"};
    static constexpr Query more{"PRAGMA max_page_count = 100000"};
    static constexpr Query put{"INSERT INTO setting (name, value) VALUES ($1, $2)"};
    const auto limit = [&](const Query& query) {
        ASSERT_TRUE(database->write([&](Session& session) -> Result<void> {
            EXPECT_TRUE(session.run(query));
            return {};
        }));
    };
    const auto putting = [](std::string name, std::size_t size) {
        return [name = std::move(name), size](Session& session) -> Result<void> {
            const auto done = session.run(put, name, Bytes(size));
            if (!done) return Failure{done.error()};
            return {};
        };
    };
    limit(less);
    std::mutex mutex;
    std::vector<std::string> answers(7);
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const std::size_t size = i % 3 == 1 ? 1U << 20U : 10;
        database->submit(putting(std::to_string(i), size), [&, i](const Result<void>& result) {
            const std::lock_guard lock(mutex);
            answers[i] = result ? "kept" : name_of(result.error().code);
        });
    }
    limit(more);
    const std::vector<std::string> expected{
        "kept", "no_room", "kept", "kept", "no_room", "kept", "kept"};
    {
        const std::lock_guard lock(mutex);
        EXPECT_EQ(answers, expected);
    }
    EXPECT_TRUE(database->write(putting("1", 1U << 20U)));
}

TEST_F(FileStore, LooksAtItsOwnFile) {
    ASSERT_EQ(open_code(), Code::blocked);
    auto reader = open_for_reading(file).value();
    EXPECT_TRUE(reader->self_check(Schema::main).value().empty());
    EXPECT_FALSE(reader->self_check(Schema::keys).value().empty());
}

}  // namespace
}  // namespace homeward::store
