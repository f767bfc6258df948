#include "unit/casework/office.hpp"

#include <gtest/gtest.h>

namespace homeward::test {
namespace {

TEST(Limits, RecordsOfADossier) {
    casework::Options options;
    options.records_per_dossier_max = 3;
    Office office(options);
    const auto worker = office.person("Amal", "CW");
    const Id ref = office.child(worker);  // two records
    EXPECT_TRUE(office.reg().add(worker, ref, Office::record("charge", "{}")).has_value());
    EXPECT_EQ(
        code_of(office.reg().add(worker, ref, Office::record("charge", "{}"))), Code::too_large
    );
    EXPECT_TRUE(office.reg().read(worker, ref).has_value());
}

TEST(Limits, BytesOfADossier) {
    const auto takes = [](std::size_t limit, std::size_t chars) {
        casework::Options options;
        options.dossier_bytes_max = limit;
        Office office(options);
        const auto worker = office.person("Amal", "CW");
        const Id ref = office.child(worker);
        const std::string data = R"({"what": ")" + std::string(chars, 'x') + R"("})";
        const auto added = office.reg().add(worker, ref, Office::record("complaint", data));
        EXPECT_TRUE(added || added.error().code == Code::too_large);
        EXPECT_TRUE(office.reg().read(worker, ref).has_value());
        return added.has_value();
    };
    // The least that takes it, found by halves: then it is the limit that decides, to the byte.
    std::size_t under = 0;
    std::size_t enough = 1U << 14U;
    ASSERT_TRUE(takes(enough, 400));
    while (enough - under > 1) {
        const std::size_t half = under + (enough - under) / 2;
        (takes(half, 400) ? enough : under) = half;
    }
    EXPECT_GT(under, 400U);
    EXPECT_TRUE(takes(enough, 400));
    EXPECT_FALSE(takes(enough, 401));
}

TEST(Limits, ReasonsOfAnAct) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const Id ref = office.child(worker);
    const auto with = [&](std::size_t chars) {
        std::string reasons;
        for (std::size_t i = 0; i < chars; ++i) reasons += "é";
        return office.reg().act(worker, ref, {std::nullopt, "close", reasons});
    };
    EXPECT_TRUE(with(casework::reasons_chars_max).has_value());
    EXPECT_EQ(code_of(with(casework::reasons_chars_max + 1)), Code::too_large);
}

TEST(Limits, LinesOfAnImport) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    std::vector<casework::ImportLine> lines;
    for (std::size_t i = 1; i <= casework::import_lines_max; ++i) {
        lines.push_back({i, fail(Code::invalid, "unreadable")});
    }
    EXPECT_EQ(
        must(office.reg().import(worker, std::nullopt, lines)).refused.size(),
        casework::import_lines_max
    );
    lines.push_back({lines.size() + 1, fail(Code::invalid, "unreadable")});
    EXPECT_EQ(code_of(office.reg().import(worker, std::nullopt, lines)), Code::too_large);
}

TEST(Limits, PagesOfAnExport) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    EXPECT_TRUE(
        office.reg().export_page(worker, {"child", "", casework::export_page_max}).has_value()
    );
    EXPECT_EQ(
        code_of(office.reg().export_page(worker, {"child", "", casework::export_page_max + 1})),
        Code::invalid
    );
}

TEST(Limits, RolesAndNamesOfAnAccount) {
    Office office;
    casework::NewAccount account;
    account.name = "Amal";
    account.password = Office::password;
    account.roles.assign(casework::roles_max + 1, "CW");
    const auto made = [&] {
        return office.reg().create_account(casework::Caller::console(), account);
    };
    EXPECT_EQ(code_of(made()), Code::too_large);
    account.roles.resize(casework::roles_max);
    EXPECT_EQ(code_of(made()), Code::invalid);  // not too many, but one of them twice
    account.roles = {"CW"};
    account.team = std::string(casework::name_chars_max + 1, 'a');
    EXPECT_EQ(code_of(made()), Code::too_large);
    account.team.pop_back();
    EXPECT_TRUE(made().has_value());
}

TEST(Lists, APermissionAloneShowsNoMoreThanItself) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const auto other = office.person("Basil", "LAW");
    const Id ref = office.child(worker, "Cedar");
    office.permit(worker, ref, other, R"(["D01"])");
    const auto list = must(office.reg().list(other, {"child", "", "", 10}));
    ASSERT_EQ(list.items.size(), 1U);
    EXPECT_EQ(list.items[0].label, "");
    EXPECT_FALSE(list.items[0].mine);
    EXPECT_TRUE(must(office.reg().work(other, {})).items.empty());
    EXPECT_TRUE(must(office.reg().list(other, {"child", "overdue", "", 10})).items.empty());
    office.permit(worker, ref, other, R"(["D01", "D02"])");
    EXPECT_EQ(must(office.reg().list(other, {"child", "", "", 10})).items[0].label, "Cedar");
}

}  // namespace
}  // namespace homeward::test
