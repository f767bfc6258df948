// What one evaluation costs: the real pack over a child's file of forty records.
#include "cel/zones.hpp"
#include "policy/projection.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace {

using namespace homeward;
namespace fs = std::filesystem;

policy::Layer roadmap() {
    const fs::path folder = fs::path(HOMEWARD_SOURCE_DIR) / "roadmap";
    policy::Layer layer{"roadmap", {}};
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream in(entry.path(), std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        layer.files.push_back({fs::relative(entry.path(), folder).generic_string(), text.str()});
    }
    return layer;
}

policy::Loaded load() {
    policy::LoadOptions options;
    options.zones = &cel::system_zones();
    const std::vector<policy::Layer> layers{roadmap()};
    return policy::Pack::load(layers, options);
}

std::shared_ptr<const policy::Pack> pack() {
    static const auto loaded = load();
    return loaded.pack;
}

/// Something that fits a field, so that rules have facts to look at.
json::value answer(const policy::Pack& pack, const policy::Field& field, int seed) {
    const auto day = fmt::format("2026-0{}-{:02}", 1 + seed % 6, 1 + seed % 27);
    switch (field.type) {
        case policy::FieldType::code: {
            const auto& codes = pack.code_lists()[field.codes].codes;
            return json::value(codes[static_cast<std::size_t>(seed) % codes.size()].id);
        }
        case policy::FieldType::tri:
            return json::value(seed % 3 == 0 ? "no" : "yes");
        case policy::FieldType::date:
            return json::value(day);
        case policy::FieldType::instant:
            return json::value(day + "T08:00:00Z");
        case policy::FieldType::age:
            return json::object{{"born", "2010-05"}};
        case policy::FieldType::text:
            return json::value("a text");
        default:
            return nullptr;
    }
}

policy::DossierBuilder builder(int records) {
    const auto& of = *pack();
    const auto& type = *of.find_dossier_type("child");
    policy::DossierBuilder out(pack(), type);
    for (int i = 0; i < records; ++i) {
        const auto& kind = of.kinds()[type.kinds[static_cast<std::size_t>(i) % type.kinds.size()]];
        json::object data;
        int seed = i * 7;
        for (const auto& field : kind.fields) {
            auto value = answer(of, field, ++seed);
            if (!field.repeats && !value.is_null()) data[field.id] = std::move(value);
        }
        Id id;
        id.bytes[15] = static_cast<std::byte>(i);
        out.add(id, kind, data, {us_per_day * 20'500}, "a");
    }
    return out;
}

void evaluate_file(benchmark::State& state) {
    auto dossier = builder(static_cast<int>(state.range(0))).build();
    policy::Scratch scratch;
    const Instant now{us_per_day * 20'600};
    std::size_t findings = 0;
    for (auto _ : state) {
        const auto projection = policy::evaluate(*pack(), dossier, now, scratch);
        findings = projection.findings.size();
        benchmark::DoNotOptimize(findings);
    }
    state.counters["safeguards"] = static_cast<double>(pack()->safeguards().size());
    state.counters["findings"] = static_cast<double>(findings);
}

void build_file(benchmark::State& state) {
    for (auto _ : state) {
        auto dossier = builder(static_cast<int>(state.range(0))).build();
        benchmark::DoNotOptimize(dossier.records().size());
    }
}

void load_pack(benchmark::State& state) {
    const std::vector<policy::Layer> layers{roadmap()};
    policy::LoadOptions options;
    options.zones = &cel::system_zones();
    for (auto _ : state) benchmark::DoNotOptimize(policy::Pack::load(layers, options).pack);
}

void take_back(benchmark::State& state) {
    auto dossier = builder(40).build();
    policy::Scratch scratch;
    const auto bytes =
        policy::encode(*pack(), policy::evaluate(*pack(), dossier, {us_per_day * 20'600}, scratch));
    for (auto _ : state) benchmark::DoNotOptimize(policy::decode(*pack(), bytes));
    state.counters["bytes"] = static_cast<double>(bytes.size());
}

}  // namespace

BENCHMARK(evaluate_file)->Arg(10)->Arg(40)->Arg(160)->Unit(benchmark::kMicrosecond);
BENCHMARK(build_file)->Arg(40)->Unit(benchmark::kMicrosecond);
BENCHMARK(take_back)->Unit(benchmark::kMicrosecond);
BENCHMARK(load_pack)->Unit(benchmark::kMillisecond);
BENCHMARK_MAIN();
