#include "tidy/rules.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace homeward::tidy {
namespace {

const Tree& project() {
    static const Tree tree = read_tree(HOMEWARD_SOURCE_DIR);
    return tree;
}

std::string text_of(const Faults& faults) {
    std::string out;
    for (const Fault& fault : faults) {
        out += fmt::format("\n{}:{}: {}", fault.path, fault.line, fault.what);
    }
    return out;
}

/// A made-up project of one file (and two folders, b over a).
Tree tree_of(const std::string& path, const std::string& text) {
    Tree tree;
    tree.build_files["src/CMakeLists.txt"] = "homeward_library(base EXTERN fmt::fmt)";
    tree.build_files["src/a/library.cmake"] = "homeward_library(a DEPS base)";
    tree.build_files["src/b/library.cmake"] = "homeward_library(b SEAMS c/seam.hpp\n DEPS base a)";
    tree.build_files["src/c/library.cmake"] = "homeward_library(c DEPS base EXTERN x::y)";
    tree.kinds = {"birth_form"};
    tree.files.push_back(make_file(path, text));
    return tree;
}

using Rule = Faults (*)(const Tree&);

struct Example {
    const char* name;
    Rule rule;
    std::string path;
    std::string text;
    std::size_t line;  ///< of the fault; 0: there is none
};

std::ostream& operator<<(std::ostream& out, const Example& one) { return out << one.name; }

class RuleExamples : public testing::TestWithParam<Example> {};

TEST_P(RuleExamples, FlagsWhatItShould) {
    const Example& one = GetParam();
    const Faults faults = one.rule(tree_of(one.path, one.text));
    ASSERT_EQ(faults.size(), one.line > 0 ? 1U : 0U) << one.text << text_of(faults);
    if (one.line > 0) {
        EXPECT_EQ(faults[0].line, one.line);
    }
}

std::string lines(std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += "    f();\n";
    return out;
}

const std::vector<Example> structure{
    {"Upwards", find_includes_against_arrows, "src/a/x.cpp", "\n#include \"b/y.hpp\"\n", 2},
    {"Downwards", find_includes_against_arrows, "src/b/x.cpp", "#include \"a/y.hpp\"\n", 0},
    {"ToBase", find_includes_against_arrows, "src/a/x.cpp", "#include \"base/id.hpp\"\n", 0},
    {"ToAnExternName", find_includes_against_arrows, "src/c/x.cpp", "#include \"b/y.hpp\"\n", 1},
    {"ThroughTheSeam", find_includes_against_arrows, "src/b/x.cpp", "#include \"c/seam.hpp\"\n", 0},
    {"PastTheSeam", find_includes_against_arrows, "src/b/x.cpp", "#include \"c/other.hpp\"\n", 1},
    {"InAComment", find_includes_against_arrows, "src/a/x.cpp", "// #include \"b/y.hpp\"\n", 0},
    {"FolderUnknown", find_includes_against_arrows, "src/d/x.cpp", "", 1},
    {"MainMay", find_includes_against_arrows, "src/main.cpp", "#include \"b/y.hpp\"\n", 0},
    {"Beast", find_network_outside_net, "src/api/x.cpp", "#include <boost/beast/http.hpp>\n", 1},
    {"Asio", find_network_outside_net, "src/a/x.cpp", "#include <boost/asio.hpp>\n", 1},
    {"BeastInNet",
     find_network_outside_net,
     "src/net/x.cpp",
     "#include <boost/beast/http.hpp>\n",
     0},
    {"Awaitable", find_network_outside_net, "src/a/x.cpp", "\nawaitable<int> f();\n", 2},
    {"AwaitableInApi", find_network_outside_net, "src/api/x.cpp", "awaitable<int> f();\n", 0},
    {"NobodyIncludes", find_dead_files, "src/a/x.hpp", "#pragma once\n", 1},
    {"NobodyBuilds", find_dead_files, "src/d/x.cpp", "", 1},
    {"NobodyBuildsTest", find_dead_files, "tests/d/x.cpp", "", 1},
    {"SomebodyBuilds", find_dead_files, "src/a/x.cpp", "", 0},
    {"NoGuard", find_missing_guards, "src/a/x.hpp", "// first\nint f();\n", 1},
    {"GuardInAComment", find_missing_guards, "src/a/x.hpp", "// #pragma once\nint f();\n", 1},
    {"Guard", find_missing_guards, "src/a/x.hpp", "// first\n#pragma once\nint f();\n", 0},
};

const std::vector<Example> text{
    {"Columns100", find_long_lines, "src/a/x.cpp", std::string(100, 'a') + "\n", 0},
    {"Columns101", find_long_lines, "bench/x.cpp", "\n" + std::string(101, 'a') + "\n", 2},
    {"ColumnsOfUtf8", find_long_lines, "tests/x.cpp", std::string(99, 'a') + "\xc3\xa9\n", 0},
    {"Function70", find_long_functions, "src/a/x.cpp", "void f() {\n" + lines(68) + "}\n", 0},
    {"Function71", find_long_functions, "src/a/x.cpp", "void f() {\n" + lines(69) + "}\n", 1},
    {"TestOf71", find_long_functions, "tests/x.cpp", "TEST(A, B) {\n" + lines(69) + "}\n", 1},
    {"MethodOf71",
     find_long_functions,
     "src/a/x.cpp",
     "namespace n {\nstruct S {\n  int f() const {\n" + lines(69) + "  }\n};\n}\n",
     3},
    {"ConstructorOf71",
     find_long_functions,
     "src/a/x.cpp",
     "S::S(int a)\n    : a_(a) {\n" + lines(69) + "}\n",
     2},
    {"LongStruct", find_long_functions, "src/a/x.cpp", "struct S {\n" + lines(80) + "};\n", 0},
    {"LongTable",
     find_long_functions,
     "src/a/x.cpp",
     "const std::vector<int> t{\n" + lines(80) + "};\n",
     0},
    {"BraceInLiteral",
     find_long_functions,
     "src/a/x.cpp",
     "void f() { g(\"}\", '{'); }\n" + lines(80),
     0},
    {"LongLiteral",
     find_long_functions,
     "src/a/x.cpp",
     "void f() {\n  g(R\"(" + lines(80) + ")\");\n}\n",
     0},
    {"MemberNamedSystem",
     find_banned_calls,
     "src/a/x.cpp",
     "A::A() : rand(f(1)),\n  system(2) {}\n",
     0},
    {"SystemAsArgument", find_banned_calls, "src/a/x.cpp", "f(a,\n  system(2));\n", 2},
    {"System", find_banned_calls, "src/a/x.cpp", "\nint a = std::system(\"ls\");\n", 2},
    {"Rand", find_banned_calls, "src/a/x.cpp", "int a = rand();\n", 1},
    {"Sprintf", find_banned_calls, "src/a/x.cpp", "sprintf(a, b);\n", 1},
    {"Snprintf", find_banned_calls, "src/a/x.cpp", "snprintf(a, 3, b); operand(1);\n", 0},
    {"Popen", find_banned_calls, "src/a/x.cpp", "popen(a, b);\n", 1},
    {"SystemInProse",
     find_banned_calls,
     "src/a/x.cpp",
     "// system(1)\nf(\"rand(\"); /* gets( */\n",
     0},
    {"MemcmpOnSecrets", find_banned_calls, "src/crypto/x.cpp", "if (memcmp(a, b, 4)) f();\n", 1},
    {"MemcmpElsewhere", find_banned_calls, "src/a/x.cpp", "if (memcmp(a, b, 4)) f();\n", 0},
    {"SodiumMemcmp", find_banned_calls, "src/crypto/x.cpp", "sodium_memcmp(a, b, 4);\n", 0},
    {"Regex", find_banned_calls, "src/a/x.cpp", "#include <regex>\n", 1},
    {"UsingInHeader",
     find_namespaces_used_in_headers,
     "src/a/x.hpp",
     "\nusing namespace std;\n",
     2},
    {"UsingInSource", find_namespaces_used_in_headers, "src/a/x.cpp", "using namespace std;\n", 0},
    {"SqlAdded", find_built_sql, "src/a/x.cpp", "run(\"SELECT a FROM b WHERE c=\" + d);\n", 1},
    {"SqlAddedBefore", find_built_sql, "src/a/x.cpp", "run(d + \" ORDER BY \");\n", 1},
    {"SqlAppended", find_built_sql, "src/a/x.cpp", "sql +=\n \" AND a = 1\";\n", 2},
    {"SqlFormatted", find_built_sql, "src/a/x.cpp", "fmt::format(\"SELECT {} FROM b\", d);\n", 1},
    {"SqlConstant", find_built_sql, "src/a/x.cpp", "run(\"SELECT a FROM b WHERE c=$1\", d);\n", 0},
    {"SqlOfStore", find_built_sql, "src/store/x.cpp", "run(\"SELECT a FROM \" + d);\n", 0},
    {"ProseAdded", find_built_sql, "src/a/x.cpp", "say(\"Select one of \" + d);\n", 0},
};

const std::vector<Example> traps{
    {"Lambda", find_coroutine_traps, "src/net/x.cpp", "\nco_await f([text] { g(text); });\n", 2},
    {"LambdaByThis", find_coroutine_traps, "src/net/x.cpp", "co_await f(a[1], [this, t] {});\n", 1},
    {"Aggregate", find_coroutine_traps, "src/net/x.cpp", "co_await f(Job{a, b});\n", 1},
    {"Designated", find_coroutine_traps, "src/net/x.cpp", "co_await f({.a = 1});\n", 1},
    {"Conditional", find_coroutine_traps, "src/net/x.cpp", "co_await (a ? f() : g());\n", 1},
    {"Named",
     find_coroutine_traps,
     "src/net/x.cpp",
     "auto j = [t] {};\nco_await f(std::move(j));\n",
     0},
    {"ByReference", find_coroutine_traps, "src/net/x.cpp", "co_await f([&] { g(); });\n", 0},
    {"Index", find_coroutine_traps, "src/net/x.cpp", "co_await f(a[1]);\n", 0},
    {"InACondition", find_coroutine_traps, "src/net/x.cpp", "if (co_await f(a)) { g(); }\n", 0},
    {"SafeguardInCode", find_pack_content, "src/a/x.cpp", "\nif (id == \"JE-01\") f();\n", 2},
    {"RuleInApp", find_pack_content, "web/src/x.tsx", "const a = 'RR-07';\n", 1},
    {"KindInCode", find_pack_content, "src/a/x.cpp", "f(\"birth_form\");\n", 1},
    {"KindInTemplate", find_pack_content, "web/src/x.ts", "f(`birth_form`);\n", 1},
    {"KindInTest", find_pack_content, "tests/x.cpp", "f(\"birth_form\");\n", 0},
    {"KindInComment", find_pack_content, "src/a/x.cpp", "// JE-01 \"birth_form\"\n", 0},
    {"OtherWord", find_pack_content, "src/a/x.cpp", "f(\"birth_form_x\"); g(\"AJE-011\");\n", 0},
};

std::string name_of(const testing::TestParamInfo<Example>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Structure, RuleExamples, testing::ValuesIn(structure), name_of);
INSTANTIATE_TEST_SUITE_P(Text, RuleExamples, testing::ValuesIn(text), name_of);
INSTANTIATE_TEST_SUITE_P(Traps, RuleExamples, testing::ValuesIn(traps), name_of);

void expect_none(Rule rule) {
    ASSERT_GT(project().files.size(), 50U) << "the project was not found";
    const Faults faults = rule(project());
    EXPECT_TRUE(faults.empty()) << text_of(faults);
}

TEST(Project, KeepsToItsArrows) { expect_none(find_includes_against_arrows); }
TEST(Project, KeepsTheNetworkInNet) { expect_none(find_network_outside_net); }
TEST(Project, HasNoDeadFiles) { expect_none(find_dead_files); }
TEST(Project, GuardsItsHeaders) { expect_none(find_missing_guards); }
TEST(Project, HasNoLongLines) { expect_none(find_long_lines); }
TEST(Project, HasNoLongFunctions) { expect_none(find_long_functions); }
TEST(Project, MakesNoBannedCalls) { expect_none(find_banned_calls); }
TEST(Project, UsesNoNamespacesInHeaders) { expect_none(find_namespaces_used_in_headers); }
TEST(Project, BuildsNoSql) { expect_none(find_built_sql); }
TEST(Project, AvoidsCoroutineTraps) { expect_none(find_coroutine_traps); }
TEST(Project, KnowsNothingOfThePack) { expect_none(find_pack_content); }

}  // namespace
}  // namespace homeward::tidy
