#include "policy/story.hpp"
#include "policy/trace.hpp"
#include "unit/policy/tiny.hpp"

#include <map>

/// Every story beside this file runs against the real pack; every folder `overlay-*` is laid over
/// it and must be refused with what its expect.txt says.
namespace homeward::policy {
namespace {

namespace fs = std::filesystem;

fs::path root() { return HOMEWARD_SOURCE_DIR; }

fs::path beside() { return root() / "tests/scenario"; }

Layer roadmap() { return tiny::layer_of(root() / "roadmap", "roadmap"); }

/// Packs by what a story asks for, so that most stories share one.
Loaded load(const StoryPack& wanted) {
    static std::map<std::string, Loaded> known;
    std::string key;
    for (const auto& overlay : wanted.overlays) key += overlay + "\n";
    for (const auto& layer : wanted.extra)
        for (const auto& file : layer.files) key += file.text;
    const auto [at, fresh] = known.try_emplace(key);
    if (fresh) {
        std::vector<Layer> layers{roadmap()};
        for (const auto& overlay : wanted.overlays)
            layers.push_back(tiny::layer_of(root() / overlay, overlay));
        for (const auto& layer : wanted.extra) layers.push_back(layer);
        at->second = tiny::load(layers);
    }
    return at->second;
}

std::vector<fs::path> stories() {
    std::vector<fs::path> out;
    for (const auto& entry : fs::recursive_directory_iterator(beside())) {
        const auto in_overlay = entry.path().string().find("/overlay-") != std::string::npos;
        if (entry.path().extension() == ".yaml" && !in_overlay) out.push_back(entry.path());
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::string name_of_test(const fs::path& path) {
    auto name = fs::relative(path, beside()).replace_extension().string();
    for (auto& c : name)
        if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
    return name;
}

class Story : public testing::TestWithParam<fs::path> {};

TEST_P(Story, HoldsAsWritten) {
    const auto file = fs::relative(GetParam(), root()).string();
    const auto report = run_story(file, tiny::read_file(GetParam()), load);
    EXPECT_TRUE(report.passed()) << to_text(report);
    EXPECT_FALSE(report.moments.empty()) << "a story looks at a moment at least";
}

INSTANTIATE_TEST_SUITE_P(All, Story, testing::ValuesIn(stories()), [](const auto& at) {
    return name_of_test(at.param);
});

TEST(Roadmap, HasNoErrorAndNoWarning) {
    const auto loaded = load({});
    for (const auto& problem : loaded.errors) ADD_FAILURE() << to_text(problem);
    for (const auto& problem : loaded.warnings) ADD_FAILURE() << to_text(problem);
}

TEST(Roadmap, RefusesEveryOverlayThatCrossesARedLine) {
    std::size_t seen = 0;
    for (const auto& entry : fs::directory_iterator(beside())) {
        const auto name = entry.path().filename().string();
        if (!entry.is_directory() || name.rfind("overlay-", 0) != 0) continue;
        ++seen;
        const auto loaded = tiny::load({roadmap(), tiny::layer_of(entry.path(), name)});
        EXPECT_EQ(loaded.pack, nullptr) << name;
        std::string errors;
        for (const auto& problem : loaded.errors) errors += to_text(problem) + "\n";
        std::istringstream expected(tiny::read_file(entry.path() / "expect.txt"));
        for (std::string line; std::getline(expected, line);)
            EXPECT_NE(errors.find(line), std::string::npos) << name << ": " << line << "\n"
                                                            << errors;
    }
    EXPECT_GT(seen, 0U);
}

}  // namespace
}  // namespace homeward::policy
