#include "unit/casework/little_pack.hpp"
#include "views/row.hpp"

#include <gtest/gtest.h>

namespace homeward::test {
namespace {

constexpr Instant noon{1'793'620'800LL * us_per_second};
constexpr Instant one{noon.us + 3600 * us_per_second};

TEST(Comparable, WritingsOfOneNameAreOne) {
    const std::string is = views::comparable("Police des mineurs");
    EXPECT_EQ(is, "police des mineurs");
    EXPECT_EQ(views::comparable("  POLICE  des\tMineurs \n"), is);
    EXPECT_EQ(views::comparable("Police\u00a0des mineurs"), is);   // a space that never breaks
    EXPECT_EQ(views::comparable("Po\u200dlice des mineurs"), is);  // a joiner that nobody sees
    EXPECT_EQ(views::comparable("\uff30olice des mineurs"), is);   // a wide P
    EXPECT_EQ(views::comparable("E\u0301cole"), views::comparable("\u00e9COLE"));
    EXPECT_EQ(views::comparable("STRASSE"), views::comparable("Straße"));
    EXPECT_EQ(
        views::comparable("\ufee3\ufeae\ufedb\ufeb0"), views::comparable("\u0645\u0631\u0643\u0632")
    );  // forms of Arabic letters
    EXPECT_NE(views::comparable("Police des mineures"), is);
    EXPECT_NE(views::comparable("Policedesmineurs"), is);
    EXPECT_EQ(views::comparable(" \t\u3000"), "");
    EXPECT_EQ(views::comparable(""), "");
    EXPECT_FALSE(views::comparable("\xff\x01").empty());  // no text: still something that compares
}

struct Bars : testing::Test {
    Id account = make_id();
    std::shared_ptr<const policy::Pack> pack = little_pack();

    views::Row row(std::vector<policy::Bar> bars) {
        policy::Projection projection;
        projection.bars = std::move(bars);
        return views::make_row(*pack, make_id(), 1, noon, projection);
    }
    bool barred(const views::Row& row, std::string_view agency = "care", Instant at = noon) {
        return row.is_barred({account, "amal", agency}, at);
    }
};

TEST_F(Bars, NameAnAccountByIdOrNameOrEveryoneOfAnAgency) {
    const auto bar = [&](std::string named, std::string agency) {
        return barred(row({{make_id(), std::move(named), std::move(agency), noon, {}}}));
    };
    std::string id = to_text(account);
    EXPECT_TRUE(bar(id, ""));
    std::transform(id.begin(), id.end(), id.begin(), [](char c) {
        return static_cast<char>(std::toupper(c));
    });
    EXPECT_TRUE(bar(" " + id + " ", ""));
    EXPECT_TRUE(bar("AMAL", ""));
    EXPECT_TRUE(bar("", " Care "));
    EXPECT_TRUE(bar(to_text(make_id()), "CARE"));
    EXPECT_TRUE(bar(id, "other"));
    EXPECT_FALSE(bar(to_text(make_id()), "other"));
    EXPECT_FALSE(bar("care", "amal"));  // a name is no agency
    EXPECT_FALSE(bar("Amalia", "Care home"));
}

TEST_F(Bars, NobodyIsNamedByNothing) {
    const auto nameless =
        row({{make_id(), " ", "\t", noon, {}}, {make_id(), to_text(Id{}), "", noon, {}}});
    EXPECT_FALSE(nameless.is_barred({Id{}, "", ""}, noon));
    EXPECT_FALSE(nameless.is_barred({account, "amal", ""}, noon));
}

TEST_F(Bars, HoldFromTheirStartUntilTheirEnd) {
    const auto timed = row({{make_id(), "", "care", noon, one}});
    EXPECT_FALSE(barred(timed, "care", Instant{noon.us - 1}));
    EXPECT_TRUE(barred(timed, "care", noon));
    EXPECT_TRUE(barred(timed, "care", Instant{one.us - 1}));
    EXPECT_FALSE(barred(timed, "care", one));
    // One that has ended does not end another.
    const auto both = row({{make_id(), "", "care", noon, one}, {make_id(), "amal", "", one, {}}});
    EXPECT_TRUE(barred(both, "care", one));
    EXPECT_TRUE(barred(both, "care", Instant{views::never_us - 1}));
}

TEST_F(Bars, CostNothingWhereThereAreNone) {
    const auto none = row({});
    EXPECT_EQ(none.bars.capacity(), 0U);
    EXPECT_FALSE(barred(none));
}

}  // namespace
}  // namespace homeward::test
