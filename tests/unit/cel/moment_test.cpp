#include "world.hpp"

namespace homeward::cel {
namespace {

constexpr const char* unsure = "unknown(a more exact time)";

TEST(Moment, ComparesWhereItIsCertain) {
    World w;
    w.slots[w.started] = w.within(10, 20);
    w.slots[w.ended] = w.within(30, 40);
    EXPECT_EQ(w.run("this.started < this.ended"), "true");
    EXPECT_EQ(w.run("this.started <= this.ended"), "true");
    EXPECT_EQ(w.run("this.started > this.ended"), "false");
    EXPECT_EQ(w.run("this.started >= this.ended"), "false");
    EXPECT_EQ(w.run("this.started == this.ended"), "false");
    EXPECT_EQ(w.run("this.started != this.ended"), "true");
}

TEST(Moment, IsUnsureWhereRangesOverlap) {
    World w;
    w.slots[w.started] = w.within(10, 30);
    w.slots[w.ended] = w.within(20, 40);
    for (const char* sign : {"<", "<=", ">", ">=", "==", "!="})
        EXPECT_EQ(w.run("this.started " + std::string(sign) + " this.ended"), unsure) << sign;
    EXPECT_EQ(w.run("this.started == this.started"), unsure);
    EXPECT_EQ(w.run("this.started in [this.ended]"), unsure);
}

TEST(Moment, KnowsWhatTouchingRangesAllow) {
    World w;
    w.slots[w.started] = w.within(10, 20);
    w.slots[w.ended] = w.within(20, 30);
    EXPECT_EQ(w.run("this.started <= this.ended"), "true");
    EXPECT_EQ(w.run("this.started > this.ended"), "false");
    EXPECT_EQ(w.run("this.started < this.ended"), unsure);
    EXPECT_EQ(w.run("this.started >= this.ended"), unsure);
    EXPECT_EQ(w.run("this.ended >= this.started"), "true");
    EXPECT_EQ(w.run("this.ended < this.started"), "false");
    EXPECT_EQ(w.run("this.ended > this.started"), unsure);
}

TEST(Moment, PreciseOnesCompareLikeTimestamps) {
    World w;
    w.slots[w.started] = w.on(0);
    EXPECT_EQ(w.run("this.started == timestamp('1970-01-01T00:00:00Z')"), "true");
    EXPECT_EQ(w.run("timestamp(1) > this.started"), "true");
    EXPECT_EQ(w.run("this.started < timestamp(0)"), "false");
    EXPECT_EQ(w.run("this.started + days(1) == moment(timestamp(86400))"), "true");
}

TEST(Moment, MovesByDurations) {
    World w;
    w.slots[w.started] = w.within(10, 20);
    EXPECT_EQ(w.run("earliest(this.started + days(5)) == moment(timestamp(15 * 86400))"), "true");
    EXPECT_EQ(w.run("latest(days(5) + this.started) == moment(timestamp(25 * 86400))"), "true");
    EXPECT_EQ(w.run("latest(this.started - hours(24)) == moment(timestamp(19 * 86400))"), "true");
    EXPECT_EQ(w.run("now - minutes(1) < now"), "true");
    w.slots[w.started] = Value::moment_at(INT64_MAX);
    EXPECT_EQ(w.run("this.started + minutes(1)"), "error(out of range)");
    EXPECT_EQ(w.run("days(106751) < days(106752)"), "error(out of range)");
}

TEST(Moment, TheSpanBetweenTwoNeedsBothExact) {
    World w;
    w.slots[w.started] = w.on(90);
    EXPECT_EQ(w.run("now - this.started"), "duration(864000s)");
    EXPECT_EQ(w.run("now - this.started > days(9)"), "true");
    w.slots[w.started] = w.within(90, 91);
    EXPECT_EQ(w.run("now - this.started"), unsure);
    EXPECT_EQ(w.run("now - latest(this.started)"), "duration(777600s)");
}

TEST(Moment, BecomesATimestampWhenExact) {
    World w;
    EXPECT_EQ(w.run("timestamp(now)"), "timestamp(1970-04-11T00:00:00Z)");
    w.set("now", w.within(1, 2));
    EXPECT_EQ(w.run("timestamp(now)"), unsure);
    EXPECT_EQ(w.run("timestamp(earliest(now)).getDate()"), "2");
}

TEST(Moment, TheEarliestAndLatestOfSeveral) {
    World w;
    const std::vector<Value> visits = {w.within(10, 20), w.within(5, 30), w.on(15)};
    w.slots[w.visits] = Value::list(visits);
    EXPECT_EQ(
        w.run("earliest(this.visits)"), "moment(1970-01-06T00:00:00Z .. 1970-01-16T00:00:00Z)"
    );
    EXPECT_EQ(w.run("latest(this.visits)"), "moment(1970-01-16T00:00:00Z .. 1970-01-31T00:00:00Z)");
    w.slots[w.visits] = Value::list({});
    EXPECT_EQ(w.run("latest(this.visits) < now"), "unknown(no time recorded)");
    EXPECT_EQ(
        w.run("latest(listed(names))"),
        "issue 1:1: latest(list(string)) cannot be called; there is latest(moment), "
        "latest(list(moment))"
    );
    const std::string_view path = "visit.date";
    const std::vector<Value> holed = {w.on(1), Value::unknown({&path, 1})};
    w.slots[w.visits] = Value::list(holed);
    EXPECT_EQ(w.run("latest(this.visits)"), "unknown(visit.date)");
}

TEST(Moment, IsUnknownToDeclarationsThatDoNotEnableIt) {
    Declarations plain;
    EXPECT_FALSE(compile("days(1)", plain));
    EXPECT_FALSE(compile("moment(timestamp(0))", plain));
    EXPECT_FALSE(compile("listed([])", plain));
    EXPECT_TRUE(compile("timestamp(0)", plain));
}

}  // namespace
}  // namespace homeward::cel
