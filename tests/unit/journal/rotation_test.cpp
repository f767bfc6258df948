#include "journal/rotation.hpp"

#include "crypto/file.hpp"
#include "unit/journal/office.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>
#include <utility>
#include <vector>

namespace homeward::journal {
namespace {

using test::must;

constexpr store::Query select_first{"SELECT dossier, epoch, box FROM dossier_key LIMIT 1"};

class RotationTest : public testing::Test {
  protected:
    static constexpr std::size_t count = 10;
    static constexpr std::size_t batch = 3;

    void SetUp() override {
        for (std::size_t i = 0; i < count; ++i) dossiers.push_back(office->open_dossier());
    }
    void reopen() {
        office.reset();
        office.emplace(folder.path());
    }
    /// Stops after `steps` steps; never when there are fewer.
    Result<Rotation> rotate(std::uint32_t retire, std::size_t steps = 1000) {
        RotationOptions options;
        options.tables_per_change = batch;
        options.on_step = [&, left = steps](RotationStep step, std::uint64_t) mutable {
            seen.push_back(step);
            return --left > 0;
        };
        return rotate_keys(office->keys(), office->keyring(), retire, options);
    }
    void expect_all_open() {
        for (const Id& dossier : dossiers) EXPECT_NO_FATAL_FAILURE(office->keys_of(dossier));
    }

    /// A table as it is stored, and whose it is.
    std::pair<Id, crypto::Wrapped> first_table() {
        std::pair<Id, crypto::Wrapped> found;
        must(office->keys().read([&](store::Session& keys) -> Result<void> {
            must(keys.each(select_first, [&](const store::Row& row) -> Result<void> {
                const auto box = row.blob(2);
                found = {
                    row.id(0),
                    {static_cast<std::uint32_t>(row.count(1)), Bytes(box.begin(), box.end())}};
                return {};
            }));
            return {};
        }));
        return found;
    }
    using Epochs = std::vector<std::uint32_t>;

    test::Folder folder;
    std::optional<test::Office> office{std::in_place, folder.path()};
    std::vector<Id> dossiers;
    std::vector<RotationStep> seen;
};

TEST_F(RotationTest, WrapsEverythingAnewAndDestroysTheOldEpoch) {
    const auto done = must(rotate(1));
    EXPECT_EQ(done.epoch, 2U);
    EXPECT_EQ(done.tables, count);
    EXPECT_EQ(done.destroyed, 1U);
    EXPECT_EQ(office->keyring().epochs(), std::vector<std::uint32_t>{2});
    using enum RotationStep;
    EXPECT_EQ(
        seen, (std::vector{begun, rewrapped, rewrapped, rewrapped, rewrapped, emptied, destroyed})
    );
    expect_all_open();
    reopen();
    expect_all_open();
}

TEST_F(RotationTest, AskedTwiceForAnEpochItDoesNothingTheSecondTime) {
    must(rotate(1));
    const auto again = must(rotate(1));
    EXPECT_EQ(again.epoch, 2U);
    EXPECT_EQ(again.tables + again.destroyed, 0U);
    EXPECT_EQ(rotate(3).error().code, Code::invalid);
    EXPECT_EQ(must(rotate(2)).epoch, 3U);
}

TEST_F(RotationTest, GoesOnAfterAnEndAtEachStep) {
    const std::size_t steps = 1 + (count + batch - 1) / batch + 1 + 1;
    for (std::size_t stop = 1; stop <= steps; ++stop) {
        const std::uint32_t retire = office->keyring().epoch();
        const auto stopped = rotate(retire, stop);
        ASSERT_FALSE(stopped) << stop;
        EXPECT_EQ(stopped.error().code, Code::unavailable);
        expect_all_open();
        // As a process that ended there would find it.
        reopen();
        expect_all_open();
        const auto done = must(rotate(retire));
        EXPECT_EQ(done.epoch, retire + 1) << "a second epoch was begun after step " << stop;
        EXPECT_EQ(office->keyring().epochs(), std::vector<std::uint32_t>{retire + 1});
        expect_all_open();
    }
}

TEST_F(RotationTest, TheOldEpochIsUselessAfterwards) {
    auto [dossier, old] = first_table();
    EXPECT_TRUE(DossierKeys::unwrap(office->keyring(), dossier, old));
    must(rotate(1));
    EXPECT_EQ(DossierKeys::unwrap(office->keyring(), dossier, old).error().code, Code::not_found);
    reopen();
    EXPECT_EQ(DossierKeys::unwrap(office->keyring(), dossier, old).error().code, Code::not_found);
    // Nor does the new epoch's key open it, whatever number it is given.
    old.epoch = 2;
    EXPECT_EQ(DossierKeys::unwrap(office->keyring(), dossier, old).error().code, Code::corrupt);
}

TEST_F(RotationTest, DestroysNothingThatAReaderStillSees) {
    must(office->keys().read([&](store::Session& keys) -> Result<void> {
        // The first statement takes the snapshot.
        must(load_keys(keys, office->keyring(), dossiers[0]));
        const auto done = rotate(1);
        EXPECT_EQ(done.error().code, Code::unavailable);
        EXPECT_EQ(office->keyring().epochs(), (std::vector<std::uint32_t>{1, 2}));
        for (const Id& dossier : dossiers) EXPECT_TRUE(load_keys(keys, office->keyring(), dossier));
        return {};
    }));
    EXPECT_EQ(must(rotate(1)).destroyed, 1U);
    expect_all_open();
}

// What the test before is about: without the wait, a reader is left with what nothing opens.
TEST_F(RotationTest, WithoutTheWaitAReaderWouldLoseWhatItSees) {
    must(office->keys().read([&](store::Session& keys) -> Result<void> {
        must(load_keys(keys, office->keyring(), dossiers[0]));
        must(office->keyring().begin_epoch());
        must(office->keys().write([&](store::Session& session) -> Result<void> {
            must(rewrap_keys(session, office->keyring(), count));
            return {};
        }));
        must(office->keyring().destroy_epoch(1));
        EXPECT_EQ(load_keys(keys, office->keyring(), dossiers[1]).error().code, Code::not_found);
        return {};
    }));
}

TEST_F(RotationTest, UnderLoadEveryDossierOpensAndNewOnesAreMade) {
    std::atomic<bool> stop = false;
    std::atomic<std::uint64_t> opened = 0;
    std::atomic<std::uint64_t> refused = 0;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < 2; ++i)
        threads.emplace_back([&, i] {
            for (std::size_t at = i; !stop; at = (at + 1) % count) {
                const auto read = office->keys().read([&](store::Session& keys) -> Result<void> {
                    const auto table = load_keys(keys, office->keyring(), dossiers[at]);
                    if (!table) return Failure{table.error()};
                    return {};
                });
                ++(read ? opened : refused);
            }
        });
    std::vector<Id> fresh;
    threads.emplace_back([&] {
        while (!stop) fresh.push_back(office->open_dossier());
    });
    for (std::uint32_t epoch = 1; epoch <= 5; ++epoch) {
        auto done = rotate(epoch);
        // Readers come and go: one that holds the log for a moment only puts it off.
        while (!done && done.error().code == Code::unavailable) done = rotate(epoch);
        must(std::move(done));
    }
    stop = true;
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(refused, 0U);
    EXPECT_GT(opened, 0U);
    EXPECT_GT(fresh.size(), 0U);
    dossiers.insert(dossiers.end(), fresh.begin(), fresh.end());
    expect_all_open();
    reopen();
    expect_all_open();
}

// Adds an old table to the commit that finds none left.
class PutsBack final : public store::CommitHook {
  public:
    PutsBack(const Id& dossier, crypto::Wrapped old) : dossier_(dossier), old_(std::move(old)) {}
    Result<void> before_commit(store::Session& keys) override {
        static constexpr store::Query count{"SELECT count(*) FROM dossier_key WHERE epoch = $1"};
        static constexpr store::Query put{
            "UPDATE dossier_key SET epoch = $2, box = $3 WHERE dossier = $1"};
        if (must(keys.count(count, old_.epoch)) == 0)
            must(keys.run(put, dossier_, old_.epoch, old_.box));
        return {};
    }
    void committed() override {}

  private:
    Id dossier_;
    crypto::Wrapped old_;
};

TEST_F(RotationTest, DestroysNoEpochThatStillWrapsATable) {
    const auto [dossier, old] = first_table();
    PutsBack puts_back(dossier, old);
    // Once the last table is wrapped: the next change finds none that is old, its commit adds one.
    RotationOptions options;
    options.on_step = [&](RotationStep step, std::uint64_t tables) {
        if (step == RotationStep::rewrapped && tables == count)
            office->keys().exchange_hook(&puts_back);
        return true;
    };
    const auto stopped = rotate_keys(office->keys(), office->keyring(), 1, options);
    office->keys().exchange_hook(nullptr);
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().text, "an old epoch still wraps keys");
    EXPECT_EQ(office->keyring().epochs(), (Epochs{1, 2}));
    expect_all_open();
    EXPECT_EQ(must(rotate(1)).tables, 1U);
    EXPECT_EQ(office->keyring().epochs(), Epochs{2});
    expect_all_open();
}

TEST_F(RotationTest, GoesOnOnceTheKeyringCanBeWrittenAgain) {
    const auto file = folder.path() / crypto::keyring_file_name;
    const auto aside = folder.path() / "aside";
    // A folder stands where the new file would come to stand.
    const auto block = [&] {
        std::filesystem::rename(file, aside);
        std::filesystem::create_directory(file);
    };
    const auto unblock = [&] {
        std::filesystem::remove(file);
        std::filesystem::rename(aside, file);
    };
    block();
    EXPECT_EQ(rotate(1).error().code, Code::unavailable);
    EXPECT_EQ(seen, std::vector<RotationStep>{});
    EXPECT_EQ(office->keyring().epochs(), Epochs{1});
    expect_all_open();
    unblock();
    RotationOptions options;
    options.on_step = [&](RotationStep step, std::uint64_t) {
        if (step == RotationStep::emptied) block();
        return true;
    };
    const auto stopped = rotate_keys(office->keys(), office->keyring(), 1, options);
    EXPECT_EQ(stopped.error().code, Code::unavailable);
    EXPECT_EQ(office->keyring().epochs(), (Epochs{1, 2}));
    expect_all_open();
    unblock();
    reopen();
    EXPECT_EQ(must(rotate(1)).destroyed, 1U);
    EXPECT_EQ(office->keyring().epochs(), Epochs{2});
    expect_all_open();
}

TEST_F(RotationTest, ADamagedTableIsSaidAndNothingIsDestroyed) {
    constexpr store::Query spoil{"UPDATE dossier_key SET box = zeroblob(1100) WHERE dossier = $1"};
    must(office->keys().write([&](store::Session& keys) -> Result<void> {
        must(keys.run(spoil, dossiers[5]));
        return {};
    }));
    EXPECT_EQ(rotate(1).error().code, Code::corrupt);
    EXPECT_EQ(office->keyring().epochs(), (std::vector<std::uint32_t>{1, 2}));
    dossiers.erase(dossiers.begin() + 5);
    expect_all_open();
}

}  // namespace
}  // namespace homeward::journal
