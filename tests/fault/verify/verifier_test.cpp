#include "crypto/file.hpp"
#include "store/sqlite/connection.hpp"
#include "unit/journal/office.hpp"
#include "unit/journal/tampering.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>

// The verifier in another language (tools/verify) must find what ours finds: it is what somebody
// uses who does not trust the server.
namespace homeward::test {
namespace {

namespace fs = std::filesystem;

const fs::path verifier = HOMEWARD_SOURCE_DIR "/tools/verify";

class Verifier : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        folder = new Folder();
        Office office(folder->path());
        auto checkpoints = must(journal::Checkpoints::start(
            office.main(), office.keyring(), {folder->path() / "checkpoints.log", 1'000'000}
        ));
        const std::vector<Id> dossiers{office.open_dossier(), office.open_dossier("place")};
        std::vector<std::uint64_t> versions(20, 0);
        std::vector<Id> records;
        for (std::size_t i = 0; i < versions.size(); ++i) records.push_back(make_id());
        for (std::size_t i = 0; i < 200; ++i) {
            const std::size_t which = i % versions.size();
            const auto& dossier = dossiers[which % 2];
            if (i % 7 == 6)
                must(office.write(dossier, std::nullopt, 0, {}));
            else
                must(office.write(dossier, records[which], ++versions[which], {}));
            if (i == 100) must(checkpoints->make());
        }
    }
    static void TearDownTestSuite() { delete folder; }

    void SetUp() override { put_back(); }
    void TearDown() override { sqlite3_close(handle); }

    void put_back() {
        sqlite3_close(handle);
        fs::copy_file(
            folder->path() / store::main_file_name, copy, fs::copy_options::overwrite_existing
        );
        ASSERT_EQ(sqlite3_open(copy.c_str(), &handle), SQLITE_OK);
        run("PRAGMA journal_mode = DELETE; DROP TRIGGER entry_is_never_changed; "
            "DROP TRIGGER entry_is_never_deleted; PRAGMA synchronous = OFF");
    }
    void run(const std::string& sql) {
        char* error = nullptr;
        ASSERT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK)
            << sql << error;
    }

    // The exit status: 0 clean, 1 found, 2 could not look.
    int look(const std::string& more = {}, const fs::path& tool = verifier) {
        const std::string command = "node " + (tool / "verify.mjs").string() + " " + copy.string() +
                                    " --key " + (folder->path() / "signing.pub").string() + " " +
                                    more + " > " + said.string() + " 2>&1";
        const int status = std::system(command.c_str());  // NOLINT(concurrency-mt-unsafe)
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    std::string words() { return std::string(text_of(must(crypto::read_file(said, 1U << 22U)))); }

    static Folder* folder;
    fs::path copy = folder->path() / "copy.db";
    fs::path said = folder->path() / "said";
    sqlite3* handle = nullptr;
};

Folder* Verifier::folder = nullptr;

TEST_F(Verifier, AgreesWithACleanJournal) {
    EXPECT_EQ(look("--witness " + (folder->path() / "checkpoints.log").string()), 0) << words();
    EXPECT_NE(words().find("\"entries\":200"), std::string::npos) << words();
    EXPECT_NE(words().find("\"witnessed\":2"), std::string::npos) << words();
}

TEST_F(Verifier, FindsWhatIsDoneToRows) {
    for (const auto& sql : tampering_statements()) {
        run("PRAGMA foreign_keys = OFF");
        run(sql);
        EXPECT_EQ(look(), 1) << sql << words();
        put_back();
    }
}

// In each run another byte of every entry is flipped, and every entry must be named.
TEST_F(Verifier, FindsFlippedBytesInEveryEntry) {
    for (const auto& column : entry_columns()) {
        auto reader = must(store::open_for_reading(copy));
        const auto cells = read_cells(*reader, column);
        reader.reset();
        for (std::size_t round = 0; round < 6; ++round) {
            run("BEGIN");
            for (const auto& [seq, value] : cells) {
                Bytes changed = value;
                changed[(seq * 13 + round * 31) % changed.size()] ^= std::byte{1} << seq % 8;
                run("UPDATE entry SET " + std::string(column.name) + " = x'" + to_hex(changed) +
                    "' WHERE seq = " + std::to_string(seq));
            }
            run("COMMIT");
            EXPECT_EQ(look(), 1);
            const auto text = words();
            std::size_t named = 0;
            for (const auto& cell : cells) {
                const auto line = "{\"seq\":\"" + std::to_string(cell.first) +
                                  "\",\"what\":\"the entry was altered\"}";
                named += text.find(line) != std::string::npos ? 1 : 0;
            }
            EXPECT_EQ(named, cells.size()) << column.name;
            put_back();
        }
    }
}

TEST_F(Verifier, FindsARollbackWithTheWitnessOnly) {
    const auto witness = "--witness " + (folder->path() / "checkpoints.log").string();
    run("PRAGMA foreign_keys = OFF; DELETE FROM entry; DELETE FROM checkpoint; DELETE FROM tail; "
        "DELETE FROM record; DELETE FROM dossier");
    EXPECT_EQ(look(), 0) << words();
    EXPECT_EQ(look(witness), 1) << words();
}

// Everything after the newest checkpoint is right again but what was signed with its commit.
TEST_F(Verifier, FindsAnEndThatWasWrittenAnew) {
    run("DELETE FROM checkpoint WHERE seq = 200");
    EXPECT_EQ(look(), 0) << words();
    EXPECT_NE(words().find("\"afterCheckpoint\":99"), std::string::npos) << words();
    run("UPDATE entry SET sealed = (SELECT sealed FROM entry e WHERE e.seq = 160) WHERE seq = 161");
    sqlite3_close(std::exchange(handle, nullptr));
    {
        const auto writer = must(
            store::sqlite::FileConnection::open(copy, store::sqlite::FileConnection::Mode::writing)
        );
        rechain(*writer);
        must(writer->scrub());
    }
    EXPECT_EQ(look(), 1) << words();
    EXPECT_NE(words().find("the note of the end was made over"), std::string::npos) << words();
    EXPECT_NE(words().find("\"findings\":1}"), std::string::npos) << words();
    ASSERT_EQ(sqlite3_open(copy.c_str(), &handle), SQLITE_OK);
    run("DELETE FROM tail");
    EXPECT_EQ(look(), 1) << words();
    EXPECT_NE(words().find("nothing vouches"), std::string::npos) << words();
}

TEST_F(Verifier, SaysWhenItCannotLook) {
    copy = folder->path() / "missing.db";
    EXPECT_EQ(look(), 2);
}

TEST_F(Verifier, SaysWhatItNeeds) {
    const auto bare = folder->path() / "bare";
    fs::create_directory(bare);
    for (const char* name : {"verify.mjs", "verifier.mjs"}) fs::copy(verifier / name, bare);
    EXPECT_EQ(look({}, bare), 2);
    EXPECT_NE(words().find("npm ci"), std::string::npos) << words();
}

}  // namespace
}  // namespace homeward::test
