#include "casework/shelf.hpp"

#include "journal/keys.hpp"
#include "office.hpp"

#include <gtest/gtest.h>

namespace homeward::test {
namespace {

using casework::OpenedDossier;
using casework::OpenedPointer;
using casework::Shelf;

constexpr Instant noon{1'000'000'000'000};
constexpr Instant seconds_after(std::int64_t seconds) {
    return {noon.us + seconds * us_per_second};
}

OpenedPointer opened(std::uint64_t version, std::size_t size) {
    OpenedDossier dossier;
    dossier.version = version;
    dossier.size = size;
    return std::make_shared<const OpenedDossier>(std::move(dossier));
}

TEST(Shelf, ARecordIsUnfoldedAsItWasFolded) {
    casework::RecordState record;
    record.id = make_id();
    record.version = 7;
    record.kind_id = "registration";
    record.recorded_at = noon;
    record.recorded_by = make_id();
    record.place = 3;
    record.data = Office::data(R"({
        "text": "a\"\\\u0000é\u2028\ud83d\ude42",
        "long": "longer than what a string holds by itself",
        "numbers": [0, -1, 18446744073709551615, -9223372036854775808, 0.1, 1e300, 5e-324, -0.0],
        "": {"true": true, "null": null, "none": {}, "empty": []},
        "deep": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[["31 deep"]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
    })")
                      .as_object();
    for (int i = 0; i < 40; ++i) record.data["field" + std::to_string(i)] = i;
    const casework::FoldedPointer folded = fold(record);
    const casework::RecordState same = unfold(*folded);
    EXPECT_EQ(same.id, record.id);
    EXPECT_EQ(same.version, record.version);
    EXPECT_EQ(same.kind_id, record.kind_id);
    EXPECT_EQ(same.recorded_at, record.recorded_at);
    EXPECT_EQ(same.recorded_by, record.recorded_by);
    EXPECT_EQ(same.place, record.place);
    EXPECT_EQ(same.data, record.data);
    EXPECT_EQ(fold(same)->data, folded->data);
    EXPECT_GE(folded->size(), sizeof *folded + folded->data.size());
    EXPECT_TRUE(unfold(*fold(casework::RecordState{})).data.empty());
}

TEST(Shelf, WhatGoesGoesWhenNobodyWaitsForTheLock) {
    Shelf shelf(100, std::chrono::seconds(60));
    int gone = 0;
    const auto watched = [&](std::uint64_t version) {
        const OpenedPointer real = opened(version, 10);
        return OpenedPointer(real.get(), [&shelf, &gone, real](const OpenedDossier*) {
            // Would wait for ever if the shelf were locked.
            shelf.size();
            ++gone;
        });
    };
    const Id id = make_id();
    shelf.put(id, watched(1), noon);
    shelf.put(id, watched(2), noon);
    EXPECT_EQ(gone, 1);
    shelf.renew(id, watched(3));
    EXPECT_EQ(gone, 2);
    shelf.find(id, 4, {}, noon);
    EXPECT_EQ(gone, 3);
    shelf.put(id, watched(4), noon);
    shelf.forget(seconds_after(61));
    EXPECT_EQ(gone, 4);
    shelf.put(id, watched(5), noon);
    shelf.put(make_id(), opened(1, 100), noon);
    EXPECT_EQ(gone, 5);
}

TEST(Shelf, GivesBackWhatIsOfThatVersionOnly) {
    Shelf shelf(100, std::chrono::seconds(60));
    const Id id = make_id();
    shelf.put(id, opened(3, 10), noon);
    EXPECT_NE(shelf.find(id, 3, {}, noon), nullptr);
    EXPECT_EQ(shelf.find(make_id(), 3, {}, noon), nullptr);
    EXPECT_EQ(shelf.find(id, 4, {}, noon), nullptr);
    // What was out of date is gone.
    EXPECT_EQ(shelf.find(id, 3, {}, noon), nullptr);
    EXPECT_EQ(shelf.size(), 0U);
}

TEST(Shelf, LetsGoOfWhatWasDestroyed) {
    Shelf shelf(100, std::chrono::seconds(60));
    const Id id = make_id();
    shelf.put(id, opened(1, 10), noon);
    EXPECT_EQ(shelf.find(id, 1, journal::Categories().with(8), noon), nullptr);
    EXPECT_EQ(shelf.size(), 0U);
}

TEST(Shelf, ASlowReaderDoesNotPutBackWhatAWriterReplaced) {
    Shelf shelf(100, std::chrono::seconds(60));
    const Id id = make_id();
    shelf.put(id, opened(2, 10), noon);
    shelf.put(id, opened(1, 10), noon);
    EXPECT_NE(shelf.find(id, 2, {}, noon), nullptr);
}

TEST(Shelf, HoldsSoManyBytesAndNotOneMore) {
    Shelf shelf(100, std::chrono::seconds(60));
    const Id first = make_id();
    const Id second = make_id();
    const Id third = make_id();
    shelf.put(first, opened(1, 50), noon);
    shelf.put(second, opened(1, 50), noon);
    EXPECT_EQ(shelf.size(), 100U);
    // Whoever was asked for last stays.
    EXPECT_NE(shelf.find(first, 1, {}, noon), nullptr);
    shelf.put(third, opened(1, 1), noon);
    EXPECT_EQ(shelf.size(), 51U);
    EXPECT_NE(shelf.find(first, 1, {}, noon), nullptr);
    EXPECT_EQ(shelf.find(second, 1, {}, noon), nullptr);
    shelf.put(second, opened(1, 101), noon);
    EXPECT_EQ(shelf.find(second, 1, {}, noon), nullptr);
    shelf.put(second, opened(1, 100), noon);
    EXPECT_EQ(shelf.size(), 100U);
    Shelf none(0, std::chrono::seconds(60));
    none.put(first, opened(1, 1), noon);
    EXPECT_EQ(none.size(), 0U);
}

TEST(Shelf, ForgetsWhatNobodyAskedForInAWhile) {
    Shelf shelf(100, std::chrono::seconds(60));
    const Id id = make_id();
    shelf.put(id, opened(1, 10), noon);
    EXPECT_NE(shelf.find(id, 1, {}, seconds_after(60)), nullptr);
    shelf.forget(seconds_after(120));
    EXPECT_EQ(shelf.size(), 10U);
    shelf.forget(seconds_after(121));
    EXPECT_EQ(shelf.size(), 0U);
}

TEST(Shelf, WhoOnlyPeeksKeepsNothingOpen) {
    Shelf shelf(100, std::chrono::seconds(60));
    const Id id = make_id();
    const Id other = make_id();
    shelf.put(id, opened(1, 50), noon);
    shelf.put(other, opened(1, 50), noon);
    EXPECT_NE(shelf.peek(id, 1, {}), nullptr);
    EXPECT_EQ(shelf.peek(id, 2, {}), nullptr);
    EXPECT_EQ(shelf.peek(id, 1, journal::Categories().with(8)), nullptr);
    EXPECT_EQ(shelf.peek(make_id(), 1, {}), nullptr);
    EXPECT_EQ(shelf.size(), 100U);
    // The one that was peeked at is still the one that nobody asked for the longest.
    shelf.put(make_id(), opened(1, 1), noon);
    EXPECT_EQ(shelf.peek(id, 1, {}), nullptr);
    EXPECT_NE(shelf.peek(other, 1, {}), nullptr);
}

TEST(Shelf, IsRenewedInPlaceOnly) {
    Shelf shelf(100, std::chrono::seconds(60));
    const Id id = make_id();
    shelf.renew(id, opened(1, 10));
    EXPECT_EQ(shelf.size(), 0U);
    shelf.put(id, opened(2, 10), noon);
    shelf.renew(id, opened(1, 20));
    EXPECT_NE(shelf.find(id, 2, {}, noon), nullptr);
    shelf.renew(id, opened(2, 20));
    EXPECT_EQ(shelf.size(), 20U);
    // Nobody asked: it goes when it would have gone.
    shelf.forget(seconds_after(61));
    EXPECT_EQ(shelf.size(), 0U);
    shelf.put(id, opened(2, 10), noon);
    shelf.renew(id, opened(2, 101));
    EXPECT_EQ(shelf.size(), 0U);
}

TEST(Shelf, WhatIsOpenForOneIsCutForTheNext) {
    Office office;
    const auto worker = office.person("Amal", "CW", true);
    const auto other = office.person("Lina", "CW");
    const Id ref = office.child_who_told(worker);
    office.assign(worker, ref, other);
    // The first look puts it on the shelf with everything in it.
    const auto whole = must(office.reg().read(worker, ref));
    EXPECT_TRUE(find_record(whole, "registration")->data.contains("told"));
    const auto cut = must(office.reg().read(other, ref));
    EXPECT_FALSE(find_record(cut, "registration")->data.contains("told"));
    EXPECT_EQ(find_record(cut, "registration")->data.at("pseudonym"), "Cedar");
}

TEST(Shelf, WhatWasDestroyedIsNotShownFromMemory) {
    Office office;
    const auto worker = office.person("Amal", "CW", true);
    const Id ref = office.child_who_told(worker);
    const auto before = must(office.reg().read(worker, ref));
    EXPECT_TRUE(find_record(before, "registration")->data.contains("told"));
    office.destroy(ref, "D08");
    const auto after = must(office.reg().read(worker, ref));
    EXPECT_FALSE(find_record(after, "registration")->data.contains("told"));
    EXPECT_EQ(find_record(after, "registration")->data.at("pseudonym"), "Cedar");
}

// The judgement of the last write is stored, and tells of a record that nobody can read any more.
TEST(Shelf, WhatWasJudgedBeforeSomethingWasDestroyedIsNotTold) {
    Office office;
    const auto worker = office.person("Amal", "CW", true);
    const Id ref = office.child_who_told(worker);
    const std::string began = to_text(office.clock().now());
    const Id custody =
        must(
            office.reg().add(
                worker,
                ref,
                Office::record("custody", R"({"authority": "army", "started": ")" + began + R"("})")
            )
        )
            .id;
    office.clock().pass(std::chrono::hours(25));
    must(office.reg().add(worker, ref, Office::record("complaint", R"({"what": "food"})")));
    const auto tells = [&] {
        const auto file = must(office.reg().read(worker, ref));
        return std::any_of(file.findings.begin(), file.findings.end(), [&](const auto& shown) {
            return shown.finding.record == custody;
        });
    };
    EXPECT_TRUE(tells());
    office.destroy(ref, "D16");
    EXPECT_FALSE(tells());
    // Behind what was judged and back: still nothing of it.
    office.clock().set(std::chrono::hours(-3));
    EXPECT_FALSE(tells());
    office.clock().pass(std::chrono::hours(6));
    EXPECT_FALSE(tells());
}

}  // namespace
}  // namespace homeward::test
