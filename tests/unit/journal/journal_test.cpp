#include "journal/journal.hpp"

#include "journal/projection.hpp"
#include "unit/journal/office.hpp"

#include <gtest/gtest.h>

#include <random>
#include <type_traits>

namespace homeward::journal {
namespace {

using casework::Authority;
using test::bytes;
using test::must;

// Access cannot be claimed, only decided: nobody but the Authority can make a grant.
static_assert(!std::is_default_constructible_v<Grant>);
static_assert(!std::is_constructible_v<
              Grant,
              const Id&,
              const Id&,
              std::string,
              std::string,
              Categories,
              Categories>);

TEST(Category, IsReadFromItsNameOnly) {
    EXPECT_EQ(must(parse_category("D00")), engine_category);
    EXPECT_EQ(must(parse_category("D31")), 31);
    for (Category c = 0; c < category_count; ++c)
        EXPECT_EQ(must(parse_category(category_name(c))), c);
    for (const char* bad :
         {"", "D", "D1", "D32", "D99", "d16", "D016", "D1x", "E16", "D/0", "D:0", "D1/", "D0:"})
        EXPECT_EQ(parse_category(bad).error().code, Code::invalid) << bad;
    EXPECT_FALSE(Categories::all().has(category_count));
    EXPECT_EQ(Categories().with(category_count), Categories());
    EXPECT_EQ(Categories::all().without(category_count), Categories::all());
    EXPECT_EQ(Categories::all().without(3).with(3), Categories::all());
}

class Journal : public testing::Test {
  protected:
    Result<StoredDossier> read(const Id& dossier) {
        Result<StoredDossier> out = fail(Code::internal, "not run");
        must(office.main().read([&](store::Session& main) -> Result<void> {
            out = read_dossier(main, dossier);
            return {};
        }));
        return out;
    }

    std::vector<std::uint64_t> page(const HistoryQuery& query) {
        std::vector<std::uint64_t> out;
        must(office.main().read([&](store::Session& main) -> Result<void> {
            for (const auto& item : must(history(main, query)).items)
                out.push_back(number_of(item.entry.seq));
            return {};
        }));
        return out;
    }

    test::Folder folder;
    test::Office office{folder.path()};
};

TEST_F(Journal, KeepsEveryVersionOfARecord) {
    const Id dossier = office.open_dossier();
    const Id record = make_id();
    EXPECT_EQ(must(office.write(dossier, record, 1, {{16, bytes("first")}})).dossier_version, 1U);
    EXPECT_EQ(must(office.write(dossier, record, 2, {{16, bytes("second")}})).dossier_version, 2U);
    const auto stored = must(read(dossier));
    EXPECT_EQ(stored.row.type, "child");
    EXPECT_EQ(stored.row.version, 2U);
    ASSERT_EQ(stored.records.size(), 1U);
    const auto grant = Authority::grant(dossier, Categories().with(16));
    const auto keys = office.keys_of(dossier);
    EXPECT_EQ(*must(open_parts(grant, keys, stored.records[0])).find(16), bytes("second"));
    must(office.main().read([&](store::Session& main) -> Result<void> {
        const auto old = must(read_record(main, dossier, record, 1));
        EXPECT_EQ(*must(open_parts(grant, keys, old)).find(16), bytes("first"));
        EXPECT_EQ(read_record(main, dossier, record, 3).error().code, Code::not_found);
        return {};
    }));
    EXPECT_TRUE(office.verify().clean());
}

TEST_F(Journal, RefusesAVersionThatIsNotTheNext) {
    const Id dossier = office.open_dossier();
    const Id record = make_id();
    EXPECT_EQ(office.write(dossier, record, 2, {}).error().code, Code::conflict);
    must(office.write(dossier, record, 1, {}));
    EXPECT_EQ(office.write(dossier, record, 1, {}).error().code, Code::conflict);
    EXPECT_EQ(office.write(dossier, record, 3, {}).error().code, Code::conflict);
    EXPECT_EQ(must(read(dossier)).row.entries, 1U);
}

TEST_F(Journal, RefusesAWriteOnAnOldDossierButReadsDoNotMakeItOld) {
    const Id dossier = office.open_dossier();
    const auto keys = office.keys_of(dossier);
    must(office.append(must(prepare(keys, make_id(), 1, {})), 0));
    must(office.append(must(prepare(keys, std::nullopt, 0, {}))));
    EXPECT_EQ(must(read(dossier)).row.entries, 2U);
    EXPECT_EQ(office.append(must(prepare(keys, make_id(), 1, {})), 0).error().code, Code::conflict);
    EXPECT_TRUE(office.append(must(prepare(keys, make_id(), 1, {})), 1));
}

TEST_F(Journal, AppendsManyEntriesOfManyDossiersInOneChangeOrNone) {
    const Id one = office.open_dossier();
    const Id two = office.open_dossier("place");
    std::vector<SealedEntry> entries;
    for (const auto& dossier : {one, two, one, two})
        entries.push_back(must(prepare(office.keys_of(dossier), make_id(), 1, {})));
    const auto write = [&] {
        return office.main().write([&](store::Session& main) -> Result<void> {
            for (const auto& entry : entries)
                if (auto done = append(main, entry); !done) return Failure{done.error()};
            return {};
        });
    };
    must(write());
    EXPECT_EQ(must(read(one)).records.size(), 2U);
    entries.push_back(must(prepare(office.keys_of(one), make_id(), 1, {})));
    std::swap(entries.front(), entries.back());
    EXPECT_EQ(write().error().code, Code::conflict);
    EXPECT_EQ(must(read(one)).records.size(), 2U);
    EXPECT_EQ(office.verify().entries, 4U);
    EXPECT_TRUE(office.verify().clean());
}

TEST_F(Journal, ShowsOnlyWhatTheGrantReads) {
    const Id dossier = office.open_dossier();
    must(office.write(dossier, make_id(), 1, {{1, bytes("name")}, {7, bytes("health")}}));
    const auto entry = must(read(dossier)).records[0];
    const auto keys = office.keys_of(dossier);
    const auto opened =
        must(open_parts(Authority::grant(dossier, Categories().with(7)), keys, entry));
    EXPECT_EQ(opened.find(1), nullptr);
    EXPECT_EQ(*opened.find(7), bytes("health"));
    EXPECT_EQ(opened.withheld, Categories().with(1));
    EXPECT_TRUE(opened.destroyed.empty());
    const auto other = Authority::grant(make_id(), Categories::all());
    EXPECT_EQ(open_parts(other, keys, entry).error().code, Code::forbidden);
}

TEST_F(Journal, AnErasedCategoryIsGoneAndTheChainStillVerifies) {
    const Id dossier = office.open_dossier();
    must(office.write(dossier, make_id(), 1, {{1, bytes("name")}, {7, bytes("health")}}));
    must(office.keys().write([&](store::Session& keys) {
        return destroy_keys(keys, office.keyring(), dossier, Categories().with(7));
    }));
    must(office.keys().scrub());
    const auto grant = Authority::grant(dossier, Categories::all());
    const auto entry = must(read(dossier)).records[0];
    const auto opened = must(open_parts(grant, office.keys_of(dossier), entry));
    EXPECT_EQ(opened.destroyed, Categories().with(7));
    EXPECT_EQ(*opened.find(1), bytes("name"));
    EXPECT_EQ(opened.find(7), nullptr);
    EXPECT_EQ(
        prepare(office.keys_of(dossier), make_id(), 1, {{7, {}}}).error().code, Code::forbidden
    );
    EXPECT_TRUE(office.verify().clean());
    must(office.keys().write([&](store::Session& keys) {
        return destroy_keys(keys, office.keyring(), dossier, Categories::all());
    }));
    EXPECT_EQ(must(open_parts(grant, office.keys_of(dossier), entry)).destroyed, Categories::all());
    EXPECT_EQ(prepare(office.keys_of(dossier), std::nullopt, 0, {}).error().code, Code::forbidden);
}

TEST_F(Journal, RefusesPartsPastTheirLimits) {
    const auto keys = DossierKeys::make(make_id());
    EXPECT_TRUE(prepare(keys, make_id(), 1, {{31, Bytes(part_size_max)}}));
    EXPECT_EQ(
        prepare(keys, make_id(), 1, {{31, Bytes(part_size_max + 1)}}).error().code, Code::too_large
    );
    EXPECT_EQ(prepare(keys, make_id(), 1, {{32, {}}}).error().code, Code::invalid);
    EXPECT_EQ(prepare(keys, make_id(), 1, {{3, {}}, {3, {}}}).error().code, Code::invalid);
    EXPECT_EQ(prepare(keys, make_id(), 0, {}).error().code, Code::invalid);
    EXPECT_EQ(prepare(keys, std::nullopt, 1, {}).error().code, Code::invalid);
    std::vector<Part> parts;
    for (Category i = 0; i < 3; ++i) parts.push_back({i, Bytes(part_size_max)});
    EXPECT_TRUE(prepare(keys, make_id(), 1, parts));
    parts.push_back({3, Bytes(part_size_max)});
    EXPECT_EQ(prepare(keys, make_id(), 1, parts).error().code, Code::too_large);
}

// However early a page ends, page after page has all of it, and each change the version before it.
TEST_F(Journal, PagesThatEndEarlyLeaveNothingOut) {
    const Id dossier = office.open_dossier();
    const std::vector<Id> records{make_id(), make_id(), make_id()};
    std::vector<std::uint64_t> versions(records.size(), 0);
    std::vector<std::uint64_t> changes;
    std::mt19937 random(11);
    for (std::uint64_t seq = 1; seq <= 120; ++seq) {
        const std::size_t which = random() % 9;  // two looks for each change
        if (which < records.size()) {
            must(office.write(dossier, records[which], ++versions[which], {}));
            changes.insert(changes.begin(), seq);
        } else {
            must(office.write(dossier, std::nullopt, 0, {}));
        }
    }
    struct Bounds {
        std::size_t limit, steps, bytes;
    };
    for (const auto& [limit, steps, bytes] : std::vector<Bounds>{
             {100, 1'000, 1U << 20U},
             {1, 1'000, 1U << 20U},
             {7, 1'000, 1U << 20U},
             {100, 1, 1U << 20U},
             {100, 2, 1U << 20U},
             {100, 10, 1U << 20U},
             {3, 5, 1U << 20U},
             {100, 1'000, 1},
             {100, 1'000, 2'000}}) {
        SCOPED_TRACE(
            std::to_string(limit) + " " + std::to_string(steps) + " " + std::to_string(bytes)
        );
        HistoryQuery query{dossier, HistoryQuery::Kind::changes, {}, Seq::none, limit};
        query.with_versions_before = true;
        query.steps_max = steps;
        query.bytes_max = bytes;
        std::vector<std::uint64_t> seen;
        must(office.main().read([&](store::Session& main) -> Result<void> {
            for (std::size_t pages = 0; pages <= 121; ++pages) {
                const auto page = must(history(main, query));
                EXPECT_LE(page.items.size(), limit);
                for (const auto& [entry, before] : page.items) {
                    seen.push_back(number_of(entry.seq));
                    EXPECT_EQ(before.has_value(), entry.version > 1);
                    if (!before) continue;
                    EXPECT_EQ(before->record, entry.record);
                    EXPECT_EQ(before->version + 1, entry.version);
                }
                if (page.next == Seq::none) return {};
                EXPECT_TRUE(query.before == Seq::none || page.next < query.before);
                query.before = page.next;
            }
            ADD_FAILURE() << "it never ends";
            return {};
        }));
        EXPECT_EQ(seen, changes);
    }
}

TEST_F(Journal, ReadsVersionsOfARecord) {
    const Id dossier = office.open_dossier();
    const Id record = make_id();
    for (std::uint64_t version = 1; version <= 4; ++version) {
        must(office.write(dossier, record, version, {}));
        must(office.write(dossier, make_id(), 1, {}));
        must(office.write(dossier, std::nullopt, 0, {}));
    }
    must(office.main().read([&](store::Session& main) -> Result<void> {
        const auto between = [&](std::uint64_t first, std::uint64_t last) {
            std::vector<std::uint64_t> found;
            const auto read = read_versions(main, dossier, record, first, last);
            if (!read) return std::vector<std::uint64_t>{0};
            for (const Entry& entry : *read) found.push_back(entry.version);
            return found;
        };
        using Versions = std::vector<std::uint64_t>;
        EXPECT_EQ(between(1, 4), (Versions{1, 2, 3, 4}));
        EXPECT_EQ(between(2, 3), (Versions{2, 3}));
        EXPECT_EQ(between(4, 4), (Versions{4}));
        EXPECT_EQ(between(1, 1), (Versions{1}));
        for (const auto& [first, last] : std::vector<std::pair<int, int>>{{0, 1}, {3, 2}, {4, 5}})
            EXPECT_EQ(between(first, last), (Versions{0})) << first;
        EXPECT_EQ(read_versions(main, dossier, make_id(), 1, 1).error().code, Code::not_found);
        return {};
    }));
}

TEST_F(Journal, PagesThroughHistoryNewestFirst) {
    const Id dossier = office.open_dossier();
    const Id record = make_id();
    must(office.write(dossier, record, 1, {}));
    must(office.write(dossier, std::nullopt, 0, {}));
    must(office.write(dossier, make_id(), 1, {}));
    must(office.write(office.open_dossier(), make_id(), 1, {}));
    must(office.write(dossier, record, 2, {}));
    using Seqs = std::vector<std::uint64_t>;
    HistoryQuery query;
    query.dossier = dossier;
    EXPECT_EQ(page(query), (Seqs{5, 3, 2, 1}));
    query.limit = 2;
    EXPECT_EQ(page(query), (Seqs{5, 3}));
    query.before = static_cast<Seq>(3);
    EXPECT_EQ(page(query), (Seqs{2, 1}));
    query = {dossier, HistoryQuery::Kind::changes, {}, Seq::none, 100};
    EXPECT_EQ(page(query), (Seqs{5, 3, 1}));
    query.kind = HistoryQuery::Kind::remarks;
    EXPECT_EQ(page(query), (Seqs{2}));
    query.record = record;
    EXPECT_EQ(page(query), (Seqs{5, 1}));
    must(office.main().read([&](store::Session& main) -> Result<void> {
        query.limit = history_page_max;
        EXPECT_TRUE(history(main, query));
        query.limit = history_page_max + 1;
        EXPECT_EQ(history(main, query).error().code, Code::invalid);
        query.limit = 0;
        EXPECT_EQ(history(main, query).error().code, Code::invalid);
        return {};
    }));
}

TEST_F(Journal, RefusesADossierTwiceAndStrangeTypes) {
    const auto create = [&](const Id& id, std::string_view type) {
        const auto done = office.main().write([&](store::Session& main) {
            return create_dossier(main, id, type);
        });
        return done ? Code::internal : done.error().code;
    };
    const Id id = office.open_dossier();
    EXPECT_EQ(create(id, "child"), Code::conflict);
    EXPECT_EQ(create(Id{}, "child"), Code::invalid);
    // Beside each end of what is allowed, and the ends themselves.
    for (const char* type : {"", "Child", "a b", "ch\xc3\xa9", "a`", "a{", "a/", "a:", "a.", "a^"})
        EXPECT_EQ(create(make_id(), type), Code::invalid) << type;
    for (const char* type : {"a", "z", "0", "9", "safe_place-2"})
        EXPECT_EQ(create(make_id(), type), Code::internal) << type;
    EXPECT_EQ(create(make_id(), std::string(dossier_type_size_max + 1, 'a')), Code::invalid);
    EXPECT_EQ(create(make_id(), std::string(dossier_type_size_max, 'a')), Code::internal);
    EXPECT_EQ(read(make_id()).error().code, Code::not_found);
}

TEST_F(Journal, ProjectionsFollowTheDossiersVersion) {
    const Id dossier = office.open_dossier();
    const Id without = office.open_dossier("place");
    must(office.write(dossier, make_id(), 1, {}));
    const auto put = [&](std::uint64_t version, std::string_view text) {
        const auto sealed = must(seal_projection(office.keys_of(dossier), version, bytes_of(text)));
        return office.main().write([&](store::Session& main) {
            return store_projection(main, dossier, version, sealed);
        });
    };
    EXPECT_EQ(put(2, "early").error().code, Code::conflict);
    must(put(1, "one"));
    must(put(1, "one again"));
    const auto all = Authority::grant(Id{}, Categories().with(engine_category));
    const auto list = [&](const Grant& grant) {
        std::vector<std::string> lines;
        const auto see = [&](std::string_view type, const Projection& shown) -> Result<void> {
            lines.push_back(
                std::string(type) + ":" + std::string(text_of(shown.plain)) +
                (shown.stale ? "!" : "")
            );
            return {};
        };
        const auto done = office.read([&](auto& main, auto& keys) {
            return each_projection(grant, main, keys, office.keyring(), Slice{}, see);
        });
        if (!done) lines.assign(1, std::string(name_of(done.error().code)));
        std::sort(lines.begin(), lines.end());
        return lines;
    };
    using Lines = std::vector<std::string>;
    EXPECT_EQ(list(all), (Lines{"child:one again", "place:!"}));
    must(office.write(dossier, make_id(), 1, {}));
    EXPECT_EQ(list(all), (Lines{"child:one again!", "place:!"}));
    EXPECT_EQ(list(Authority::grant(Id{}, Categories().with(1))), (Lines{"forbidden"}));
    EXPECT_EQ(list(Authority::grant(without, Categories::all())), (Lines{"forbidden"}));
}

TEST_F(Journal, VerifiesItsFileBesideARunningServer) {
    const Id dossier = office.open_dossier();
    must(office.write(dossier, make_id(), 1, {{4, bytes("kept")}}));
    std::uint64_t told = 0;
    const auto report = must(verify_file({office.file(), {}, {}, [&](auto done, auto all) {
                                              told = done;
                                              EXPECT_EQ(all, 1U);
                                          }}));
    EXPECT_TRUE(report.clean());
    EXPECT_EQ(report.entries, 1U);
    EXPECT_EQ(report.after_checkpoint, 1U);
    EXPECT_EQ(told, 1U);
    const auto missing = verify_file({folder.path() / "none.db", {}, {}, nullptr});
    EXPECT_EQ(missing.error().code, Code::not_found);
    std::filesystem::remove(folder.path() / "signing.pub");
    EXPECT_EQ(verify_file({office.file(), {}, {}, nullptr}).error().code, Code::not_found);
}

// Whoever can change the database can change the key beside it as well.
TEST_F(Journal, IsVerifiedWithTheKeyThatWasKeptElsewhere) {
    must(office.write(office.open_dossier(), make_id(), 1, {}));
    const auto beside = folder.path() / crypto::public_key_file_name;
    const auto kept = folder.path() / "kept.pub";
    std::filesystem::rename(beside, kept);
    const test::Folder other_folder;
    const test::Office other(other_folder.path());
    std::filesystem::copy_file(other_folder.path() / crypto::public_key_file_name, beside);
    EXPECT_TRUE(must(verify_file({office.file(), kept, {}, nullptr})).clean());
    const auto report = must(verify_file({office.file(), {}, {}, nullptr}));
    ASSERT_FALSE(report.clean());
    EXPECT_EQ(report.findings.front().what, "the note is of another journal");
}

TEST_F(Journal, HasOneProcessForEachFolder) {
    EXPECT_EQ(store::Store::open(folder.path()).error().code, Code::unavailable);
}

}  // namespace
}  // namespace homeward::journal
