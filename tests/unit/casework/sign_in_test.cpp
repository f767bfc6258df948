#include "casework/guesses.hpp"
#include "casework/login_name.hpp"
#include "unit/casework/office.hpp"

#include <gtest/gtest.h>

namespace homeward::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

casework::SignIn pair_of(const char* name, const char* password, const char* remote = "10.0.0.1") {
    casework::SignIn request;
    request.name = name;
    request.password = password;
    request.remote = remote;
    return request;
}

TEST(LoginName, IsTheSameFromEveryKeyboard) {
    EXPECT_EQ(must(casework::normal_name(" AMAL ")), "amal");
    EXPECT_EQ(
        must(casework::normal_name("Ame\u0301lie")), must(casework::normal_name("AM\u00c9LIE"))
    );
    EXPECT_EQ(must(casework::normal_name("\uff21mal")), "amal");
    EXPECT_EQ(must(casework::normal_name("أمل")), "أمل");
    EXPECT_FALSE(casework::normal_name("  ").has_value());
    EXPECT_FALSE(casework::normal_name("a\x01").has_value());
    EXPECT_FALSE(casework::normal_name("\xff").has_value());
    EXPECT_TRUE(casework::normal_name(std::string(casework::name_chars_max, 'a')).has_value());
    EXPECT_FALSE(casework::normal_name(std::string(casework::name_chars_max + 1, 'a')).has_value());
}

TEST(SignIn, GivesASessionForTheRightPairOnly) {
    Office office;
    office.person("Amal", "CW");
    const auto in = must(office.reg().sign_in(pair_of("AMAL", Office::password)));
    ASSERT_TRUE(in.session.has_value());
    EXPECT_EQ(in.token.size(), 64U);
    EXPECT_EQ(in.session->csrf.size(), 64U);
    EXPECT_EQ(in.session->role, "CW");
    EXPECT_EQ(in.session->purposes, (std::vector<std::string>{"Y01", "Y02"}));
    const auto session = must(office.reg().resume(in.token));
    EXPECT_EQ(session.csrf, in.session->csrf);
    const auto wrong = must(office.reg().sign_in(pair_of("Amal", "wrong")));
    EXPECT_FALSE(wrong.session.has_value());
    EXPECT_EQ(wrong.retry_after, seconds(0));
    EXPECT_FALSE(must(office.reg().sign_in(pair_of("Nobody", "wrong"))).session.has_value());
    EXPECT_EQ(code_of(office.reg().resume(std::string(64, '0'))), Code::forbidden);
    EXPECT_EQ(code_of(office.reg().resume("")), Code::forbidden);
}

TEST(SignIn, KeepsNeitherTokenNorNameInTheTable) {
    Office office;
    office.person("Amal", "CW");
    const auto in = must(office.reg().sign_in(pair_of("Amal", Office::password)));
    const auto again = must(office.reg().sign_in(pair_of("Amal", Office::password)));
    EXPECT_NE(in.token, again.token);  // every sign-in gives a new one
    must(office.main().read([&](store::Session& session) -> Result<void> {
        const store::Query all{"SELECT token, sealed FROM session"};
        const auto read = session.each(all, [&](const store::Row& row) -> Result<void> {
            EXPECT_NE(to_hex(row.blob(0)), in.token);
            // Long enough never to stand in sealed bytes by chance.
            const std::string_view sealed = text_of(row.blob(1));
            EXPECT_EQ(sealed.find(to_text(in.session->account)), std::string_view::npos);
            EXPECT_EQ(sealed.find(text_of(in.session->account.bytes)), std::string_view::npos);
            return {};
        });
        EXPECT_EQ(read.value_or(0), 2);
        return {};
    }));
}

TEST(Sessions, EndWhenIdleAndInTheEnd) {
    Office office;
    office.person("Amal", "CW");
    const auto in = must(office.reg().sign_in(pair_of("Amal", Office::password)));
    office.clock().pass(minutes(15) - seconds(1));
    EXPECT_TRUE(office.reg().resume(in.token).has_value());
    office.clock().pass(minutes(15));
    EXPECT_FALSE(office.reg().resume(in.token).has_value());
    const auto long_one = must(office.reg().sign_in(pair_of("Amal", Office::password)));
    for (int i = 0; i < 12 * 6 - 1; ++i) {
        office.clock().pass(minutes(10));
        ASSERT_TRUE(office.reg().resume(long_one.token).has_value());
    }
    office.clock().pass(minutes(10));
    EXPECT_FALSE(office.reg().resume(long_one.token).has_value());
}

TEST(Sessions, OutliveARestartAndKeepTheirIdleTime) {
    Office office;
    office.person("Amal", "CW");
    const auto in = must(office.reg().sign_in(pair_of("Amal", Office::password)));
    office.clock().pass(minutes(10));
    must(office.reg().resume(in.token));
    office.restart();
    office.clock().pass(minutes(10));
    EXPECT_TRUE(office.reg().resume(in.token).has_value());
    office.restart();
    office.clock().pass(minutes(15));
    EXPECT_FALSE(office.reg().resume(in.token).has_value());
}

constexpr hours ten_years{24 * 3650};

TEST(Sessions, AreNotLengthenedByAClockThatIsSetBack) {
    for (const auto back : {seconds(-1), seconds(-600), seconds(-ten_years)}) {
        Office office;
        office.person("Amal", "CW");
        const auto sign_in = [&] {
            return must(office.reg().sign_in(pair_of("Amal", Office::password))).token;
        };
        const std::string idle = sign_in();
        const std::string used = sign_in();
        const auto pass = [&](minutes time) {
            office.clock().pass(time);
            office.clock().set(back);
        };
        pass(minutes(10));
        EXPECT_TRUE(office.reg().resume(used).has_value());
        pass(minutes(5));
        EXPECT_FALSE(office.reg().resume(idle).has_value());
        for (int i = 0; i < 70; ++i) {
            ASSERT_TRUE(office.reg().resume(used).has_value());
            pass(minutes(10));
        }
        ASSERT_TRUE(office.reg().resume(used).has_value());
        pass(minutes(5));
        EXPECT_FALSE(office.reg().resume(used).has_value());
    }
}

TEST(Sessions, EndEarlierByAClockThatIsSetForward) {
    Office office;
    office.person("Amal", "CW");
    const auto in = must(office.reg().sign_in(pair_of("Amal", Office::password)));
    office.clock().set(minutes(15));
    EXPECT_FALSE(office.reg().resume(in.token).has_value());
    // One that began ahead of time has its own time, no less and no more, when that is mended.
    office.clock().set(ten_years);
    const auto ahead = must(office.reg().sign_in(pair_of("Amal", Office::password)));
    office.clock().set(-ten_years);
    office.clock().pass(minutes(15) - seconds(1));
    EXPECT_TRUE(office.reg().resume(ahead.token).has_value());
    office.clock().pass(minutes(15));
    EXPECT_FALSE(office.reg().resume(ahead.token).has_value());
}

TEST(Sessions, AllEndAtAStartBeforeTheirTime) {
    Office office;
    office.person("Amal", "CW");
    const auto old = must(office.reg().sign_in(pair_of("Amal", Office::password)));
    office.clock().set(minutes(1));
    const auto late = must(office.reg().sign_in(pair_of("Amal", Office::password)));
    office.close();
    office.clock().set(-seconds(30));
    office.open();
    EXPECT_FALSE(office.reg().resume(old.token).has_value());
    EXPECT_FALSE(office.reg().resume(late.token).has_value());
    const auto anew = must(office.reg().sign_in(pair_of("Amal", Office::password)));
    // What ended is forgotten, or the same would be concluded from it at each start.
    office.restart();
    EXPECT_TRUE(office.reg().resume(anew.token).has_value());
    EXPECT_EQ(office.count("SELECT count(*) FROM session"), 1);
}

TEST(Sessions, EndWithSignOutANewPasswordAndDisabling) {
    Office office;
    const auto amal = office.person("Amal", "CW");
    const auto in = [&] { return must(office.reg().sign_in(pair_of("Amal", Office::password))); };
    const auto first = in();
    must(office.reg().sign_out(first.token));
    EXPECT_FALSE(office.reg().resume(first.token).has_value());
    const auto second = in();
    casework::AccountChange change;
    change.password = "another long password";
    must(office.reg().change_account(amal, amal.account, change));
    EXPECT_FALSE(office.reg().resume(second.token).has_value());
    EXPECT_FALSE(in().session.has_value());
    const auto third = must(office.reg().sign_in(pair_of("Amal", "another long password")));
    ASSERT_TRUE(third.session.has_value());
    casework::AccountChange disable;
    disable.disabled = true;
    must(office.reg().change_account(casework::Caller::console(), amal.account, disable));
    EXPECT_FALSE(office.reg().resume(third.token).has_value());
    EXPECT_FALSE(
        must(office.reg().sign_in(pair_of("Amal", "another long password"))).session.has_value()
    );
    EXPECT_EQ(code_of(office.reg().list(amal, {"child", "", "", 10})), Code::forbidden);
}

TEST(Sessions, ThatCouldNotBeForgottenDoNotComeBackLater) {
    Office office;
    office.person("Amal", "CW");
    const auto in = must(office.reg().sign_in(pair_of("Amal", Office::password)));
    office.sql("CREATE TRIGGER full BEFORE DELETE ON session BEGIN SELECT RAISE(ABORT, 'full'); END"
    );
    EXPECT_FALSE(office.reg().sign_out(in.token).has_value());
    EXPECT_FALSE(office.reg().resume(in.token).has_value());
    must(office.reg().recheck(1));
    must(office.main().scrub());
    EXPECT_EQ(office.count("SELECT count(*) FROM session"), 1);
    office.sql("DROP TRIGGER full");
    must(office.reg().recheck(1));
    must(office.main().scrub());
    EXPECT_EQ(office.count("SELECT count(*) FROM session"), 0);
    office.restart();
    EXPECT_FALSE(office.reg().resume(in.token).has_value());
}

TEST(Sessions, HaveALimitForEachAccount) {
    casework::Options options;
    options.sessions_per_account_max = 2;
    Office office(options);
    office.person("Amal", "CW");
    std::vector<std::string> tokens;
    for (int i = 0; i < 3; ++i) {
        tokens.push_back(must(office.reg().sign_in(pair_of("Amal", Office::password))).token);
        office.clock().pass(seconds(1));
    }
    EXPECT_FALSE(office.reg().resume(tokens[0]).has_value());
    EXPECT_TRUE(office.reg().resume(tokens[1]).has_value());
    EXPECT_TRUE(office.reg().resume(tokens[2]).has_value());
    EXPECT_EQ(office.count("SELECT count(*) FROM session"), 2);
}

TEST(Guessing, IsStoppedButNeverLocksTheOwnerOut) {
    Office office;
    office.person("Amal", "CW");
    ASSERT_TRUE(must(office.reg().sign_in(pair_of("Amal", Office::password, "10.0.0.7"))).session);
    for (std::size_t i = 0; i < office.reg().options().guesses_max; ++i) {
        const auto wrong = must(office.reg().sign_in(pair_of("Amal", "guess", "6.6.6.6")));
        EXPECT_EQ(wrong.retry_after, seconds(0));
    }
    // Even the right password does not help a source that has never succeeded.
    const auto refused = must(office.reg().sign_in(pair_of("Amal", Office::password, "6.6.6.6")));
    EXPECT_FALSE(refused.session.has_value());
    EXPECT_GT(refused.retry_after, minutes(59));
    EXPECT_TRUE(must(office.reg().sign_in(pair_of("Amal", Office::password, "10.0.0.7"))).session);
    office.restart();
    EXPECT_GT(
        must(office.reg().sign_in(pair_of("Amal", "guess", "6.6.6.6"))).retry_after, seconds(0)
    );
    office.clock().pass(hours(1));
    EXPECT_TRUE(must(office.reg().sign_in(pair_of("Amal", Office::password, "6.6.6.6"))).session);
}

TEST(Guessing, HasItsHourWhateverTheClockSays) {
    Office office;
    office.person("Amal", "CW");
    const auto guess = [&] {
        return must(office.reg().sign_in(pair_of("Amal", "guess", "6.6.6.6"))).retry_after;
    };
    for (std::size_t i = 0; i < office.reg().options().guesses_max; ++i) {
        EXPECT_EQ(guess(), seconds(0));
    }
    for (const seconds moved : {seconds(ten_years), seconds(-ten_years), seconds(-ten_years)}) {
        office.clock().set(moved);
        EXPECT_GT(guess(), minutes(59));
        EXPECT_LE(guess(), seconds(hours(1)) + seconds(1));
    }
    // Behind what was stored: an hour from the start, and not until the clock has caught up.
    office.restart();
    EXPECT_GT(guess(), minutes(59));
    office.clock().pass(hours(1) + seconds(1));
    EXPECT_EQ(guess(), seconds(0));
}

TEST(Guessing, AKnownDeviceIsLetInFromAnywhereAndHasALimitToo) {
    Office office;
    office.person("Amal", "CW");
    const auto in = must(office.reg().sign_in(pair_of("Amal", Office::password, "10.0.0.7")));
    for (std::size_t i = 0; i < 10; ++i) {
        must(office.reg().sign_in(pair_of("Amal", "guess", "6.6.6.6")));
    }
    auto mobile = pair_of("Amal", Office::password, "10.9.9.9");
    mobile.device = in.device;
    EXPECT_TRUE(must(office.reg().sign_in(mobile)).session.has_value());
    mobile.remote = "10.9.9.10";
    mobile.password = "guess";
    for (std::size_t i = 0; i < 10; ++i) {
        EXPECT_EQ(must(office.reg().sign_in(mobile)).retry_after, seconds(0));
    }
    EXPECT_GT(must(office.reg().sign_in(mobile)).retry_after, seconds(0));
}

// One password tried on everybody: ten tries for each name would let it go on for ever.
TEST(Guessing, OfManyNamesIsStoppedForTheNetworkAndForNobodyElse) {
    casework::Options options;
    options.strange_guesses_max = 5;
    Office office(options);
    office.person("Amal", "CW");
    office.person("Badr", "CW");
    const auto sign_in = [&](const char* name, const char* password, const char* network) {
        auto pair = pair_of(name, password, network);
        pair.network = network;
        return must(office.reg().sign_in(pair));
    };
    ASSERT_TRUE(sign_in("Amal", Office::password, "10.0.0.7").session);
    // A right one takes no place.
    ASSERT_TRUE(sign_in("Badr", Office::password, "6.6.6.6").session);
    for (const char* name : {"Nobody", "Amal", "Somebody", "Amal", "Anybody"}) {
        EXPECT_EQ(sign_in(name, "Spring2026", "6.6.6.6").retry_after, seconds(0)) << name;
    }
    for (const char* name : {"Amal", "Nobody", "Nobody2"}) {
        EXPECT_GT(sign_in(name, Office::password, "6.6.6.6").retry_after, minutes(59)) << name;
    }
    // Who was there before, is elsewhere or has a device that is known gets in.
    EXPECT_TRUE(sign_in("Badr", Office::password, "6.6.6.6").session);
    EXPECT_TRUE(sign_in("Amal", Office::password, "10.0.0.7").session);
    EXPECT_TRUE(sign_in("Amal", Office::password, "10.0.0.8").session);
    // And what was refused has used up nobody's ten: two were taken above.
    for (int i = 0; i < 8; ++i) {
        EXPECT_EQ(sign_in("Amal", "guess", i < 5 ? "7.7.7.7" : "8.8.8.8").retry_after, seconds(0));
    }
    EXPECT_GT(sign_in("Amal", "guess", "8.8.8.8").retry_after, minutes(59));
    office.clock().pass(hours(1));
    EXPECT_EQ(sign_in("Nobody", "Spring2026", "6.6.6.6").retry_after, seconds(0));
}

TEST(Guessing, NamesThatDoNotExistAreTreatedAlike) {
    Office office;
    for (std::size_t i = 0; i < 10; ++i) {
        EXPECT_EQ(must(office.reg().sign_in(pair_of("Nobody", "guess"))).retry_after, seconds(0));
    }
    EXPECT_GT(must(office.reg().sign_in(pair_of("Nobody", "guess"))).retry_after, seconds(0));
}

TEST(Guesses, TakeAndGiveBackWithinTheWindow) {
    casework::Guesses guesses(2, seconds(10), 3);
    const auto key = [](int n) {
        crypto::Hash hash;
        hash.bytes[0] = static_cast<std::byte>(n);
        return hash;
    };
    const Instant start{1'000 * us_per_second};
    EXPECT_FALSE(guesses.take(key(1), start));
    EXPECT_FALSE(guesses.take(key(1), start));
    EXPECT_TRUE(guesses.take(key(1), start));
    guesses.give_back(key(1), start);
    EXPECT_FALSE(guesses.take(key(1), start));
    EXPECT_FALSE(guesses.take(key(1), Instant{start.us + 10 * us_per_second}));
    // Full: what is over goes first, then the longest forgotten; the limit holds.
    const Instant later{start.us + 60 * us_per_second};
    for (int i = 2; i < 6; ++i) EXPECT_FALSE(guesses.take(key(i), Instant{later.us + i}));
    EXPECT_TRUE(guesses.kept(key(2)).empty());
    EXPECT_EQ(guesses.kept(key(5)).size(), 1U);
}

TEST(Accounts, AreCheckedAndNamedOnce) {
    Office office;
    const auto console = casework::Caller::console();
    casework::NewAccount account;
    account.name = "Amal";
    account.roles = {"CW"};
    const auto with = [&](const std::string& password) {
        account.password = password;
        return office.reg().create_account(console, account);
    };
    EXPECT_EQ(code_of(with(std::string(casework::password_chars_min - 1, 'a'))), Code::invalid);
    EXPECT_EQ(code_of(with(std::string(crypto::password_size_max + 1, 'a'))), Code::too_large);
    // Twelve characters, whatever their bytes.
    EXPECT_TRUE(with("ممممممممممممم").has_value());
    EXPECT_EQ(code_of(with("another password")), Code::conflict);
    account.name = "amal ";
    EXPECT_EQ(code_of(with("another password")), Code::conflict);
    account.name = "Basil";
    account.roles = {"CW", "JUD"};
    const auto both = with("another password");
    ASSERT_FALSE(both.has_value());
    EXPECT_EQ(both.error().pointer, "/roles/0");
    account.roles = {"JUD", "CW"};
    EXPECT_EQ(code_of(with("another password")), Code::invalid);
    account.roles = {"PRIEST"};
    EXPECT_EQ(code_of(with("another password")), Code::invalid);
    account.roles = {};
    EXPECT_EQ(code_of(with("another password")), Code::invalid);
    account.roles = {"CW", "LAW"};
    EXPECT_TRUE(with("another password").has_value());
}

TEST(Accounts, AreKeptByThoseWhoMay) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const auto keeper = office.person("Adam", "ADM");
    casework::NewAccount account;
    account.id = make_id();
    account.name = "Basil";
    account.password = "a long password";
    account.roles = {"CW"};
    EXPECT_EQ(code_of(office.reg().create_account(worker, account)), Code::forbidden);
    EXPECT_EQ(code_of(office.reg().accounts(worker)), Code::forbidden);
    EXPECT_TRUE(office.reg().create_account(keeper, account).has_value());
    EXPECT_EQ(must(office.reg().create_account(keeper, account)).id, *account.id);
    EXPECT_EQ(must(office.reg().accounts(keeper)).size(), 3U);
    casework::AccountChange change;
    change.team = "south";
    EXPECT_EQ(
        code_of(office.reg().change_account(worker, worker.account, change)), Code::forbidden
    );
    change.password = "a long password";
    EXPECT_EQ(
        code_of(office.reg().change_account(worker, worker.account, change)), Code::forbidden
    );
    EXPECT_EQ(must(office.reg().change_account(keeper, worker.account, change)).team, "south");
    office.restart();
    EXPECT_EQ(must(office.reg().colleagues(worker)).size(), 2U);  // of the agency "care"
}

}  // namespace
}  // namespace homeward::test
