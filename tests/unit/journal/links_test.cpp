#include "store/sqlite/connection.hpp"
#include "unit/journal/office.hpp"
#include "unit/journal/tampering.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

// A dossier's entries are found by their links, each to the one before. Whoever has the file could
// turn one so that it leads past an entry; readers must notice.
namespace homeward::journal {
namespace {

using store::sqlite::FileConnection;
using test::must;

class Links : public testing::Test {
  protected:
    // Entries 1, 3, 4, 6 and 7 of one dossier, 2 and 5 of another; 3 and 7 are remarks.
    void SetUp() override {
        dossier = office->open_dossier();
        other = office->open_dossier();
        must(office->write(dossier, record, 1, {}));
        must(office->write(other, make_id(), 1, {}));
        must(office->write(dossier, std::nullopt, 0, {}));
        must(office->write(dossier, record, 2, {}));
        must(office->write(other, std::nullopt, 0, {}));
        must(office->write(dossier, record, 3, {}));
        must(office->write(dossier, std::nullopt, 0, {}));
    }

    /// What `sql` does to the file while nobody has it open, and `also` after it.
    void outside(const std::string& sql, void (*also)(store::Session&) = nullptr) {
        office.reset();
        {
            auto writer =
                must(FileConnection::open(file(), FileConnection::Mode::writing, store::LogLimits{})
                );
            must(writer->run_script(sql));
            if (also) also(*writer);
            must(writer->scrub());
        }
    }
    void tamper(const std::string& sql, void (*also)(store::Session&) = nullptr) {
        outside(
            "DROP TRIGGER entry_is_never_changed; PRAGMA ignore_check_constraints = ON; " + sql,
            also
        );
        outside(test::entry_is_never_changed);
        office.emplace(folder.path());
    }

    std::filesystem::path file() const { return folder.path() / store::main_file_name; }

    Result<std::vector<std::uint64_t>> page(Seq before = Seq::none, std::size_t limit = 100) {
        HistoryQuery query;
        query.dossier = dossier;
        query.before = before;
        query.limit = limit;
        std::vector<std::uint64_t> seqs;
        const auto read = office->main().read([&](store::Session& main) -> Result<void> {
            const auto entries = history(main, query);
            if (!entries) return Failure{entries.error()};
            for (const auto& item : entries->items) seqs.push_back(number_of(item.entry.seq));
            return {};
        });
        if (!read) return Failure{read.error()};
        return seqs;
    }

    Result<std::uint64_t> place_of(std::uint64_t version) {
        std::uint64_t seq = 0;
        const auto read = office->main().read([&](store::Session& main) -> Result<void> {
            const auto entry = read_record(main, dossier, record, version);
            if (!entry) return Failure{entry.error()};
            seq = number_of(entry->seq);
            return {};
        });
        if (!read) return Failure{read.error()};
        return seq;
    }

    using Seqs = std::vector<std::uint64_t>;
    test::Folder folder;
    std::optional<test::Office> office{std::in_place, folder.path()};
    const Id record = make_id();
    Id dossier;
    Id other;
};

TEST_F(Links, LeadThroughADossiersEntriesAlone) {
    EXPECT_EQ(must(page()), (Seqs{7, 6, 4, 3, 1}));
    EXPECT_EQ(must(page(Seq{4})), (Seqs{3, 1}));
    // Where no entry of the dossier stands: another's, one that is not there, the very first.
    EXPECT_EQ(must(page(Seq{5})), (Seqs{4, 3, 1}));
    EXPECT_EQ(must(page(Seq{5}, 2)), (Seqs{4, 3}));
    EXPECT_EQ(must(page(Seq{100})), (Seqs{7, 6, 4, 3, 1}));
    EXPECT_EQ(must(page(Seq{1})), Seqs{});
    EXPECT_EQ(must(place_of(1)), 1U);
    EXPECT_EQ(must(place_of(2)), 4U);
    EXPECT_EQ(must(place_of(3)), 6U);
    EXPECT_EQ(place_of(4).error().code, Code::not_found);
    EXPECT_EQ(place_of(0).error().code, Code::not_found);
    HistoryQuery query;
    query.dossier = make_id();
    must(office->main().read([&](store::Session& main) -> Result<void> {
        EXPECT_EQ(history(main, query).error().code, Code::not_found);
        return {};
    }));
}

TEST_F(Links, CannotLeadPastAnEntry) {
    for (const char* sql :
         {"UPDATE entry SET prev_seq = 3 WHERE seq = 6",  // over a version
          "UPDATE entry SET prev_seq = 0 WHERE seq = 4",  // to the beginning
          "UPDATE entry SET prev_seq = 5 WHERE seq = 6",  // to another's
          "UPDATE entry SET prev_seq = 7 WHERE seq = 6",  // round and round
          "UPDATE entry SET prev_seq = 6 WHERE seq = 6",  // to itself
          "UPDATE entry SET prev_seq = 9223372036854775807 WHERE seq = 6",
          "UPDATE entry SET prev_seq = -1 WHERE seq = 6",
          "UPDATE entry SET seq = 1000 WHERE seq = 4",  // to none
          "UPDATE entry SET prev_seq = 3, prev = (SELECT hash FROM entry WHERE seq = 3) "
          "WHERE seq = 6",
          "UPDATE dossier SET last_seq = 6 WHERE id = (SELECT dossier FROM entry WHERE seq = 7)",
          "UPDATE dossier SET last_seq = 0 WHERE id = (SELECT dossier FROM entry WHERE seq = 7)"}) {
        office.reset();
        const auto kept = folder.path() / "kept.db";
        std::filesystem::copy_file(file(), kept);
        tamper(sql);
        const auto shown = page();
        ASSERT_FALSE(shown) << sql;
        EXPECT_EQ(shown.error().code, Code::corrupt) << sql;
        EXPECT_FALSE(must(verify_file({file(), {}, {}, nullptr})).clean()) << sql;
        office.reset();
        std::filesystem::rename(kept, file());
        office.emplace(folder.path());
        EXPECT_TRUE(must(verify_file({file(), {}, {}, nullptr})).clean());
    }
}

TEST_F(Links, CannotLeadPastAnEntryWhereAPageBegins) {
    for (const char* sql :
         {"UPDATE entry SET prev_seq = 3, prev = (SELECT hash FROM entry WHERE seq = 3) "
          "WHERE seq = 6",
          "UPDATE entry SET hash = x'00' WHERE seq = 6"}) {
        office.reset();
        const auto kept = folder.path() / "kept.db";
        std::filesystem::copy_file(file(), kept);
        tamper(sql);
        EXPECT_EQ(must(page(Seq::none, 1)), Seqs{7}) << sql;
        const auto next = page(Seq{6});
        ASSERT_FALSE(next) << sql;
        EXPECT_EQ(next.error().code, Code::corrupt) << sql;
        office.reset();
        std::filesystem::rename(kept, file());
        office.emplace(folder.path());
        EXPECT_EQ(must(page(Seq{6})), (Seqs{4, 3, 1}));
    }
}

// Links and hashes can be made right again without a key. What is not there is missed all the same.
TEST_F(Links, AreNotNeededToMissAVersion) {
    tamper("UPDATE entry SET record = randomblob(16), version = 1 WHERE seq = 4", test::rechain);
    EXPECT_EQ(must(page()), (Seqs{7, 6, 4, 3, 1}));
    EXPECT_EQ(must(place_of(3)), 6U);
    EXPECT_EQ(place_of(2).error().code, Code::corrupt);
    EXPECT_EQ(must(place_of(1)), 1U);
    must(office->main().read([&](store::Session& main) -> Result<void> {
        EXPECT_EQ(read_versions(main, dossier, record, 1, 3).error().code, Code::corrupt);
        EXPECT_EQ(read_versions(main, dossier, record, 2, 2).error().code, Code::corrupt);
        HistoryQuery query;
        query.dossier = dossier;
        query.with_versions_before = true;
        EXPECT_EQ(history(main, query).error().code, Code::corrupt);
        query.limit = 1;
        query.before = Seq{7};
        EXPECT_EQ(history(main, query).error().code, Code::corrupt);
        return {};
    }));
    EXPECT_FALSE(must(verify_file({file(), {}, {}, nullptr})).clean());
}

TEST_F(Links, AreMadeForARegisterWithoutThem) {
    const Id empty = office->open_dossier();
    outside(test::without_links());
    const auto older = verify_file({file(), {}, {}, nullptr});
    ASSERT_FALSE(older);
    EXPECT_EQ(older.error().code, Code::invalid);
    EXPECT_EQ(older.error().text, "an older version of this program made the store");
    office.emplace(folder.path());
    EXPECT_TRUE(must(verify_file({file(), {}, {}, nullptr})).clean());
    EXPECT_EQ(must(page()), (Seqs{7, 6, 4, 3, 1}));
    EXPECT_EQ(must(place_of(1)), 1U);
    must(office->write(empty, make_id(), 1, {}));
    must(office->write(dossier, record, 4, {}));
    EXPECT_EQ(must(page(Seq::none, 2)), (Seqs{9, 7}));
    EXPECT_TRUE(must(verify_file({file(), {}, {}, nullptr})).clean());
}

}  // namespace
}  // namespace homeward::journal
