#include "unit/casework/office.hpp"

#include <gtest/gtest.h>

namespace homeward::test {
namespace {

using casework::Amendment;

TEST(Open, AnswersVersionsAndFindingsAndMakesTheOpenerAMember) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const auto registration = Office::record("registration", R"({"pseudonym": "Cedar"})");
    const auto opened = must(office.reg().open(worker, std::nullopt, "child", {registration}));
    ASSERT_EQ(opened.records.size(), 1U);
    EXPECT_EQ(opened.records[0].id, *registration.id);
    EXPECT_EQ(opened.version, 2U);  // the registration and the assignment
    ASSERT_EQ(opened.findings.size(), 1U);
    EXPECT_EQ(opened.findings[0].finding.outcome, policy::Outcome::breached);
    const auto file = must(office.reg().read(worker, opened.ref));
    ASSERT_NE(find_record(file, "assignment"), nullptr);
    EXPECT_EQ(
        find_record(file, "assignment")->data.at("account").as_string(), to_text(worker.account)
    );
    EXPECT_EQ(file.label, "Cedar");
}

// Nobody else writes to the store. Should it happen all the same, what lies open is not believed
// again and again.
TEST(Write, OfAVersionThatStandsElsewhereAsksTheDatabase) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const Id ref = office.child(worker);
    const auto before = must(office.reg().add(worker, ref, Office::record("complaint", "{}")));
    office.sql("UPDATE dossier SET entries = entries + 1, version = version + 1");
    const auto after = must(office.reg().add(worker, ref, Office::record("complaint", "{}")));
    EXPECT_EQ(after.dossier_version, before.dossier_version + 2);
    EXPECT_EQ(must(office.reg().read(worker, ref)).version, after.dossier_version);
}

TEST(Open, TwiceIsOnce) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const auto registration = Office::record("registration", R"({"pseudonym": "Cedar"})");
    const Id id = make_id();
    const auto first = must(office.reg().open(worker, id, "child", {registration}));
    const auto versions = office.count("SELECT count(*) FROM entry WHERE record IS NOT NULL");
    office.clock().pass(std::chrono::minutes(1));
    const auto again = must(office.reg().open(worker, id, "child", {registration}));
    EXPECT_FALSE(first.repeated);
    EXPECT_TRUE(again.repeated);
    EXPECT_EQ(again.version, first.version);
    EXPECT_EQ(again.records[0].id, first.records[0].id);
    EXPECT_EQ(office.count("SELECT count(*) FROM entry WHERE record IS NOT NULL"), versions);
    auto other = registration;
    other.data = Office::data(R"({"pseudonym": "Olive"})");
    EXPECT_EQ(code_of(office.reg().open(worker, id, "child", {other})), Code::conflict);
}

TEST(Open, NamesTheFieldThatIsWrong) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const auto wrong = office.reg().open(
        worker,
        std::nullopt,
        "child",
        {Office::record("registration", "{}"), Office::record("custody", R"({"started": 7})")}
    );
    ASSERT_FALSE(wrong.has_value());
    EXPECT_EQ(wrong.error().code, Code::invalid);
    EXPECT_EQ(wrong.error().pointer, "/records/1/data/started");
    const auto no_kind =
        office.reg().open(worker, std::nullopt, "child", {Office::record("sermon", "{}")});
    ASSERT_FALSE(no_kind.has_value());
    EXPECT_EQ(no_kind.error().pointer, "/records/0/kind");
    EXPECT_EQ(
        code_of(office.reg().open(worker, Id{}, "child", {Office::record("registration", "{}")})),
        Code::invalid
    );
}

TEST(Open, TakesAsManyRecordsAsTheLimitAndNoMore) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    std::vector<casework::NewRecord> records;
    for (std::size_t i = 0; i < casework::records_per_open_max; ++i) {
        records.push_back(Office::record("custody", "{}"));
    }
    EXPECT_TRUE(office.reg().open(worker, std::nullopt, "child", records).has_value());
    records.push_back(Office::record("custody", "{}"));
    EXPECT_EQ(code_of(office.reg().open(worker, std::nullopt, "child", records)), Code::too_large);
}

TEST(Add, RefusesNoFactAndListsWhatIsMissing) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const Id ref = office.child(worker);
    const auto added = office.reg().add(
        worker,
        ref,
        Office::record(
            "custody", R"({"started": "2026-11-02T10:00:00Z", "ended": "2026-11-01T10:00:00Z"})"
        )
    );
    ASSERT_TRUE(added.has_value());
    const auto file = must(office.reg().read(worker, ref));
    const auto* custody = find_record(file, "custody");
    ASSERT_NE(custody, nullptr);
    EXPECT_EQ(custody->incomplete, std::vector<std::string>{"authority"});
    ASSERT_EQ(custody->contradictions.size(), 1U);
    EXPECT_EQ(custody->contradictions[0].field, "ended");
}

TEST(Add, TwiceIsOnceAndAnotherContentConflicts) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const Id ref = office.child(worker);
    auto custody = Office::record("custody", R"({"authority": "police"})");
    const auto first = must(office.reg().add(worker, ref, custody));
    const auto again = must(office.reg().add(worker, ref, custody));
    EXPECT_TRUE(again.repeated);
    EXPECT_EQ(again.dossier_version, first.dossier_version);
    // A retry stays a retry after somebody has amended the record.
    must(office.reg().amend(
        worker, ref, Amendment{*custody.id, 1, Office::data(R"({"authority": "army"})")}
    ));
    EXPECT_TRUE(must(office.reg().add(worker, ref, custody)).repeated);
    custody.data = Office::data(R"({"authority": "navy"})");
    EXPECT_EQ(code_of(office.reg().add(worker, ref, custody)), Code::conflict);
}

TEST(Add, KeepsAFormThatIsThereOnceThereOnce) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const Id ref = office.child(worker);
    EXPECT_EQ(
        code_of(office.reg().add(worker, ref, Office::record("registration", "{}"))), Code::conflict
    );
}

struct Amending : testing::Test {
    Office office;
    casework::Caller worker = office.person("Amal", "CW");
    casework::Caller other = office.person("Basil", "CW");
    Id ref = office.child(worker);
    Id custody;

    void SetUp() override {
        office.assign(worker, ref, other);
        custody = must(office.reg().add(
                           worker, ref, Office::record("custody", R"({"authority": "police"})")
                       ))
                      .id;
    }
    Result<casework::Amended> amend(
        const casework::Caller& who, std::uint64_t base, std::string_view patch
    ) {
        return office.reg().amend(who, ref, Amendment{custody, base, Office::data(patch)});
    }
    json::object stored() {
        const auto file = must(office.reg().read(worker, ref));
        return find_record(file, "custody")->data;
    }
};

TEST_F(Amending, MakesTheNextVersion) {
    const auto amended = must(amend(worker, 1, R"({"started": "2026-11-01T08:00:00Z"})"));
    EXPECT_EQ(amended.version, 2U);
    EXPECT_FALSE(amended.merged);
    EXPECT_EQ(stored().at("started").as_string(), "2026-11-01T08:00:00Z");
    EXPECT_EQ(stored().at("authority").as_string(), "police");
}

TEST_F(Amending, MergesWhatDoesNotOverlap) {
    must(amend(worker, 1, R"({"started": "2026-11-01T08:00:00Z"})"));
    const auto merged = must(amend(worker, 1, R"({"authority": "army"})"));
    EXPECT_TRUE(merged.merged);
    EXPECT_EQ(merged.version, 3U);
    EXPECT_EQ(stored().at("started").as_string(), "2026-11-01T08:00:00Z");
    EXPECT_EQ(stored().at("authority").as_string(), "army");
}

TEST_F(Amending, ShowsBothSidesOfAConflictAndWritesNothing) {
    must(amend(worker, 1, R"({"authority": "army"})"));
    const auto conflict = must(amend(worker, 1, R"({"authority": "navy"})"));
    ASSERT_TRUE(conflict.conflict.has_value());
    EXPECT_EQ(conflict.conflict->base.at("authority").as_string(), "police");
    EXPECT_EQ(conflict.conflict->mine.at("authority").as_string(), "navy");
    EXPECT_EQ(conflict.conflict->theirs.at("authority").as_string(), "army");
    EXPECT_EQ(conflict.conflict->pointers, std::vector<std::string>{"/authority"});
    EXPECT_EQ(conflict.conflict->version, 2U);
    EXPECT_EQ(stored().at("authority").as_string(), "army");
}

TEST_F(Amending, ARetryAnswersTheSameEvenAfterALaterChange) {
    const auto first = must(amend(worker, 1, R"({"authority": "army"})"));
    const auto versions = office.count("SELECT count(*) FROM entry WHERE record IS NOT NULL");
    const auto again = must(amend(worker, 1, R"({"authority": "army"})"));
    EXPECT_TRUE(again.repeated);
    EXPECT_EQ(again.version, first.version);
    EXPECT_EQ(office.count("SELECT count(*) FROM entry WHERE record IS NOT NULL"), versions);
    must(amend(worker, 2, R"({"authority": "navy"})"));
    const auto late = must(amend(worker, 1, R"({"authority": "army"})"));
    EXPECT_TRUE(late.repeated);
    EXPECT_FALSE(late.conflict.has_value());
    EXPECT_EQ(late.version, first.version);
    EXPECT_EQ(stored().at("authority").as_string(), "navy");
}

TEST_F(Amending, OnlyOnesOwnWhereTheLetterSaysSo) {
    EXPECT_EQ(code_of(amend(other, 1, R"({"authority": "army"})")), Code::forbidden);
}

TEST_F(Amending, RefusesWhatIsNoVersionAndNoField) {
    EXPECT_EQ(code_of(amend(worker, 0, "{}")), Code::invalid);
    EXPECT_EQ(code_of(amend(worker, 2, "{}")), Code::invalid);
    const auto unknown = amend(worker, 1, R"({"colour": "red"})");
    ASSERT_FALSE(unknown.has_value());
    EXPECT_EQ(unknown.error().pointer, "/colour");
    EXPECT_EQ(
        code_of(office.reg().amend(worker, ref, Amendment{make_id(), 1, Office::data("{}")})),
        Code::not_found
    );
}

TEST(AmendHidden, AListReplacedWholeKeepsWhatTheCallerCannotSee) {
    Office office;
    const auto cleared = office.person("Amal", "CW", true);
    const auto other = office.person("Basil", "CW");
    const auto registration = Office::record(
        "registration",
        R"({"pseudonym": "Cedar", "carers": [{"name": "A", "harm": "x"}, {"name": "B"}]})"
    );
    const auto opened = must(office.reg().open(cleared, std::nullopt, "child", {registration}));
    office.assign(cleared, opened.ref, other);
    const auto seen = must(office.reg().read(other, opened.ref));
    EXPECT_EQ(
        json::serialize(find_record(seen, "registration")->data.at("carers")),
        R"([{"name":"A"},{"name":"B"}])"
    );
    const auto change = [&](std::string_view patch) {
        return office.reg().amend(
            other, opened.ref, Amendment{*registration.id, 1, Office::data(patch)}
        );
    };
    EXPECT_EQ(code_of(change(R"({"carers": [{"name": "A"}]})")), Code::forbidden);
    EXPECT_EQ(code_of(change(R"({"carers": [{"name": "A", "harm": "y"}]})")), Code::forbidden);
    EXPECT_EQ(code_of(change(R"({"carers": null})")), Code::forbidden);
    must(change(R"({"carers": [{"name": "C"}, {"name": "D"}]})"));
    const auto file = must(office.reg().read(cleared, opened.ref));
    EXPECT_EQ(
        find_record(file, "registration")->data.at("carers"),
        Office::data(R"([{"name": "C", "harm": "x"}, {"name": "D"}])")
    );
}

TEST(Act, IsWrittenWithItsReasons) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const Id ref = office.child(worker);
    const casework::ActRequest request{make_id(), "close", "The family is together again."};
    const auto done = must(office.reg().act(worker, ref, request));
    EXPECT_TRUE(done.blocked_by.empty());
    EXPECT_TRUE(must(office.reg().act(worker, ref, request)).repeated);
    const auto file = must(office.reg().read(worker, ref));
    const auto* act = find_record(file, "act");
    ASSERT_NE(act, nullptr);
    EXPECT_EQ(act->data.at("act").as_string(), "close");
    auto silent = request;
    silent.reasons = " \n";
    EXPECT_EQ(code_of(office.reg().act(worker, ref, silent)), Code::invalid);
    auto other = request;
    other.reasons = "Something else.";
    EXPECT_EQ(code_of(office.reg().act(worker, ref, other)), Code::conflict);
}

TEST(Act, IsRefusedWhileASafeguardBlocksItAndTheAttemptIsWrittenDown) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const auto judge = office.person("Jad", "JUD");
    const Id id = office.child(worker);
    office.assign(worker, id, judge);
    must(office.reg().add(
        worker, id, Office::record("custody", R"({"started": "2026-11-01T08:00:00Z"})")
    ));
    const auto ref = must(office.reg().list(judge, {"child", "", "", 10})).items.at(0).ref;
    const auto blocked = must(office.reg().act(judge, ref, {std::nullopt, "file_charge", "Why."}));
    ASSERT_EQ(blocked.blocked_by.size(), 1U);
    EXPECT_EQ(
        office.reg().pack().safeguards()[blocked.blocked_by[0].finding.safeguard].id, "JE-01"
    );
    EXPECT_EQ(find_record(must(office.reg().read(worker, id)), "act"), nullptr);
    const auto reads = must(office.reg().reads(worker, id, 0, 100));
    bool written = false;
    for (const auto& read : reads.reads) written = written || read.what == "act_refused";
    EXPECT_TRUE(written);
    EXPECT_EQ(
        code_of(office.reg().act(worker, id, {std::nullopt, "file_charge", "Why."})),
        Code::forbidden
    );
    EXPECT_EQ(
        code_of(office.reg().act(worker, id, {std::nullopt, "fly", "Why."})), Code::not_found
    );
}

}  // namespace
}  // namespace homeward::test
