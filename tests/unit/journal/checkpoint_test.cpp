#include "journal/checkpoint.hpp"

#include "crypto/file.hpp"
#include "unit/journal/office.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>

namespace homeward::journal {
namespace {

using test::must;

class CheckpointTest : public testing::Test {
  protected:
    void write(int count) {
        if (dossier.is_nil()) dossier = office->open_dossier();
        for (int i = 0; i < count; ++i) must(office->write(dossier, make_id(), 1, {}));
    }
    Result<std::unique_ptr<Checkpoints>> start(std::size_t every = 1'000'000) {
        return Checkpoints::start(office->main(), office->keyring(), {witness, every});
    }
    void reopen() {
        office.reset();
        office.emplace(folder.path());
    }
    void tamper(const char* sql) {
        office.reset();
        sqlite3* handle = nullptr;
        ASSERT_EQ(sqlite3_open((folder.path() / store::main_file_name).c_str(), &handle), 0);
        std::string trigger =
            "CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry\n"
            "BEGIN\n    SELECT RAISE(ABORT, 'an entry is never changed');\nEND";
        const std::string all =
            "DROP TRIGGER entry_is_never_changed;" + std::string(sql) + ";" + trigger;
        char* error = nullptr;
        EXPECT_EQ(sqlite3_exec(handle, all.c_str(), nullptr, nullptr, &error), 0) << error;
        sqlite3_close(handle);
        office.emplace(folder.path());
    }

    test::Folder folder;
    std::filesystem::path witness = folder.path() / "checkpoints.log";
    std::optional<test::Office> office{std::in_place, folder.path()};
    Id dossier;
};

TEST_F(CheckpointTest, CoversWhatWasAddedSinceTheLast) {
    auto checkpoints = must(start());
    EXPECT_EQ(must(checkpoints->make()).size, 0U);
    write(3);
    const auto first = must(checkpoints->make());
    EXPECT_EQ(first.size, 3U);
    EXPECT_EQ(must(checkpoints->make()).root, first.root);
    write(2);
    EXPECT_EQ(must(checkpoints->make()).size, 5U);
    EXPECT_EQ(must(read_witness(witness)).size(), 2U);
    EXPECT_TRUE(office->verify(witness).clean());
    EXPECT_EQ(office->verify(witness).unsigned_tail, 0U);
}

TEST_F(CheckpointTest, IsMadeAtTheEndAndEveryFewEntries) {
    {
        const auto checkpoints = must(start());
        write(4);
    }
    EXPECT_EQ(office->verify().checkpoints, 1U);
    const auto checkpoints = must(start(3));
    write(2);
    checkpoints->appended(2);
    write(1);
    checkpoints->appended(1);
    // Its thread makes one; asking waits for its turn and finds it made.
    EXPECT_EQ(must(checkpoints->make()).size, 7U);
    EXPECT_EQ(must(read_witness(witness)).size(), 2U);
    EXPECT_EQ(start(0).error().code, Code::invalid);
}

TEST_F(CheckpointTest, IsNotSignedOverAnAlteredEntry) {
    write(3);
    tamper("UPDATE entry SET sealed = zeroblob(200) WHERE seq = 2");
    const auto checkpoints = must(start());
    const auto made = checkpoints->make();
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, Code::corrupt);
    EXPECT_EQ(made.error().text, "entry 2 was altered");
}

TEST_F(CheckpointTest, IsNotCarriedOnFromAnAlteredOne) {
    write(3);
    must(must(start())->make());
    tamper("UPDATE checkpoint SET tree = CAST(x'0300000000000000' || zeroblob(64) AS BLOB)");
    EXPECT_EQ(start().error().code, Code::corrupt);
}

TEST_F(CheckpointTest, AStateThatIsOlderThanTheWitnessDoesNotStart) {
    write(3);
    must(must(start())->make());
    const auto file = folder.path() / store::main_file_name;
    office.reset();
    const Bytes old = must(crypto::read_file(file, 1U << 24U));
    reopen();
    EXPECT_TRUE(start());
    write(2);
    must(must(start())->make());
    office.reset();
    must(crypto::replace_file(file, old));
    reopen();
    EXPECT_EQ(start().error().text, "the journal is older than its witness saw it");
    // Grown again past the same size it is still another journal.
    write(4);
    EXPECT_EQ(start().error().code, Code::corrupt);
}

TEST_F(CheckpointTest, AWitnessThatMissedTheNewestIsTold) {
    write(3);
    must(must(start())->make());
    const auto notes = must(read_witness(witness));
    std::filesystem::remove(witness);
    EXPECT_TRUE(start());
    EXPECT_EQ(must(read_witness(witness)), notes);
    EXPECT_TRUE(start());
    EXPECT_EQ(must(read_witness(witness)), notes);
}

TEST_F(CheckpointTest, NotesAreReadBackOnlyWhole) {
    const Checkpoint checkpoint{origin_of(office->keyring().public_key()), 42, {}};
    const auto note = sign_note(office->keyring(), checkpoint);
    const auto& key = office->keyring().public_key();
    EXPECT_EQ(must(open_note(key, note)).size, 42U);
    const auto with = [&](std::string_view from, std::string_view to) {
        std::string changed = note;
        return changed.replace(changed.find(from), from.size(), to);
    };
    for (const auto& bad :
         {std::string(),
          note + "\n",
          note.substr(0, note.size() - 1),
          with("42", "042"),
          with("42", "-1"),
          with("42", "43"),
          with("42", "99999999999999999999"),
          with("\n\n", "\n"),
          with("\n\n", "\nx\n"),
          with("\xE2\x80\x94 ", "- ")})
        EXPECT_EQ(open_note(key, bad).error().code, Code::corrupt) << bad;
    test::Folder other_folder;
    const test::Office other(other_folder.path());
    EXPECT_FALSE(open_note(other.keyring().public_key(), note));
}

}  // namespace
}  // namespace homeward::journal
