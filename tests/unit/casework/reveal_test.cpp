#include "unit/casework/office.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace homeward::test {
namespace {

using Fields = std::vector<std::string>;

/// Fields that need a second reason: `registration.way` (identity), `registration.aliases`
/// (violence) and `custody.informant` (complaints).
class Revealing : public testing::Test {
  protected:
    Office office;
    casework::Caller worker = office.person("Amal", "CW", true);
    casework::NewRecord registration = Office::record(
        "registration",
        R"({"pseudonym": "Cedar", "address": "hill", "way": "by her aunt",
            "aliases": {"parts": [{"kind": "nick", "text": "Wolf"}], "script": "Latn"}})"
    );
    Id ref = must(office.reg().open(worker, std::nullopt, "child", {registration})).ref;

    Result<json::object> reveal(
        const casework::Caller& who, const Fields& fields, const std::string& reason = "a visit"
    ) {
        return office.reg().reveal(who, ref, {*registration.id, fields, reason});
    }
    casework::ShownRecord shown(const casework::Caller& who) {
        const auto file = must(office.reg().read(who, ref));
        return *find_record(file, "registration");
    }
    casework::Amended amend(std::uint64_t base, std::string_view patch) {
        return must(office.reg().amend(worker, ref, {*registration.id, base, Office::data(patch)}));
    }
    casework::ReadEntry newest(const casework::Caller& who) {
        return must(office.reg().reads(who, ref, 0, 1)).reads.at(0);
    }
};

TEST_F(Revealing, ReadingLeavesThemOutForEverybodyAndNamesThem) {
    const auto own = shown(worker);
    EXPECT_EQ(own.data.at("address").as_string(), "hill");
    EXPECT_FALSE(own.data.contains("way"));
    EXPECT_FALSE(own.data.contains("aliases"));
    EXPECT_EQ(own.reserved, (Fields{"way", "aliases"}));
    // A supervisor may not read violence: the one is reserved, the other withheld.
    const auto supervisor = office.person("Selma", "SUP");
    const auto others = shown(supervisor);
    EXPECT_FALSE(others.data.contains("way"));
    EXPECT_EQ(others.reserved, Fields{"way"});
    EXPECT_TRUE(
        std::find(others.withheld.begin(), others.withheld.end(), "aliases") !=
        others.withheld.end()
    );
    EXPECT_EQ(std::find(own.withheld.begin(), own.withheld.end(), "way"), own.withheld.end());
}

TEST_F(Revealing, OnlyAnsweredFieldsAreNamed) {
    amend(1, R"({"way": null, "aliases": {"parts": null, "script": null, "unknown": "refused"}})");
    EXPECT_EQ(shown(worker).reserved, Fields{"aliases"});
    EXPECT_EQ(
        must(reveal(worker, {"way", "aliases"})),
        Office::data(R"({"aliases": {"unknown": "refused"}})").as_object()
    );
}

TEST_F(Revealing, AnExportLeavesThemOut) {
    const auto page = must(office.reg().export_page(worker, {"child", "", 10}));
    const auto* record = find_record(page.files.at(0), "registration");
    EXPECT_FALSE(record->data.contains("way"));
    EXPECT_EQ(record->reserved, (Fields{"way", "aliases"}));
}

TEST_F(Revealing, GivesTheAskedFieldsOnlyAndWritesDownWhy) {
    const auto data = must(reveal(worker, {"way"}, "to agree on a visit"));
    EXPECT_EQ(data, Office::data(R"({"way": "by her aunt"})").as_object());
    const auto entry = newest(worker);
    EXPECT_EQ(entry.what, "reveal");
    EXPECT_EQ(entry.actor.id, worker.account);
    EXPECT_EQ(entry.fields, Fields{"registration.way"});
    EXPECT_EQ(entry.record, registration.id);
    EXPECT_EQ(entry.reason, "to agree on a visit");
    EXPECT_FALSE(entry.categories.empty());
    // The look changes nothing: the next read leaves the field out again.
    EXPECT_FALSE(shown(worker).data.contains("way"));
    EXPECT_EQ(newest(worker).what, "read");
}

TEST_F(Revealing, ShowsNothingWhenItCannotBeWrittenDown) {
    office.sql("CREATE TRIGGER full BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'full'); END");
    EXPECT_EQ(code_of(reveal(worker, {"way"})), Code::unavailable);
    office.sql("DROP TRIGGER full");
    EXPECT_TRUE(reveal(worker, {"way"}).has_value());
}

TEST_F(Revealing, OutlivesARestart) {
    must(reveal(worker, {"aliases"}, "tracing"));
    office.restart();
    EXPECT_EQ(newest(worker).reason, "tracing");
    EXPECT_TRUE(must(reveal(worker, {"aliases"})).contains("aliases"));
}

TEST_F(Revealing, WantsFieldsThatNeedIt) {
    const auto pointer = [&](const Fields& fields) {
        const auto refused = reveal(worker, fields);
        EXPECT_EQ(code_of(refused), Code::invalid);
        return refused.error().pointer;
    };
    EXPECT_EQ(pointer({}), "/fields");
    EXPECT_EQ(pointer({"way", "nothing"}), "/fields/1");
    EXPECT_EQ(pointer({"address"}), "/fields/0");
    EXPECT_EQ(pointer({"carers.name"}), "/fields/0");
    EXPECT_EQ(pointer({"way", "aliases", "way"}), "/fields/2");
}

TEST_F(Revealing, FieldsHaveALimit) {
    EXPECT_EQ(code_of(reveal(worker, Fields(casework::reveal_fields_max, "way"))), Code::invalid);
    EXPECT_EQ(
        code_of(reveal(worker, Fields(casework::reveal_fields_max + 1, "way"))), Code::too_large
    );
}

TEST_F(Revealing, WantsAReasonOfSomeLength) {
    for (const char* blank : {"", " ", "\t\r\n "}) {
        const auto refused = reveal(worker, {"way"}, blank);
        EXPECT_EQ(code_of(refused), Code::invalid);
        EXPECT_EQ(refused.error().pointer, "/reason");
    }
    EXPECT_EQ(code_of(reveal(worker, {"way"}, "\xff")), Code::invalid);
    std::string reason;
    for (std::size_t i = 0; i < casework::reasons_chars_max; ++i) reason += "é";
    EXPECT_TRUE(reveal(worker, {"way"}, reason).has_value());
    EXPECT_EQ(code_of(reveal(worker, {"way"}, reason + "é")), Code::too_large);
}

TEST_F(Revealing, IsRefusedAlikeWhetherOrNotThereIsAnAnswer) {
    const auto supervisor = office.person("Selma", "SUP");
    const auto before = office.count("SELECT count(*) FROM entry");
    const auto there = reveal(supervisor, {"aliases"});
    amend(1, R"({"aliases": null})");
    const auto gone = reveal(supervisor, {"aliases"});
    EXPECT_EQ(code_of(there), Code::forbidden);
    EXPECT_EQ(there.error().code, gone.error().code);
    EXPECT_EQ(there.error().text, gone.error().text);
    EXPECT_EQ(there.error().pointer, gone.error().pointer);
    // One that may be read beside it changes nothing.
    EXPECT_EQ(code_of(reveal(supervisor, {"way", "aliases"})), Code::forbidden);
    EXPECT_TRUE(reveal(supervisor, {"way"}).has_value());
    EXPECT_GE(office.count("SELECT count(*) FROM entry"), before + 4);  // refusals are noted too
}

TEST_F(Revealing, StrangersAndUnknownRecordsAreNotFound) {
    const auto stranger = office.person("Sami", "CW");
    EXPECT_EQ(code_of(reveal(stranger, {"way"})), Code::not_found);
    EXPECT_EQ(
        code_of(office.reg().reveal(worker, ref, {make_id(), {"way"}, "a visit"})), Code::not_found
    );
    // A form that the role may not see at all answers like one that is not there.
    const auto detention = office.person("Dana", "DET");
    office.assign(worker, ref, detention);
    const Id justice = must(office.reg().list(detention, {"child", "", "", 10})).items.at(0).ref;
    const auto hidden =
        office.reg().reveal(detention, justice, {*registration.id, {"way"}, "a visit"});
    const auto absent = office.reg().reveal(detention, justice, {make_id(), {"way"}, "a visit"});
    EXPECT_EQ(code_of(hidden), Code::not_found);
    EXPECT_EQ(hidden.error().text, absent.error().text);
}

TEST_F(Revealing, WhoeverSubmitsRevealsTheirOwn) {
    const auto detention = office.person("Dana", "DET");
    office.assign(worker, ref, detention);
    const Id justice = must(office.reg().list(detention, {"child", "", "", 10})).items.at(0).ref;
    const auto custody = Office::record("custody", R"({"authority": "x", "informant": "a guard"})");
    const auto own = must(office.reg().add(detention, justice, custody)).id;
    const auto other = must(office.reg().add(
        worker, ref, Office::record("custody", R"({"authority": "y", "informant": "a neighbour"})")
    ));
    const auto ask = [&](const Id& record) {
        return office.reg().reveal(detention, justice, {record, {"informant"}, "to ask again"});
    };
    for (const auto& record : must(office.reg().read(detention, justice)).records) {
        EXPECT_FALSE(record.data.contains("informant"));
        EXPECT_EQ(record.reserved, record.id == own ? Fields{"informant"} : Fields{});
    }
    EXPECT_EQ(must(ask(own)).at("informant").as_string(), "a guard");
    EXPECT_EQ(code_of(ask(other.id)), Code::forbidden);
}

TEST_F(Revealing, TheReadListTellsNoFieldThatItsReaderMayNotRead) {
    const auto lawyer = office.person("Lina", "LAW");
    office.assign(worker, ref, lawyer);
    must(reveal(worker, {"way", "aliases"}, "tracing"));
    const auto seen = newest(lawyer);
    EXPECT_EQ(seen.what, "reveal");
    EXPECT_EQ(seen.actor.id, worker.account);
    EXPECT_TRUE(seen.fields.empty());
    EXPECT_TRUE(seen.reason.empty());
    EXPECT_FALSE(seen.record.has_value());
    must(reveal(worker, {"way", "aliases"}, "tracing"));
    const auto supervisor = office.person("Selma", "SUP");
    const auto part = newest(supervisor);
    EXPECT_EQ(part.fields, Fields{"registration.way"});
    EXPECT_TRUE(part.reason.empty());
    must(reveal(worker, {"way"}, "a visit"));
    EXPECT_EQ(newest(supervisor).reason, "a visit");
}

TEST_F(Revealing, HistoryNamesTheChangeAndNotTheAnswers) {
    amend(1, R"({"way": "by her uncle", "address": "valley"})");
    amend(2, R"({"way": null})");
    const auto history = must(office.reg().history(worker, ref, {registration.id, 0, 10}));
    ASSERT_EQ(history.entries.size(), 3U);
    for (const auto& entry : history.entries) {
        bool found = false;
        for (const auto& change : entry.changes) {
            EXPECT_EQ(change.reserved, change.field == "way" || change.field == "aliases");
            EXPECT_EQ(change.reserved, !change.from && !change.to);
            found = found || change.field == "way";
        }
        EXPECT_TRUE(found);
    }
    // What one may not see at all is not named either.
    const auto supervisor = office.person("Selma", "SUP");
    amend(3, R"({"aliases": null})");
    const auto cut = must(office.reg().history(supervisor, ref, {registration.id, 0, 10}));
    EXPECT_EQ(cut.entries.size(), 3U);
}

TEST_F(Revealing, AnAmendmentKeepsWhatItDoesNotName) {
    amend(1, R"({"address": "valley"})");
    EXPECT_EQ(must(reveal(worker, {"way"})).at("way").as_string(), "by her aunt");
    amend(2, R"({"way": "by her uncle"})");
    EXPECT_EQ(must(reveal(worker, {"way"})).at("way").as_string(), "by her uncle");
}

TEST_F(Revealing, AConflictTellsNeitherSideButWhatTheCallerSent) {
    amend(1, R"({"way": "by her uncle", "address": "valley"})");
    const auto answer = amend(1, R"({"way": "by her teacher", "address": "town",
        "aliases": {"script": "Arab"}})");
    ASSERT_TRUE(answer.conflict.has_value());
    const auto& conflict = *answer.conflict;
    EXPECT_EQ(conflict.pointers, (Fields{"/address", "/way"}));
    EXPECT_FALSE(conflict.base.contains("way"));
    EXPECT_FALSE(conflict.theirs.contains("way"));
    EXPECT_FALSE(conflict.theirs.contains("aliases"));
    EXPECT_EQ(conflict.theirs.at("address").as_string(), "valley");
    EXPECT_EQ(conflict.mine.at("way").as_string(), "by her teacher");
    // Not the name that the patch was laid over.
    EXPECT_EQ(conflict.mine.at("aliases"), Office::data(R"({"script": "Arab"})"));
}

TEST_F(Revealing, AConflictElsewhereDoesNotBringThemBack) {
    amend(1, R"({"address": "valley"})");
    const auto answer = amend(1, R"({"address": "town"})");
    ASSERT_TRUE(answer.conflict.has_value());
    for (const auto* side :
         {&answer.conflict->base, &answer.conflict->mine, &answer.conflict->theirs}) {
        EXPECT_FALSE(side->contains("way"));
        EXPECT_FALSE(side->contains("aliases"));
    }
}

}  // namespace
}  // namespace homeward::test
