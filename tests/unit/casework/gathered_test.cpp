#include "casework/gathered.hpp"

#include "casework/check_gathered.hpp"
#include "casework/room.hpp"
#include "casework/settling.hpp"
#include "journal/gathered.hpp"
#include "unit/casework/whole_file.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace homeward::test {
namespace {

using casework::decode_gathered;
using casework::encode_gathered;
using casework::Settling;

constexpr auto quiet = std::chrono::minutes(1);
constexpr std::int64_t page_size = 4096;

casework::RecordState record_of(std::string_view data) {
    casework::RecordState record;
    record.id = make_id();
    record.version = 3;
    record.kind_id = "registration";
    record.recorded_at = Instant{5};
    record.recorded_by = make_id();
    record.place = 7;
    record.data = Office::data(data).as_object();
    return record;
}

TEST(GatheredCodec, GivesBackWhatItWasGiven) {
    const auto pack = little_pack();
    const auto one = record_of(R"({"pseudonym": "Cedar", "birth": {"born": "2012"}})");
    auto other = record_of("{}");
    other.kind_id = "of an older pack";
    const Bytes judged{std::byte{1}, std::byte{2}};
    const auto plain = encode_gathered({{fold(one), fold(other)}, judged});
    const auto back = must(decode_gathered(pack.get(), plain));
    ASSERT_EQ(back.records.size(), 2U);
    const auto same = unfold(*back.records[0]);
    EXPECT_EQ(same.id, one.id);
    EXPECT_EQ(same.version, one.version);
    EXPECT_EQ(same.kind_id, one.kind_id);
    EXPECT_EQ(same.kind, pack->find_kind("registration"));
    EXPECT_EQ(same.recorded_at, one.recorded_at);
    EXPECT_EQ(same.recorded_by, one.recorded_by);
    EXPECT_EQ(same.place, one.place);
    EXPECT_EQ(same.data, one.data);
    EXPECT_EQ(back.records[1]->kind, nullptr);
    EXPECT_EQ(Bytes(back.judged.begin(), back.judged.end()), judged);
    EXPECT_TRUE(must(decode_gathered(pack.get(), encode_gathered({}))).records.empty());
}

TEST(GatheredCodec, RefusesWhatItDidNotMake) {
    const auto pack = little_pack();
    const Bytes judged(3);
    const Bytes plain = encode_gathered({{fold(record_of(R"({"a": [1, "b"]})"))}, judged});
    for (std::size_t size = 0; size < plain.size(); ++size)
        EXPECT_EQ(
            code_of(decode_gathered(pack.get(), BytesView(plain).first(size))), Code::corrupt
        );
    Bytes longer = plain;
    longer.push_back({});
    EXPECT_EQ(code_of(decode_gathered(pack.get(), longer)), Code::corrupt);
    Bytes other = plain;
    other[0] = std::byte{casework::gathered_format + 1};
    EXPECT_EQ(code_of(decode_gathered(pack.get(), other)), Code::corrupt);
    // Nothing that it takes ends the process afterwards.
    for (std::size_t i = 1; i < plain.size(); ++i) {
        other = plain;
        other[i] ^= std::byte{0x41};
        const auto taken = decode_gathered(pack.get(), other);
        if (!taken) continue;
        for (const auto& record : taken->records) (void)unfold(*record);
    }
}

TEST(SettlingDossiers, AreTakenOnceTheyWereLeftAlone) {
    Settling settling(10, std::chrono::seconds(60));
    const auto at = [](std::int64_t seconds) { return Instant{seconds * us_per_second}; };
    const Id first = make_id();
    const Id second = make_id();
    settling.add(first, at(0));
    settling.add(second, at(10));
    EXPECT_TRUE(settling.take({at(60).us - 1}, 10).empty());
    EXPECT_EQ(settling.take(at(60), 10), std::vector{first});
    // Somebody wrote to it again.
    settling.add(second, at(65));
    EXPECT_TRUE(settling.take(at(124), 10).empty());
    settling.add(first, at(65));
    EXPECT_EQ(settling.take(at(125), 1).size(), 1U);
    EXPECT_EQ(settling.take(at(125), 1).size(), 1U);
    EXPECT_EQ(settling.size(), 0U);
}

TEST(SettlingDossiers, AreSoManyAndNotOneMore) {
    Settling settling(2, std::chrono::seconds(0));
    const std::vector ids{make_id(), make_id(), make_id()};
    for (std::size_t i = 0; i < 3; ++i) {
        settling.add(ids[i], Instant{static_cast<std::int64_t>(i)});
        EXPECT_EQ(settling.size(), std::min<std::size_t>(i + 1, 2));
    }
    EXPECT_EQ(settling.take(Instant{10}, 10), (std::vector{ids[1], ids[2]}));
}

TEST(Room, IsLeftForTheJournal) {
    const auto here = std::filesystem::temp_directory_path();
    const auto free = std::filesystem::space(here).available;
    EXPECT_FALSE(casework::has_room(here, free));
    EXPECT_TRUE(casework::has_room({}, free));
    EXPECT_TRUE(casework::has_room("/nobody/has/this", free));
}

struct GatheredFiles : testing::Test {
    Office office;
    casework::Caller worker = office.person("Amal", "CW", true);
    Id child = office.child(worker);

    std::string file() { return written(must(office.reg().read(worker, child))); }
    std::int64_t rows() { return office.count("SELECT count(*) FROM gathered"); }
    /// As it is in one piece and nowhere else: nothing of it lies open, and no record is found.
    std::string in_one_piece() {
        office.restart();
        office.sql("CREATE TABLE kept AS SELECT * FROM record");
        office.sql("DELETE FROM record");
        const std::string text = file();
        office.sql("INSERT INTO record SELECT * FROM kept");
        office.sql("DROP TABLE kept");
        return text;
    }
    std::string record_by_record() {
        office.restart();
        office.sql("DELETE FROM gathered");
        return file();
    }
    /// Gathers the child's records once more, changed, as whoever has the keys could.
    template <class Change>
    void put_into_it(Change change) {
        std::vector<casework::RecordState> records;
        for (const auto& shown : must(office.reg().read(worker, child)).records) {
            auto& record = records.emplace_back();
            record.id = shown.id;
            record.version = shown.version;
            record.kind_id = shown.kind;
            record.recorded_at = shown.recorded_at;
            record.recorded_by = shown.recorded_by.id;
            record.place = records.size() - 1;
            record.data = shown.data;
        }
        change(records);
        casework::FoldedRecords folded;
        for (const auto& record : records) folded.push_back(fold(record));
        must(office.store().keys().read([&](store::Session& session) -> Result<void> {
            const auto keys = must(journal::load_keys(session, office.keyring(), child));
            return office.main().write([&](store::Session& main) {
                const auto end = must(journal::read_records_end(main, child));
                const auto sealed =
                    must(journal::seal_gathered(keys, end, encode_gathered({folded, {}})));
                return journal::store_gathered(main, child, end, sealed);
            });
        }));
    }
};

TEST_F(GatheredFiles, AreThoseThatWereLeftAlone) {
    EXPECT_EQ(office.gather(), 0U);
    office.clock().pass(quiet);
    EXPECT_EQ(office.gather(), 1U);
    EXPECT_EQ(rows(), 1);
    EXPECT_EQ(office.gather(), 0U);
    const std::string before = file();
    EXPECT_EQ(in_one_piece(), before);
    // What was gathered before a write is not shown after it.
    must(office.reg().add(worker, child, Office::record("complaint", R"({"what": "food"})")));
    const std::string after = file();
    EXPECT_NE(after, before);
    EXPECT_EQ(file(), after);
    office.restart();
    EXPECT_EQ(file(), after);
    office.clock().pass(quiet);
    EXPECT_EQ(office.gather(), 1U);
    EXPECT_EQ(in_one_piece(), after);
    EXPECT_EQ(record_by_record(), after);
}

TEST_F(GatheredFiles, AreThoseThatSomebodyOpenedRecordByRecord) {
    const std::string before = record_by_record();
    EXPECT_EQ(office.gather(), 0U);
    office.clock().pass(quiet);
    EXPECT_EQ(office.gather(), 1U);
    EXPECT_EQ(in_one_piece(), before);
    // Nothing is written for one that is there already.
    office.clock().pass(quiet);
    EXPECT_EQ(office.gather(), 0U);
}

TEST_F(GatheredFiles, AreThoseThatWereImported) {
    const std::vector lines{casework::ImportLine{
        1, parse_json(R"({"type": "child", "records": [{"kind": "complaint", "data": {}}]})")}};
    must(office.reg().import(worker, std::nullopt, lines));
    EXPECT_EQ(office.gather(), 0U);
    EXPECT_EQ(rows(), 1);
}

TEST_F(GatheredFiles, AreReadInPiecesWhereTheyAreDamaged) {
    const std::string before = file();
    office.clock().pass(quiet);
    ASSERT_EQ(office.gather(), 1U);
    for (const char* damage :
         {"UPDATE gathered SET sealed = x'00'",
          "UPDATE gathered SET seq = 1",
          "DELETE FROM gathered"}) {
        office.restart();
        office.sql(damage);
        EXPECT_EQ(file(), before) << damage;
    }
}

// The rest of the database is as it was, and so are the records.
TEST_F(GatheredFiles, AreReadInPiecesWhereTheirPageIsDamaged) {
    const std::string before = file();
    office.clock().pass(quiet);
    ASSERT_EQ(office.gather(), 1U);
    const auto page = office.count("SELECT rootpage FROM sqlite_schema WHERE name = 'gathered'");
    office.close();
    {
        std::fstream database(
            office.folder() / store::main_file_name, std::ios::in | std::ios::out | std::ios::binary
        );
        database.seekp((page - 1) * page_size);
        database << std::string(page_size, '\x7F');
    }
    office.open();
    EXPECT_EQ(file(), before);
    // Nor is another put there, where the disk may be at its end.
    office.clock().pass(quiet);
    EXPECT_EQ(office.gather(), 0U);
}

TEST_F(GatheredFiles, AreComparedWithTheirRecords) {
    const auto found = [&] {
        std::size_t count = 0;
        must(office.store().keys().read([&](store::Session& keys) {
            return office.main().read([&](store::Session& main) -> Result<void> {
                count = must(casework::check_gathered(main, keys, office.keyring())).size();
                return {};
            });
        }));
        return count;
    };
    EXPECT_EQ(found(), 0U);
    // Lies as it was sent, members in another order than when it is read back.
    must(office.reg().add(
        worker,
        child,
        Office::record("custody", R"({"started": "2026-11-02T09:00:00Z", "authority": "army"})")
    ));
    office.clock().pass(quiet);
    ASSERT_EQ(office.gather(), 1U);
    EXPECT_EQ(found(), 0U);
    using Records = std::vector<casework::RecordState>;
    put_into_it([](Records&) {});
    EXPECT_EQ(found(), 0U);
    put_into_it([](Records& records) { records.pop_back(); });
    EXPECT_EQ(found(), 1U);
    put_into_it([](Records& records) { records.back().data["authority"] = "nobody"; });
    EXPECT_EQ(found(), 1U);
    put_into_it([](Records& records) { records.back().recorded_by = make_id(); });
    EXPECT_EQ(found(), 1U);
    // One that counts no more is shown to nobody.
    must(office.reg().add(worker, child, Office::record("complaint", "{}")));
    EXPECT_EQ(found(), 0U);
}

TEST_F(GatheredFiles, TellNothingOfWhatWasDestroyed) {
    const auto told = office.child_who_told(worker);
    office.clock().pass(quiet);
    ASSERT_EQ(office.gather(), 2U);
    office.destroy(told, "D08");
    child = told;
    office.restart();
    const std::string left = file();
    EXPECT_EQ(left.find("harm"), std::string::npos);
    EXPECT_EQ(record_by_record(), left);
    office.clock().pass(quiet);
    EXPECT_EQ(office.gather(), 1U);
    EXPECT_EQ(in_one_piece(), left);
}

TEST_F(GatheredFiles, AreJudgedByThePackThatIsThere) {
    must(office.reg().add(
        worker, child, Office::record("custody", R"({"started": "2026-11-02T09:00:00Z"})")
    ));
    office.clock().pass(quiet);
    ASSERT_EQ(office.gather(), 1U);
    office.restart(little_pack("2"));
    const std::string anew = in_one_piece();
    EXPECT_EQ(record_by_record(), anew);
    office.clock().pass(std::chrono::hours(48));
    EXPECT_NE(file(), anew);
}

TEST(GatheredLimits, OfDossiersThatSettle) {
    casework::Options options;
    options.settling_max = 2;
    Office office(options);
    const auto worker = office.person("Amal", "CW");
    for (int i = 0; i < 3; ++i) office.child(worker);
    office.clock().pass(quiet);
    EXPECT_EQ(office.reg().gather(1), 1U);
    EXPECT_EQ(office.reg().gather(10), 1U);
}

}  // namespace
}  // namespace homeward::test
