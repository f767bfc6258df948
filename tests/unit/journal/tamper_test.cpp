#include "crypto/file.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/schema.hpp"
#include "unit/journal/office.hpp"
#include "unit/journal/tampering.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

// Somebody has the file and a tool. Whatever they change must be found.
namespace homeward::journal {
namespace {

using store::sqlite::FileConnection;
using test::must;

constexpr int entries_of_test = 200;

class Tamper : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        folder = new test::Folder();
        test::Office office(folder->path());
        key = office.keyring().public_key();
        const CheckpointOptions options{witness(), 1'000'000};
        auto checkpoints = must(Checkpoints::start(office.main(), office.keyring(), options));
        const std::vector<Id> dossiers{office.open_dossier(), office.open_dossier("place")};
        std::vector<std::uint64_t> versions(20, 0);
        std::vector<Id> records;
        for (std::size_t i = 0; i < versions.size(); ++i) records.push_back(make_id());
        for (std::size_t i = 0; i < entries_of_test; ++i) {
            const std::size_t which = i % versions.size();
            const auto& dossier = dossiers[which % 2];
            if (i % 7 == 6) {
                must(office.write(dossier, std::nullopt, 0, {}));
            } else {
                must(office.write(dossier, records[which], ++versions[which], {}));
            }
            if (i == entries_of_test / 2) must(checkpoints->make());
        }
    }
    static void TearDownTestSuite() { delete folder; }

    static std::filesystem::path file() { return folder->path() / store::main_file_name; }
    static std::filesystem::path witness() { return folder->path() / "checkpoints.log"; }

    // A copy in memory without the tripwires, as somebody with a tool would make one.
    void SetUp() override {
        copy = must(FileConnection::open(":memory:", FileConnection::Mode::reading));
        run("PRAGMA query_only = OFF; PRAGMA foreign_keys = OFF");
        for (const auto& step : store::sqlite::schema_steps())
            if (step.schema == store::Schema::main) must(copy->run_script(step.text));
        run("DROP TRIGGER entry_is_never_changed; DROP TRIGGER entry_is_never_deleted");
        run("ATTACH '" + file().string() + "' AS real");
        for (const char* table :
             {"dossier", "entry", "record", "projection", "gathered", "checkpoint", "tail"})
            run(std::string("INSERT INTO main.") + table + " SELECT * FROM real." + table);
        run("DETACH real");
        const auto report = look(true);
        ASSERT_TRUE(report.clean()) << report.findings[0].what;
        ASSERT_EQ(report.entries, 200U);
        ASSERT_EQ(report.checkpoints, 2U);
        ASSERT_EQ(report.witnessed, 2U);
    }

    void run(const std::string& sql) { must(copy->run_script(sql)); }

    VerifyReport look(bool with_witness = false) {
        const auto file_of_witness = with_witness ? witness() : std::filesystem::path();
        return must(verify(*copy, {key, file_of_witness, nullptr}));
    }

    static test::Folder* folder;
    static crypto::PublicKey key;
    std::unique_ptr<FileConnection> copy;
};

test::Folder* Tamper::folder = nullptr;
crypto::PublicKey Tamper::key;

// The same byte of every entry is flipped at once, and each entry must be named: no finding can
// hide that another is missing. So every byte of all 200 entries is tried.
TEST_F(Tamper, EachFlippedByteOfEachEntryIsFound) {
    std::size_t flips = 0;
    for (const auto& column : test::entry_columns()) {
        const auto cells = test::read_cells(*copy, column);
        for (std::size_t i = 0; i < cells[0].second.size(); ++i) {
            run("BEGIN");
            for (const auto& [seq, value] : cells) {
                Bytes changed = value;
                changed.at(i) ^= std::byte{1} << (seq + i) % 8;
                must(copy->run(column.set, seq, changed));
                ++flips;
            }
            std::set<std::uint64_t> altered;
            for (const auto& finding : look().findings)
                if (finding.what == "the entry was altered") altered.insert(number_of(finding.seq));
            EXPECT_EQ(altered.size(), cells.size()) << column.name << " byte " << i;
            run("ROLLBACK");
        }
    }
    EXPECT_GT(flips, 200U * 220U);
    EXPECT_TRUE(look().clean());
}

TEST_F(Tamper, OneFlippedBitIsFound) {
    std::mt19937 random(7);
    for (const auto& column : test::entry_columns()) {
        const auto cells = test::read_cells(*copy, column);
        for (int i = 0; i < 20; ++i) {
            const auto& [seq, value] = cells[random() % cells.size()];
            Bytes changed = value;
            changed[random() % changed.size()] ^= std::byte{1} << random() % 8;
            must(copy->run(column.set, seq, changed));
            EXPECT_FALSE(look().clean()) << column.name << " of " << seq;
            must(copy->run(column.set, seq, value));
        }
    }
    EXPECT_TRUE(look().clean());
}

// What can be done with statements, each on its own.
TEST_F(Tamper, WhatIsDoneToRowsIsFound) {
    for (const auto& sql : test::tampering_statements()) {
        run("BEGIN");
        run(sql);
        EXPECT_FALSE(look().clean()) << sql;
        run("ROLLBACK");
    }
    EXPECT_TRUE(look().clean());
}

std::set<std::string> kinds(const VerifyReport& report) {
    std::set<std::string> kinds;
    for (const auto& finding : report.findings) kinds.insert(finding.what);
    return kinds;
}

TEST_F(Tamper, AHistoryThatWasWrittenAnewIsFoundByTheSignatures) {
    test::rechain(*copy);
    EXPECT_TRUE(look().clean());
    run("UPDATE entry SET sealed = zeroblob(136) WHERE seq = 50");
    test::rechain(*copy);
    const std::set<std::string> expected{
        "the entries are not those that the checkpoint was made over",
        "the entries are not those that the note of the end was made over"};
    EXPECT_EQ(kinds(look()), expected);
}

TEST_F(Tamper, ACutIsFoundByTheSignatures) {
    run("DELETE FROM entry WHERE seq > 190");
    test::rechain(*copy);
    const std::set<std::string> expected{
        "the journal ends before the checkpoint was made: it was put back or cut",
        "the journal ends before the note of the end was made: it was put back or cut"};
    EXPECT_EQ(kinds(look()), expected);
}

// Without the witness nothing in the file can show it: the control that the witness is needed.
TEST_F(Tamper, AStatePutBackIsFoundByTheWitnessOnly) {
    run("DELETE FROM entry WHERE seq > 150; DELETE FROM checkpoint WHERE seq > 150; "
        "DELETE FROM tail");
    test::rechain(*copy);
    EXPECT_EQ(kinds(look()), std::set<std::string>{"nothing vouches for the entries from here on"});
    run("DELETE FROM entry WHERE seq > 101");
    test::rechain(*copy);
    EXPECT_TRUE(look().clean());
    EXPECT_FALSE(look(true).clean());
    run("DELETE FROM entry; DELETE FROM checkpoint; DELETE FROM record; DELETE FROM dossier");
    EXPECT_TRUE(look().clean());
    EXPECT_FALSE(look(true).clean());
}

TEST_F(Tamper, EntriesOfAnotherJournalDoNotFit) {
    test::Folder other;
    {
        test::Office office(other.path());
        const Id dossier = office.open_dossier();
        for (int i = 0; i < 5; ++i) must(office.write(dossier, make_id(), 1, {}));
        auto checkpoints = must(Checkpoints::start(office.main(), office.keyring(), {}));
        must(checkpoints->make());
    }
    run("ATTACH '" + (other.path() / store::main_file_name).string() + "' AS other");
    run("BEGIN; DELETE FROM dossier; DELETE FROM entry; DELETE FROM record; "
        "DELETE FROM checkpoint; INSERT INTO dossier SELECT * FROM other.dossier; "
        "INSERT INTO entry SELECT * FROM other.entry; "
        "INSERT INTO record SELECT * FROM other.record; "
        "INSERT INTO checkpoint SELECT * FROM other.checkpoint; "
        "DELETE FROM tail; INSERT INTO tail SELECT * FROM other.tail");
    EXPECT_FALSE(look().clean());
    run("ROLLBACK; BEGIN; INSERT INTO dossier SELECT * FROM other.dossier; "
        "DELETE FROM entry WHERE seq <= 5; INSERT INTO entry SELECT * FROM other.entry; "
        "INSERT INTO record SELECT * FROM other.record");
    test::rechain(*copy);
    EXPECT_FALSE(look().clean());
    run("ROLLBACK");
}

TEST_F(Tamper, AWitnessFileThatWasChangedIsFound) {
    const auto notes = must(read_witness(witness()));
    const auto changed = folder->path() / "changed.log";
    const auto looked = [&](const std::string& text) {
        must(crypto::replace_file(changed, bytes_of(text)));
        return must(verify(*copy, {key, changed, nullptr})).clean();
    };
    EXPECT_TRUE(looked(notes[0] + notes[1]));
    EXPECT_TRUE(looked(notes[1]));
    const std::string whole = notes[1];
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string one = whole;
        one[i] = static_cast<char>(one[i] ^ 2);
        EXPECT_FALSE(looked(one)) << i;
        EXPECT_FALSE(i > 0 && looked(whole.substr(0, i))) << i;
    }
}

// Bits of the file itself, headers, indexes and free space included: what is read is either found
// to be damaged or the same as before.
TEST_F(Tamper, AFlippedBitOfTheFileIsFoundOrChangesNothing) {
    static constexpr store::Query content{
        "SELECT seq, dossier, record, version, sealed, prev, hash, prev_seq FROM entry "
        "ORDER BY seq"};
    const auto digest = [](store::Session& session) {
        Bytes all;
        Writer writer(all);
        const auto read = session.each(content, [&](const store::Row& row) -> Result<void> {
            writer.u64(row.count(0));
            writer.u64(row.count(3));
            writer.u64(row.count(7));
            for (const std::size_t i : {1U, 4U, 5U, 6U}) writer.run(row.blob(i));
            writer.raw(row.id_or_null(2).value_or(Id{}).bytes);
            return {};
        });
        return read ? crypto::hash256(all) : crypto::Hash{};
    };
    const Bytes whole = must(crypto::read_file(file(), 1U << 24U));
    const auto original = digest(*copy);
    test::Folder place;
    must(crypto::replace_file(place.path() / "signing.pub", bytes_of(to_base64(key.bytes) + "\n")));
    std::mt19937 random(11);
    int found = 0;
    for (int i = 0; i < 150; ++i) {
        Bytes changed = whole;
        changed[random() % changed.size()] ^= std::byte{1} << random() % 8;
        const auto target = place.path() / "x.db";
        must(crypto::replace_file(target, changed));
        const auto report = verify_file({target, {}, {}, nullptr});
        if (!report || !report->clean()) {
            ++found;
            continue;
        }
        auto opened = must(store::open_for_reading(target));
        EXPECT_EQ(digest(*opened), original) << i;
    }
    EXPECT_GT(found, 30);
}

// The tables refuse it, unless somebody's tool does not ask them.
TEST_F(Tamper, AHashOfAnotherSizeIsFound) {
    run("PRAGMA ignore_check_constraints = ON");
    for (const char* sql :
         {"UPDATE entry SET hash = zeroblob(31) WHERE seq = 200",
          "UPDATE entry SET hash = CAST(hash || x'00' AS BLOB) WHERE seq = 200",
          "UPDATE entry SET prev = x'' WHERE seq = 200",
          "UPDATE dossier SET head = CAST(head || x'00' AS BLOB) WHERE type = 'child'"}) {
        run("BEGIN");
        run(sql);
        EXPECT_FALSE(look().clean()) << sql;
        run("ROLLBACK");
    }
    EXPECT_TRUE(look().clean());
}

// A tree that could stand there, of another size or over other entries.
TEST_F(Tamper, AnotherTreeBesideACheckpointIsFound) {
    const std::set<std::string> expected{"the checkpoint's tree is not the one that was signed"};
    for (const char* tree :
         {"(SELECT tree FROM checkpoint WHERE seq = 101)",
          "CAST(substr(tree, 1, 8) || zeroblob(length(tree) - 8) AS BLOB)",
          "CAST(tree || x'00' AS BLOB)",
          "x''"}) {
        run("BEGIN");
        run(std::string("UPDATE checkpoint SET tree = ") + tree + " WHERE seq = 200");
        EXPECT_EQ(kinds(look()), expected) << tree;
        run("ROLLBACK");
    }
    EXPECT_TRUE(look().clean());
}

TEST_F(Tamper, AVerificationSaysHowFarItIs) {
    for (int i = 0; i < 6; ++i)
        run("INSERT INTO entry SELECT seq + 200 * " + std::to_string(1 << i) +
            ", dossier, record, version, sealed, prev, hash, prev_seq FROM entry");
    using Told = std::vector<std::pair<std::uint64_t, std::uint64_t>>;
    Told told;
    const auto tell = [&](std::uint64_t done, std::uint64_t all) { told.emplace_back(done, all); };
    const auto report = must(verify(*copy, {key, {}, tell}));
    EXPECT_EQ(told, (Told{{10'000, 12'800}, {12'800, 12'800}}));
    // Nobody needs to listen.
    EXPECT_EQ(look().findings_in_all, report.findings_in_all);
}

TEST_F(Tamper, AReportNamesAtMostItsLimit) {
    run("UPDATE entry SET prev = zeroblob(32), hash = zeroblob(32), version = version + 9 "
        "WHERE record IS NOT NULL");
    for (int i = 0; i < 4; ++i)
        run("INSERT INTO entry SELECT seq + 1000 * " + std::to_string(1 << i) +
            ", dossier, record, version, sealed, prev, hash, prev_seq FROM entry");
    const auto report = look();
    EXPECT_EQ(report.findings.size(), findings_max);
    EXPECT_GT(report.findings_in_all, findings_max);
}

// The engine's own look at the file comes last: its lines are counted when the report is full.
TEST_F(Tamper, AFullReportCountsWhatTheEngineFinds) {
    const std::string more =
        "INSERT INTO entry SELECT seq + 200, dossier, record, version, sealed, prev, hash, "
        "prev_seq "
        "FROM entry; INSERT INTO entry SELECT seq + 400, dossier, record, version, sealed, prev, "
        "hash, prev_seq FROM entry; INSERT INTO entry SELECT seq + 800, dossier, record, version, "
        "sealed, prev, hash, prev_seq FROM entry";
    run(more);
    const auto expected = look();
    ASSERT_EQ(expected.findings.size(), findings_max);
    test::Folder place;
    const auto target = place.path() / "x.db";
    must(crypto::replace_file(place.path() / "signing.pub", bytes_of(to_base64(key.bytes) + "\n")));
    std::filesystem::copy_file(file(), target);
    {
        const auto writer = must(FileConnection::open(target, FileConnection::Mode::writing));
        must(writer->run_script(more + "; DROP TRIGGER entry_is_never_changed"));
        must(writer->scrub());
    }
    const auto report = must(verify_file({target, {}, {}, nullptr}));
    EXPECT_EQ(report.findings.size(), findings_max);
    EXPECT_EQ(report.findings_in_all, expected.findings_in_all + 1);
}

}  // namespace
}  // namespace homeward::journal
