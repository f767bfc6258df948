// What an expression costs: parsing and planning once, running many times.
#include "base/check.hpp"
#include "cel/program.hpp"

#include <benchmark/benchmark.h>

#include <string_view>
#include <vector>

namespace homeward::cel {
namespace {

/// A child in custody, with `visits` visits.
class Scene {
  public:
    explicit Scene(std::size_t visits = 10) {
        custody_.add_field("lawyer", Type::boolean());
        custody_.add_field("authority", Type::string());
        custody_.add_field("started", Type::moment());
        custody_.add_field("ended", Type::moment());
        custody_.add_field("visits", Type::list(Type::moment()));
        declarations_.enable_moments();
        add("this", Type::object(custody_));
        add("now", Type::moment());
        add("is_child", Type::boolean());
        for (std::size_t i = 0; i < visits; ++i)
            visits_.push_back(Value::moment_at(static_cast<std::int64_t>(i) * 1'000'000));
        slots_ = {
            Value::boolean(true),
            Value::string("military"),
            Value::moment_at(0),
            Value::absent(),
            Value::list(visits_)};
        variables_ = {
            Value::object(custody_, slots_.data()),
            Value::moment_at(86'400'000'000),
            Value::boolean(true)};
    }

    Program compiled(std::string_view source) const {
        auto program = compile(source, declarations_);
        check(program.has_value(), "bench: the expression is good");
        return *program;
    }

    void run(benchmark::State& state, std::string_view source) const {
        const Program program = compiled(source);
        const Activation activation{variables_};
        Arena arena;
        for (auto _ : state) {
            arena.reset();
            benchmark::DoNotOptimize(program.evaluate(activation, arena));
        }
    }

  private:
    void add(const char* name, Type type) {
        check(declarations_.add_variable(name, std::move(type)).has_value(), "bench: declares");
    }

    ObjectType custody_{"custody"};
    Declarations declarations_;
    std::vector<Value> visits_;
    std::vector<Value> slots_;
    std::vector<Value> variables_;
};

constexpr std::string_view simple = "this.lawyer == true || !is_child";
constexpr std::string_view clock_rule =
    "!has(this.ended) && this.authority in ['police', 'military'] && now - this.started > days(2)";
constexpr std::string_view loop = "this.visits.exists(v, v > now)";

void BM_SimpleRule(benchmark::State& state) { Scene().run(state, simple); }
void BM_ClockRule(benchmark::State& state) { Scene().run(state, clock_rule); }
void BM_Unknown(benchmark::State& state) { Scene().run(state, "this.ended < now"); }
void BM_Loop(benchmark::State& state) {
    Scene(static_cast<std::size_t>(state.range(0))).run(state, loop);
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
void BM_Compile(benchmark::State& state) {
    const Scene scene;
    for (auto _ : state) benchmark::DoNotOptimize(scene.compiled(clock_rule));
}

BENCHMARK(BM_SimpleRule);
BENCHMARK(BM_ClockRule);
BENCHMARK(BM_Unknown);
BENCHMARK(BM_Loop)->Arg(10)->Arg(1000);
BENCHMARK(BM_Compile);

}  // namespace
}  // namespace homeward::cel

BENCHMARK_MAIN();
