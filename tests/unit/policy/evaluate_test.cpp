#include "unit/policy/judge.hpp"

namespace homeward::policy {
namespace {

using tiny::at;
using tiny::id;

tiny::File held(std::string_view more = "") {
    return tiny::File().add(
        1,
        "custody",
        fmt::format(R"({{"authority":"police","started":"2026-03-01T00:00:00Z"{}}})", more)
    );
}

TEST(EventInTime, GoesThroughItsOutcomes) {
    const auto file = held();
    EXPECT_EQ(file.outcome("JE-01", 1, "2026-02-28T00:00:00Z"), "not_applicable");
    EXPECT_EQ(file.outcome("JE-01", 1, "2026-03-01T11:59:59Z"), "running");
    EXPECT_EQ(file.outcome("JE-01", 1, "2026-03-01T12:00:00Z"), "running 50");
    EXPECT_EQ(file.outcome("JE-01", 1, "2026-03-01T18:00:00Z"), "running 75");
    EXPECT_EQ(file.outcome("JE-01", 1, "2026-03-01T21:36:00Z"), "running 90");
    EXPECT_EQ(file.outcome("JE-01", 1, "2026-03-01T23:59:59Z"), "running 90");
    EXPECT_EQ(file.outcome("JE-01", 1, "2026-03-02T00:00:00Z"), "breached");
}

TEST(EventInTime, CountsAnEventThatHasHappened) {
    const auto judge = [](const char* when, const char* now = "2026-03-05T00:00:00Z") {
        return held(fmt::format(R"(,"first_judge":{})", when)).outcome("JE-01", 1, now);
    };
    EXPECT_EQ(judge(R"("2026-03-01T20:00:00Z")"), "met");
    EXPECT_EQ(judge(R"("2026-03-02T00:00:00Z")"), "met");
    EXPECT_EQ(judge(R"("2026-03-02T00:00:01Z")"), "breached");
    // A day that holds the due time cannot decide; the day before can.
    EXPECT_EQ(judge(R"("2026-03-02")"), "unknown");
    EXPECT_EQ(judge(R"("2026-03-03")"), "breached");
    EXPECT_EQ(judge(R"({"unknown":"not_known"})"), "unknown custody.first_judge?");
    // What lies later than now has not happened.
    EXPECT_EQ(judge(R"("2026-03-01T20:00:00Z")", "2026-03-01T10:00:00Z"), "running");
    EXPECT_EQ(judge(R"("2026-03-09T00:00:00Z")", "2026-03-02T10:00:00Z"), "breached");
}

TEST(EventInTime, NeedsAStart) {
    const auto file = tiny::File().add(1, "custody", R"({"authority":"police"})");
    EXPECT_EQ(file.outcome("JE-01", 1, "2026-03-05T00:00:00Z"), "unknown custody.started");
}

TEST(Condition, SilenceIsNotCompliance) {
    const auto judge = [](const char* data) {
        return tiny::File()
            .add(1, "registration", data)
            .outcome("JB-04", 0, "2026-03-02T00:00:00Z");
    };
    EXPECT_EQ(judge(R"({"lawyer":"yes"})"), "met");
    EXPECT_EQ(judge(R"({"lawyer":"no"})"), "breached");
    EXPECT_EQ(judge(R"({"lawyer":"unknown"})"), "unknown registration.lawyer?");
    EXPECT_EQ(judge(R"({"lawyer":{"unknown":"refused"}})"), "unknown registration.lawyer?");
    EXPECT_EQ(judge("{}"), "unknown registration.lawyer");
    EXPECT_EQ(held().outcome("JB-04", 0, "2026-03-02T00:00:00Z"), "unknown registration.lawyer");
    EXPECT_TRUE(tiny::File().judge("2026-03-02T00:00:00Z").findings.empty());
}

TEST(Condition, DoubtAboutAgeCountsForTheChild) {
    const auto judge = [](const char* birth, const char* authority) {
        return tiny::File()
            .add(2, "registration", birth)
            .add(1, "custody", authority)
            .outcome("JC-06", 1, "2026-03-05T00:00:00Z");
    };
    const auto* army = R"({"authority":"army"})";
    EXPECT_EQ(judge(R"({"birth":{"born":"2010"}})", army), "breached");
    EXPECT_EQ(judge(R"({"birth":{"born":"2010"}})", R"({"authority":"police"})"), "met");
    EXPECT_EQ(judge(R"({"birth":{"born":"2007"}})", army), "not_applicable");
    // Born between 2007 and 2009: may be seventeen.
    EXPECT_EQ(judge(R"({"birth":{"born":"2007/2009"}})", army), "breached");
    EXPECT_EQ(judge(R"({"birth":{"low":17,"high":20,"at":"2026-03-04"}})", army), "breached");
    EXPECT_EQ(judge(R"({"birth":{"low":18,"high":20,"at":"2026-03-04"}})", army), "not_applicable");
    EXPECT_EQ(judge("{}", army), "unknown registration.birth");
    EXPECT_EQ(judge(R"({"birth":{"born":"2010"}})", "{}"), "unknown custody.authority");
}

TEST(Condition, WithAClockRunsAndBlocks) {
    const auto file = held();
    const auto projection = file.judge("2026-03-02T00:00:00Z");
    const auto& pack = file.pack();
    for (const auto& finding : projection.findings) {
        if (pack.safeguards()[finding.safeguard].id != "JE-03") continue;
        EXPECT_EQ(finding.outcome, Outcome::running);
        EXPECT_TRUE(finding.must_come_first);
        // Six calendar months, at the same time of the pack's day.
        EXPECT_EQ(finding.due, at("2026-09-01T00:00:00Z"));
    }
    EXPECT_EQ(file.outcome("JE-03", 1, "2026-09-01T00:00:00Z"), "breached");
    EXPECT_EQ(
        held(R"(,"ended":{"unknown":"not_known"})").outcome("JE-03", 1, "2026-10-01T00:00:00Z"),
        "unknown custody.ended?"
    );
    const auto blocks = [&](std::string_view act) {
        return blocking(pack, projection, *pack.find_act(act)).size();
    };
    EXPECT_EQ(blocks("close_file"), 1U);   // runs, and must come first
    EXPECT_EQ(blocks("file_charge"), 2U);  // no judge in time, and nobody knows of a lawyer
}

TEST(Clock, MonthsAreCutToTheEndOfTheMonth) {
    const auto due = [](const char* started) {
        const auto file =
            tiny::File().add(1, "custody", fmt::format(R"({{"started":"{}"}})", started));
        for (const auto& finding : file.judge("2026-03-01T00:00:00Z").findings)
            if (file.pack().safeguards()[finding.safeguard].id == "JE-03")
                return to_text(*finding.due);
        return std::string();
    };
    EXPECT_EQ(due("2025-08-31T12:00:00+01:00"), "2026-02-28T11:00:00Z");
    EXPECT_EQ(due("2023-08-31T12:00:00+01:00"), "2024-02-29T11:00:00Z");
    EXPECT_EQ(due("2026-02-28T12:00:00+01:00"), "2026-08-28T11:00:00Z");
    // A bare day starts at its first moment in the pack's zone.
    EXPECT_EQ(due("2026-01-15"), "2026-07-14T23:00:00Z");
}

TEST(Clock, BeforeCountsBackwards) {
    const auto judge = [](const char* told, const char* now) {
        return tiny::File()
            .add(
                1,
                "custody",
                fmt::format(R"({{"exam":"2026-03-10T00:00:00Z"{}}})", told),
                "2026-03-04T00:00:00Z"
            )
            .outcome("JA-08", 1, now);
    };
    EXPECT_EQ(judge("", "2026-03-04T12:00:00Z"), "running");
    EXPECT_EQ(judge("", "2026-03-06T00:00:00Z"), "running 50");
    EXPECT_EQ(judge("", "2026-03-08T00:00:00Z"), "breached");
    EXPECT_EQ(judge(R"(,"told":"2026-03-07T00:00:00Z")", "2026-03-08T00:00:00Z"), "met");
    EXPECT_EQ(judge(R"(,"told":"2026-03-09T00:00:00Z")", "2026-03-09T00:00:00Z"), "breached");
}

std::string reviews(std::initializer_list<const char*> times, const char* more = "") {
    std::string list;
    for (const auto* time : times)
        list += fmt::format(R"({}{{"held":"{}"}})", list.empty() ? "" : ",", time);
    return fmt::format(R"(,"reviews":[{}]{})", list, more);
}

TEST(Intervals, NoGapMayBeTooLong) {
    const auto judge = [](const std::string& more, const char* now) {
        return held(more).outcome("JE-02", 1, now);
    };
    EXPECT_EQ(judge("", "2026-03-01T06:00:00Z"), "running");
    EXPECT_EQ(judge("", "2026-03-02T01:00:00Z"), "breached");
    const auto twice = reviews({"2026-03-01T20:00:00Z", "2026-03-02T18:00:00Z"});
    EXPECT_EQ(judge(twice, "2026-03-03T06:00:00Z"), "running 50");
    EXPECT_EQ(judge(twice, "2026-03-03T18:00:00Z"), "breached");
    const auto late = reviews({"2026-03-01T20:00:00Z", "2026-03-03T18:00:00Z"});
    EXPECT_EQ(judge(late, "2026-03-03T19:00:00Z"), "breached");
    const auto ended = reviews({"2026-03-01T20:00:00Z"}, R"(,"ended":"2026-03-02T10:00:00Z")");
    EXPECT_EQ(judge(ended, "2026-05-01T00:00:00Z"), "met");
    EXPECT_EQ(judge(R"(,"ended":"2026-03-04T10:00:00Z")", "2026-05-01T00:00:00Z"), "breached");
    EXPECT_EQ(judge(reviews({"2026-03-02"}), "2026-03-02T12:00:00Z"), "unknown");
    EXPECT_EQ(
        judge(R"(,"reviews":{"unknown":"not_known"})", "2026-03-02T12:00:00Z"),
        "unknown custody.reviews?"
    );
}

TEST(Intervals, SayWhenTheFirstGapBeganAndWhatIsNext) {
    const auto file = held(reviews({"2026-03-03T00:00:00Z"}));
    for (const auto& finding : file.judge("2026-03-03T12:00:00Z").findings) {
        if (file.pack().safeguards()[finding.safeguard].id != "JE-02") continue;
        EXPECT_EQ(finding.start, at("2026-03-01T00:00:00Z"));
        EXPECT_EQ(finding.since, at("2026-03-02T00:00:00Z"));
        EXPECT_EQ(finding.next_due, at("2026-03-04T00:00:00Z"));
    }
}

std::string judge_spell(const char* first, const char* second) {
    return tiny::File()
        .add(1, "custody", first)
        .add(2, "custody", second)
        .outcome("JE-01", 2, "2026-03-05T06:00:00Z");
}

TEST(Spell, ATransferDoesNotResetTheClock) {
    const auto* one = R"({"started":"2026-03-01T00:00:00Z","ended":"2026-03-03T00:00:00Z"})";
    EXPECT_EQ(judge_spell(one, R"({"started":"2026-03-05T00:00:00Z"})"), "running");
    // Within a day of the end, named as the one before, or for the same offence: the same spell.
    EXPECT_EQ(judge_spell(one, R"({"started":"2026-03-04T00:00:00Z"})"), "breached");
    EXPECT_EQ(
        judge_spell(one, R"({"started":"2026-03-05T00:00:00Z",
        "transferred_from":"10000000-0000-0000-0000-000000000001"})"),
        "breached"
    );
    EXPECT_EQ(
        judge_spell(
            R"({"started":"2026-03-01","ended":"2026-03-02","offence":"12"})",
            R"({"started":"2026-03-05T00:00:00Z","offence":"12"})"
        ),
        "breached"
    );
    // An episode without an end lasts on.
    EXPECT_EQ(
        judge_spell(R"({"started":"2026-02-01"})", R"({"started":"2026-03-05T00:00:00Z"})"),
        "breached"
    );
}

TEST(Spell, AnUnknownStartUsesTheEarliestSupportedTime) {
    const auto file = tiny::File()
                          .add(1, "contact", R"({"at":"2026-03-01T00:00:00Z"})")
                          .add(2, "custody", R"({"started":{"unknown":"not_known"}})");
    EXPECT_EQ(file.outcome("JE-01", 2, "2026-03-01T13:00:00Z"), "running 50");
    EXPECT_EQ(file.outcome("JE-01", 2, "2026-03-02T13:00:00Z"), "breached");
}

TEST(Projection, HasALabelForEachReader) {
    auto layer = tiny::layer();
    const auto with = [&](int labels) {
        std::string named;
        for (int i = 0; i < labels - 1; ++i) named += "{kind: registration, field: sex}, ";
        auto text = tiny::read_file(tiny::folder() / "dossiers/child/dossier.yaml");
        const std::string one = "{kind: registration, field: pseudonym}";
        text.replace(text.find(one), one.size(), "[" + named + one + "]");
        tiny::put(layer, "dossiers/child/dossier.yaml", text);
        return tiny::load({layer});
    };
    const auto loaded = with(2);
    ASSERT_TRUE(loaded.pack);
    DossierBuilder builder(loaded.pack, *loaded.pack->find_dossier_type("child"));
    const auto* kind = loaded.pack->find_kind("registration");
    builder.add(tiny::id(1), *kind, tiny::data(R"({"sex": "f"})"), at("2026-03-01T00:00:00Z"), "a");
    builder.add(
        tiny::id(2), *kind, tiny::data(R"({"pseudonym": "Cedar"})"), at("2026-03-01T00:00:00Z"), "a"
    );
    Scratch scratch;
    auto dossier = builder.build();
    const auto projection = evaluate(*loaded.pack, dossier, at("2026-03-02T00:00:00Z"), scratch);
    EXPECT_EQ(projection.labels, (std::vector<std::string>{"f", "Cedar"}));
    EXPECT_TRUE(with(static_cast<int>(labels_max)).pack);
    const auto refused = with(static_cast<int>(labels_max) + 1);
    ASSERT_EQ(refused.errors.size(), 1U);
    EXPECT_EQ(refused.errors[0].what, "'label' has at most 8 fields");
}

TEST(Projection, HoldsWhatElseFollows) {
    const auto file =
        tiny::File()
            .add(1, "registration", R"({"names":[{"parts":[{"kind":"given","text":"Amal"},
                {"kind":"family","text":"H"}]}],"sex":"f","birth":{"born":"2010-05"}})")
            .add(2, "custody", R"({"started":"2026-03-02","ended":"2026-03-01","adults":"yes",
                "reviews":[{}]})")
            .add(
                3, "assignment", R"({"account":"amina","role":"CW","from":"2026-03-01T00:00:00Z"})"
            )
            .add(4, "permission", R"({"account":"leila","role":"LAW","categories":["D16"],
                "from":"2026-03-01T00:00:00Z","until":"2026-03-09T00:00:00Z"})")
            .add(5, "permission", R"({"account":"leila","role":"LAW","categories":["D01"]})");
    const auto projection = file.judge("2026-03-04T00:00:00Z");
    const auto& pack = file.pack();
    const auto paths = [&](const std::vector<Gap>& gaps) {
        std::string out;
        for (const auto& gap : gaps) out += std::string(pack.path(gap.path)) + " ";
        return out;
    };
    EXPECT_EQ(projection.labels, std::vector<std::string>{""});
    EXPECT_EQ(projection.names, std::vector<std::string>{"Amal H"});
    ASSERT_EQ(projection.keys.size(), 1U);
    EXPECT_EQ(projection.keys[0].text, "f");
    EXPECT_EQ(
        paths(projection.incomplete),
        "registration.pseudonym custody.authority custody.adults_reason custody.reviews.held "
    );
    EXPECT_EQ(paths(projection.contradictions), "custody.ended ");
    ASSERT_EQ(projection.members.size(), 1U);
    EXPECT_TRUE(projection.members[0].live(at("2026-03-04T00:00:00Z")));
    EXPECT_FALSE(projection.members[0].live(at("2026-02-04T00:00:00Z")));
    ASSERT_EQ(projection.permissions.size(), 2U);
    EXPECT_TRUE(projection.permissions[0].live(at("2026-03-04T00:00:00Z")));
    EXPECT_FALSE(projection.permissions[0].live(at("2026-03-10T00:00:00Z")));
    EXPECT_FALSE(projection.permissions[1].live(at("2026-03-04T00:00:00Z")));  // without an end
}

TEST(Projection, DoubtNeverShortensABar) {
    const auto file =
        tiny::File()
            .add(1, "withholding", R"({"account":"leila","since":"2026-03-02",
                "until":"2026-03-05"})")
            .add(2, "withholding", R"({"agency":" Police ","since":{"unknown":"not_known"},
                "until":{"unknown":"not_known"}})")
            .add(3, "withholding", R"({"account":"leila","agency":"Police"})")
            .add(4, "withholding", R"({"since":"2026-03-02T00:00:00Z"})")
            .add(5, "withholding", R"({"account":"","agency":{"unknown":"refused"}})");
    const auto projection = file.judge("2026-03-04T00:00:00Z");
    ASSERT_EQ(projection.bars.size(), 3U);  // two name nobody
    const auto& days = projection.bars[0];
    EXPECT_EQ(days.account, "leila");
    EXPECT_EQ(days.agency, "");
    EXPECT_FALSE(days.live(at("2026-03-01T22:59:59Z")));  // the days are those of the pack
    EXPECT_TRUE(days.live(at("2026-03-01T23:00:00Z")));
    EXPECT_TRUE(days.live(at("2026-03-05T22:59:59Z")));
    EXPECT_FALSE(days.live(at("2026-03-05T23:00:00Z")));
    EXPECT_EQ(projection.bars[1].agency, " Police ");
    for (const auto* unsaid : {&projection.bars[1], &projection.bars[2]}) {
        EXPECT_EQ(unsaid->from, at("2026-03-02T00:00:00Z"));
        EXPECT_FALSE(unsaid->until.has_value());
        EXPECT_TRUE(unsaid->live(at("2126-03-04T00:00:00Z")));
    }
    EXPECT_EQ(projection.bars[2].account, "leila");
    EXPECT_EQ(projection.bars[2].agency, "Police");
}

TEST(Projection, RechecksWhenAClockTurnsOrABirthdayComes) {
    const auto recheck = [](const tiny::File& file, const char* now) {
        const auto when = file.judge(now).recheck_at;
        return when ? to_text(*when) : std::string();
    };
    EXPECT_EQ(recheck(held(), "2026-03-01T01:00:00Z"), "2026-03-01T12:00:00Z");
    EXPECT_EQ(recheck(held(), "2026-03-01T12:00:00Z"), "2026-03-01T18:00:00Z");
    EXPECT_EQ(recheck(held(), "2026-03-01T23:00:00Z"), "2026-03-02T00:00:00Z");
    const auto child = tiny::File().add(1, "registration", R"({"birth":{"born":"2010-05-06"}})");
    EXPECT_EQ(recheck(child, "2026-03-01T01:00:00Z"), "2026-05-05T23:00:00Z");
}

TEST(Projection, IsStoredAndTakenBack) {
    const auto file =
        held(reviews({"2026-03-02"}))
            .add(2, "registration", R"({"birth":{"born":"2010"},"sex":"f","lawyer":"unknown"})")
            .add(3, "assignment", R"({"account":"amina","role":"CW"})")
            .add(4, "permission", R"({"account":"l","categories":["D16"],"until":"2027"})")
            .add(5, "withholding", R"({"account":"l","agency":"Ligue","until":"2027"})")
            .add(6, "withholding", R"({"agency":"Police","since":"2026-03"})");
    const auto projection = file.judge("2026-03-04T00:00:00Z");
    const auto bytes = encode(file.pack(), projection);
    const auto back = decode(file.pack(), bytes);
    ASSERT_TRUE(back) << back.error().text;
    EXPECT_EQ(*back, projection);
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(decode(file.pack(), BytesView(bytes).first(size))) << size;
    auto layer = tiny::layer();
    tiny::put(layer, "text/fr.yaml", "ui.x: Y\n");
    const auto other = tiny::load({layer});
    EXPECT_EQ(decode(*other.pack, bytes).error().code, homeward::Code::conflict);
}

TEST(Projection, DoesNotDependOnTheOrderOfAnswers) {
    const json::object form = tiny::data(R"({"authority":"police","started":"2026-03-02",
        "ended":"2026-03-01","gone":1,"first_judge":null,"adults":"yes","rights":["police"],
        "reviews":[{"held":"2026-03-01T00:00:00Z","outcome":"stays"},{"outcome":"goes"}]})");
    json::object backwards;
    for (auto member = form.end(); member != form.begin();) {
        --member;
        backwards[member->key()] = member->value();
    }
    for (auto& review : backwards.at("reviews").as_array()) {
        json::object& object = review.as_object();
        const json::value outcome = object.at("outcome");
        object.erase("outcome");
        json::object turned{{"outcome", outcome}};
        turned.insert(object.begin(), object.end());
        object = turned;
    }
    const auto judge = [](const json::object& data) {
        return tiny::File().add(1, "custody", json::serialize(data)).judge("2026-03-04T00:00:00Z");
    };
    const Projection wanted = judge(form);
    EXPECT_FALSE(wanted.incomplete.empty());
    EXPECT_FALSE(wanted.contradictions.empty());
    json::object turned = backwards;
    for (std::size_t i = 0; i < form.size(); ++i) {
        EXPECT_EQ(judge(turned), wanted) << json::serialize(turned);
        const json::object::value_type first = *turned.begin();
        turned.erase(first.key());
        turned.insert(first);
    }
}

TEST(Projection, DataThatNoLongerFitsIsUnknown) {
    const auto file = tiny::File()
                          .add(2, "registration", R"({"birth":{"born":"2010"}})")
                          .add(1, "custody", R"({"authority":"navy","started":17,"reviews":"x"})");
    EXPECT_EQ(file.outcome("JC-06", 1, "2026-03-05T00:00:00Z"), "unknown custody.authority?");
    EXPECT_EQ(file.outcome("JE-01", 1, "2026-03-05T00:00:00Z"), "unknown custody.started");
}

}  // namespace
}  // namespace homeward::policy
