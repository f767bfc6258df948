// Runs the public CEL conformance suite: data/*.json (see data/LICENSE.md). A test that cannot
// pass here is named with its reason in skipped.txt; one that is named there and passes is a fault
// as well, so that the list stays true.
#include "cel/program.hpp"
#include "cel/zones.hpp"
#include "conformance_value.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

namespace homeward::cel {
namespace {

const std::string folder = HOMEWARD_SOURCE_DIR "/tests/conformance/cel/";

std::string read_file(const std::string& path) {
    std::ifstream in(path);
    std::stringstream out;
    out << in.rdbuf();
    return out.str();
}

/// skipped.txt: `file/section/name: reason` per line, # for remarks.
std::map<std::string, std::string> read_skipped() {
    std::map<std::string, std::string> out;
    std::ifstream in(folder + "skipped.txt");
    for (std::string line; std::getline(in, line);) {
        const auto colon = line.find(": ");
        if (!line.empty() && line[0] != '#' && colon != std::string::npos)
            out[line.substr(0, colon)] = line.substr(colon + 2);
    }
    return out;
}

std::string text_at(const json::value& test, std::string_view key) {
    const json::value* v = find(test, key);
    return v == nullptr ? std::string() : std::string(v->as_string());
}

bool flag_at(const json::value& test, std::string_view key) {
    const json::value* v = find(test, key);
    return v != nullptr && v->as_bool();
}

/// One test: what it declares and binds, and whether the outcome is the wanted one.
class Case {
  public:
    explicit Case(const json::value& test) : test_(test) {
        declarations_.set_zones(&system_zones());
        declarations_.set_container(text_at(test, "container"));
        options_.check = !flag_at(test, "disableCheck");
        options_.macros = !flag_at(test, "disableMacros");
    }

    /// Empty when it passes, otherwise why not.
    std::string run() {
        if (auto why = declare(); !why.empty()) return why;
        const auto program = compile(text_at(test_, "expr"), declarations_, options_);
        if (!program) {
            const bool wanted = find(test_, "evalError") != nullptr;
            return wanted && !compile_must_pass() ? "" : "refused: " + to_text(program.error()[0]);
        }
        if (auto why = deduced(*program); !why.empty()) return why;
        if (flag_at(test_, "checkOnly")) return "";
        const auto result = program->evaluate({values_}, arena_);
        if (!result) return "broken: " + result.error().text;
        return judge(*result);
    }

  private:
    /// An evaluation error may be found when compiling only if a check was asked for.
    bool compile_must_pass() const { return !options_.check; }

    std::string declare() {
        if (const json::value* env = find(test_, "typeEnv")) {
            for (const auto& one : env->as_array()) {
                const json::value* ident = find(one, "ident");
                if (ident == nullptr) {
                    if (!declare_function(one)) return "declares a message or abstract type";
                    continue;
                }
                const auto type = read_type(*find(*ident, "type"));
                if (!type) return "declares a message";
                if (!declarations_.add_variable(text_at(one, "name"), *type)) return "twice";
            }
        }
        values_.assign(declarations_.variable_count(), Value::error("unbound"));
        const json::value* bindings = find(test_, "bindings");
        if (bindings == nullptr) return "";
        for (const auto& [name, bound] : bindings->as_object()) {
            const auto value = read_value(arena_, *find(bound, "value"));
            if (!value) return "binds a message";
            const auto* variable = declarations_.find_variable(std::string_view(name));
            if (variable != nullptr) values_[variable->index] = *value;
        }
        return "";
    }

    bool declare_function(const json::value& written) {
        for (const auto& one : find(*find(written, "function"), "overloads")->as_array()) {
            Overload overload;
            for (const auto& param : find(one, "params")->as_array()) {
                const auto type = read_type(param);
                if (!type) return false;
                overload.params.push_back(*type);
            }
            const auto result = read_type(*find(one, "resultType"));
            if (!result) return false;
            overload.result = *result;
            overload.callback = [](const Call&, std::span<const Value>) { return Value::null(); };
            if (!declarations_.add_function(text_at(written, "name"), overload)) return false;
        }
        return true;
    }

    std::string deduced(const Program& program) const {
        const json::value* typed = find(test_, "typedResult");
        if (typed == nullptr) return "";
        const auto type = read_type(*find(*typed, "deducedType"));
        if (!type) return "deduces a message";
        if (*type == program.type()) return "";
        return "deduced " + to_text(program.type()) + ", wanted " + to_text(*type);
    }

    std::string judge(const Value& result) {
        if (find(test_, "evalError") != nullptr)
            return result.is(Kind::error) ? "" : "no error, but " + to_text(result);
        const json::value* typed = find(test_, "typedResult");
        const json::value* written =
            typed != nullptr ? find(*typed, "result") : find(test_, "value");
        const auto wanted =
            written == nullptr ? Value::boolean(true) : read_value(arena_, *written);
        if (!wanted) return "gives a message";
        if (identical(result, *wanted)) return "";
        return "gave " + to_text(result) + ", wanted " + to_text(*wanted);
    }

    const json::value& test_;
    Declarations declarations_;
    CompileOptions options_;
    std::vector<Value> values_;
    Arena arena_;
};

class Conformance : public testing::TestWithParam<const char*> {};

TEST_P(Conformance, Passes) {
    const std::string file = GetParam();
    const auto suite = parse_json(read_file(folder + "data/" + file + ".json"), {1U << 22U, 64});
    ASSERT_TRUE(suite) << suite.error().text;
    const auto skipped = read_skipped();
    std::size_t passed = 0;
    std::size_t left_out = 0;
    for (const auto& test : find(*suite, "tests")->as_array()) {
        const std::string id = file + "/" + text_at(test, "section") + "/" + text_at(test, "name");
        const std::string why = Case(test).run();
        const bool skip = skipped.contains(id);
        EXPECT_NE(why.empty(), skip) << id << ": " << text_at(test, "expr") << ": " << why;
        passed += why.empty() ? 1U : 0U;
        left_out += skip ? 1U : 0U;
    }
    EXPECT_GT(passed, 0U);
    std::cout << "conformance " << file << ": passed " << passed << ", skipped " << left_out
              << "\n";
}

INSTANTIATE_TEST_SUITE_P(
    Suite,
    Conformance,
    testing::Values(
        "basic",
        "comparisons",
        "conversions",
        "fields",
        "fp_math",
        "integer_math",
        "lists",
        "logic",
        "macros",
        "macros2",
        "namespace",
        "parse",
        "plumbing",
        "string",
        "timestamps",
        "type_deductions"
    ),
    [](const auto& one) { return std::string(one.param); }
);

TEST(ConformanceList, NamesOnlyTestsThatExist) {
    std::set<std::string> all;
    for (const char* file :
         {"basic",
          "comparisons",
          "conversions",
          "fields",
          "fp_math",
          "integer_math",
          "lists",
          "logic",
          "macros",
          "macros2",
          "namespace",
          "parse",
          "plumbing",
          "string",
          "timestamps",
          "type_deductions"}) {
        const auto suite =
            parse_json(read_file(folder + "data/" + file + ".json"), {1U << 22U, 64});
        ASSERT_TRUE(suite);
        for (const auto& test : find(*suite, "tests")->as_array())
            all.insert(
                std::string(file) + "/" + text_at(test, "section") + "/" + text_at(test, "name")
            );
    }
    for (const auto& [id, reason] : read_skipped()) EXPECT_TRUE(all.contains(id)) << id;
}

}  // namespace
}  // namespace homeward::cel
