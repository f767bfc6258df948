#include "unit/casework/every_answer.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

namespace homeward::test {
namespace {

constexpr int nobody_there = 4;

/// What somebody wrote down: who must not be told, and between which minutes from the beginning
/// on. No end: for good; no start: from when it was written.
struct Said {
    int whom = 0;  ///< Amal, her agency, Basil, his agency, nobody who is there
    int from = -1;
    int until = -1;
    int wait = 0;  ///< minutes that pass afterwards
};

/// An office with two caseworkers of two agencies, and a third who writes everything down and is
/// never named.
struct Town {
    Office office;
    casework::Caller writer = office.person("Wafa", "CW", false, "a", "Office");
    casework::Caller amal = office.person("Amal", "CW", true, "a", "Care");
    casework::Caller basil = office.person("Basil", "CW", true, "a", "Police Unit");
    Id record = make_id();

    void say(const Id& ref, const Said& said, Instant began) {
        const std::string whom[] = {
            R"("account": ")" + to_text(amal.account) + '"',
            R"("agency": " CARE ")",
            R"("account": "basil")",
            R"("agency": "police  unit")",
            R"("agency": "Police", "account": "Nobody")"};
        const auto at = [&](const char* name, int minutes) {
            if (minutes < 0) return std::string();
            const Instant then{began.us + minutes * 60 * us_per_second};
            return std::string(", \"") + name + "\": \"" + to_text(then) + '"';
        };
        const std::string data =
            "{" + whom[said.whom] + at("from", said.from) + at("until", said.until) + "}";
        must(office.reg().add(writer, ref, Office::record("withholding", data)));
    }
};

/// The same question answered from what was said, minute by minute.
bool is_barred(const std::vector<Said>& all, bool is_amal, int now) {
    return std::any_of(all.begin(), all.end(), [&](const Said& said) {
        if (said.whom == nobody_there || (said.whom < 2) != is_amal) return false;
        return said.from <= now && (said.until < 0 || now < said.until);
    });
}

void look(Town& town, const Id& ref, const std::vector<Said>& said, int now) {
    for (const bool is_amal : {true, false}) {
        const auto& who = is_amal ? town.amal : town.basil;
        const auto answers = every_answer(town.office, who, ref, town.record);
        const auto absent = every_answer(town.office, who, make_id(), town.record);
        const bool barred = is_barred(said, is_amal, now);
        RC_ASSERT((answers == absent) == barred);
        const auto counted = count_all(town.office, who);
        RC_ASSERT(counted.listed == (barred ? 0U : 1U));
        RC_ASSERT(counted.exported == counted.listed);
        RC_ASSERT((counted.work == 0) == barred);
    }
}

rc::Gen<Said> sayings() {
    return rc::gen::map(
        rc::gen::tuple(
            rc::gen::inRange(0, nobody_there + 1),
            rc::gen::inRange(-1, 8),
            rc::gen::inRange(-1, 10),
            rc::gen::inRange(0, 4)
        ),
        [](const std::tuple<int, int, int, int>& from) {
            return Said{std::get<0>(from), std::get<1>(from), std::get<2>(from), std::get<3>(from)};
        }
    );
}

void run(Town& town) {
    const Instant began = town.office.clock().now();
    const Id ref = town.office.child(town.writer);
    town.office.assign(town.writer, ref, town.amal);
    town.office.assign(town.writer, ref, town.basil);
    std::vector<Said> said;
    int now = 0;
    for (Said one : *rc::gen::resize(6, rc::gen::container<std::vector<Said>>(sayings()))) {
        town.say(ref, one, began);
        if (one.from < 0) one.from = now;
        said.push_back(one);
        now += one.wait;
        town.office.clock().pass(std::chrono::minutes(one.wait));
    }
    look(town, ref, said, now);
    // For good, so that the lists are empty when the next file is opened.
    for (const int whom : {1, 3}) {
        town.say(ref, {whom, -1, -1, 0}, began);
        said.push_back({whom, now, -1, 0});
    }
    look(town, ref, said, now);
}

TEST(Bars, AnswerAsIfThereWereNoSuchDossierExactlyWhileTheyHold) {
    Town town;
    EXPECT_TRUE(rc::check("bars answer like absence", [&] { run(town); }));
}

}  // namespace
}  // namespace homeward::test
