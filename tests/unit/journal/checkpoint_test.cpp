#include "journal/checkpoint.hpp"

#include "crypto/file.hpp"
#include "store/sqlite/connection.hpp"
#include "unit/journal/office.hpp"
#include "unit/journal/tampering.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

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
    // As somebody with a tool would while the server is down.
    void outside(const std::string& sql, bool rechains = false) {
        office.reset();
        using store::sqlite::FileConnection;
        {
            const auto file = folder.path() / store::main_file_name;
            const auto writer = must(FileConnection::open(file, FileConnection::Mode::writing));
            must(writer->run_script("DROP TRIGGER entry_is_never_changed; " + sql));
            if (rechains) test::rechain(*writer);
            must(writer->run_script(test::entry_is_never_changed));
            must(writer->scrub());
        }
        office.emplace(folder.path());
    }

    // And the tripwire as it was.
    static std::string without_entry(int seq) {
        const std::string at = " WHERE seq = " + std::to_string(seq) + "; ";
        return "DROP TRIGGER entry_is_never_deleted; DELETE FROM record" + at +
               "DELETE FROM entry" + at +
               "CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry\nBEGIN\n"
               "    SELECT RAISE(ABORT, 'an entry is never deleted');\nEND";
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
    EXPECT_EQ(office->verify(witness).after_checkpoint, 0U);
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
    outside("UPDATE entry SET sealed = zeroblob(200) WHERE seq = 2");
    EXPECT_EQ(start().error().code, Code::corrupt);
    EXPECT_EQ(start().error().text, "entry 2 was altered");
}

// Everything about it is right again but what was signed with its commit.
TEST_F(CheckpointTest, AnEndThatWasExchangedDoesNotStart) {
    write(1);
    must(must(start())->make());
    write(3);
    const std::string exchanged =
        "UPDATE entry SET sealed = (SELECT sealed FROM entry e WHERE e.seq = 2) WHERE seq = 3";
    outside(exchanged, true);
    EXPECT_EQ(start().error().text, "the journal's end was altered");
    // The control: nothing but that note shows it, and without it nothing vouches for the end.
    outside("DELETE FROM tail");
    EXPECT_EQ(start().error().text, "nothing vouches for the entries after the newest checkpoint");
    const auto report = office->verify();
    EXPECT_EQ(report.findings_in_all, 1U);
    EXPECT_EQ(report.findings.front().what, "nothing vouches for the entries from here on");
    EXPECT_EQ(number_of(report.findings.front().seq), 2U);
}

TEST_F(CheckpointTest, AnEndThatWasCutDoesNotStart) {
    write(1);
    must(must(start())->make());
    write(3);
    outside(without_entry(4), true);
    EXPECT_EQ(start().error().text, "the journal's end was altered");
}

// What is written after the gap would be signed as if nothing had been there.
TEST_F(CheckpointTest, NothingIsAddedToAJournalWithAGap) {
    write(3);
    outside(without_entry(2));
    const auto written = office->write(dossier, make_id(), 1, {});
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().text, "an entry is missing in the journal");
    EXPECT_EQ(office->verify().entries, 2U);
}

TEST_F(CheckpointTest, AnEndFromBeforeThereWasANoteOfItStartsWhereACheckpointCoversIt) {
    write(3);
    must(must(start())->make());
    outside("DELETE FROM tail");
    EXPECT_TRUE(start());
    EXPECT_TRUE(office->verify(witness).clean());
}

TEST_F(CheckpointTest, IsMadeAtLatestSoLongAfterAnEntry) {
    const auto checkpoints = must(Checkpoints::start(
        office->main(), office->keyring(), {witness, 1'000'000, std::chrono::milliseconds(1)}
    ));
    write(2);
    checkpoints->appended(2);
    while (office->verify().checkpoints == 0) std::this_thread::yield();
    EXPECT_EQ(office->verify().after_checkpoint, 0U);
}

TEST_F(CheckpointTest, IsNotCarriedOnFromAnAlteredOne) {
    write(3);
    must(must(start())->make());
    const auto file = folder.path() / store::main_file_name;
    office.reset();
    const Bytes whole = must(crypto::read_file(file, 1U << 24U));
    const std::string altered = "the newest checkpoint was altered";
    // What somebody with a tool could set it to, and what the start says then.
    const std::vector<std::pair<std::string, std::string>> changes{
        {"note = replace(note, char(10) || '3' || char(10), char(10) || '4' || char(10))",
         "the note has a wrong signature"},
        {"note = 'x'", "the note is not a signed note"},
        {"seq = 2", altered},
        {"tree = CAST(x'0300000000000000' || zeroblob(64) AS BLOB)", altered},
        {"tree = CAST(x'0200000000000000' || zeroblob(32) AS BLOB)", altered},
        {"tree = CAST(tree || x'00' AS BLOB)", "a tree has another size"},
        {"tree = x'03'", "the bytes end too early"}};
    for (const auto& [change, text] : changes) {
        office.reset();
        must(crypto::replace_file(file, whole));
        outside("UPDATE checkpoint SET " + change);
        const auto started = start();
        ASSERT_FALSE(started) << change;
        EXPECT_EQ(started.error().code, Code::corrupt) << change;
        EXPECT_EQ(started.error().text, text) << change;
    }
    office.reset();
    must(crypto::replace_file(file, whole));
    reopen();
    EXPECT_TRUE(start());
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

TEST_F(CheckpointTest, AWitnessThatCouldNotBeToldIsToldNextTime) {
    const auto checkpoints = must(start());
    write(3);
    must(checkpoints->make());
    const auto aside = folder.path() / "aside";
    std::filesystem::rename(witness, aside);
    std::filesystem::create_directory(witness);
    write(2);
    EXPECT_FALSE(checkpoints->make());
    // Nothing new is to be signed, and the witness still lags.
    EXPECT_FALSE(checkpoints->make());
    std::filesystem::remove(witness);
    std::filesystem::rename(aside, witness);
    EXPECT_EQ(must(checkpoints->make()).size, 5U);
    EXPECT_EQ(must(read_witness(witness)).size(), 2U);
    EXPECT_EQ(office->verify(witness).witnessed, 2U);
}

TEST_F(CheckpointTest, AFailureIsTriedAgainWithoutAnEntry) {
    const auto checkpoints = must(Checkpoints::start(
        office->main(), office->keyring(), {witness, 1'000'000, std::chrono::milliseconds(1)}
    ));
    std::filesystem::remove(witness);
    std::filesystem::create_directory(witness);
    write(2);
    checkpoints->appended(2);
    while (office->verify().checkpoints == 0) std::this_thread::yield();
    std::filesystem::remove(witness);
    while (!std::filesystem::exists(witness)) std::this_thread::yield();
    // At the end of the object, so that what is read is whole.
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
    const std::string root = to_base64(checkpoint.root.bytes);
    const auto signature = note.substr(note.rfind(' ') + 1, note.size() - note.rfind(' ') - 2);
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
          with("\xE2\x80\x94 ", "- "),
          with("42", "42x"),
          with("42", " 42"),
          with(root, root.substr(4)),
          with(root, "?" + root.substr(1)),
          with(signature, signature.substr(4)),
          with(signature, "?" + signature.substr(1)),
          with(signature, "AAAA" + signature.substr(4))})
        EXPECT_EQ(open_note(key, bad).error().code, Code::corrupt) << bad;
    test::Folder other_folder;
    const test::Office other(other_folder.path());
    EXPECT_FALSE(open_note(other.keyring().public_key(), note));
}

}  // namespace
}  // namespace homeward::journal
