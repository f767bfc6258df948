#include "cel/regex.hpp"
#include "world.hpp"

namespace homeward::cel {
namespace {

TEST(Evaluate, AnswersASimpleRule) {
    World w;
    w.slots[w.lawyer] = Value::boolean(true);
    w.slots[w.nights] = Value::integer(3);
    EXPECT_EQ(w.run("this.lawyer == true || this.nights > 2"), "true");
    EXPECT_EQ(w.run("!this.lawyer && this.nights > 2"), "false");
    EXPECT_EQ(w.run("has(this.lawyer) ? this.nights * 2 : 0"), "6");
}

TEST(Evaluate, AbsentIsUnknownAndNamesItself) {
    World w;
    EXPECT_EQ(w.run("has(this.first_judge)"), "false");
    EXPECT_EQ(w.run("this.first_judge"), "unknown(custody.first_judge)");
    EXPECT_EQ(w.run("this.first_judge < now"), "unknown(custody.first_judge)");
    EXPECT_EQ(w.run("this.place.open"), "unknown(custody.place)");
    EXPECT_EQ(w.run("has(this.place.open)"), "unknown(custody.place)");
    EXPECT_EQ(w.run("names"), "unknown(names)");
}

TEST(Evaluate, RecordedAsUnknownIsUnknownToHasToo) {
    World w;
    w.slots[w.lawyer] = Value::unknown();
    EXPECT_EQ(w.run("has(this.lawyer)"), "unknown(custody.lawyer)");
    EXPECT_EQ(w.run("this.lawyer"), "unknown(custody.lawyer)");
    const std::string_view path = "the interpreter's note";
    w.slots[w.lawyer] = Value::unknown({&path, 1});
    EXPECT_EQ(w.run("this.lawyer"), "unknown(the interpreter's note)");
}

TEST(Evaluate, UnknownsMergeSortedWithoutRepeats) {
    World w;
    EXPECT_EQ(w.run("this.started < this.ended"), "unknown(custody.ended, custody.started)");
    EXPECT_EQ(
        w.run("this.lawyer && this.ended > now && this.lawyer"),
        "unknown(custody.ended, custody.lawyer)"
    );
    EXPECT_EQ(w.run("[this.nights, this.nights + 1]"), "unknown(custody.nights)");
}

TEST(Evaluate, LogicAbsorbsUnknownsAndErrors) {
    World w;
    for (const char* source : {"this.lawyer && false", "false && this.lawyer", "1/0 > 1 && false"})
        EXPECT_EQ(w.run(source), "false") << source;
    for (const char* source : {"this.lawyer || true", "true || 1/0 > 1", "1/0 > 1 || true"})
        EXPECT_EQ(w.run(source), "true") << source;
    EXPECT_EQ(w.run("1/0 > 1 || false"), "error(divide by zero)");
    EXPECT_EQ(w.run("1/0 > 1 || this.lawyer"), "unknown(custody.lawyer)");
    EXPECT_EQ(w.run("this.lawyer && 1/0 > 1"), "unknown(custody.lawyer)");
    EXPECT_EQ(w.run("this.lawyer ? 1 : 2"), "unknown(custody.lawyer)");
    EXPECT_EQ(w.run("1/0 > 1 ? 1 : 2"), "error(divide by zero)");
}

TEST(Evaluate, ComprehensionsCarryWhatIsUnknown) {
    World w;
    const std::vector<Value> visits = {w.on(1), Value::unknown(), w.on(5)};
    w.slots[w.visits] = Value::list(visits);
    EXPECT_EQ(w.run("this.visits.exists(v, v > now - days(96))"), "true");
    EXPECT_EQ(w.run("this.visits.exists(v, v > now)"), "unknown()");
    EXPECT_EQ(w.run("this.visits.all(v, v > now)"), "false");
    EXPECT_EQ(w.run("this.visits.all(v, v < now)"), "unknown()");
    EXPECT_EQ(w.run("this.visits.exists_one(v, v < now)"), "false");
    EXPECT_EQ(w.run("size(this.visits.filter(v, v < now))"), "unknown()");
    EXPECT_EQ(w.run("count(this.visits)"), "3");
    EXPECT_EQ(w.run("this.visits[1] < now"), "unknown()");
    EXPECT_EQ(w.run("this.holders.all(h, h == 'police')"), "unknown(custody.holders)");
}

TEST(Evaluate, EqualityInsideContainersIsUnknownWhereItHangsOnWhatIsMissing) {
    World w;
    const std::vector<Value> list = {Value::integer(1), Value::unknown()};
    w.set("x", Value::list(list));
    EXPECT_EQ(w.run("x == [1, 2]"), "unknown()");
    EXPECT_EQ(w.run("x == [2, 2]"), "false");
    EXPECT_EQ(w.run("x == [1]"), "false");
    EXPECT_EQ(w.run("1 in x"), "true");
    EXPECT_EQ(w.run("2 in x"), "unknown()");
}

TEST(Evaluate, ListedTakesAnAbsentListForAnEmptyOne) {
    World w;
    EXPECT_EQ(w.run("count(this.visits)"), "unknown(custody.visits)");
    EXPECT_EQ(w.run("count(listed(this.visits))"), "0");
    EXPECT_EQ(w.run("count(listed(names))"), "0");
    w.slots[w.visits] = Value::unknown();
    EXPECT_EQ(w.run("count(listed(this.visits))"), "unknown(custody.visits)");
    const std::vector<Value> visits = {w.on(1)};
    w.slots[w.visits] = Value::list(visits);
    EXPECT_EQ(w.run("count(listed(this.visits))"), "1");
}

TEST(Evaluate, RecordedTellsSilenceFromAnAnswerThatSaysNotKnown) {
    World w;
    EXPECT_EQ(w.run("recorded(this.lawyer)"), "false");
    w.slots[w.lawyer] = Value::unknown();
    EXPECT_EQ(w.run("recorded(this.lawyer)"), "true");
    w.slots[w.lawyer] = Value::boolean(false);
    EXPECT_EQ(w.run("recorded(this.lawyer)"), "true");
    EXPECT_EQ(w.run("recorded(this.place.open)"), "unknown(custody.place)");
    EXPECT_EQ(w.issues("recorded(now)"),
              "1:10: recorded() asks about a field: recorded(this.field)\n");
    const auto program = compile("recorded(this.lawyer)", w.declarations);
    ASSERT_TRUE(program);
    EXPECT_EQ(program->reads().size(), 1U);
}

TEST(Evaluate, FunctionsFromOutsideSeeUsableValuesOnly) {
    World w;
    static int calls = 0;
    calls = 0;
    Overload twice;
    twice.params = {Type::integer()};
    twice.result = Type::integer();
    const std::int64_t factor = 2;
    twice.declared = &factor;
    twice.callback = [](const Call& call, std::span<const Value> args) {
        ++calls;
        const auto times = *static_cast<const std::int64_t*>(call.declared);
        const auto more = call.context == nullptr ? 0 : *static_cast<const int*>(call.context);
        return Value::integer(args[0].as_int() * times + more);
    };
    twice.reads = {{&w.custody, w.nights}};
    ASSERT_TRUE(w.declarations.add_function("twice", twice));
    EXPECT_EQ(w.run("twice(21)"), "42");
    EXPECT_EQ(w.run("twice(this.nights)"), "unknown(custody.nights)");
    EXPECT_EQ(w.run("twice(1/0)"), "error(divide by zero)");
    EXPECT_EQ(w.run("twice(dyn('a'))"), "error(no such overload)");
    EXPECT_EQ(calls, 1);
    const auto program = compile("twice(1)", w.declarations);
    ASSERT_TRUE(program);
    const int more = 3;
    EXPECT_EQ(program->evaluate({w.variables, &more}, w.arena)->as_int(), 5);
    EXPECT_TRUE(program->calls("twice"));
    EXPECT_EQ(program->reads().size(), 1U);
    EXPECT_EQ(w.declarations.add_function("twice", twice).error().code, Code::conflict);
    EXPECT_EQ(w.declarations.add_function("days", twice).error().code, Code::conflict);
    twice.params = {Type::object(w.custody)};
    EXPECT_TRUE(w.declarations.add_function("size", twice));
    EXPECT_EQ(w.run("size('ab') + size([1])"), "3");
}

TEST(Evaluate, MethodsAndTypeParametersOfTheCallers) {
    World w;
    Overload first;
    first.params = {Type::list(Type::param("T"))};
    first.result = Type::param("T");
    first.method = true;
    first.callback = [](const Call&, std::span<const Value> args) {
        return args[0].as_list().empty() ? Value::error("empty") : args[0].as_list()[0];
    };
    ASSERT_TRUE(w.declarations.add_function("first", first));
    EXPECT_EQ(w.run("[7, 8].first() + 1"), "8");
    EXPECT_EQ(w.issues("['a'].first() + 1"), "1:15: '+' does not work on string and int\n");
    EXPECT_EQ(w.issues("first([1])"), "1:1: first() is written after a dot, as in x.first(y)\n");
}

TEST(Evaluate, StopsAtTheStepLimit) {
    World w;
    const std::string source = "names.all(n, n == 'a')";  // 4 parts a round and the round itself
    std::vector<Value> names(10, Value::string("a"));
    w.set("names", Value::list(names));
    const auto program = compile(source, w.declarations);
    ASSERT_TRUE(program);
    RunLimits limits;
    limits.steps_max = 40;
    EXPECT_TRUE(program->evaluate({w.variables}, w.arena, limits));
    limits.steps_max = 39;
    const auto over = program->evaluate({w.variables}, w.arena, limits);
    ASSERT_FALSE(over);
    EXPECT_EQ(over.error().code, Code::too_large);
    EXPECT_EQ(over.error().text, "an expression passed its limit steps_max");
}

TEST(Evaluate, StopsAtTheIterationLimitEvenWhereTheAnswerWouldAbsorbIt) {
    World w;
    RunLimits limits;
    limits.iterations_max = 9;
    EXPECT_EQ(w.run("[1,2,3].all(a, [1,2].all(b, a > 0))", limits), "true");
    limits.iterations_max = 8;
    EXPECT_EQ(
        w.run("[1,2,3].all(a, [1,2].all(b, a > 0))", limits),
        "broken an expression passed its limit iterations_max"
    );
    EXPECT_EQ(
        w.run("[1,2,3].all(a, [1,2].all(b, a > 0)) || true", limits),
        "broken an expression passed its limit iterations_max"
    );
}

TEST(Evaluate, StopsAtTheListAndTextLimits) {
    World w;
    RunLimits limits;
    limits.list_items_max = 4;
    std::vector<Value> names(2, Value::string("abcd"));
    w.set("names", Value::list(names));
    EXPECT_EQ(w.run("size(names + names)", limits), "4");
    EXPECT_EQ(
        w.run("size(names + names + ['a'])", limits),
        "broken an expression passed its limit list_items_max"
    );
    EXPECT_EQ(w.run("size(names.map(n, n))", limits), "2");
    limits.string_bytes_max = 8;
    EXPECT_EQ(w.run("size(names[0] + names[1])", limits), "8");
    EXPECT_EQ(
        w.run("size(names[0] + names[1] + 'e')", limits),
        "broken an expression passed its limit string_bytes_max"
    );
}

TEST(Evaluate, ComparisonsOfLargeListsCost) {
    World w;
    std::vector<Value> inner(1000, Value::integer(1));
    std::vector<Value> outer(1000, Value::list(inner));
    w.set("x", Value::list(outer));
    RunLimits limits;
    EXPECT_EQ(w.run("x == [x[0]]", limits), "false");
    EXPECT_EQ(w.run("x.map(a, a) == x", limits), "broken an expression passed its limit steps_max");
    limits.steps_max = 5'000'000;
    EXPECT_EQ(w.run("x.map(a, a) == x", limits), "true");
}

TEST(Evaluate, RefusesAnActivationThatIsTooSmall) {
    World w;
    const auto program = compile("this.lawyer", w.declarations);
    ASSERT_TRUE(program);
    w.variables.pop_back();
    EXPECT_EQ(program->evaluate({w.variables}, w.arena).error().code, Code::internal);
}

TEST(Evaluate, FoldsWhatIsConstantAndKeepsFaultsForTheRun) {
    World w;
    EXPECT_EQ(w.run("'a' + 'b' == 'ab' && [1, 2].map(x, x + 1) == [2, 3]"), "true");
    EXPECT_EQ(w.run("true || 1 / 0 == 1"), "true");
    EXPECT_EQ(w.run("{'a': {'b': [1]}}.a.b[0]"), "1");
}

TEST(Evaluate, ReadsDynamicValuesAsTheyCome) {
    World w;
    w.slots[w.nights] = Value::integer(4);
    w.set("x", Value::object(w.custody, w.slots.data()));
    EXPECT_EQ(w.run("x.nights + 1"), "5");
    EXPECT_EQ(w.run("x.lawyer"), "unknown(custody.lawyer)");
    EXPECT_EQ(w.run("has(x.lawyer)"), "false");
    EXPECT_EQ(w.run("x.wrong"), "error(no such field)");
    EXPECT_EQ(w.run("type(x) == type(this)"), "true");
    w.set("x", Value::integer(1));
    EXPECT_EQ(w.run("x.nights"), "error(no such overload)");
    EXPECT_EQ(w.run("x.all(a, a)"), "error(no such overload)");
}

TEST(Evaluate, MatchesInLinearTimeAndRefusesWhatIsNoPattern) {
    if (!Regex::available()) GTEST_SKIP() << "built without RE2";
    World w;
    EXPECT_EQ(w.run("'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'.matches('^(a|a?)+$')"), "true");
    EXPECT_EQ(
        w.issues("'a'.matches('(')"), "1:13: this is no regular expression (RE2), or too large\n"
    );
    const std::string largest(Regex::pattern_bytes_max, 'a');
    EXPECT_TRUE(Regex::make(largest));
    EXPECT_FALSE(Regex::make(largest + "a"));
    EXPECT_FALSE(Regex::make("((a{100}){100}){100}"));  // past program_bytes_max
    w.set("x", Value::string("("));
    EXPECT_EQ(w.run("'a'.matches(x)"), "error(not a regular expression)");
}

TEST(Evaluate, DefinitionsAreSharedBetweenRulesInAnyOrder) {
    World w;
    const std::vector<Definition> definitions = {
        {"long_stay", {{"c", Type::object(w.custody)}}, Type::boolean(), "nights_of(c) > 30"},
        {"nights_of", {{"c", Type::object(w.custody)}}, {}, "has(c.nights) ? c.nights : 0"},
    };
    ASSERT_TRUE(w.declarations.add_definitions(definitions));
    EXPECT_EQ(w.run("long_stay(this)"), "false");
    w.slots[w.nights] = Value::integer(31);
    EXPECT_EQ(w.run("long_stay(this)"), "true");
    EXPECT_EQ(w.run("[1, 2].map(n, nights_of(this) + n)"), "[32, 33]");
    EXPECT_EQ(w.run("nights_of(x.nothing)"), "unknown(x)");
    EXPECT_EQ(w.issues("long_stay(now)"), "1:11: 'c' of long_stay() must be custody, not moment\n");
    EXPECT_EQ(w.issues("long_stay()"), "1:1: long_stay() takes 1 values, not 0\n");
    const auto program = compile("long_stay(this)", w.declarations);
    ASSERT_EQ(program->reads().size(), 1U);
    EXPECT_EQ(program->reads()[0].slot, w.nights);
    EXPECT_TRUE(program->calls("nights_of"));
}

TEST(Evaluate, AFaultFoundInADefinitionPointsAtTheCall) {
    if (!Regex::available()) GTEST_SKIP() << "built without RE2";
    World w;
    const std::vector<Definition> definitions = {
        {"odd", {{"s", Type::string()}}, {}, "true && s.matches('(')"}};
    ASSERT_TRUE(w.declarations.add_definitions(definitions));
    EXPECT_EQ(
        w.issues("false || odd('a')"),
        "1:10: odd(): this is no regular expression (RE2), or too large\n"
    );
}

TEST(Evaluate, DefinitionsMayNotGoInCircles) {
    World w;
    const std::vector<Definition> circle = {
        {"a", {}, {}, "b() + 1"}, {"b", {}, {}, "c() + 1"}, {"c", {}, {}, "a() + 1"}};
    const auto added = w.declarations.add_definitions(circle);
    ASSERT_FALSE(added);
    EXPECT_NE(to_text(added.error()[0]).find("is defined through itself"), std::string::npos);
    EXPECT_FALSE(w.declarations.add_definitions(std::vector<Definition>{{"a", {}, {}, "a()"}}));
    EXPECT_EQ(w.issues("a()"), "1:1: there is no function 'a'\n");
}

TEST(Evaluate, DefinitionsWithFaultsAreNotAdded) {
    World w;
    const std::vector<Definition> faulty = {
        {"good", {}, {}, "1"},
        {"bad", {}, {}, "nwo"},
        {"wrong", {}, Type::boolean(), "1"},
        {"days", {}, {}, "1"},
    };
    const auto added = w.declarations.add_definitions(std::span(faulty).first(3));
    ASSERT_FALSE(added);
    EXPECT_EQ(
        to_text(added.error()[0]), "1:1: bad: nothing is called 'nwo' here (did you mean 'now'?)"
    );
    EXPECT_EQ(to_text(added.error()[1]), "1:1: wrong: must give bool, but gives int");
    EXPECT_NE(w.issues("good()"), "");
    EXPECT_FALSE(w.declarations.add_definitions(std::span(faulty).last(1)));
}

TEST(Evaluate, DefinitionsCannotBlowAPlanUp) {
    World w;
    std::vector<Definition> doubling = {{"f0", {{"a", Type::integer()}}, {}, "a + a"}};
    for (int i = 1; i < 40; ++i) {
        const auto below = "f" + std::to_string(i - 1);
        doubling.push_back(
            {"f" + std::to_string(i),
             {{"a", Type::integer()}},
             {},
             below + "(a) + " + below + "(a)"}
        );
    }
    ASSERT_TRUE(w.declarations.add_definitions(doubling));
    EXPECT_EQ(w.run("f3(1)"), "16");
    EXPECT_EQ(w.run("f39(1)"), "issue 1:1: with its definitions, longer than 50000 parts");
    w.options.plan_nodes_max = 4;
    EXPECT_EQ(w.run("1 + this.nights"), "unknown(custody.nights)");
    w.options.plan_nodes_max = 3;
    EXPECT_EQ(w.run("1 + this.nights"), "issue 1:3: with its definitions, longer than 3 parts");
}

TEST(Evaluate, DefinitionsCannotNestTooDeep) {
    World w;
    std::vector<Definition> chain = {{"g0", {}, {}, "1"}};
    for (int i = 1; i < 10; ++i)
        chain.push_back({"g" + std::to_string(i), {}, {}, "g" + std::to_string(i - 1) + "()"});
    ASSERT_TRUE(w.declarations.add_definitions(chain));
    w.options.plan_depth_max = 10;
    EXPECT_EQ(w.run("g8()"), "1");
    w.options.plan_depth_max = 9;
    EXPECT_EQ(w.run("g8()"), "issue 1:1: with its definitions, nested more than 9 deep");
}

}  // namespace
}  // namespace homeward::cel
