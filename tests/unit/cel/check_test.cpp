#include "world.hpp"

namespace homeward::cel {
namespace {

TEST(Check, NamesTheNearestField) {
    World w;
    EXPECT_EQ(
        w.issues("this.lawer"), "1:5: custody has no field 'lawer' (did you mean 'lawyer'?)\n"
    );
    EXPECT_EQ(w.issues("this.zzzzzz"), "1:5: custody has no field 'zzzzzz'\n");
    EXPECT_EQ(
        w.issues("has(this.endde)"), "1:1: custody has no field 'endde' (did you mean 'ended'?)\n"
    );
}

TEST(Check, NamesTheNearestNameAndFunction) {
    World w;
    EXPECT_EQ(
        w.issues("thsi.lawyer"), "1:1: nothing is called 'thsi' here (did you mean 'this'?)\n"
    );
    EXPECT_EQ(
        w.issues("names.all(name, nme == 'a')"),
        "1:17: nothing is called 'nme' here (did you mean 'name'?)\n"
    );
    EXPECT_EQ(w.issues("day(3)"), "1:1: there is no function 'day' (did you mean 'days'?)\n");
    EXPECT_EQ(
        w.issues("names.exsits(n, true)").substr(0, 55),
        "1:7: there is no function 'exsits' (did you mean 'exist"
    );
    EXPECT_EQ(
        w.issues("'a'.matchs('b')"),
        "1:5: there is no function 'matchs' (did you mean 'matches'?)\n"
    );
}

TEST(Check, HoldsWordsToTheirList) {
    World w;
    EXPECT_EQ(w.issues("this.authority == 'police'"), "");
    EXPECT_EQ(
        w.issues("this.authority == 'polic'"),
        "1:19: 'polic' is no code of authority (did you mean 'police'?)\n"
    );
    EXPECT_EQ(
        w.issues("'milittary' != this.authority"),
        "1:1: 'milittary' is no code of authority (did you mean 'military'?)\n"
    );
    EXPECT_EQ(
        w.issues("this.authority in ['police', 'x', 'y']"),
        "1:30: 'x' is no code of authority\n1:35: 'y' is no code of authority\n"
    );
    EXPECT_EQ(w.issues("'guard' in this.holders"), "1:1: 'guard' is no code of authority\n");
    EXPECT_EQ(
        w.issues("this.holders.exists(h, h == 'none')"), "1:29: 'none' is no code of authority\n"
    );
    EXPECT_EQ(
        w.issues("this.authority == (this.lawyer ? 'police' : 'polize')"),
        "1:45: 'polize' is no code of authority (did you mean 'police'?)\n"
    );
    EXPECT_EQ(
        w.issues("this.authority == this.contact"),
        "1:16: codes of authority and of contact are never the same\n"
    );
    EXPECT_EQ(w.issues("this.authority.startsWith('pol')"), "");
}

TEST(Check, KeepsTimesAndNumbersApart) {
    World w;
    EXPECT_EQ(w.issues("this.started > 5"), "1:14: moment cannot be compared with int\n");
    EXPECT_EQ(
        w.issues("this.started == '2026-01-01'"), "1:14: moment cannot be compared with string\n"
    );
    EXPECT_EQ(w.issues("this.started + 3"), "1:14: '+' does not work on moment and int\n");
    EXPECT_EQ(w.issues("this.started + days(3) <= now"), "");
    EXPECT_EQ(w.issues("this.started == timestamp('2026-01-01T00:00:00Z')"), "");
}

TEST(Check, WantsConditionsWhereConditionsStand) {
    World w;
    EXPECT_EQ(
        w.issues("this.nights && this.lawyer"), "1:5: each side of && must be bool, not int\n"
    );
    EXPECT_EQ(
        w.issues("this.nights ? 1 : 2"), "1:5: what stands before '?' must be bool, not int\n"
    );
    EXPECT_EQ(w.issues("names.filter(n, n)"), "1:17: a condition must be bool, not string\n");
    EXPECT_EQ(
        w.issues("true ? 1 : 'a'"),
        "1:6: both answers of a condition must have one type, not int and string\n"
    );
    EXPECT_EQ(
        w.issues("this.nights.all(n, true)"),
        "1:5: only a list or a map can be gone through, not int\n"
    );
    EXPECT_EQ(w.issues("this.nights.deep"), "1:12: int has no fields, so no 'deep'\n");
}

TEST(Check, ReportsEveryFaultInTheOrderOfPlaces) {
    World w;
    EXPECT_EQ(
        w.issues("this.lawer && this.authority == 'polic' && nwo > this.started && f(1)"),
        "1:5: custody has no field 'lawer' (did you mean 'lawyer'?)\n"
        "1:33: 'polic' is no code of authority (did you mean 'police'?)\n"
        "1:44: nothing is called 'nwo' here (did you mean 'now'?)\n"
        "1:66: there is no function 'f'\n"
    );
}

TEST(Check, ExplainsWhatAFunctionTakes) {
    World w;
    EXPECT_EQ(w.issues("days('a')"), "1:1: days(string) cannot be called; there is days(int)\n");
    EXPECT_EQ(
        w.issues("startsWith('a', 'b')"),
        "1:1: startsWith() is written after a dot, as in x.startsWith(y)\n"
    );
}

TEST(Check, WantsTheTypeThatIsAskedFor) {
    World w;
    w.options.expect = Type::boolean();
    EXPECT_EQ(w.issues("this.lawyer"), "");
    EXPECT_EQ(w.issues("x"), "");
    EXPECT_EQ(w.issues("this.nights + 1"), "1:13: this must give bool, but gives int\n");
}

TEST(Check, SaysWhatAnExpressionReads) {
    World w;
    const auto program = compile(
        "has(this.ended) || this.place.open && listed(this.visits).exists(v, v < this.started)",
        w.declarations
    );
    ASSERT_TRUE(program);
    std::string read;
    for (const auto& one : program->reads())
        read += one.object->name() + "." + one.object->field(one.slot).name + " ";
    EXPECT_EQ(read, "custody.started custody.ended custody.visits custody.place site.open ");
    EXPECT_TRUE(program->uses("this"));
    EXPECT_FALSE(program->uses("now"));
    EXPECT_FALSE(program->reads_dynamically());
    EXPECT_EQ(to_text(program->type()), "bool");
}

TEST(Check, CountsAComparisonOfWholeRecordsAsReadingAllOfThem) {
    World w;
    const auto program = compile("this.place == this.place", w.declarations);
    ASSERT_TRUE(program);
    EXPECT_EQ(program->reads().size(), 3U);  // custody.place, site.name, site.open
    const auto dynamic = compile("x.anything", w.declarations);
    ASSERT_TRUE(dynamic);
    EXPECT_TRUE(dynamic->reads_dynamically());
}

TEST(Check, LooksNamesUpInTheContainerAndInParents) {
    World w;
    Declarations child(w.declarations);
    ASSERT_TRUE(child.add_variable("pack.limit", Type::integer()));
    ASSERT_TRUE(child.add_variable("limit", Type::string()));
    EXPECT_EQ(to_text(compile("limit", child)->type()), "string");
    EXPECT_EQ(to_text(compile("pack.limit", child)->type()), "int");
    child.set_container("pack");
    EXPECT_EQ(to_text(compile("limit", child)->type()), "int");
    EXPECT_EQ(to_text(compile(".limit", child)->type()), "string");
    EXPECT_EQ(to_text(compile("now", child)->type()), "moment");
    EXPECT_FALSE(compile("limit", w.declarations));
    EXPECT_EQ(child.add_variable("limit", Type::dyn()).error().code, Code::conflict);
}

}  // namespace
}  // namespace homeward::cel
