#include "fault/tamper/flips.hpp"
#include "fault/tamper/release.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <set>
#include <string>
#include <thread>
#include <vector>

// Every byte of a register of 1,000 entries, against the verifier in C++.
//   HOMEWARD_TAMPER=full   flips every byte alone (some eight minutes), else two of each entry
namespace homeward::test {
namespace {

const Registers& registers() { return Registers::made(); }

// How many of the flips the report names: by the entry's hash, of which its link is no part, or by
// the link.
std::size_t named(const journal::VerifyReport& report, const std::vector<Flip>& flips) {
    std::size_t count = 0;
    std::set<std::uint64_t> misled;
    for (const auto& [seq, what] : report.findings) {
        count += what == "the entry was altered";
        if (what == "the entry does not point to its dossier's entry before")
            misled.insert(number_of(seq));
    }
    for (const Flip& flip : flips)
        count += flip.column == prev_seq_column && misled.contains(flip.row + 1);
    return count;
}

// In each round another byte of every eighth entry is flipped, and each of them must be named: no
// finding can hide that another is missing. An eighth, because a report names at most 1,000.
TEST(Flip, EachByteOfEachEntryIsFoundAmongOthers) {
    Copy copy(registers().database("register"));
    Flips flips(copy);
    ASSERT_EQ(flips.rows(), entries_of_register);
    std::size_t bytes = 0;
    for (std::size_t row = 0; row < flips.rows(); ++row) bytes += flips.bytes_of_row(row);
    std::size_t found = 0;
    std::size_t tried = 0;
    constexpr std::size_t parts = 8;
    for (std::size_t round = 0; tried < bytes; ++round) {
        for (std::size_t part = 0; part < parts; ++part) {
            copy.run("BEGIN");
            std::vector<Flip> made;
            for (std::size_t row = part; row < flips.rows(); row += parts) {
                if (round >= flips.bytes_of_row(row)) continue;
                made.push_back(flips.nth(row, round));
                flips.make(made.back());
            }
            const auto by_name = named(copy.look(registers().key()), made);
            EXPECT_EQ(by_name, made.size()) << "round " << round;
            found += by_name;
            tried += made.size();
            copy.run("ROLLBACK");
        }
    }
    EXPECT_EQ(found, bytes);
    EXPECT_TRUE(copy.look(registers().key(), registers().witness()).clean());
    printf("flips, each named: %zu of %zu\n", found, tried);
}

TEST(Flip, ANumberBelowZeroIsFound) {
    Copy copy(registers().database("register"));
    for (const char* column : {"seq", "version", "prev_seq"}) {
        for (const int seq : {1, 7, 500, 1000}) {
            copy.run("BEGIN");
            const std::string name = column;
            copy.run(
                "UPDATE entry SET " + name + " = " + name +
                " | (-9223372036854775807 - 1) WHERE seq = " + std::to_string(seq)
            );
            EXPECT_FALSE(copy.look(registers().key()).clean()) << column << " of " << seq;
            copy.run("ROLLBACK");
        }
    }
}

// One flip at a time and nothing else. The control is the engine's own check of its file, which
// says of the same flips that all is well: they are alterations that only the chain sees.
TEST(Flip, OneByteAloneIsFound) {
    Copy first(registers().database("register"));
    const Flips rows(first);
    const auto all = is_release() ? rows.all() : rows.sample(2, 7);
    std::atomic<std::size_t> found{0};
    std::atomic<std::size_t> found_by_engine{0};
    std::atomic<std::size_t> asked_of_engine{0};
    const auto work = [&](std::size_t worker, std::size_t workers) {
        Copy copy(registers().database("register"));
        Flips flips(copy);
        for (std::size_t i = worker; i < all.size(); i += workers) {
            flips.make(all[i]);
            if (!copy.look(registers().key()).clean()) {
                ++found;
            } else {
                ADD_FAILURE() << "row " << all[i].row << " " << flip_columns.at(all[i].column)
                              << " byte " << all[i].byte;
            }
            if (i % 100 < workers) {
                const auto lines = copy.engine_check();
                ++asked_of_engine;
                found_by_engine += lines.empty() ? 0 : 1;
            }
            flips.take_back(all[i]);
        }
        EXPECT_TRUE(copy.look(registers().key(), registers().witness()).clean());
    };
    constexpr std::size_t workers = 2;
    std::thread other(work, 1, workers);
    work(0, workers);
    other.join();
    EXPECT_EQ(found, all.size());
    EXPECT_GT(asked_of_engine, 0U);
    EXPECT_EQ(found_by_engine, 0U);
    printf(
        "flips, one at a time: %zu of %zu; by the engine's own check: %zu of %zu\n",
        found.load(),
        all.size(),
        found_by_engine.load(),
        asked_of_engine.load()
    );
}

}  // namespace
}  // namespace homeward::test
