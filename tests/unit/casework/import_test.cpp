#include "unit/casework/office.hpp"

#include <gtest/gtest.h>

namespace homeward::test {
namespace {

casework::ImportLine line(std::uint64_t number, std::string_view text) {
    return {number, parse_json(text)};
}

TEST(Import, TakesWhatIsRightAndSaysWhatIsNot) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const auto done = must(office.reg().import(
        worker,
        std::nullopt,
        {line(1, R"({"type": "child", "records": [{"kind": "registration",
                    "data": {"pseudonym": "Cedar"}}]})"),
         line(2, "not json"),
         line(3, R"({"type": "child", "records": [{"kind": "custody", "data": {"started": 7}}]})"),
         line(4, R"({"type": "ship", "records": [{"kind": "custody"}]})"),
         line(5, R"({"type": "child", "records": []})"),
         line(6, R"({"type": "child", "colour": 1, "records": [{"kind": "custody"}]})"),
         line(7, R"({"type": "child", "records": [{"kind": "custody", "data": {"harm": "x"}}]})"),
         line(8, R"({"type": "child", "records": [{"kind": "custody", "data": {}}]})")}
    ));
    EXPECT_EQ(done.taken, 2U);
    EXPECT_EQ(done.line, 8U);
    ASSERT_EQ(done.refused.size(), 6U);
    EXPECT_EQ(done.refused[0].line, 2U);
    EXPECT_EQ(done.refused[1].pointer, "/records/0/data/started");
    EXPECT_EQ(done.refused[2].pointer, "/type");
    EXPECT_EQ(done.refused[3].pointer, "/records");
    EXPECT_EQ(done.refused[4].pointer, "/colour");
    EXPECT_EQ(done.refused[5].pointer, "/records/0/data/harm");
    const auto list = must(office.reg().list(worker, {"child", "", "", 10}));
    EXPECT_EQ(list.total, 2U);
}

TEST(Import, ALineSentTwiceChangesNothing) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const std::vector lines{
        line(1, R"({"type": "child", "records": [{"kind": "custody", "data": {}}]})"),
        line(2, R"({"type": "child", "records": [{"kind": "charge", "data": {}}]})"),
        line(3, R"({"type": "child", "records": [{"kind": "charge", "data": {}}]})")};
    const auto first = must(office.reg().import(worker, std::nullopt, lines));
    EXPECT_EQ(first.taken, 2U);  // the third is the second once more
    EXPECT_EQ(first.unchanged, 1U);
    const auto entries = office.count("SELECT count(*) FROM entry");
    office.clock().pass(std::chrono::hours(1));
    const auto again = must(office.reg().import(worker, first.job, lines));
    EXPECT_EQ(again.taken, 2U);
    EXPECT_EQ(again.unchanged, 4U);
    EXPECT_EQ(office.count("SELECT count(*) FROM entry"), entries);
    EXPECT_EQ(must(office.reg().import_job(worker, first.job)).line, 3U);
}

TEST(Import, AnIdWithAnotherContentIsRefused) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const std::string id = to_text(make_id());
    const auto with = [&](const std::string& offence) {
        return line(
            1,
            R"({"id": ")" + id + R"(", "type": "child", "records": [{"kind": "charge",
                "data": {"offence": ")" +
                offence + R"("}}]})"
        );
    };
    EXPECT_EQ(must(office.reg().import(worker, std::nullopt, {with("a")})).taken, 1U);
    const auto other = must(office.reg().import(worker, std::nullopt, {with("b"), with("a")}));
    ASSERT_EQ(other.refused.size(), 1U);
    EXPECT_EQ(other.refused[0].pointer, "/id");
    EXPECT_EQ(other.unchanged, 1U);
}

// "Unchanged" would tell whoever knows an id, and guesses, what stands in a file.
TEST(Import, ComparesOnlyWhatItsSenderWrote) {
    Office office;
    const auto writer = office.person("Amal", "CW");
    const auto other = office.person("Basil", "CW");
    const std::string id = to_text(make_id());
    const std::string record = to_text(make_id());
    const auto send = [&](const casework::Caller& who, const std::string& offence) {
        return must(office.reg().import(
            who,
            std::nullopt,
            {line(
                1,
                R"({"id": ")" + id + R"(", "type": "child", "records": [{"id": ")" + record +
                    R"(", "kind": "charge", "data": {"offence": ")" + offence + R"("}}]})"
            )}
        ));
    };
    EXPECT_EQ(send(writer, "theft").taken, 1U);
    EXPECT_EQ(send(writer, "theft").unchanged, 1U);
    const auto guessed = send(other, "theft");
    const auto missed = send(other, "arson");
    EXPECT_EQ(guessed.unchanged + missed.unchanged, 0U);
    ASSERT_EQ(guessed.refused.size(), 1U);
    ASSERT_EQ(missed.refused.size(), 1U);
    EXPECT_EQ(guessed.refused[0].reason, missed.refused[0].reason);
    EXPECT_EQ(guessed.refused[0].pointer, missed.refused[0].pointer);
}

TEST(Import, RemembersItsPlaceAcrossARestartAndIsItsOwners) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const auto other = office.person("Basil", "CW");
    const Id job = make_id();
    must(office.reg().import(worker, job, {line(41, R"({"type": "child"})")}));
    office.restart();
    EXPECT_EQ(must(office.reg().import_job(worker, job)).line, 41U);
    EXPECT_EQ(code_of(office.reg().import_job(other, job)), Code::not_found);
    EXPECT_EQ(code_of(office.reg().import(other, job, {})), Code::not_found);
    const auto supervisor = office.person("Selma", "SUP");
    EXPECT_EQ(code_of(office.reg().import(supervisor, std::nullopt, {})), Code::forbidden);
}

TEST(Import, TheConsoleKeepsWhoAndWhenOfTheOldSystem) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const std::string who = to_text(worker.account);
    const std::string assignment = R"({"kind": "assignment", "data": {"role": "CW", "account": ")" +
                                   who + R"(", "from": "2026-01-01"}})";
    const auto done = must(office.reg().import(
        casework::Caller::console(),
        std::nullopt,
        {line(
             1,
             R"({"type": "child", "records": [{"kind": "custody", "recorded_at":
                "2026-01-01T10:00:00Z", "recorded_by": ")" +
                 who + R"(", "data": {}}, )" + assignment + "]}"
         ),
         line(2, R"({"type": "child", "records": [{"kind": "custody", "data": {}, "recorded_at":
                "2027-01-01T10:00:00Z"}]})"),
         line(3, R"({"type": "child", "records": [{"kind": "custody", "data": {}, "recorded_by":
                "00000000-0000-4000-8000-000000000000"}]})"),
         line(4, R"({"type": "child", "records": [{"kind": "custody", "data": {}, "recorded_at":
                "0001-01-01T00:00:00+03:00"}]})")}
    ));
    EXPECT_EQ(done.taken, 1U);
    ASSERT_EQ(done.refused.size(), 3U);
    EXPECT_EQ(done.refused[0].pointer, "/records/0/recorded_at");
    EXPECT_EQ(done.refused[1].pointer, "/records/0/recorded_by");
    EXPECT_EQ(done.refused[2].pointer, "/records/0/recorded_at");
    const auto list = must(office.reg().list(worker, {"child", "", "", 10}));
    ASSERT_EQ(list.items.size(), 1U);
    const auto file = must(office.reg().read(worker, list.items[0].ref));
    const auto* custody = find_record(file, "custody");
    ASSERT_NE(custody, nullptr);
    EXPECT_EQ(to_text(custody->recorded_at), "2026-01-01T10:00:00Z");
    EXPECT_EQ(custody->recorded_by.id, worker.account);
}

TEST(Import, BatchesAreWholeAndManyLinesFit) {
    casework::Options options;
    options.import_batch_dossiers = 3;
    Office office(options);
    const auto worker = office.person("Amal", "CW");
    std::vector<casework::ImportLine> lines;
    for (std::uint64_t i = 1; i <= 10; ++i) {
        lines.push_back(line(
            i,
            R"({"type": "child", "records": [{"kind": "charge", "data": {"offence": ")" +
                std::to_string(i) + R"("}}]})"
        ));
    }
    EXPECT_EQ(must(office.reg().import(worker, std::nullopt, lines)).taken, 10U);
    EXPECT_EQ(must(office.reg().list(worker, {"child", "", "", 50})).total, 10U);
}

}  // namespace
}  // namespace homeward::test
