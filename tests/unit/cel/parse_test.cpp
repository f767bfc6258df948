#include "cel/parse.hpp"

#include <gtest/gtest.h>

namespace homeward::cel {
namespace {

std::string round(std::string_view source) {
    const auto ast = parse(source);
    return ast ? print(ast->root) : to_text(ast.error()[0]);
}

TEST(Parse, PrintsWhatItRead) {
    for (const char* source :
         {"a + b * c - d / e % f",
          "(a + b) * c",
          "a - (b - c)",
          "a || b && !c",
          "(a || b) && c",
          "a ? b : c ? d : e",
          "(a ? b : c) ? d : e",
          "a ? (b ? c : d) : e",
          "-x",
          "-(1)",
          "--x",
          "!!x",
          "!(-x)",
          "-(-1)",
          "(-1).f()",
          "a.b[c].d(e, f)",
          "f()",
          ".a.b",
          ".f(x)",
          "[1, 2u, 3.5, true, null]",
          "{\"a\": 1, 2: b\"\\xff\"}",
          "has(a.b.c)",
          "a.all(x, x > 1)",
          "a.map(x, x in b, x + 1)",
          "a.transformMap(k, v, k == v)",
          "a.`b-c`",
          "\"\\n\\t\\\"\\\\é\"",
          "a in b == c",
          "1e+100",
          "-0.0",
          "x == -5"})
        EXPECT_EQ(round(source), source);
}

TEST(Parse, BracketsThatGroupLikeSignsStay) {
    EXPECT_EQ(round("(a && b) && c"), "(a && b) && c");
    EXPECT_EQ(round("a && b && c"), "a && b && c");
    EXPECT_EQ(round("((a))"), "a");
}

TEST(Parse, SaysWhereAndWhatIsWrong) {
    EXPECT_EQ(round(""), "1:1: a value is expected here, not the end");
    EXPECT_EQ(round("a +\n  * b"), "2:3: a value is expected here, not '*'");
    EXPECT_EQ(round("é == 1"), "1:1: this character means nothing in an expression");
    EXPECT_EQ(round("'é' = 1"), "1:5: '=' means nothing here; to compare, write '=='");
    EXPECT_EQ(round("a & b"), "1:3: '&' means nothing here; write '&&'");
    EXPECT_EQ(round("f(a"), "1:4: ')' is expected here, not the end");
    EXPECT_EQ(round("a b"), "1:3: 'b' is not expected after a whole expression");
    EXPECT_EQ(round("'abc"), "1:1: a text is not closed");
    EXPECT_EQ(round("for"), "1:1: 'for' is a reserved word");
    EXPECT_EQ(round("a.in"), "1:3: a name is expected after the dot, not 'in'");
    EXPECT_EQ(round("12abc"), "1:1: a number runs into a name; put a space or an operator between");
    EXPECT_EQ(round("\xff"), "1:1: not UTF-8");
    EXPECT_EQ(
        round("Person{name: 1}"),
        "1:1: there are no message types here; write a map {'field': value} instead"
    );
}

TEST(Parse, GathersFaultsThatLeaveTheShapeClear) {
    const auto ast = parse("has(a) && b.all(x.y, true) && 99999999999999999999 > 1");
    ASSERT_FALSE(ast);
    ASSERT_EQ(ast.error().size(), 3U);
    EXPECT_EQ(ast.error()[0].message, "has() takes a field, as in has(this.ended)");
    EXPECT_EQ(ast.error()[1].message, "all() begins with a plain name");
    EXPECT_EQ(ast.error()[2].message, "'99999999999999999999' is no number that fits");
}

TEST(Parse, ReadsNumbersToTheirBoundsAndNoFurther) {
    EXPECT_TRUE(parse("9223372036854775807"));
    EXPECT_FALSE(parse("9223372036854775808"));
    EXPECT_TRUE(parse("-9223372036854775808"));
    EXPECT_FALSE(parse("-9223372036854775809"));
    EXPECT_TRUE(parse("18446744073709551615u"));
    EXPECT_FALSE(parse("18446744073709551616u"));
    EXPECT_FALSE(parse("-1u"));
    EXPECT_TRUE(parse("0xFFFFFFFFFFFFFFFFu"));
    EXPECT_FALSE(parse("0x"));
    EXPECT_FALSE(parse("1.5u"));
}

TEST(Parse, RefusesEscapesThatNameNothing) {
    for (const char* source :
         {R"('\q')",
          R"('\x4')",
          R"('\u12')",
          R"('\ud800')",
          R"('\U00110000')",
          R"('\400')",
          R"(b'\u0041')",
          R"('\')",
          R"('\08')"})
        EXPECT_FALSE(parse(source)) << source;
    EXPECT_TRUE(parse(R"('\x41\u0041\U0001F431\101\?\`')"));
}

TEST(Parse, TakesTheLongestSourceAndRefusesOneByteMore) {
    ParseLimits limits;
    limits.source_bytes_max = 5;
    EXPECT_TRUE(parse("1 + 2", limits));
    EXPECT_EQ(parse("1 + 23", limits).error()[0].message, "longer than 5 bytes");
}

TEST(Parse, TakesTheDeepestAndRefusesOneDeeper) {
    ParseLimits limits;
    limits.depth_max = 5;
    const auto nested = [](std::size_t n) {
        return std::string(n, '(') + "1" + std::string(n, ')');
    };
    EXPECT_TRUE(parse(nested(4), limits));
    EXPECT_EQ(parse(nested(5), limits).error()[0].message, "nested more than 5 deep");
    // A chain that no bracket opens is as deep a tree.
    EXPECT_TRUE(parse("1 + 2 + 3 + 4 + 5", limits));
    EXPECT_EQ(parse("1 + 2 + 3 + 4 + 5 + 6", limits).error()[0].message, "nested more than 5 deep");
    EXPECT_TRUE(parse("a.b.c.d.e", limits));
    EXPECT_FALSE(parse("a.b.c.d.e.f", limits));
    // && and || gather any number of sides in one node.
    EXPECT_TRUE(parse("a && b && c && d && e && f && g", limits));
}

TEST(Parse, StandsTheDeepestHostileText) {
    for (const char* one : {"(", "[", "{", "-", "!", "f(", "a[", "{1:", "a?", "a.b("}) {
        std::string source;
        for (int i = 0; i < 5000; ++i) source += one;
        EXPECT_FALSE(parse(source)) << one;
    }
}

TEST(Parse, TakesAsManyPartsAsAllowedAndNotOneMore) {
    ParseLimits limits;
    limits.nodes_max = 4;
    EXPECT_TRUE(parse("[1, 2, 3]", limits));
    EXPECT_EQ(parse("[1, 2, 3, 4]", limits).error()[0].message, "longer than 4 parts");
}

TEST(Parse, ReadsMacrosAsCallsWhenAskedTo) {
    const auto ast = parse("a.all(x, x)", {}, false);
    ASSERT_TRUE(ast);
    EXPECT_EQ(ast->root.kind, Expr::Kind::call);
}

TEST(Parse, KeepsPlaces) {
    const auto ast = parse("a ==\n 'é' + b");
    ASSERT_TRUE(ast);
    const Expr& plus = ast->root.args[1];
    EXPECT_EQ(plus.at.line, 2U);
    EXPECT_EQ(plus.at.column, 6U);
    EXPECT_EQ(plus.at.offset, 11U);
}

}  // namespace
}  // namespace homeward::cel
