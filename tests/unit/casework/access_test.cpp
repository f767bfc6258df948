#include "casework/sight.hpp"
#include "unit/casework/office.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace homeward::test {
namespace {

using casework::Conditions;
using casework::Reading;
using casework::Writing;

struct LetterRow {
    char letter;
    Reading plain, permitted, cleared, unassigned_permitted;
    Writing write;
};

TEST(Access, EveryLetterOpensWhatItSaysAndNoMore) {
    constexpr auto none = Reading::none;
    constexpr auto own = Reading::own;
    constexpr auto some = Reading::some;
    constexpr auto all = Reading::all;
    const LetterRow rows[] = {
        {'W', all, all, all, none, Writing::all},
        {'R', all, all, all, none, Writing::none},
        {'S', own, own, own, none, Writing::add},
        {'A', all, all, all, none, Writing::own},
        {'C', own, all, own, all, Writing::own},
        {'m', some, some, some, none, Writing::none},
        {'c', none, all, none, all, Writing::none},
        {'o', none, none, none, none, Writing::none},
        {'g', none, none, all, none, Writing::none},
        {'q', none, none, none, none, Writing::none},
        {'a', none, none, none, none, Writing::none},
        {'b', none, none, none, none, Writing::none},
        {'X', none, none, none, none, Writing::none},
        {'-', none, none, none, none, Writing::none},
        {'?', none, none, none, none, Writing::none},
    };
    const Conditions plain{true, false, 0};
    const Conditions cleared{true, true, 0};
    const Conditions unassigned{false, true, 0};
    for (const LetterRow& row : rows) {
        SCOPED_TRACE(row.letter);
        EXPECT_EQ(access_of(row.letter, false, plain).read, row.plain);
        EXPECT_EQ(access_of(row.letter, true, plain).read, row.permitted);
        EXPECT_EQ(access_of(row.letter, false, cleared).read, row.cleared);
        EXPECT_EQ(access_of(row.letter, true, unassigned).read, row.unassigned_permitted);
        EXPECT_EQ(access_of(row.letter, false, unassigned).read, Reading::none);
        EXPECT_EQ(access_of(row.letter, true, unassigned).write, Writing::none);
        EXPECT_EQ(access_of(row.letter, false, plain).write, row.write);
    }
    EXPECT_EQ(access_of('g', false, cleared).write, Writing::all);
}

struct World : testing::Test {
    Office office;
    casework::Caller worker = office.person("Amal", "CW", true);
    Id ref;

    void SetUp() override {
        ref = must(office.reg().open(
                       worker,
                       std::nullopt,
                       "child",
                       {Office::record(
                            "registration",
                            R"({"pseudonym": "Cedar", "birth": {"born": "2012", "basis": "stated"},
                                "address": "hill", "told": "harm"})"
                        ),
                        Office::record("custody", R"({"authority": "police", "harm": "beaten"})"),
                        Office::record("charge", R"({"offence": "theft"})"),
                        Office::record("complaint", R"({"what": "blows"})")}
                   ))
                  .ref;
    }
    Id ref_for(const casework::Caller& who) {
        const auto list = must(office.reg().list(who, {"child", "", "", 10}));
        return list.items.empty() ? ref : list.items[0].ref;
    }
    /// The fields that somebody sees, as `kind.field`.
    std::vector<std::string> seen(const casework::Caller& who) {
        std::vector<std::string> fields;
        const auto file = office.reg().read(who, ref_for(who));
        if (!file) return {"nothing"};
        for (const auto& record : file->records) {
            if (record.kind == "assignment" || record.kind == "permission") continue;
            for (const auto& field : record.data) {
                fields.push_back(record.kind + "." + std::string(field.key()));
            }
        }
        std::sort(fields.begin(), fields.end());
        return fields;
    }
    using Fields = std::vector<std::string>;
};

TEST_F(World, EachRoleSeesItsPartOnceItIsAssigned) {
    const std::vector<std::pair<const char*, Fields>> rows = {
        {"CW",
         {"complaint.what",
          "custody.authority",
          "registration.address",
          "registration.birth",
          "registration.pseudonym"}},
        {"LAW", {"charge.offence", "complaint.what", "custody.authority"}},
        {"JUD", {"charge.offence", "complaint.what", "custody.authority", "registration.birth"}},
        {"DET", {"custody.authority"}},
        {"ADM", {"nothing"}},
    };
    for (const auto& [role, fields] : rows) {
        SCOPED_TRACE(role);
        const auto who = office.person(std::string("The ") + role, role);
        EXPECT_EQ(seen(who), Fields{"nothing"});
        if (std::string(role) != "ADM") office.assign(worker, ref, who);
        EXPECT_EQ(seen(who), fields);
    }
    EXPECT_EQ(
        seen(worker),
        (Fields{
            "charge.offence",
            "complaint.what",
            "custody.authority",
            "custody.harm",
            "registration.address",
            "registration.birth",
            "registration.pseudonym",
            "registration.told"})
    );
}

TEST_F(World, ScopesReachTheAssignedTheTeamOrTheAgency) {
    const auto team = office.person("Selma", "SUP", false, "north", "care");
    const auto other_team = office.person("Sonja", "SUP", false, "south", "care");
    const auto other_agency = office.person("Sven", "SUP", false, "north", "other");
    EXPECT_NE(seen(team), Fields{"nothing"});
    EXPECT_EQ(seen(other_team), Fields{"nothing"});
    EXPECT_EQ(seen(other_agency), Fields{"nothing"});
    const auto monitor = office.person("Noor", "NPM", false, "south", "care");
    const auto far = office.person("Nils", "NPM", false, "north", "other");
    EXPECT_EQ(seen(monitor), (Fields{"complaint.what", "custody.authority"}));
    EXPECT_EQ(seen(far), Fields{"nothing"});
}

TEST_F(World, AnAssignmentCountsInItsRoleAndItsTime) {
    const auto second = office.person("Basil", "CW");
    must(office.reg().add(
        worker,
        ref,
        Office::record(
            "assignment",
            R"({"account": ")" + to_text(second.account) +
                R"(", "role": "LAW", "from": "2026-11-02T12:00:00Z"})"
        )
    ));
    EXPECT_EQ(seen(second), Fields{"nothing"});
    const auto assigned = must(office.reg().add(
        worker,
        ref,
        Office::record(
            "assignment",
            R"({"account": ")" + to_text(second.account) +
                R"(", "role": "CW", "from": "2026-11-02T12:00:00Z"})"
        )
    ));
    EXPECT_NE(seen(second), Fields{"nothing"});
    must(office.reg().amend(
        worker, ref, {assigned.id, 1, Office::data(R"({"until": "2026-11-02T13:00:00Z"})")}
    ));
    EXPECT_NE(seen(second), Fields{"nothing"});
    office.clock().pass(std::chrono::hours(1));
    EXPECT_EQ(seen(second), Fields{"nothing"});
}

TEST_F(World, APermissionOpensItsCategoriesForItsTime) {
    const auto lawyer = office.person("Lina", "LAW");
    const auto monitor = office.person("Nils", "NPM", false, "north", "other");
    office.assign(worker, ref, lawyer);
    const auto permission = office.permit(worker, ref, lawyer, R"(["D02", "D13"])");
    EXPECT_EQ(
        seen(lawyer), (Fields{"charge.offence", "complaint.what", "custody.authority"})
    );  // the form's own category D01 is still closed
    must(office.reg().amend(
        worker, ref, {permission.id, 1, Office::data(R"({"categories": ["D01", "D02"]})")}
    ));
    EXPECT_EQ(
        seen(lawyer),
        (Fields{
            "charge.offence",
            "complaint.what",
            "custody.authority",
            "registration.address",
            "registration.birth",
            "registration.pseudonym"})
    );
    // Somebody outside the file reads what the permission names and nothing else.
    office.permit(worker, ref, monitor, R"(["D01"])");
    EXPECT_EQ(seen(monitor), (Fields{"registration.address", "registration.birth"}));
    office.clock().pass(std::chrono::hours(1));
    EXPECT_EQ(seen(monitor), Fields{"nothing"});
    EXPECT_EQ(seen(lawyer), (Fields{"charge.offence", "complaint.what", "custody.authority"}));
}

TEST_F(World, APermissionForWhatTheRoleIsNotLentOpensNothing) {
    const auto stranger = office.person("Yara", "CW", false, "north", "other");
    office.permit(worker, ref, stranger, R"(["D01"])");
    EXPECT_EQ(code_of(office.reg().read(stranger, ref)), Code::not_found);
    EXPECT_EQ(code_of(office.reg().history(stranger, ref, {})), Code::not_found);
    casework::ListQuery query;
    query.type = "child";
    const auto list = must(office.reg().list(stranger, query));
    EXPECT_TRUE(list.items.empty());
    EXPECT_EQ(list.total, 0U);
    // One that names what the letter waits for opens that.
    office.permit(worker, ref, stranger, R"(["D13"])");
    EXPECT_TRUE(office.reg().history(stranger, ref, {}).has_value());
    EXPECT_EQ(must(office.reg().list(stranger, query)).items.size(), 1U);
}

TEST_F(World, WhoeverMayNotAssignChangesNoAssignmentEither) {
    const auto volunteer = office.person("Vida", "VOL");
    const auto friend_of_theirs = office.person("Fadi", "VOL");
    office.assign(worker, ref, volunteer);
    const auto file = must(office.reg().read(volunteer, ref));
    const auto* assignment = find_record(file, "assignment");
    ASSERT_NE(assignment, nullptr);
    const auto patch =
        Office::data(R"({"account": ")" + to_text(friend_of_theirs.account) + R"("})");
    const auto amended =
        office.reg().amend(volunteer, ref, {assignment->id, assignment->version, patch});
    EXPECT_EQ(code_of(amended), Code::forbidden);
    EXPECT_EQ(code_of(office.reg().read(friend_of_theirs, ref)), Code::not_found);
    const auto by_worker =
        office.reg().amend(worker, ref, {assignment->id, assignment->version, patch});
    EXPECT_TRUE(by_worker.has_value());
}

TEST_F(World, APermissionThatIsTakenBackEnds) {
    const auto lawyer = office.person("Lina", "LAW");
    office.assign(worker, ref, lawyer);
    const auto permission = office.permit(worker, ref, lawyer, R"(["D01"])");
    EXPECT_GT(seen(lawyer).size(), 3U);
    must(office.reg().amend(
        worker, ref, {permission.id, 1, Office::data(R"({"withdrawn": "2026-11-02T12:00:00Z"})")}
    ));
    EXPECT_EQ(seen(lawyer).size(), 3U);
}

TEST_F(World, WhoeverSubmitsSeesTheirOwn) {
    const auto detention = office.person("Dana", "DET");
    office.assign(worker, ref, detention);
    EXPECT_EQ(seen(detention), Fields{"custody.authority"});
    must(office.reg().add(
        detention, ref_for(detention), Office::record("complaint", R"({"what": "cold"})")
    ));
    EXPECT_EQ(seen(detention), (Fields{"complaint.what", "custody.authority"}));
    const auto file = must(office.reg().read(detention, ref_for(detention)));
    EXPECT_EQ(find_record(file, "complaint")->data.at("what").as_string(), "cold");
    // The letter S adds and never amends.
    EXPECT_EQ(
        code_of(office.reg().amend(
            detention,
            ref_for(detention),
            {find_record(file, "complaint")->id, 1, Office::data(R"({"what": "x"})")}
        )),
        Code::forbidden
    );
}

TEST_F(World, NobodyEntersWhatTheLetterDoesNotSay) {
    const auto judge = office.person("Jad", "JUD");
    const auto supervisor = office.person("Selma", "SUP");
    const auto plain = office.person("Basil", "CW");
    office.assign(worker, ref, judge);
    office.assign(worker, ref, plain);
    const auto add = [&](const casework::Caller& who, const char* kind, const char* data) {
        return office.reg().add(who, ref_for(who), Office::record(kind, data));
    };
    EXPECT_EQ(code_of(add(judge, "custody", "{}")), Code::forbidden);
    EXPECT_EQ(code_of(add(supervisor, "custody", "{}")), Code::forbidden);
    EXPECT_EQ(code_of(add(judge, "assignment", "{}")), Code::forbidden);
    EXPECT_EQ(code_of(add(worker, "act", "{}")), Code::forbidden);
    // A permission is given by whoever may write all of its category, never reported.
    EXPECT_EQ(code_of(add(judge, "permission", "{}")), Code::forbidden);
    const auto harm = add(plain, "custody", R"({"authority": "x", "harm": "y"})");
    ASSERT_FALSE(harm.has_value());
    EXPECT_EQ(harm.error().code, Code::forbidden);
    EXPECT_EQ(harm.error().pointer, "/data/harm");
    EXPECT_TRUE(add(judge, "charge", "{}").has_value());
    EXPECT_EQ(
        code_of(office.reg().open(
            supervisor, std::nullopt, "child", {Office::record("registration", "{}")}
        )),
        Code::forbidden
    );
}

TEST_F(World, PurposesAreTheRolesOwn) {
    auto caller = worker;
    caller.purpose = "Y02";
    EXPECT_TRUE(office.reg().read(caller, ref).has_value());
    caller.purpose = "Y07";
    EXPECT_EQ(code_of(office.reg().read(caller, ref)), Code::forbidden);
    caller.purpose = "Z1";
    const auto refused = office.reg().read(caller, ref);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, Code::forbidden);
    EXPECT_EQ(refused.error().text, "Never for spying");
    caller.purpose = "nonsense";
    EXPECT_EQ(code_of(office.reg().read(caller, ref)), Code::forbidden);
    EXPECT_EQ(
        code_of(office.reg().read(casework::Caller{worker.account, "SUP", ""}, ref)),
        Code::forbidden
    );
    EXPECT_EQ(code_of(office.reg().read(casework::Caller::console(), ref)), Code::forbidden);
}

TEST_F(World, RefusalsAreWrittenDownUpToALimit) {
    casework::Options options;
    options.refusals_written_max = 2;
    Office small(options);
    const auto stranger = small.person("Sami", "CW");
    const auto before = small.count("SELECT count(*) FROM entry");
    for (int i = 0; i < 4; ++i) EXPECT_FALSE(small.reg().read(stranger, make_id()).has_value());
    small.sql("DELETE FROM setting WHERE name = 'waits for what was submitted'");
    EXPECT_EQ(small.count("SELECT count(*) FROM entry"), before + 2);
}

}  // namespace
}  // namespace homeward::test
