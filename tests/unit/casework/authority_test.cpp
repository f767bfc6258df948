#include "casework/authority.hpp"

#include "casework/core.hpp"
#include "unit/casework/office.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace homeward::test {
namespace {

using casework::Caller;
using casework::Conditions;
using casework::Deed;
using casework::Identity;
using casework::Reading;

constexpr std::int64_t hour_us = 3600 * us_per_second;

/// The decision by itself: accounts, rows and a pack, and no register that asks it.
struct Deciding : testing::Test {
    explicit Deciding(std::shared_ptr<const policy::Pack> with = little_pack())
        : pack(std::move(with)) {}

    Folder folder;
    StillClock clock;
    crypto::Passwords passwords{{1U << 20U, 1, 4, 64}};
    std::shared_ptr<const policy::Pack> pack;
    crypto::Keyring keyring = [this] {
        const auto key_file = folder.path() / "root.key";
        must(crypto::create_key_file(key_file));
        return must(crypto::Keyring::create(folder.path(), {"", key_file}));
    }();
    store::Store store = must(store::Store::open(folder.path()));
    std::unique_ptr<journal::Checkpoints> checkpoints =
        must(journal::Checkpoints::start(store.main(), keyring, {}));
    casework::Core core{
        store,
        keyring,
        pack,
        clock,
        passwords,
        *checkpoints,
        {},
        must(casework::CategoryMap::make(*pack))};
    casework::Directory directory{core};
    views::Board board{pack};
    casework::References references{keyring};
    casework::Authority authority{core, directory, board, references};

    casework::Account account(const std::string& name, const std::vector<std::string>& roles) {
        casework::Account made;
        made.id = make_id();
        made.version = 1;
        made.name = name;
        made.login = must(directory.login_of(name));
        made.roles = roles;
        made.team = "north";
        made.agency = "care";
        return made;
    }
    Identity known(const casework::Account& account, const std::string& role) {
        directory.applied(account);
        return must(authority.identify({account.id, role, ""}));
    }
    Identity somebody(const std::string& name, const std::string& role) {
        return known(account(name, {role}), role);
    }
    std::uint16_t index_of(const char* role) const {
        return pack->index_of(*pack->find_role(role));
    }
    policy::CategorySet set_of(const char* category) const {
        const auto index = pack->index_of(*pack->find_category(category));
        return policy::bit_of(static_cast<std::uint8_t>(index));
    }
    std::int64_t in(int hours) const { return clock.now().us + hours * hour_us; }
    views::Row row() const {
        views::Row made;
        made.id = make_id();
        made.version = 1;
        return made;
    }
    bool works(const Identity& who, const views::Membership& member) const {
        views::Row made = row();
        made.members = {member};
        return authority.conditions(who, made).assigned;
    }
    std::string refusal(const Caller& caller) const {
        const auto who = authority.identify(caller);
        if (who) return "signed in";
        EXPECT_EQ(who.error().code, Code::forbidden);
        return who.error().text;
    }
};

TEST_F(Deciding, WhoeverDoesNotHaveTheRoleNowIsNotSignedIn) {
    auto amal = account("Amal", {"CW", "JUD"});
    directory.applied(amal);
    EXPECT_EQ(refusal({amal.id, "CW", ""}), "signed in");
    EXPECT_EQ(refusal({make_id(), "CW", ""}), "not signed in");
    EXPECT_EQ(refusal({amal.id, "SUP", ""}), "not signed in");
    EXPECT_EQ(refusal({amal.id, "KING", ""}), "not signed in");
    // The account has a role that the pack of today does not.
    amal.roles = {"CW", "KING"};
    ++amal.version;
    directory.applied(amal);
    EXPECT_EQ(refusal({amal.id, "KING", ""}), "not signed in");
    EXPECT_EQ(refusal({amal.id, "JUD", ""}), "not signed in");
    amal.disabled = true;
    ++amal.version;
    directory.applied(amal);
    EXPECT_EQ(refusal({amal.id, "CW", ""}), "not signed in");
}

TEST_F(Deciding, APurposeIsTheRolesOwnAndTheFirstOneWhenNoneIsNamed) {
    const auto amal = account("Amal", {"CW"});
    EXPECT_EQ(known(amal, "CW").purpose, "Y01");
    EXPECT_EQ(must(authority.identify({amal.id, "CW", "Y02"})).purpose, "Y02");
    EXPECT_EQ(refusal({amal.id, "CW", "Y07"}), "the role does not have this purpose");
    EXPECT_EQ(refusal({amal.id, "CW", "Y99"}), "no such purpose");
    EXPECT_EQ(refusal({amal.id, "CW", "Z1"}), "Never for spying");
}

struct DecidingWithoutWords : Deciding {
    DecidingWithoutWords()
        : Deciding(little_pack(
              "1",
              {{"purposes.yaml",
                "- {id: Y01, title: Care}\n- {id: Y02, title: Safety}\n- {id: Y07, title: Court}\n"
                "- {id: Z1, title: Spying, prohibited: true, answer: \"\"}\n"}}
          )) {}
};

TEST_F(DecidingWithoutWords, AProhibitedPurposeIsRefusedWhateverTheAnswerIs) {
    const auto amal = account("Amal", {"CW"});
    directory.applied(amal);
    EXPECT_EQ(refusal({amal.id, "CW", "Z1"}), "nobody may use this for that");
}

TEST_F(Deciding, EachDeedNeedsTheRightToIt) {
    const Identity console;
    const Identity worker = somebody("Amal", "CW");
    const Identity volunteer = somebody("Vida", "VOL");
    const auto text = [&](const Identity& who, Deed deed) {
        const auto may = authority.permit(who, deed);
        return may ? std::string("may") : may.error().text;
    };
    for (const Deed deed :
         {Deed::read,
          Deed::audit,
          Deed::open,
          Deed::write,
          Deed::act,
          Deed::list,
          Deed::import,
          Deed::export_files})
        EXPECT_EQ(text(worker, deed), "may");
    for (const Deed deed : {Deed::read, Deed::audit, Deed::write, Deed::act, Deed::list}) {
        EXPECT_EQ(text(volunteer, deed), "may");
        EXPECT_EQ(text(console, deed), "the console reads nothing");
    }
    EXPECT_EQ(text(console, Deed::import), "may");
    EXPECT_EQ(text(volunteer, Deed::import), "the role may not import");
    for (const Identity& who : {volunteer, console}) {
        EXPECT_EQ(text(who, Deed::open), "the role may not open a dossier");
        EXPECT_EQ(text(who, Deed::export_files), "the role may not export");
        EXPECT_FALSE(who.may("assign"));
    }
    EXPECT_TRUE(worker.may("assign"));
}

TEST_F(Deciding, WhoeverMayNotOpenADossierGetsNoGrantForANewOne) {
    const Identity volunteer = somebody("Vida", "VOL");
    for (const Deed deed : {Deed::open, Deed::import}) {
        const auto access = authority.authorize_new(volunteer, deed, make_id());
        EXPECT_EQ(code_of(access), Code::forbidden);
    }
    const Id id = make_id();
    const auto access = must(authority.authorize_new(somebody("Amal", "CW"), Deed::open, id));
    EXPECT_EQ(access.grant.dossier(), id);
    EXPECT_FALSE(access.grant.covers(make_id()));
}

TEST_F(Deciding, AnAssignmentCountsForItsAccountInItsRoleAndTime) {
    const Identity who = somebody("Amal", "CW");
    const Id id = who.id();
    EXPECT_TRUE(works(who, {id, in(-1), in(1), index_of("CW")}));
    EXPECT_TRUE(works(who, {id, in(-1), in(1), views::any_role}));
    EXPECT_TRUE(works(who, {id, in(0)}));
    EXPECT_FALSE(works(who, {id, in(-1), in(1), index_of("LAW")})) << "in another role";
    EXPECT_FALSE(works(who, {make_id(), in(-1), in(1), index_of("CW")})) << "of another";
    EXPECT_FALSE(works(who, {id, in(-2), in(0), index_of("CW")})) << "ended";
    EXPECT_FALSE(works(who, {id, in(1), in(2), index_of("CW")})) << "not begun";
}

TEST_F(Deciding, ATeamIsThoseOfItInTheSameAgencyWhoAreKnown) {
    const Identity supervisor = somebody("Selma", "SUP");
    const Identity monitor = somebody("Nils", "NPM");
    auto worker = account("Amal", {"CW"});
    const auto both = [&](const char* agency, const char* team) {
        worker.agency = agency;
        worker.team = team;
        directory.applied(worker);
        const views::Membership member{worker.id, in(-2), in(-1), index_of("CW")};
        return std::pair(works(supervisor, member), works(monitor, member));
    };
    EXPECT_EQ(both("care", "north"), std::pair(true, true)) << "though the work has ended";
    EXPECT_EQ(both("care", "south"), std::pair(false, true));
    EXPECT_EQ(both("other", "north"), std::pair(false, false));
    const views::Membership nobody{make_id(), in(-2), in(2), index_of("CW")};
    EXPECT_FALSE(works(supervisor, nobody));
    EXPECT_FALSE(works(monitor, nobody));
    EXPECT_FALSE(authority.conditions(supervisor, row()).assigned) << "nobody works on it";
}

TEST_F(Deciding, APermissionIsForItsAccountOrForThoseOfItsRoleWhoWorkOnTheFile) {
    const Identity who = somebody("Lina", "LAW");
    const std::uint16_t own = index_of("LAW");
    const std::uint16_t other = index_of("JUD");
    const auto opened = [&](const views::Permit& permit, bool assigned) {
        views::Row made = row();
        made.permits = {permit};
        if (assigned) made.members = {{who.id(), in(-1), in(1), own}};
        return authority.conditions(who, made).permitted;
    };
    const policy::CategorySet all = set_of("D01") | set_of("D02");
    const auto permit = [&](const Id& account, std::uint16_t role) {
        return views::Permit{account, in(-1), in(1), all, role};
    };
    for (const bool assigned : {true, false}) {
        SCOPED_TRACE(assigned);
        EXPECT_EQ(opened(permit(who.id(), views::any_role), assigned), all);
        EXPECT_EQ(opened(permit(who.id(), own), assigned), all);
        EXPECT_EQ(opened(permit(who.id(), other), assigned), 0U);
        EXPECT_EQ(opened(permit(make_id(), views::any_role), assigned), 0U);
        EXPECT_EQ(opened(permit(make_id(), own), assigned), 0U);
        EXPECT_EQ(opened(permit({}, own), assigned), assigned ? all : 0U);
        EXPECT_EQ(opened(permit({}, other), assigned), 0U);
        EXPECT_EQ(opened({who.id(), in(-2), in(0), all, own}, assigned), 0U) << "ended";
        EXPECT_EQ(opened({who.id(), in(1), in(2), all, own}, assigned), 0U) << "not begun";
    }
    // Several add up.
    views::Row made = row();
    made.permits = {
        {who.id(), in(-1), in(1), set_of("D01")},
        {who.id(), in(-1), in(1), set_of("D08")},
        {make_id(), in(-1), in(1), set_of("D13")}};
    EXPECT_EQ(authority.conditions(who, made).permitted, set_of("D01") | set_of("D08"));
}

TEST_F(Deciding, ABarLeavesNoConditionAndNamesNobodyWhoHasNoAccount) {
    const Identity who = somebody("Amal", "CW");
    const Identity console;
    views::Row made = row();
    made.members = {{who.id(), in(-1), in(1), index_of("CW")}};
    made.permits = {{who.id(), in(-1), in(1), set_of("D13")}};
    EXPECT_FALSE(authority.is_barred(who, made));
    EXPECT_NE(authority.conditions(who, made), Conditions{});
    made.bars = {{who.id(), "", "", in(-1), in(1)}};
    EXPECT_TRUE(authority.is_barred(who, made));
    EXPECT_EQ(authority.conditions(who, made), Conditions{});
    EXPECT_FALSE(authority.reaches(who, authority.conditions(who, made)));
    EXPECT_FALSE(authority.is_barred(somebody("Basil", "CW"), made));
    EXPECT_FALSE(authority.is_barred(console, made));
}

TEST_F(Deciding, EachSideKnowsADossierByItsOwnName) {
    views::Row made = row();
    const Id id = made.id;
    board.put(made);
    references.add(id);
    const Id theirs = references.justice_ref(id);
    ASSERT_NE(theirs, id);
    using policy::Side;
    EXPECT_EQ(references.resolve(Side::protection, id, board), id);
    EXPECT_EQ(references.resolve(Side::protection, theirs, board), Id{});
    EXPECT_EQ(references.resolve(Side::justice, theirs, board), id);
    EXPECT_EQ(references.resolve(Side::justice, id, board), Id{});
    EXPECT_EQ(references.resolve(Side::both, id, board), id);
    EXPECT_EQ(references.resolve(Side::both, theirs, board), id);
    for (const Side side : {Side::protection, Side::justice, Side::both}) {
        EXPECT_EQ(references.resolve(side, make_id(), board), Id{});
        EXPECT_EQ(references.resolve(side, references.name_for(side, id), board), id);
    }
}

TEST_F(Deciding, WhatIsNotThereAndWhatIsNotForSomebodyIsSaidAlike) {
    const Identity who = somebody("Amal", "CW");
    const auto says = [&](const Id& ref) {
        const auto access = authority.authorize(who, Deed::read, ref);
        if (access) return std::string("reached");
        EXPECT_EQ(access.error().code, Code::not_found);
        return access.error().text;
    };
    views::Row made = row();
    board.put(made);
    EXPECT_EQ(says(made.id), "no such dossier") << "not assigned";
    EXPECT_EQ(says(make_id()), "no such dossier");
    made.version = 2;
    made.members = {{who.id(), in(-1), in(1), index_of("CW")}};
    board.put(made);
    EXPECT_EQ(says(made.id), "reached");
    made.version = 3;
    made.bars = {{{}, "", "care", in(-1), in(1)}};
    board.put(made);
    EXPECT_EQ(says(made.id), "no such dossier") << "barred";
    EXPECT_EQ(code_of(authority.authorize({}, Deed::read, made.id)), Code::forbidden)
        << "the console";
}

TEST_F(Deciding, TheGrantIsForOneDossierAndWhatTheLettersSay) {
    const Identity who = somebody("Vida", "VOL");
    views::Row made = row();
    made.members = {{who.id(), in(-1), in(1), index_of("VOL")}};
    board.put(made);
    const auto category = [](const char* name) { return must(journal::parse_category(name)); };
    for (const Deed deed : {Deed::read, Deed::audit}) {
        const auto access = must(authority.authorize(who, deed, made.id));
        const auto& grant = access.grant;
        EXPECT_EQ(grant.dossier(), made.id);
        EXPECT_EQ(grant.actor(), who.id());
        EXPECT_EQ(grant.role(), "VOL");
        EXPECT_EQ(grant.purpose(), "Y07");
        EXPECT_TRUE(grant.may_read(category("D01")));
        EXPECT_FALSE(grant.may_write(category("D01")));
        EXPECT_TRUE(grant.may_write(category("D02")));
        EXPECT_FALSE(grant.may_read(category("D08")));
        EXPECT_FALSE(grant.may_write(category("D22")));
        // Who wrote what is part of the history, which is asked for as an audit.
        EXPECT_EQ(grant.may_read(category("D22")), deed == Deed::audit);
        EXPECT_EQ(access.ref, made.id);
    }
}

TEST_F(Deciding, ASightIsKeptAndNotForEver) {
    const policy::Role& role = *pack->find_role("CW");
    const Conditions plain{true, false, 0};
    const auto first = authority.sight(role, plain);
    EXPECT_EQ(authority.sight(role, plain), first);
    EXPECT_NE(authority.sight(*pack->find_role("LAW"), plain), first);
    const auto charges = static_cast<std::uint8_t>(pack->index_of(*pack->find_category("D13")));
    // As many conditions as nobody really has.
    for (policy::CategorySet set = 1; set <= 1'000; ++set) {
        const auto seen = authority.sight(role, {true, false, set});
        const bool opened = (set & set_of("D13")) != 0;
        EXPECT_EQ(seen->category(charges).read, opened ? Reading::all : Reading::own) << set;
    }
    const auto again = authority.sight(role, plain);
    EXPECT_NE(again, first);
    EXPECT_EQ(again->readable(), first->readable());
    EXPECT_EQ(again->writable(), first->writable());
}

}  // namespace
}  // namespace homeward::test
