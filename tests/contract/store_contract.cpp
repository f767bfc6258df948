#include "store/database.hpp"
#include "unit/store/gate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <limits>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

// What callers may count on from any engine. One suite, every engine: a new one is added to the
// list at the end.
namespace homeward::store {
namespace {

using test::Gate;

constexpr Query put{"INSERT INTO setting (name, value) VALUES ($1, $2)"};
constexpr Query put_or_replace{
    "INSERT INTO setting (name, value) VALUES ($1, $2) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"};
constexpr Query get{"SELECT value FROM setting WHERE name = $1"};
constexpr Query count_all{"SELECT count(*) FROM setting"};
constexpr Query remove_one{"DELETE FROM setting WHERE name = $1"};
constexpr Query put_dossier{
    "INSERT INTO dossier (id, type, version, entries, head) VALUES ($1, $2, $3, $4, $5)"};
constexpr Query put_entry{
    "INSERT INTO entry (seq, dossier, record, version, sealed, prev, hash) "
    "VALUES ($1, $2, $3, $4, $5, $6, $6)"};
constexpr Query change_entry{"UPDATE entry SET sealed = $1"};
constexpr Query drop_entry{"DELETE FROM entry"};
constexpr Query second_before_first{"SELECT $2, $1"};
constexpr Query wrong_type{"SELECT name FROM setting"};

// How a test gets an engine, and a second one on the same database.
struct EngineCase {
    const char* name;
    std::function<std::unique_ptr<Engine>(const std::filesystem::path& folder)> make;
};

Result<void> done(const Result<std::int64_t>& result) {
    if (!result) return Failure{result.error()};
    return {};
}

class StoreContract : public testing::TestWithParam<EngineCase> {
  protected:
    void SetUp() override { std::filesystem::create_directories(folder); }
    void TearDown() override {
        database.reset();
        std::filesystem::remove_all(folder);
    }

    Database& open(const DatabaseOptions& options = {}) {
        database.reset();
        auto opened = Database::open(GetParam().make(folder), Schema::main, options);
        EXPECT_TRUE(opened) << (opened ? "" : opened.error().text);
        database = std::move(*opened);
        return *database;
    }

    Change putting(std::string name, std::string value = "v") {
        return [name = std::move(name), value = std::move(value)](Session& session) {
            return done(session.run(put, name, bytes_of(value)));
        };
    }

    std::uint64_t rows() {
        std::uint64_t count = 0;
        EXPECT_TRUE(database->read([&](Session& session) {
            return done(session.each(count_all, [&](const Row& row) -> Result<void> {
                count = row.count(0);
                return {};
            }));
        }));
        return count;
    }

    std::string value_of(const std::string& name) {
        std::string value = "(none)";
        EXPECT_TRUE(database->read([&](Session& session) {
            return done(session.each(
                get,
                [&](const Row& row) -> Result<void> {
                    value = text_of(row.blob(0));
                    return {};
                },
                name
            ));
        }));
        return value;
    }

    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("homeward-" + to_text(make_id()));
    std::unique_ptr<Database> database;
};

TEST_P(StoreContract, KeepsWhatItAcknowledgedOverARestart) {
    open();
    ASSERT_TRUE(database->write(putting("a", "1")));
    open();
    EXPECT_EQ(value_of("a"), "1");
    EXPECT_EQ(rows(), 1U);
}

TEST_P(StoreContract, GivesBackEachTypeAsItWasGiven) {
    open();
    static constexpr Query echo{"SELECT $1, $2, $3, $4, $5, $6, $7"};
    const std::string text("z\0\xc3\xa9", 4);
    const Bytes blob{std::byte{0}, std::byte{255}};
    const Id id = make_id();
    ASSERT_TRUE(database->read([&](Session& session) {
        return done(session.each(
            echo,
            [&](const Row& row) -> Result<void> {
                EXPECT_TRUE(row.is_null(0));
                EXPECT_EQ(row.integer(1), std::numeric_limits<std::int64_t>::min());
                EXPECT_EQ(row.real(2), 0.1);
                EXPECT_EQ(row.text(3), text);
                EXPECT_EQ(Bytes(row.blob(4).begin(), row.blob(4).end()), blob);
                EXPECT_EQ(row.id(5), id);
                EXPECT_EQ(row.blob(6).size(), 0U);
                EXPECT_FALSE(row.is_null(6));
                return {};
            },
            nullptr,
            std::numeric_limits<std::int64_t>::min(),
            0.1,
            text,
            blob,
            id,
            Bytes{}
        ));
    }));
}

TEST_P(StoreContract, NumbersValuesByTheirNumberNotTheirPlace) {
    open();
    ASSERT_TRUE(database->read([&](Session& session) {
        return done(session.each(
            second_before_first,
            [&](const Row& row) -> Result<void> {
                EXPECT_EQ(row.text(0), "two");
                EXPECT_EQ(row.text(1), "one");
                return {};
            },
            "one",
            "two"
        ));
    }));
}

TEST_P(StoreContract, SaysHowManyRowsChanged) {
    open();
    ASSERT_TRUE(database->write([&](Session& session) -> Result<void> {
        EXPECT_EQ(session.run(put, "a", bytes_of("1")).value(), 1);
        EXPECT_EQ(session.run(remove_one, "b").value(), 0);
        EXPECT_EQ(session.run(put_or_replace, "a", bytes_of("2")).value(), 1);
        EXPECT_EQ(session.run(remove_one, "a").value(), 1);
        EXPECT_EQ(session.run(remove_one, "a").value(), 0);
        return {};
    }));
}

TEST_P(StoreContract, AColumnOfAnotherTypeIsDamage) {
    open();
    ASSERT_TRUE(database->write(putting("a")));
    const auto read = database->read([&](Session& session) {
        return done(session.each(wrong_type, [&](const Row& row) -> Result<void> {
            EXPECT_EQ(row.integer(0), 0);
            return {};
        }));
    });
    EXPECT_EQ(read.error().code, Code::corrupt);
}

TEST_P(StoreContract, ARefusedChangeLeavesNothingAndDoesNotHurtItsGroup) {
    open();
    ASSERT_TRUE(database->write(putting("taken")));
    std::vector<Code> codes(30, Code::internal);
    std::vector<int> runs(codes.size());
    Gate gate;
    database->submit(gate.holding(), [](const Result<void>&) {});
    gate.wait_until_held();
    const auto groups_before = database->stats().groups;
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const bool bad = i % 3 == 1;
        database->submit(
            [&, i, bad](Session& session) -> Result<void> {
                ++runs[i];
                const auto name = "n" + std::to_string(i);
                auto written = done(session.run(put, name, bytes_of("v")));
                if (written && bad) return done(session.run(put, "taken", bytes_of("v")));
                return written;
            },
            [&, i](const Result<void>& result) {
                codes[i] = result ? Code::invalid : result.error().code;
            }
        );
    }
    gate.open();
    // Work between transactions waits for all of them.
    ASSERT_TRUE(database->scrub());
    for (std::size_t i = 0; i < codes.size(); ++i) {
        EXPECT_EQ(codes[i], i % 3 == 1 ? Code::conflict : Code::invalid) << i;
        // All at once up to the first that fails, and then each by itself.
        EXPECT_EQ(runs[i], i <= 1 ? 2 : 1) << i;
    }
    EXPECT_EQ(rows(), 21U);
    // The gate has a commit of its own.
    EXPECT_EQ(database->stats().groups, groups_before + 2);
    EXPECT_EQ(database->stats().changes, 22U);
}

TEST_P(StoreContract, AChangeAloneInItsGroupRunsOnce) {
    open();
    int runs = 0;
    EXPECT_FALSE(database->write([&](Session&) -> Result<void> {
        ++runs;
        return fail(Code::conflict, "no");
    }));
    EXPECT_EQ(runs, 1);
}

TEST_P(StoreContract, AChangeThatThrowsIsAFailureAndLeavesNothing) {
    open();
    const auto result = database->write([&](Session& session) -> Result<void> {
        EXPECT_TRUE(session.run(put, "a", bytes_of("1")));
        throw std::runtime_error("from a library");
    });
    EXPECT_EQ(result.error().code, Code::internal);
    EXPECT_EQ(rows(), 0U);
    EXPECT_TRUE(database->write(putting("b")));
}

TEST_P(StoreContract, AStatementThatIsStoppedInTheMiddleCanBeRunAgain) {
    open();
    ASSERT_TRUE(database->write(putting("a")));
    ASSERT_TRUE(database->write(putting("b")));
    ASSERT_TRUE(database->read([&](Session& session) -> Result<void> {
        for (int i = 0; i < 2; ++i) {
            const auto stopped = session.each(wrong_type, [](const Row&) -> Result<void> {
                return fail(Code::blocked, "enough");
            });
            EXPECT_EQ(stopped.error().code, Code::blocked);
        }
        return {};
    }));
}

TEST_P(StoreContract, ReadingsCannotWrite) {
    open();
    const auto result = database->read([&](Session& session) {
        return done(session.run(put, "a", bytes_of("1")));
    });
    EXPECT_FALSE(result);
    EXPECT_EQ(rows(), 0U);
}

TEST_P(StoreContract, AReadingSeesOneMoment) {
    open();
    ASSERT_TRUE(database->write(putting("a")));
    ASSERT_TRUE(database->read([&](Session& session) -> Result<void> {
        const auto count = [&] {
            std::uint64_t value = 0;
            EXPECT_TRUE(session.each(count_all, [&](const Row& row) -> Result<void> {
                value = row.count(0);
                return {};
            }));
            return value;
        };
        EXPECT_EQ(count(), 1U);
        EXPECT_TRUE(database->write(putting("b")));
        EXPECT_EQ(count(), 1U);
        return {};
    }));
    EXPECT_EQ(rows(), 2U);
    ASSERT_TRUE(database->read_afresh([&](Session& session) {
        return done(session.each(count_all, [&](const Row& row) -> Result<void> {
            EXPECT_EQ(row.count(0), 2U);
            return {};
        }));
    }));
}

TEST_P(StoreContract, ManyThreadsWritingAndReadingLoseNothing) {
    open({2, 4096, 256, 16, 1U << 20U});
    std::atomic<int> failed{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 40; ++i) {
                const auto name = std::to_string(t) + ":" + std::to_string(i);
                if (!database->write(putting(name, name))) ++failed;
                if (value_of(name) != name) ++failed;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(failed, 0);
    EXPECT_EQ(rows(), 320U);
    EXPECT_EQ(database->stats().changes, 320U);
    EXPECT_LE(database->stats().groups, 320U);
}

TEST_P(StoreContract, TakesAQueueToItsLimitAndTurnsAwayOneMore) {
    DatabaseOptions options;
    options.queue_max = 5;
    open(options);
    Gate gate;
    std::atomic<int> kept{0};
    const auto count_kept = [&](const Result<void>& result) { kept += result ? 1 : 0; };
    database->submit(gate.holding(), count_kept);
    gate.wait_until_held();
    for (int i = 0; i < 5; ++i) database->submit(putting(std::to_string(i)), count_kept);
    EXPECT_EQ(database->stats().waiting, 5U);
    Code code = Code::internal;
    database->submit(putting("more"), [&](const Result<void>& result) {
        code = result.error().code;
    });
    EXPECT_EQ(code, Code::unavailable);
    EXPECT_EQ(database->stats().refused, 1U);
    gate.open();
    open(options);
    EXPECT_EQ(kept, 6);
    EXPECT_EQ(rows(), 5U);
}

TEST_P(StoreContract, GroupsWhatWaitsUpToBothLimits) {
    DatabaseOptions options;
    options.group_changes_max = 4;
    options.group_bytes_max = 100;
    open(options);
    const auto groups_of = [&](std::size_t bytes) {
        Gate gate;
        const auto ignore = [](const Result<void>&) {};
        database->submit(gate.holding(), ignore);
        gate.wait_until_held();
        const auto before = database->stats().groups;
        for (int i = 0; i < 8; ++i)
            database->submit([](Session&) -> Result<void> { return {}; }, ignore, bytes);
        gate.open();
        // Work between transactions waits for all of them and is no group itself.
        EXPECT_TRUE(database->scrub());
        return database->stats().groups - before - 1;
    };
    EXPECT_EQ(groups_of(0), 2U);
    EXPECT_EQ(groups_of(25), 2U);
    EXPECT_EQ(groups_of(26), 3U);
    EXPECT_EQ(groups_of(101), 8U);
}

// Writes into each commit how many there were, and may be told to refuse some.
class CountingHook : public CommitHook {
  public:
    Result<void> before_commit(Session& session) override {
        static constexpr Query put_count{
            "INSERT OR REPLACE INTO setting (name, value) VALUES ('commits', $1)"};
        if (refusals > 0) {
            --refusals;
            return fail(Code::corrupt, "refused");
        }
        return done(session.run(put_count, bytes_of(std::to_string(++tried))));
    }
    void committed() override { ++kept; }

    int refusals = 0;  ///< to come
    int tried = 0;
    int kept = 0;
};

TEST_P(StoreContract, AHookAddsToEachCommit) {
    open();
    CountingHook hook;
    EXPECT_EQ(database->exchange_hook(&hook), nullptr);
    ASSERT_TRUE(database->write(putting("a")));
    Gate gate;
    std::atomic<int> kept_changes{0};
    const auto count_kept = [&](const Result<void>& result) { kept_changes += result ? 1 : 0; };
    database->submit(gate.holding(), count_kept);
    gate.wait_until_held();
    for (const char* name : {"b", "c", "d"}) database->submit(putting(name), count_kept);
    gate.open();
    ASSERT_TRUE(database->scrub());
    EXPECT_EQ(kept_changes, 4);
    // One for "a", one for the gate, one for the three that waited together.
    EXPECT_EQ(hook.kept, 3);
    EXPECT_EQ(value_of("commits"), "3");
    EXPECT_EQ(database->exchange_hook(nullptr), &hook);
    ASSERT_TRUE(database->write(putting("e")));
    EXPECT_EQ(hook.tried, 3);
    EXPECT_EQ(rows(), 6U);
}

TEST_P(StoreContract, WhatAHookRefusesIsNotWritten) {
    open();
    CountingHook hook;
    database->exchange_hook(&hook);
    hook.refusals = 1;
    const auto refused = database->write(putting("a"));
    EXPECT_EQ(refused.error().code, Code::corrupt);
    EXPECT_EQ(rows(), 0U);
    // A change that fails takes nothing of the others with it, nor of the hook.
    EXPECT_FALSE(database->write([](Session&) -> Result<void> {
        return fail(Code::conflict, "no");
    }));
    ASSERT_TRUE(database->write(putting("b")));
    EXPECT_EQ(rows(), 2U);
    database->exchange_hook(nullptr);
}

TEST_P(StoreContract, OfAGroupThatCannotBeKeptEachIsTriedAlone) {
    open();
    CountingHook hook;
    database->exchange_hook(&hook);
    Gate gate;
    database->submit(gate.holding(), [](const Result<void>&) {});
    gate.wait_until_held();
    std::vector<std::string> refused;
    for (const char* name : {"b", "c", "d"}) {
        database->submit(putting(name), [&, name](const Result<void>& result) {
            if (!result) refused.emplace_back(name);
        });
    }
    // The gate, then all at once, all in parts, and the first of them alone.
    hook.refusals = 4;
    gate.open();
    ASSERT_TRUE(database->scrub());
    EXPECT_EQ(refused, std::vector<std::string>{"b"});
    EXPECT_EQ(hook.refusals, 0);
    EXPECT_EQ(rows(), 3U);
    database->exchange_hook(nullptr);
}

TEST_P(StoreContract, WhatIsQueuedAtTheEndIsStillWritten) {
    open();
    std::atomic<int> kept{0};
    for (int i = 0; i < 200; ++i) {
        database->submit(putting(std::to_string(i)), [&](const Result<void>& result) {
            kept += result ? 1 : 0;
        });
    }
    open();
    EXPECT_EQ(kept, 200);
    EXPECT_EQ(rows(), 200U);
}

TEST_P(StoreContract, ReadingsPastTheirLimitAreTurnedAway) {
    DatabaseOptions options;
    options.readers = 1;
    options.readings_waiting_max = 0;
    open(options);
    ASSERT_TRUE(database->read([&](Session&) -> Result<void> {
        const auto second = database->read([](Session&) -> Result<void> { return {}; });
        EXPECT_EQ(second.error().code, Code::unavailable);
        return {};
    }));
    EXPECT_EQ(rows(), 0U);
}

TEST_P(StoreContract, AnEntryIsNeverChangedOrDeleted) {
    open();
    const Id dossier = make_id();
    const Bytes hash(32);
    ASSERT_TRUE(database->write([&](Session& session) -> Result<void> {
        EXPECT_TRUE(session.run(put_dossier, dossier, "child", 1, 1, hash));
        return done(session.run(put_entry, 1, dossier, make_id(), 1, Bytes{}, hash));
    }));
    for (const Query* query : {&change_entry, &drop_entry}) {
        const auto result = database->write([&](Session& session) {
            return query == &change_entry ? done(session.run(*query, Bytes(1)))
                                          : done(session.run(*query));
        });
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, Code::conflict);
    }
    static constexpr Query replace{
        "INSERT OR REPLACE INTO entry (seq, dossier, record, version, sealed, prev, hash) "
        "VALUES (1, $1, NULL, 0, $2, $3, $3)"};
    EXPECT_FALSE(database->write([&](Session& session) {
        return done(session.run(replace, dossier, Bytes{}, hash));
    }));
}

TEST_P(StoreContract, ConstraintsAreConflicts) {
    open();
    const Bytes hash(32);
    const auto code = [&](const Change& change) {
        const auto result = database->write(change);
        return result ? Code::internal : result.error().code;
    };
    // A dossier that does not exist, an id of 15 bytes, a version without a record.
    EXPECT_EQ(
        code([&](Session& s) {
            return done(s.run(put_entry, 1, make_id(), make_id(), 1, Bytes{}, hash));
        }),
        Code::conflict
    );
    EXPECT_EQ(
        code([&](Session& s) { return done(s.run(put_dossier, Bytes(15), "child", 0, 0, hash)); }),
        Code::conflict
    );
    EXPECT_EQ(
        code([&](Session& s) {
            const Id dossier = make_id();
            EXPECT_TRUE(s.run(put_dossier, dossier, "child", 0, 0, hash));
            return done(s.run(put_entry, 1, dossier, nullptr, 1, Bytes{}, hash));
        }),
        Code::conflict
    );
}

TEST_P(StoreContract, ASecondMigrationChangesNothing) {
    open();
    ASSERT_TRUE(database->write(putting("kept")));
    for (int i = 0; i < 3; ++i) open();
    EXPECT_EQ(rows(), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Engines,
    StoreContract,
    testing::Values(EngineCase{
        "file", [](const std::filesystem::path& folder) { return file_engine(folder / "test.db"); }}
    ),
    [](const testing::TestParamInfo<EngineCase>& one) { return one.param.name; }
);

}  // namespace
}  // namespace homeward::store
