#include "casework/sight.hpp"

#include "unit/casework/little_pack.hpp"

#include <gtest/gtest.h>

namespace homeward::test {
namespace {

using casework::Conditions;
using casework::Reading;
using casework::Sight;
using casework::Writing;
using Shown = casework::Sight::Field;

/// The little pack with forms that have fields of other categories, and safeguards that rest on
/// more than one form.
std::shared_ptr<const policy::Pack> mixed_pack() {
    const std::string form = "dossier: child\ntitle: T\nbasis: [J1]\nside: justice\n";
    const std::string safeguard =
        "title: T\n  explain: E\n  basis: [J1]\n  source: [Home]\n  tag: D\n  severity: medium\n"
        "  tells: [CW, VOL, SUP]\n";
    return little_pack(
        "1",
        {{"dossiers/child/complaint.yaml",
          "kind: complaint\n" + form +
              "category: D17\nfields:\n"
              "  - {id: what, title: What, type: text}\n"
              "  - {id: place, title: Where, type: text, category: D16}\n"},
         {"dossiers/child/charge.yaml",
          "kind: charge\n" + form +
              "category: D13\nfields:\n"
              "  - {id: offence, title: Offence, type: text}\n"
              "  - {id: place, title: Where, type: text, category: D16}\n"},
         {"roles/VOL.yaml",
          "role: VOL\ntitle: VOL\nside: protection\nscope: assigned\npurposes: [Y07]\n"
          "access: {D01: R, D02: W, D08: '-', D10: A, D13: C, D16: W, D17: W, D22: '-'}\n"},
         {"safeguards/more.yaml",
          "- id: DO-01\n  about: dossier\n  requires: \"has(child.birth)\"\n  " + safeguard +
              "- id: CH-02\n  about: charge\n  requires: \"has(child.birth)\"\n  " + safeguard}}
    );
}

struct Seeing : testing::Test {
    std::shared_ptr<const policy::Pack> pack = mixed_pack();

    Sight sight(const char* role, const Conditions& conditions = {true, false, 0}) const {
        return Sight(*pack, *pack->find_role(role), conditions);
    }
    const policy::Kind& kind(const char* id) const { return *pack->find_kind(id); }
    const policy::Field& field(const char* of, const char* id) const { return *kind(of).find(id); }
    Shown shown(const Sight& sight, const char* of, const char* id) const {
        return sight.path(field(of, id).path);
    }
    policy::CategorySet set_of(const char* category) const {
        const auto index = pack->index_of(*pack->find_category(category));
        return policy::bit_of(static_cast<std::uint8_t>(index));
    }
    int safeguard(const Sight& sight, const char* id) const {
        return sight.safeguards()[pack->index_of(*pack->find_safeguard(id))];
    }
};

TEST_F(Seeing, AFieldIsShownNoFurtherThanTheFormItStandsIn) {
    // Of complaints only one's own, though all of the field's category is open.
    const Sight detention = sight("DET");
    EXPECT_EQ(shown(detention, "custody", "authority"), Shown::shown);
    EXPECT_EQ(shown(detention, "complaint", "what"), Shown::own);
    EXPECT_EQ(shown(detention, "complaint", "place"), Shown::own);
    EXPECT_FALSE(detention.shows(field("complaint", "place").path, false));
    EXPECT_TRUE(detention.shows(field("complaint", "place").path, true));
    EXPECT_FALSE(detention.shows_kind(kind("complaint"), false));
    EXPECT_TRUE(detention.shows_kind(kind("complaint"), true));
    // None of a form that is closed.
    EXPECT_EQ(shown(detention, "charge", "place"), Shown::hidden);
    EXPECT_FALSE(detention.shows_kind(kind("charge"), true));
}

TEST_F(Seeing, TheOtherSidesFormsAreNeitherShownNorEntered) {
    const Sight volunteer = sight("VOL");
    ASSERT_NE(volunteer.writable() & set_of("D17"), 0U);
    EXPECT_EQ(shown(volunteer, "complaint", "what"), Shown::hidden);
    EXPECT_FALSE(volunteer.may_add(kind("complaint")));
    EXPECT_FALSE(volunteer.may_enter(kind("complaint"), field("complaint", "what"), true, true));
    // The same category in a form of both sides.
    EXPECT_TRUE(volunteer.may_add(kind("withholding")));
    EXPECT_TRUE(volunteer.may_enter(kind("withholding"), field("withholding", "agency"), true, true)
    );
}

TEST_F(Seeing, APermissionOpensTheOtherSidesFormAndNoFieldOfAnotherCategory) {
    const Sight closed = sight("VOL");
    EXPECT_FALSE(closed.may_add(kind("charge")));
    EXPECT_EQ(shown(closed, "charge", "offence"), Shown::hidden);
    const Sight opened = sight("VOL", {true, false, set_of("D13")});
    EXPECT_EQ(shown(opened, "charge", "offence"), Shown::shown);
    EXPECT_EQ(shown(opened, "charge", "place"), Shown::hidden);
    EXPECT_TRUE(opened.may_add(kind("charge")));
    EXPECT_TRUE(opened.may_enter(kind("charge"), field("charge", "offence"), true, false));
    EXPECT_FALSE(opened.may_enter(kind("charge"), field("charge", "place"), true, true));
    EXPECT_FALSE(opened.may_add(kind("custody"))) << "nothing was said of it";
}

TEST_F(Seeing, WhatMayBeEnteredDependsOnWhoseRecordItIs) {
    const auto may = [&](const char* role, const char* of, const char* id) {
        const Sight seen = sight(role);
        std::string out;
        if (seen.may_enter(kind(of), field(of, id), true, true)) out += "new ";
        if (seen.may_enter(kind(of), field(of, id), false, true)) out += "own ";
        if (seen.may_enter(kind(of), field(of, id), false, false)) out += "any ";
        return out;
    };
    EXPECT_EQ(may("CW", "complaint", "what"), "new own any ");  // W
    EXPECT_EQ(may("CW", "custody", "authority"), "new own ");   // A
    EXPECT_EQ(may("CW", "charge", "offence"), "new own ");      // C
    EXPECT_EQ(may("DET", "complaint", "what"), "new ");         // S
    EXPECT_EQ(may("JUD", "custody", "authority"), "");          // R
    EXPECT_EQ(may("CW", "custody", "harm"), "") << "g, and not cleared";
    EXPECT_EQ(may("CW", "act", "act"), "") << "m";
    EXPECT_EQ(may("DET", "charge", "offence"), "") << "-";
}

TEST_F(Seeing, ASafeguardIsSeenWithAllThatItRestsOn) {
    // Of the dossier as a whole: what it reads is enough.
    EXPECT_EQ(safeguard(sight("VOL"), "DO-01"), 2);
    EXPECT_EQ(safeguard(sight("DET"), "DO-01"), 0);
    // About a form: that one must be shown as well, not only the field that it reads.
    EXPECT_EQ(safeguard(sight("VOL"), "CH-02"), 1) << "charges are the other side's";
    EXPECT_EQ(safeguard(sight("SUP"), "CH-02"), 1) << "charges are closed";
    EXPECT_EQ(safeguard(sight("CW"), "CH-02"), 1) << "of charges only one's own";
    EXPECT_EQ(safeguard(sight("VOL", {true, false, set_of("D13")}), "CH-02"), 2);
    // Nobody who does not work on the file is told.
    EXPECT_EQ(safeguard(sight("SUP", {false, false, 0}), "CH-02"), 0);
}

}  // namespace
}  // namespace homeward::test
