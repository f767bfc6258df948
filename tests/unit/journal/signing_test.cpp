#include "crypto/file.hpp"
#include "unit/journal/office.hpp"
#include "unit/journal/tampering.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <functional>
#include <string>

// Between the append and the checkpoint the disk is altered, under a server that goes on. It must
// not get a signature: not then, and not at the stop.
namespace homeward::journal {
namespace {

using test::must;

class Signing : public testing::Test {
  protected:
    void SetUp() override {
        checkpoints =
            must(Checkpoints::start(office.main(), office.keyring(), {witness, 1'000'000}));
        write(one);
        write(two);
        write(one);
        ASSERT_EQ(must(checkpoints->make()).size, 3U);
        for (const auto& dossier : {one, two, one, one, two}) write(dossier);
    }

    void write(const Id& dossier) { must(office.write(dossier, make_id(), 1, {})); }

    // By another connection, as somebody with a tool would beside the server.
    void tamper(const std::string& sql) {
        sqlite3* handle = nullptr;
        ASSERT_EQ(sqlite3_open(office.file().c_str(), &handle), SQLITE_OK);
        const std::string all = "BEGIN; DROP TRIGGER entry_is_never_changed; " + sql + "; " +
                                test::entry_is_never_changed + "; COMMIT";
        char* error = nullptr;
        EXPECT_EQ(sqlite3_exec(handle, all.c_str(), nullptr, nullptr, &error), SQLITE_OK) << error;
        sqlite3_close(handle);
    }

    Entry stored(std::uint64_t seq) {
        Entry entry;
        must(office.main().read([&](store::Session& session) -> Result<void> {
            entry = must(read_entry(session, static_cast<Seq>(seq)));
            return {};
        }));
        return entry;
    }

    // An entry changed and its own hash made right again.
    void forge(std::uint64_t seq, const std::function<void(Entry&)>& change, bool with_head) {
        Entry entry = stored(seq);
        change(entry);
        entry.hash = hash_entry(entry);
        const auto hex = [](BytesView bytes) { return "x'" + to_hex(bytes) + "'"; };
        std::string sql =
            "UPDATE entry SET sealed = " + hex(entry.sealed) + ", prev = " + hex(entry.prev.bytes) +
            ", hash = " + hex(entry.hash.bytes) + " WHERE seq = " + std::to_string(seq);
        if (with_head) {
            sql += "; UPDATE dossier SET head = " + hex(entry.hash.bytes) +
                   " WHERE id = " + hex(entry.dossier.bytes);
        }
        tamper(sql);
    }

    // No signature now, none at the stop, and nothing told to the witness.
    void expect_no_signature(const std::string& text, std::uint64_t signed_before = 1) {
        const auto made = checkpoints->make();
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().code, Code::corrupt);
        EXPECT_EQ(made.error().text, text);
        checkpoints.reset();
        // Afresh: the office's connections may still hold the page as it was.
        const auto report = must(verify_file({office.file(), {}, witness, nullptr}));
        EXPECT_EQ(report.checkpoints, signed_before);
        EXPECT_EQ(report.witnessed, signed_before);
        EXPECT_FALSE(report.clean());
    }

    test::Folder folder;
    std::filesystem::path witness = folder.path() / "checkpoints.log";
    test::Office office{folder.path()};
    Id one = office.open_dossier();
    Id two = office.open_dossier();
    std::unique_ptr<Checkpoints> checkpoints;
};

void spoil(Entry& entry) { entry.sealed[40] ^= std::byte{1}; }

// The control: what the others do is all that keeps them from a signature.
TEST_F(Signing, IsDoneWhenNothingWasAltered) {
    EXPECT_EQ(must(checkpoints->make()).size, 8U);
    EXPECT_TRUE(office.verify(witness).clean());
}

TEST_F(Signing, NotOverAnEntryThatWasAltered) {
    tamper("UPDATE entry SET sealed = zeroblob(136) WHERE seq = 6");
    expect_no_signature("entry 6 was altered");
}

TEST_F(Signing, NotOverAnEntryThatIsGone) {
    tamper(
        "DROP TRIGGER entry_is_never_deleted; PRAGMA foreign_keys = OFF; "
        "DELETE FROM entry WHERE seq = 6; CREATE TRIGGER entry_is_never_deleted BEFORE DELETE "
        "ON entry\nBEGIN\n    SELECT RAISE(ABORT, 'an entry is never deleted');\nEND"
    );
    expect_no_signature("entry 7 was altered");
}

TEST_F(Signing, NotOverAnEntryWhoseHashWasMadeRightAgain) {
    forge(6, spoil, false);
    expect_no_signature("entry 7 does not follow its dossier's entry before");
}

TEST_F(Signing, NotOverALastEntryWhoseHashWasMadeRightAgain) {
    forge(7, spoil, false);
    expect_no_signature("a dossier's row does not agree with its entries");
}

TEST_F(Signing, NotOverALastEntryWhoseHashAndDossierWereMadeRightAgain) {
    forge(7, spoil, true);
    expect_no_signature("the journal's end was altered");
}

// Entry 9 is its dossier's only one since the last checkpoint.
TEST_F(Signing, NotOverAnEntryThatDoesNotFollowWhatWasSigned) {
    must(checkpoints->make());
    write(two);
    forge(
        9, [](Entry& entry) { entry.prev.bytes[0] ^= std::byte{1}; }, true
    );
    expect_no_signature("entry 9 does not follow its dossier's entry before", 2);
}

TEST_F(Signing, NotOverADossierOfAnotherType) {
    const Id three = office.open_dossier();
    write(three);
    tamper("UPDATE dossier SET type = 'place' WHERE id = x'" + to_hex(three.bytes) + "'");
    expect_no_signature("entry 9 does not follow its dossier's entry before");
}

// Not with SQL but as a bad disk does it: a bit of the file, while connections hold the page.
TEST_F(Signing, NotOverABitThatTurnedOnTheDisk) {
    const auto sealed = stored(6).sealed;
    std::size_t turned = 0;
    for (const char* suffix : {"", "-wal"}) {
        auto file = office.file();
        file += suffix;
        auto content = must(crypto::read_file(file, 1U << 24U));
        auto at = content.begin();
        while ((at = std::search(at, content.end(), sealed.begin(), sealed.end())) != content.end()
        ) {
            FILE* opened = std::fopen(file.c_str(), "r+b");
            ASSERT_NE(opened, nullptr);
            ASSERT_EQ(std::fseek(opened, at - content.begin() + 50, SEEK_SET), 0);
            std::fputc(std::to_integer<int>(*(at + 50) ^ std::byte{4}), opened);
            std::fclose(opened);
            ++turned;
            ++at;
        }
    }
    ASSERT_GT(turned, 0U);
    expect_no_signature("entry 6 was altered");
}

}  // namespace
}  // namespace homeward::journal
