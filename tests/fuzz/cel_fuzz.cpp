// libFuzzer entry: any bytes are an expression. It must parse, check, plan and run within limits
// without a fault of memory, and what it parses to must survive printing.
#include "base/check.hpp"
#include "cel/parse.hpp"
#include "cel/program.hpp"
#include "fuzz/fuzz.hpp"

#include <string_view>
#include <vector>

namespace {

using namespace homeward::cel;

struct Surroundings {
    Surroundings() {
        item.add_field("flag", Type::boolean());
        item.add_field("at", Type::moment());
        item.add_field("items", Type::list(Type::object(item)));
        declarations.enable_moments();
        for (const auto& [name, type] : {
                 std::pair{"this", Type::object(item)},
                 std::pair{"now", Type::moment()},
                 std::pair{"x", Type::dyn()},
                 std::pair{"words", Type::list(Type::string())},
             })
            homeward::check(declarations.add_variable(name, type).has_value(), "declares");
        slots = {Value::absent(), Value::moment({0, 1'000'000}), Value::absent()};
        words = {Value::string("a"), Value::string("b")};
        variables = {
            Value::object(item, slots.data()),
            Value::moment_at(500'000),
            Value::real(1.5),
            Value::list(words)};
    }

    ObjectType item{"item"};
    Declarations declarations;
    std::vector<Value> slots;
    std::vector<Value> words;
    std::vector<Value> variables;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Surroundings surroundings;
    const std::string_view source = homeward::fuzz::text_at(data, size);
    if (const auto ast = parse(source)) {
        const auto again = parse(print(ast->root), {1U << 20U, 200, 20'000});
        homeward::check(again && same(ast->root, again->root), "an expression survives printing");
    }
    RunLimits limits;
    limits.steps_max = 20'000;
    for (const bool checked : {true, false}) {
        CompileOptions options;
        options.check = checked;
        const auto program = compile(source, surroundings.declarations, options);
        if (!program) continue;
        Arena arena;
        const auto result = program->evaluate({surroundings.variables}, arena, limits);
        if (result) homeward::check(!to_text(*result).empty(), "a result has a text");
    }
    return 0;
}
