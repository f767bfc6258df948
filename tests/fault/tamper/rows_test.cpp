#include "fault/tamper/registers.hpp"
#include "fault/tamper/release.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <functional>
#include <random>
#include <string>

// Entries taken away, added, exchanged, brought from elsewhere, cut, put back. Each is done
// plainly, and by somebody who makes all hashes right again (`rechain`) but has no key.
namespace homeward::test {
namespace {

const Registers& registers() { return Registers::made(); }

std::string text(std::size_t value) { return std::to_string(value); }

class Rows : public testing::Test {
  protected:
    void SetUp() override {
        copy.attach(registers().database("other"), "other");
        copy.attach(registers().database("fork"), "fork");
        ASSERT_TRUE(clean(registers().witness()));
    }
    bool clean(const std::filesystem::path& witness = {}) {
        return copy.look(registers().key(), witness).clean();
    }
    // Only what the signatures say is found: hashes, links and counts are right.
    bool only_signatures_find() {
        const auto report = copy.look(registers().key());
        for (const auto& finding : report.findings)
            if (finding.what.find(" was made") == std::string::npos &&
                finding.what.find("nothing vouches") == std::string::npos)
                return false;
        return !report.clean();
    }

    bool only_says_that_nothing_vouches() {
        const auto report = copy.look(registers().key());
        return report.findings_in_all == 1 &&
               report.findings.front().what == "nothing vouches for the entries from here on";
    }

    using Statement = std::function<std::string(std::size_t)>;

    // Tries the statement for position after position.
    void each(const char* name, std::size_t first, std::size_t step, const Statement& statement) {
        std::size_t tried = 0;
        std::size_t found = 0;
        for (std::size_t k = first; k <= entries_of_register; k += is_release() ? 1 : step) {
            copy.run("BEGIN");
            copy.run(statement(k));
            ++tried;
            if (clean())
                ADD_FAILURE() << name << " at " << k;
            else
                ++found;
            copy.run("ROLLBACK");
        }
        printf("%s: %zu of %zu\n", name, found, tried);
        EXPECT_TRUE(clean(registers().witness()));
    }

    // The same made right again. Found by signatures; without any (the control), not by the hashes.
    void each_rechained(
        const char* name, std::size_t first, std::size_t step, const Statement& statement
    ) {
        std::size_t tried = 0;
        std::size_t found = 0;
        std::size_t found_by_hashes = 0;
        for (std::size_t k = first; k <= entries_of_register; k += is_release() ? step / 5 : step) {
            copy.run("BEGIN");
            copy.run(statement(k));
            copy.rechain();
            ++tried;
            found += clean() ? 0 : 1;
            EXPECT_TRUE(only_signatures_find()) << name << " at " << k;
            copy.run("DELETE FROM checkpoint; DELETE FROM tail");
            found_by_hashes += only_says_that_nothing_vouches() ? 0 : 1;
            EXPECT_FALSE(clean(registers().witness())) << name << " at " << k;
            copy.run("ROLLBACK");
        }
        EXPECT_EQ(found, tried) << name;
        EXPECT_EQ(found_by_hashes, 0U) << name;
        printf(
            "%s, made right again: %zu of %zu; by hashes alone: %zu\n",
            name,
            found,
            tried,
            found_by_hashes
        );
    }

    Copy copy{registers().database("register")};
};

std::string deleted(std::size_t k) {
    return "DELETE FROM entry WHERE seq = " + text(k) +
           "; UPDATE entry SET seq = seq - 1 WHERE seq > " + text(k);
}

// A copy of the entry behind it.
std::string inserted(std::size_t k) {
    return "UPDATE entry SET seq = seq + 1 WHERE seq > " + text(k) + "; INSERT INTO entry SELECT " +
           text(k + 1) +
           ", dossier, record, version, sealed, prev, hash, prev_seq FROM entry WHERE seq = " +
           text(k);
}

std::string exchanged(std::size_t one, std::size_t two) {
    return "UPDATE entry SET seq = CASE seq WHEN " + text(one) + " THEN " + text(two) + " ELSE " +
           text(one) + " END WHERE seq IN (" + text(one) + ", " + text(two) + ")";
}

TEST_F(Rows, ADeletedEntryIsFound) {
    each("deleted", 1, 4, [](std::size_t k) { return "DELETE FROM entry WHERE seq = " + text(k); });
    each("deleted, the rest moved up", 1, 4, deleted);
    // Every seventh is a remark, whose version nothing misses.
    each_rechained("deleted remark", 7, 35, deleted);
}

TEST_F(Rows, AnInsertedEntryIsFound) {
    each("inserted", 1, 4, inserted);
    each_rechained("inserted remark", 7, 35, inserted);
}

TEST_F(Rows, ExchangedEntriesAreFound) {
    std::mt19937 random(5);
    each("exchanged with the next", 1, 4, [](std::size_t k) {
        return exchanged(k, k % entries_of_register + 1);
    });
    each("exchanged with any", 1, 4, [&](std::size_t k) {
        const auto by = 1 + random() % (entries_of_register - 1);
        return exchanged(k, (k + by - 1) % entries_of_register + 1);
    });
    // A remark and its neighbour are of different records, so that only their order is wrong.
    each_rechained("exchanged", 7, 35, [](std::size_t k) { return exchanged(k, k - 1); });
}

TEST_F(Rows, AnotherContentIsFound) {
    each_rechained("content of another", 2, 35, [](std::size_t k) {
        return "UPDATE entry SET sealed = (SELECT sealed FROM entry WHERE seq = " + text(k - 1) +
               ") WHERE seq = " + text(k);
    });
}

TEST_F(Rows, AnEntryOfAnotherRegisterIsFound) {
    const auto taken = [](std::size_t k) {
        return "DELETE FROM entry WHERE seq = " + text(k) +
               "; INSERT INTO entry SELECT * FROM other.entry WHERE seq = " + text(k);
    };
    each("taken from another register", 1, 4, taken);
    const auto with_dossier = [&](std::size_t k) {
        return taken(k) +
               "; INSERT INTO dossier SELECT * FROM other.dossier WHERE id = "
               "(SELECT dossier FROM entry WHERE seq = " +
               text(k) + ")";
    };
    each_rechained("remark of another register", 7, 35, with_dossier);
}

// Both have the same keys and one past up to 500; then each went its own way.
TEST_F(Rows, TheEndOfAnotherHistoryIsFound) {
    const auto tail = [](std::size_t k) {
        return "DELETE FROM entry WHERE seq >= " + text(k) +
               "; INSERT INTO entry SELECT * FROM fork.entry WHERE seq >= " + text(k) +
               "; DELETE FROM record; INSERT INTO record SELECT * FROM fork.record"
               "; DELETE FROM dossier; INSERT INTO dossier SELECT * FROM fork.dossier";
    };
    const auto with_notes = [&](std::size_t k) {
        return tail(k) + "; DELETE FROM checkpoint WHERE seq >= " + text(k) +
               "; INSERT INTO checkpoint SELECT * FROM fork.checkpoint WHERE seq >= " + text(k);
    };
    each("end of another history", 501, 2, tail);
    each("end of another history and its checkpoints", 502, 2, with_notes);
    each_rechained("end of another history", 501, 25, tail);
}

TEST_F(Rows, AWholeHistoryInPlaceOfTheOtherIsFoundByTheWitness) {
    const auto looked = [](const char* name, const std::filesystem::path& witness) {
        return must(journal::verify_file({registers().database(name), {}, witness, nullptr}))
            .clean();
    };
    EXPECT_TRUE(looked("register", registers().witness()));
    for (const char* name : {"fork", "old-250", "old-500", "old-750", "other"}) {
        EXPECT_TRUE(looked(name, {})) << name << ": the control";
        EXPECT_FALSE(looked(name, registers().witness())) << name;
    }
}

// Entry after entry is taken from the end and everything that points to it put right, checkpoints
// included, the note of the end taken away. Where that is a checkpoint's size, nothing in the file
// can show it: the control. The witness can.
TEST_F(Rows, ACutEndIsFoundByTheWitness) {
    std::size_t tried = 0;
    std::size_t found = 0;
    std::size_t unseen_without = 0;
    copy.run("DELETE FROM tail");
    for (std::size_t last = entries_of_register; last > 0; --last) {
        const std::string at = " WHERE seq = " + text(last);
        copy.run(
            "UPDATE dossier SET head = (SELECT prev FROM entry" + at +
            "), last_seq = (SELECT prev_seq FROM entry" + at +
            "), entries = entries - 1, "
            "version = version - (SELECT record IS NOT NULL FROM entry" +
            at + ") WHERE id = (SELECT dossier FROM entry" + at +
            ");"
            "UPDATE record SET version = version - 1, seq = (SELECT max(seq) FROM entry e "
            "WHERE e.record = record.id AND e.seq < " +
            text(last) + ")" + at + " AND version > 1; DELETE FROM record" + at +
            "; DELETE FROM entry" + at + "; DELETE FROM checkpoint" + at
        );
        const std::size_t left = last - 1;
        if (!is_release() && left % 4 != 0 && left % entries_of_quarter != 0) continue;
        ++tried;
        found += clean(registers().witness()) ? 0 : 1;
        unseen_without += clean() ? 1 : 0;
    }
    EXPECT_EQ(found, tried);
    // After 750, 500, 250 and none.
    EXPECT_EQ(unseen_without, 4U);
    printf("cut: %zu of %zu; unseen without the witness: %zu\n", found, tried, unseen_without);
}

// Between two checkpoints only the note of the end vouches for what was added.
class End : public Rows {
  protected:
    void SetUp() override {
        Rows::SetUp();
        copy.run("DELETE FROM checkpoint WHERE seq > 750");
        const auto report = copy.look(registers().key());
        ASSERT_TRUE(report.clean());
        ASSERT_EQ(report.after_checkpoint, 250U);
    }
};

TEST_F(End, WhatIsMadeRightAgainIsFoundByItsNote) {
    each_rechained("deleted after the checkpoint", 756, 35, deleted);
    each_rechained("inserted after the checkpoint", 756, 35, inserted);
    each_rechained("exchanged after the checkpoint", 756, 35, [](std::size_t k) {
        return exchanged(k, k - 1);
    });
    each_rechained("content after the checkpoint", 756, 35, [](std::size_t k) {
        return "UPDATE entry SET sealed = (SELECT sealed FROM entry WHERE seq = " + text(k - 1) +
               ") WHERE seq = " + text(k);
    });
}

TEST_F(End, AnEntryMoreIsFound) {
    copy.run(
        "INSERT INTO entry SELECT 1001, dossier, NULL, 0, sealed, prev, hash, prev_seq FROM entry "
        "WHERE seq = 994"
    );
    copy.rechain();
    EXPECT_TRUE(only_says_that_nothing_vouches());
}

TEST_F(End, AnEarlierNoteDoesNotCoverIt) {
    copy.attach(registers().database("old-750"), "old");
    copy.run("DELETE FROM tail; INSERT INTO tail SELECT * FROM old.tail");
    EXPECT_TRUE(only_says_that_nothing_vouches());
}

}  // namespace
}  // namespace homeward::test
