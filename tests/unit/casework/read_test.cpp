#include "unit/casework/office.hpp"
#include "unit/store/gate.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace homeward::test {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& what) {
    return std::find(list.begin(), list.end(), what) != list.end();
}

TEST(Read, IsWrittenDownBeforeItIsShown) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const Id ref = office.child(worker);
    must(office.reg().read(worker, ref));
    const auto reads = must(office.reg().reads(worker, ref, 0, 10));
    ASSERT_EQ(reads.reads.size(), 1U);
    EXPECT_EQ(reads.reads[0].what, "read");
    EXPECT_EQ(reads.reads[0].actor.id, worker.account);
    EXPECT_EQ(reads.reads[0].actor.name, "Amal");
    EXPECT_EQ(reads.reads[0].purpose, "Y01");
    EXPECT_TRUE(contains(reads.reads[0].categories, "D01"));
    EXPECT_FALSE(contains(reads.reads[0].categories, "D08"));
}

TEST(Read, ShowsNothingWhenItCannotBeWrittenDown) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const Id ref = office.child(worker);
    office.sql("CREATE TRIGGER full BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'full'); END");
    EXPECT_EQ(code_of(office.reg().read(worker, ref)), Code::unavailable);
    EXPECT_EQ(code_of(office.reg().findings(worker, ref, false)), Code::unavailable);
    EXPECT_EQ(code_of(office.reg().history(worker, ref, {})), Code::unavailable);
    EXPECT_EQ(code_of(office.reg().reads(worker, ref, 0, 10)), Code::unavailable);
    EXPECT_EQ(code_of(office.reg().list(worker, {"child", "", "", 10})), Code::unavailable);
    EXPECT_EQ(code_of(office.reg().work(worker, {})), Code::unavailable);
    EXPECT_EQ(code_of(office.reg().export_page(worker, {"child", "", 10})), Code::unavailable);
    office.sql("DROP TRIGGER full");
    EXPECT_TRUE(office.reg().read(worker, ref).has_value());
}

// What a write answers that wrote nothing is what is there: a look like any other.
TEST(Read, AWriteThatWroteNothingIsALook) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const Id id = make_id();
    const auto registration = Office::record("registration", R"({"pseudonym": "Cedar"})");
    const Id ref = must(office.reg().open(worker, id, "child", {registration})).ref;
    auto custody = Office::record("custody", R"({"authority": "police"})");
    custody.id = make_id();
    must(office.reg().add(worker, ref, custody));
    const auto amend = [&](std::uint64_t base, std::string_view patch) {
        return office.reg().amend(worker, ref, {*custody.id, base, Office::data(patch)});
    };
    must(amend(1, R"({"authority": "army"})"));
    const auto conflict = R"({"authority": "navy"})";

    const std::size_t before = must(office.reg().reads(worker, ref, 0, 100)).reads.size();
    EXPECT_TRUE(must(office.reg().open(worker, id, "child", {registration})).repeated);
    EXPECT_TRUE(must(office.reg().add(worker, ref, custody)).repeated);
    EXPECT_TRUE(must(amend(2, "{}")).repeated);
    EXPECT_TRUE(must(amend(1, conflict)).conflict);
    const auto reads = must(office.reg().reads(worker, ref, 0, 100)).reads;
    // Newest first, and the look at the looks before is one of them.
    ASSERT_EQ(reads.size(), before + 5);
    EXPECT_EQ(reads[0].what, "read");
    for (std::size_t i = 1; i < 4; ++i) EXPECT_EQ(reads[i].what, "findings");

    office.sql("CREATE TRIGGER full BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'full'); END");
    EXPECT_EQ(code_of(office.reg().open(worker, id, "child", {registration})), Code::unavailable);
    EXPECT_EQ(code_of(office.reg().add(worker, ref, custody)), Code::unavailable);
    EXPECT_EQ(code_of(amend(2, "{}")), Code::unavailable);
    EXPECT_EQ(code_of(amend(1, conflict)), Code::unavailable);
}

TEST(Read, AFileIsHeldBackUntilTheLookIsDurable) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const Id ref = office.child(worker);
    const auto pseudonym = [](const casework::File& file) { return file.label; };
    for (const bool written : {true, false}) {
        if (!written)
            office.sql(
                "CREATE TRIGGER full BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'full'); END"
            );
        Gate gate;
        office.main().submit(gate.holding(), [](const Result<void>&) {});
        gate.wait_until_held();
        auto held = must(office.reg().read_written(worker, ref, "label", pseudonym));
        std::optional<Result<std::string>> given;
        std::move(held).made_into([](std::string&& label) { return "file of " + label; }
        ).hand_out([&](Result<std::string> file) { given = std::move(file); });
        EXPECT_FALSE(given);
        gate.open();
        // Work between commits waits for what came before it.
        must(office.main().scrub());
        ASSERT_TRUE(given);
        if (written) {
            EXPECT_EQ(must(*given), "file of Cedar");
        } else {
            EXPECT_EQ(code_of(*given), Code::unavailable);
        }
    }
}

TEST(Read, ForbiddenAndAbsentAnswerAlike) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const auto stranger = office.person("Sami", "CW");
    const Id ref = office.child(worker);
    const auto forbidden = office.reg().read(stranger, ref);
    const auto absent = office.reg().read(stranger, make_id());
    ASSERT_FALSE(forbidden.has_value());
    ASSERT_FALSE(absent.has_value());
    EXPECT_EQ(forbidden.error().code, Code::not_found);
    EXPECT_EQ(forbidden.error().code, absent.error().code);
    EXPECT_EQ(forbidden.error().text, absent.error().text);
    EXPECT_EQ(code_of(office.reg().read(stranger, Id{})), Code::not_found);
}

TEST(Read, NamesWhatIsWithheldWhetherOrNotItIsThere) {
    Office office;
    const auto cleared = office.person("Amal", "CW", true);
    const auto other = office.person("Basil", "CW");
    const Id with = office.child_who_told(cleared);
    const Id without = office.child(cleared, "Olive");
    for (const Id& ref : {with, without}) {
        office.assign(cleared, ref, other);
        const auto file = must(office.reg().read(other, ref));
        EXPECT_TRUE(contains(file.withheld, "D08"));
        const auto* registration = find_record(file, "registration");
        ASSERT_NE(registration, nullptr);
        EXPECT_FALSE(registration->data.contains("told"));
        EXPECT_TRUE(contains(registration->withheld, "told"));
        EXPECT_TRUE(contains(registration->withheld, "carers.harm"));
    }
    const auto whole = must(office.reg().read(cleared, with));
    EXPECT_EQ(find_record(whole, "registration")->data.at("told").as_string(), "harm");
    EXPECT_FALSE(contains(whole.withheld, "D08"));
}

TEST(Read, TheJusticeSideKnowsTheChildByAnotherName) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const auto judge = office.person("Jad", "JUD");
    const Id ref = office.child(worker);
    office.assign(worker, ref, judge);
    must(office.reg().add(worker, ref, Office::record("custody", R"({"authority": "police"})")));
    const auto list = must(office.reg().list(judge, {"child", "", "", 10}));
    ASSERT_EQ(list.items.size(), 1U);
    const Id justice = list.items[0].ref;
    EXPECT_NE(justice, ref);
    EXPECT_EQ(list.items[0].label, "");
    EXPECT_EQ(code_of(office.reg().read(judge, ref)), Code::not_found);
    must(office.reg().add(judge, justice, Office::record("charge", R"({"offence": "J 7/26"})")));
    EXPECT_EQ(must(office.reg().list(judge, {"child", "", "", 10})).items[0].label, "J 7/26");
    EXPECT_EQ(must(office.reg().list(worker, {"child", "", "", 10})).items[0].label, "Cedar");
    const auto file = must(office.reg().read(judge, justice));
    EXPECT_EQ(file.label, "J 7/26");
    EXPECT_EQ(file.ref, justice);
    EXPECT_EQ(file.side, policy::Side::justice);
    EXPECT_NE(find_record(file, "custody"), nullptr);
    EXPECT_EQ(find_record(file, "assignment"), nullptr);
    // Whoever is on both sides may use either.
    EXPECT_TRUE(office.reg().read(worker, justice).has_value());
    EXPECT_TRUE(office.reg().read(worker, ref).has_value());
    office.restart();
    EXPECT_TRUE(office.reg().read(judge, justice).has_value());
}

TEST(Read, AJusticeRoleThatOpensADossierDoesNotLearnTheOtherName) {
    Office office;
    const auto judge = office.person("Jad", "JUD");
    const Id id = make_id();
    const std::vector records{Office::record("charge", R"({"offence": "theft"})")};
    const auto opened = must(office.reg().open(judge, id, "child", records));
    EXPECT_NE(opened.ref, id);
    EXPECT_TRUE(office.reg().read(judge, opened.ref).has_value());
    EXPECT_TRUE(must(office.reg().open(judge, id, "child", records)).repeated);
    const auto worker = office.person("Amal", "CW");
    EXPECT_EQ(code_of(office.reg().read(worker, id)), Code::not_found);
}

TEST(Findings, ShowWhatTheRoleMayReadAndTellTheRestInShort) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const auto judge = office.person("Jad", "JUD");
    const auto lawyer = office.person("Lina", "LAW");
    const Id ref = office.child(worker);
    office.assign(worker, ref, judge);
    office.assign(worker, ref, lawyer);
    const auto full = must(office.reg().findings(worker, ref, false));
    ASSERT_EQ(full.size(), 1U);
    EXPECT_FALSE(full[0].limited);
    EXPECT_FALSE(full[0].finding.record.is_nil());
    const Id justice = must(office.reg().list(judge, {"child", "", "", 10})).items.at(0).ref;
    const auto told = must(office.reg().findings(judge, justice, false));
    ASSERT_EQ(told.size(), 1U);  // it reads `birth`, all that the judge sees of the form
    EXPECT_FALSE(told[0].limited);
    EXPECT_TRUE(must(office.reg().findings(lawyer, ref, false)).empty());
    office.permit(worker, ref, lawyer, R"(["D01"])");
    EXPECT_EQ(must(office.reg().findings(lawyer, ref, false)).size(), 1U);
    EXPECT_GT(must(office.reg().findings(worker, ref, true)).size(), full.size() - 1);
}

TEST(Findings, AreLimitedForThoseWhoAreToldButMayNotReadOn) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const auto supervisor = office.person("Selma", "SUP");
    const Id ref = office.child(worker);
    must(office.reg().add(
        worker, ref, Office::record("custody", R"({"started": "2026-11-01T08:00:00Z"})")
    ));
    const auto of_judge = [&](const casework::Caller& who) {
        for (const auto& shown : must(office.reg().findings(who, ref, false))) {
            const auto& safeguard = office.reg().pack().safeguards()[shown.finding.safeguard];
            if (safeguard.id == "JE-01") return shown;
        }
        return casework::ShownFinding{};
    };
    const auto full = of_judge(worker);
    EXPECT_FALSE(full.limited);
    EXPECT_FALSE(full.finding.record.is_nil());
    EXPECT_TRUE(full.finding.start.has_value());
    // The form is on the other side: the supervisor learns that it is so and until when.
    const auto told = of_judge(supervisor);
    EXPECT_TRUE(told.limited);
    EXPECT_EQ(told.finding.outcome, policy::Outcome::breached);
    EXPECT_EQ(told.finding.due, full.finding.due);
    EXPECT_TRUE(told.finding.record.is_nil());
    EXPECT_FALSE(told.finding.start.has_value());
    casework::WorkQuery query;
    query.lens = casework::Lens::team;
    const auto work = must(office.reg().work(supervisor, query));
    ASSERT_FALSE(work.items.empty());
    EXPECT_TRUE(work.items[0].limited);
    EXPECT_FALSE(work.items[0].record.has_value());
}

TEST(Findings, ThatRestOnOnesOwnReportsAreShownEverywhereUntilOthersReportToo) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const auto judge = office.person("Jad", "JUD");
    const Id ref = office.child(worker);
    office.assign(worker, ref, judge);
    const auto has = [&](const std::vector<casework::ShownFinding>& findings) {
        for (const auto& shown : findings) {
            const auto& safeguard = office.reg().pack().safeguards()[shown.finding.safeguard];
            if (safeguard.id == "CH-01") return !shown.limited;
        }
        return false;
    };
    const auto added = must(office.reg().add(worker, ref, Office::record("charge", "{}")));
    EXPECT_TRUE(has(added.findings));
    EXPECT_TRUE(has(must(office.reg().findings(worker, ref, false))));
    EXPECT_TRUE(has(must(office.reg().read(worker, ref)).findings));
    const Id justice = must(office.reg().list(judge, {"child", "", "", 10})).items.at(0).ref;
    must(office.reg().add(judge, justice, Office::record("charge", "{}")));
    EXPECT_FALSE(has(must(office.reg().findings(worker, ref, false))));
    EXPECT_FALSE(has(must(office.reg().read(worker, ref)).findings));
    EXPECT_TRUE(has(must(office.reg().findings(judge, justice, false))));
}

TEST(History, ShowsTheFieldsThatChangedAndOnlyThose) {
    Office office;
    const auto cleared = office.person("Amal", "CW", true);
    const auto other = office.person("Basil", "CW");
    const auto registration = Office::record("registration", R"({"pseudonym": "Cedar"})");
    const auto opened = must(office.reg().open(cleared, std::nullopt, "child", {registration}));
    office.assign(cleared, opened.ref, other);
    const auto amend = [&](std::uint64_t base, std::string_view patch) {
        must(office.reg().amend(cleared, opened.ref, {*registration.id, base, Office::data(patch)})
        );
    };
    amend(1, R"({"pseudonym": "Olive", "address": "hill"})");
    amend(2, R"({"told": "harm"})");
    amend(3, R"({"address": null})");
    casework::HistoryQuery query;
    query.record = registration.id;
    const auto all = must(office.reg().history(cleared, opened.ref, query));
    ASSERT_EQ(all.entries.size(), 4U);
    EXPECT_EQ(all.entries[0].what, "amend");
    ASSERT_EQ(all.entries[0].changes.size(), 1U);
    EXPECT_EQ(all.entries[0].changes[0].field, "address");
    EXPECT_FALSE(all.entries[0].changes[0].to.has_value());
    EXPECT_EQ(all.entries[3].what, "open");
    EXPECT_EQ(all.entries[3].actor.name, "Amal");
    const auto cut = must(office.reg().history(other, opened.ref, query));
    ASSERT_EQ(cut.entries.size(), 3U);  // not the one that only changed what is withheld
    query.limit = 2;
    const auto page = must(office.reg().history(cleared, opened.ref, query));
    ASSERT_TRUE(page.next.has_value());
    query.before = *page.next;
    const auto rest = must(office.reg().history(cleared, opened.ref, query));
    ASSERT_EQ(rest.entries.size(), 2U);
    EXPECT_EQ(rest.entries[1].version, 1U);
}

TEST(History, PagesHaveALimit) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const Id ref = office.child(worker);
    casework::HistoryQuery query;
    query.limit = casework::page_max;
    EXPECT_TRUE(office.reg().history(worker, ref, query).has_value());
    query.limit = casework::page_max + 1;
    EXPECT_EQ(code_of(office.reg().history(worker, ref, query)), Code::invalid);
    query.limit = 0;
    EXPECT_EQ(code_of(office.reg().history(worker, ref, query)), Code::invalid);
}

TEST(Reads, AreForRolesThatMaySeeTheAudit) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const auto detention = office.person("Dana", "DET");
    const Id ref = office.child(worker);
    office.assign(worker, ref, detention);
    const Id justice = must(office.reg().list(detention, {"child", "", "", 10})).items.at(0).ref;
    EXPECT_EQ(code_of(office.reg().reads(detention, justice, 0, 10)), Code::forbidden);
}

}  // namespace
}  // namespace homeward::test
