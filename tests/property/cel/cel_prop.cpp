#include "cel/compare.hpp"
#include "cel/parse.hpp"
#include "cel/program.hpp"
#include "cel/text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace homeward::cel {
namespace {

template <class Body>
void property(const char* what, Body body) {
    EXPECT_TRUE(rc::check(what, body));
}

std::string some_name() { return *rc::gen::element<std::string>("a", "b", "cc", "this", "x_1"); }

std::string some_text() {
    std::string out;
    for (const std::uint32_t c :
         *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange<std::uint32_t>(1, 0x3000)
         ))
        append_utf8(out, c);
    return quote(out, false);
}

std::string some_literal() {
    switch (*rc::gen::inRange(0, 6)) {
        case 0:
            return std::to_string(*rc::gen::arbitrary<std::int64_t>());
        case 1:
            return std::to_string(*rc::gen::arbitrary<std::uint64_t>()) + "u";
        case 2: {
            const auto d = *rc::gen::arbitrary<double>();
            const auto text = write_double(d);
            return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
        }
        case 3:
            return some_text();
        case 4:
            return "b'\\x" + *rc::gen::element<std::string>("00", "7f", "ff", "41") + "'";
        default:
            return *rc::gen::element<std::string>("true", "false", "null");
    }
}

/// An expression in brackets, so that any tree may come out.
std::string some_source(int depth) {
    if (depth == 0) return *rc::gen::inRange(0, 2) == 0 ? some_name() : some_literal();
    const auto part = [depth] { return "(" + some_source(depth - 1) + ")"; };
    switch (*rc::gen::inRange(0, 14)) {
        case 0:
            return some_source(0);
        case 1:
            return part() +
                   *rc::gen::element<std::string>(
                       "+", "-", "*", "/", "%", "<", "<=", ">", ">=", "==", "!=", " in "
                   ) +
                   part();
        case 2:
            return part() + "&&" + part() + "&&" + part();
        case 3:
            return part() + "||" + part();
        case 4:
            return part() + "?" + part() + ":" + part();
        case 5:
            return "!" + part();
        case 6:
            return "-" + part();
        case 7:
            return part() + "." + some_name() + "[" + part() + "]";
        case 8:
            return part() + ".f(" + part() + "," + part() + ")";
        case 9:
            return "[" + part() + "," + part() + "]";
        case 10:
            return "{" + part() + ":" + part() + "}";
        case 11:
            return "has(" + part() + ".b)";
        case 12:
            return part() + ".map(v," + part() + "," + part() + ")";
        default:
            return part() + ".exists_one(k,v," + part() + ")";
    }
}

TEST(CelProperty, PrintingAndParsingGiveTheSameTree) {
    property("parse(print(tree)) is the tree", [] {
        const std::string source = some_source(*rc::gen::inRange(0, 4));
        const auto ast = parse(source);
        RC_ASSERT(ast.has_value());
        const std::string printed = print(ast->root);
        const auto again = parse(printed);
        RC_LOG() << source << "\n" << printed << "\n";
        RC_ASSERT(again.has_value());
        RC_ASSERT(same(ast->root, again->root));
        RC_ASSERT(print(again->root) == printed);
    });
}

/// true, false, a fault, or one of two unknowns.
class Logic {
  public:
    Logic() {
        for (const char* name : {"a", "b", "c"})
            RC_ASSERT(declarations_.add_variable(name, Type::boolean()).has_value());
        for (int i = 0; i < 3; ++i) variables_.push_back(some_value());
    }

    std::string run(std::string_view source) {
        const auto program = compile(source, declarations_);
        RC_ASSERT(program.has_value());
        const auto result = program->evaluate({variables_}, arena_);
        RC_ASSERT(result.has_value());
        return to_text(*result);
    }

  private:
    static Value some_value() {
        static constexpr std::string_view paths[] = {"p.one", "p.two"};
        switch (*rc::gen::inRange(0, 5)) {
            case 0:
                return Value::boolean(true);
            case 1:
                return Value::boolean(false);
            case 2:
                return Value::error("fault");
            case 3:
                return Value::unknown({paths, 1});
            default:
                return Value::unknown({paths + 1, 1});
        }
    }

    Declarations declarations_;
    std::vector<Value> variables_;
    Arena arena_;
};

TEST(CelProperty, LogicDoesNotHangOnTheOrderOfItsSides) {
    property("&& and || are commutative and associative", [] {
        Logic w;
        RC_ASSERT(w.run("a && b") == w.run("b && a"));
        RC_ASSERT(w.run("a || b") == w.run("b || a"));
        RC_ASSERT(w.run("(a && b) && c") == w.run("a && (b && c)"));
        RC_ASSERT(w.run("a || b || c") == w.run("(c || a) || b"));
        RC_ASSERT(w.run("!(a && b)") == w.run("!a || !b"));
        RC_ASSERT(w.run("[1, 2, 3].all(i, i == 1 ? a : i == 2 ? b : c)") == w.run("a && b && c"));
        RC_ASSERT(
            w.run("[1, 2, 3].exists(i, i == 1 ? a : i == 2 ? b : c)") == w.run("a || b || c")
        );
    });
}

Moment some_moment() {
    const auto from = *rc::gen::inRange<std::int64_t>(0, 20);
    return {from, from + *rc::gen::inRange<std::int64_t>(0, 4)};
}

/// What every instant within the two ranges says, if they agree.
template <class Holds>
std::string by_instants(Moment a, Moment b, Holds holds) {
    bool yes = false;
    bool no = false;
    for (auto x = a.earliest_us; x <= a.latest_us; ++x)
        for (auto y = b.earliest_us; y <= b.latest_us; ++y) (holds(x, y) ? yes : no) = true;
    if (yes && no) return "unknown(a more exact time)";
    return yes ? "true" : "false";
}

TEST(CelProperty, MomentsCompareAsAllTheirInstantsDo) {
    property("a comparison of moments is certain when every instant agrees", [] {
        Declarations declarations;
        declarations.enable_moments();
        RC_ASSERT(declarations.add_variable("a", Type::moment()).has_value());
        RC_ASSERT(declarations.add_variable("b", Type::moment()).has_value());
        const Moment a = some_moment();
        const Moment b = some_moment();
        const std::vector<Value> variables = {Value::moment(a), Value::moment(b)};
        const auto run = [&](std::string_view source) {
            Arena arena;
            return to_text(*compile(source, declarations)->evaluate({variables}, arena));
        };
        RC_ASSERT(run("a < b") == by_instants(a, b, std::less<>{}));
        RC_ASSERT(run("a <= b") == by_instants(a, b, std::less_equal<>{}));
        RC_ASSERT(run("a > b") == by_instants(a, b, std::greater<>{}));
        RC_ASSERT(run("a >= b") == by_instants(a, b, std::greater_equal<>{}));
        RC_ASSERT(run("a == b") == by_instants(a, b, std::equal_to<>{}));
        RC_ASSERT(run("a != b") == by_instants(a, b, std::not_equal_to<>{}));
    });
}

TEST(CelProperty, MapsFindWhatWasPutIn) {
    property("a map finds each of its keys and no other", [] {
        auto numbers = *rc::gen::unique<std::vector<std::int64_t>>(rc::gen::inRange(-50, 50));
        Arena arena;
        std::vector<Value> keys;
        for (const auto n : numbers) keys.push_back(Value::integer(n));
        const Map* map = Map::make(arena, keys, keys);
        RC_ASSERT(map != nullptr);
        for (std::int64_t n = -50; n < 50; ++n) {
            const bool in = std::find(numbers.begin(), numbers.end(), n) != numbers.end();
            RC_ASSERT((map->find(Value::integer(n)) != nullptr) == in);
            RC_ASSERT((map->find(Value::real(static_cast<double>(n))) != nullptr) == in);
        }
    });
}

TEST(CelProperty, AnyBytesAreParsedOrRefused) {
    property("parsing never does worse than an issue", [] {
        const auto source = *rc::gen::container<std::string>(
            rc::gen::element('(', ')', '[', '{', '.', 'a', '1', '"', '\\', '?', ':', '-', '&', ' ')
        );
        const auto ast = parse(source);
        RC_ASSERT(ast.has_value() || !ast.error().empty());
    });
}

}  // namespace
}  // namespace homeward::cel
