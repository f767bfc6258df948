#include "unit/casework/every_answer.hpp"

#include <gtest/gtest.h>

namespace homeward::test {
namespace {

/// A child whose file Amal of "care" opened; Basil of the police unit works on it too.
struct Barring : testing::Test {
    Office office;
    casework::Caller amal = office.person("Amal", "CW");
    casework::Caller basil = office.person("Basil", "CW", true, "unit", "Police Unit");
    Id record = make_id();
    Id ref;

    void SetUp() override {
        ref = must(office.reg().open(
                       amal,
                       std::nullopt,
                       "child",
                       {{record, "registration", Office::data(R"({"pseudonym": "Cedar"})")}}
                   )
        ).ref;
        office.assign(amal, ref, basil);
    }
    Result<casework::Added> bar(const std::string& data, const casework::Caller& by) {
        return office.reg().add(by, ref, Office::record("withholding", data));
    }
    casework::Added bar(const std::string& data) { return must(bar(data, amal)); }
    std::string later(int minutes) {
        return to_text(Instant{office.clock().now().us + minutes * 60 * us_per_second});
    }
    bool reaches(const casework::Caller& who) { return office.reg().read(who, ref).has_value(); }
    /// Not one answer differs from those about a dossier that there is not.
    void expect_nothing(const casework::Caller& who, const Id& name) {
        EXPECT_EQ(
            every_answer(office, who, name, record), every_answer(office, who, make_id(), record)
        );
        EXPECT_EQ(count_all(office, who), Counted{});
    }
    void expect_nothing(const casework::Caller& who) { expect_nothing(who, ref); }
};

TEST_F(Barring, ForAnAgencyThereIsNoSuchDossierInAnyCall) {
    must(bar(R"({"agency": "someone else"})", amal));
    EXPECT_EQ(
        every_answer(office, basil, ref, record),
        "read: answered\nfindings: answered\nhistory: answered\nhistory of one: answered\n"
        "reads: answered\nreveal: answered\nadd: answered\n"
        "add wrong: invalid a dossier of type 'child' has no such form /kind\n"
        "amend: answered\nact: answered\nact unknown: not_found no such act \n"
    );
    const auto before = count_all(office, basil);
    EXPECT_EQ(before.listed, 1U);
    EXPECT_EQ(before.exported, 1U);
    EXPECT_GT(before.work, 0U);
    bar(R"({"agency": "  police  UNIT "})");
    expect_nothing(basil);
    EXPECT_TRUE(reaches(amal));
    EXPECT_EQ(count_all(office, amal).listed, 1U);
    // Neither new work nor a permission lets them in.
    office.assign(amal, ref, basil);
    office.permit(amal, ref, basil, R"(["D01", "D02"])");
    expect_nothing(basil);
    // Somebody who comes to that agency later is of it too.
    const auto new_there = office.person("Nour", "CW", false, "unit", "POLICE UNIT");
    office.assign(amal, ref, new_there);
    expect_nothing(new_there);
}

TEST_F(Barring, AnAccountIsNamedByItsIdOrByTheNameThatItSignsInWith) {
    bar(R"({"account": ")" + to_text(basil.account) + R"("})");
    expect_nothing(basil);
    const auto sami = office.person("Sami", "CW");
    office.assign(amal, ref, sami);
    EXPECT_TRUE(reaches(sami));
    bar(R"({"account": "SAMI"})");
    expect_nothing(sami);
    EXPECT_TRUE(reaches(amal));
}

TEST_F(Barring, NoRoleNoScopeAndNoPermissionIsAWayRound) {
    casework::NewAccount made;
    made.name = "Dima";
    made.password = Office::password;
    made.roles = {"CW", "LAW", "SUP", "NPM"};
    made.team = "north";
    made.agency = "care";
    const Id id = must(office.reg().create_account(casework::Caller::console(), made)).id;
    for (const char* role : {"CW", "LAW"}) office.assign(amal, ref, {id, role, ""});
    office.permit(amal, ref, {id, "NPM", ""}, R"(["D01"])");
    for (const auto& role : made.roles) EXPECT_TRUE(reaches({id, role, ""})) << role;
    bar(R"({"account": ")" + to_text(id) + R"("})");
    for (const auto& role : made.roles) {
        SCOPED_TRACE(role);
        expect_nothing({id, role, ""});
    }
    // Colleagues whom nobody named go on: whoever answers for the team sees what was written.
    const auto supervisor = office.person("Selma", "SUP");
    const auto file = must(office.reg().read(supervisor, ref));
    EXPECT_NE(find_record(file, "withholding"), nullptr);
    EXPECT_EQ(count_all(office, supervisor).listed, 1U);
}

TEST_F(Barring, TheJusticeSidesReferenceIsGoneToo) {
    const auto judge = office.person("Jad", "JUD", false, "court", "Court");
    office.assign(amal, ref, judge);
    const Id theirs = must(office.reg().list(judge, {"child", "", "", 1})).items.at(0).ref;
    ASSERT_NE(theirs, ref);
    EXPECT_TRUE(office.reg().read(judge, theirs).has_value());
    bar(R"({"agency": "court"})");
    expect_nothing(judge, theirs);
}

TEST_F(Barring, HoldsFromItsStartToItsEndByTheClock) {
    bar(R"({"agency": "Police Unit", "from": ")" + later(10) + R"(", "until": ")" + later(20) +
        R"("})");
    EXPECT_TRUE(reaches(basil));
    office.clock().pass(std::chrono::minutes(10));
    expect_nothing(basil);
    office.clock().pass(std::chrono::minutes(10));
    EXPECT_TRUE(reaches(basil));
    EXPECT_EQ(count_all(office, basil).listed, 1U);
}

// What is shown or written to is never of a later version than the one that was decided on.
TEST_F(Barring, HoldsForWhoeverWasLetInJustBefore) {
    auto& reg = office.reg();
    const auto text = [](const casework::File& file) { return file.label; };
    // In another form each time: what was given before is of the version that was decided on.
    int forms = 0;
    const std::vector<std::pair<const char*, std::function<std::string()>>> calls{
        {"read", [&] { return outcome_of("", reg.read(basil, ref)); }},
        {"file",
         [&] {
             return outcome_of("", reg.read_written(basil, ref, std::to_string(++forms), text));
         }},
        {"findings", [&] { return outcome_of("", reg.findings(basil, ref, false)); }},
        {"history", [&] { return outcome_of("", reg.history(basil, ref, {})); }},
        {"reads", [&] { return outcome_of("", reg.reads(basil, ref, 0, 10)); }},
        {"reveal",
         [&] {
             return outcome_of("", reg.reveal(basil, ref, {record, {"way"}, "a visit"}));
         }},
        {"add",
         [&] { return outcome_of("", reg.add(basil, ref, Office::record("charge", "{}"))); }},
        {"amend",
         [&] {
             return outcome_of("", reg.amend(basil, ref, {record, 1, Office::data("{}")}));
         }},
        {"act",
         [&] {
             return outcome_of("", reg.act(basil, ref, {make_id(), "close", "it is over"}));
         }},
    };
    for (const auto& [name, call] : calls) {
        ASSERT_EQ(call(), ": answered\n") << name;
        casework::Added barred;
        office.clock().when_asked([&] { barred = bar(R"({"agency": "police unit"})"); });
        EXPECT_EQ(call(), ": not_found no such dossier \n") << name;
        office.clock().pass(std::chrono::minutes(1));
        must(reg.amend(
            amal, ref, {barred.id, 1, Office::data(R"({"until": ")" + later(0) + R"("})")}
        ));
    }
}

TEST_F(Barring, DoubtNeverLiftsItAndAnEndDoes) {
    const auto added = bar(
        R"({"agency": "Police Unit", "from": {"unknown": "not_known"},
            "until": {"unknown": "not_asked"}})"
    );
    expect_nothing(basil);
    office.clock().pass(std::chrono::hours(24 * 400));
    expect_nothing(basil);
    must(office.reg().amend(
        amal, ref, {added.id, 1, Office::data(R"({"until": ")" + later(0) + R"("})")}
    ));
    EXPECT_TRUE(reaches(basil));
}

TEST_F(Barring, FollowsAnAccountFromOneAgencyToAnother) {
    bar(R"({"agency": "Police Unit"})");
    const auto move = [&](const casework::Caller& who, const char* agency) {
        casework::AccountChange change;
        change.agency = agency;
        must(office.reg().change_account(casework::Caller::console(), who.account, change));
    };
    move(basil, "care");
    EXPECT_TRUE(reaches(basil));
    move(amal, "police unit");
    expect_nothing(amal);
}

TEST_F(Barring, WhoeverNamesThemselvesIsBelievedAtOnce) {
    const auto own = Office::record("withholding", R"({"agency": "CARE"})");
    EXPECT_TRUE(office.reg().add(amal, ref, own).has_value());
    expect_nothing(amal);
    EXPECT_EQ(code_of(office.reg().add(amal, ref, own)), Code::not_found);  // a retry
    EXPECT_TRUE(reaches(basil));  // who is left, and may end it
    const Id id = make_id();
    const std::vector records{
        Office::record("charge", "{}"),
        Office::record("withholding", R"({"account": ")" + to_text(amal.account) + R"("})")};
    EXPECT_TRUE(office.reg().open(amal, id, "child", records).has_value());
    expect_nothing(amal, id);
    // Once more, the id is taken: anybody who never had a part in it is answered the same.
    const auto stranger = office.person("Stella", "CW");
    const auto again = office.reg().open(amal, id, "child", records);
    EXPECT_EQ(code_of(again), Code::conflict);
    EXPECT_EQ(
        outcome_of("open", again),
        outcome_of("open", office.reg().open(stranger, id, "child", records))
    );
}

TEST_F(Barring, AnImportComparesNothingForWhoeverIsBarred) {
    const Id id = make_id();
    const auto import = [&](const casework::Caller& who, const std::string& offence) {
        return must(office.reg().import(
            who,
            std::nullopt,
            {{1,
              parse_json(
                  R"({"id": ")" + to_text(id) +
                  R"(", "type": "child", "records": [{"kind": "charge", "data": {"offence": ")" +
                  offence + R"("}}]})"
              )}}
        ));
    };
    EXPECT_EQ(import(amal, "theft").taken, 1U);
    EXPECT_EQ(import(amal, "theft").unchanged, 1U);
    ref = id;
    bar(R"({"account": ")" + to_text(amal.account) + R"("})");
    for (const char* offence : {"theft", "arson"}) {
        const auto done = import(amal, offence);
        EXPECT_EQ(done.taken + done.unchanged, 0U);
        ASSERT_EQ(done.refused.size(), 1U);
        EXPECT_EQ(done.refused[0].reason, import(basil, offence).refused.at(0).reason);
    }
}

TEST_F(Barring, IsNotForWhoeverOnlyReports) {
    const auto detention = office.person("Dana", "DET");
    office.assign(amal, ref, detention);
    ref = must(office.reg().list(detention, {"child", "", "", 1})).items.at(0).ref;
    EXPECT_TRUE(office.reg()
                    .add(detention, ref, Office::record("complaint", R"({"what": "x"})"))
                    .has_value());
    const auto refused = bar(R"({"agency": "care"})", detention);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, Code::forbidden);
    EXPECT_EQ(refused.error().pointer, "/kind");
}

TEST_F(Barring, HoldsAfterARestart) {
    bar(R"({"agency": "police unit"})");
    office.restart();
    expect_nothing(basil);
    office.restart(little_pack("2"));
    expect_nothing(basil);
    office.sql("UPDATE projection SET sealed = x'00'");
    office.restart();
    expect_nothing(basil);
    EXPECT_TRUE(reaches(amal));
}

}  // namespace
}  // namespace homeward::test
