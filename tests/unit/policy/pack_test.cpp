#include "policy/yaml.hpp"
#include "unit/policy/tiny.hpp"

namespace homeward::policy {
namespace {

using tiny::load;

/// One file of bad/: what is put over the tiny pack, and the errors that must come of it.
struct Bad {
    std::string name;
    std::string file;
    bool overlay = false;
    std::string text;
    std::vector<std::string> errors;
};

std::vector<Bad> bad_packs() {
    std::vector<Bad> out;
    const auto folder = std::filesystem::path(HOMEWARD_SOURCE_DIR) / "tests/unit/policy/bad";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        Problems problems;
        const auto root = parse_yaml("bad", tiny::read_file(entry.path()), {}, problems);
        Bad bad;
        bad.name = entry.path().stem().string();
        if (const auto* file = root.find("file")) bad.file = file->text;
        bad.overlay = root.find("overlay") != nullptr;
        if (const auto* text = root.find("text")) bad.text = text->text;
        if (const auto* errors = root.find("errors"))
            for (const auto& item : errors->items) bad.errors.push_back(item.text);
        std::replace(bad.name.begin(), bad.name.end(), '-', '_');
        out.push_back(std::move(bad));
    }
    return out;
}

class BadPack : public testing::TestWithParam<Bad> {};

TEST_P(BadPack, IsRefusedWithPlaceAndReason) {
    const auto& bad = GetParam();
    std::vector<Layer> layers{tiny::layer()};
    if (bad.overlay)
        layers.push_back({"land", {{"overlay.yaml", "overlay: land\nof: tiny\ntitle: Land\n"}}});
    tiny::put(layers.back(), bad.file, bad.text);
    const auto loaded = load(layers);
    EXPECT_EQ(loaded.pack, nullptr);
    std::vector<std::string> errors;
    for (const auto& problem : loaded.errors) errors.push_back(to_text(problem));
    EXPECT_FALSE(bad.errors.empty());
    EXPECT_EQ(errors, bad.errors);
}

INSTANTIATE_TEST_SUITE_P(Corpus, BadPack, testing::ValuesIn(bad_packs()), [](const auto& at) {
    return at.param.name;
});

TEST(Pack, LoadsTheTinyPack) {
    const auto pack = tiny::pack();
    ASSERT_TRUE(pack);
    EXPECT_EQ(pack->name(), "tiny");
    EXPECT_EQ(pack->kinds().size(), 6U);
    const auto* custody = pack->find_kind("custody");
    ASSERT_NE(custody, nullptr);
    EXPECT_EQ(custody->title.in("fr"), "Privation de liberté");
    EXPECT_EQ(custody->find("started")->title.in("fr"), "Depuis");
    EXPECT_EQ(custody->find("started")->title.in("ar"), "Since");
    EXPECT_EQ(pack->text("ui.sign_in", "en"), "Se connecter");
    EXPECT_EQ(pack->text("ui.none", "en"), "ui.none");
    EXPECT_EQ(pack->find_kind("custodi"), nullptr);
}

TEST(Pack, ExclusionOfRolesHoldsBothWays) {
    const auto pack = tiny::pack();
    const auto* police = pack->find_role("POL");
    const auto* lawyer = pack->find_role("LAW");
    EXPECT_EQ(police->not_with, std::vector{pack->index_of(*lawyer)});
    EXPECT_EQ(lawyer->not_with, std::vector{pack->index_of(*police)});
}

TEST(Pack, SafeguardKnowsWhatItReads) {
    const auto pack = tiny::pack();
    const auto category = [&](std::string_view id) {
        return bit_of(static_cast<std::uint8_t>(pack->index_of(*pack->find_category(id))));
    };
    EXPECT_EQ(pack->find_safeguard("JE-01")->reads, category("D16"));
    // is_child looks at the birth, which is identity.
    EXPECT_EQ(pack->find_safeguard("JC-06")->reads, category("D16") | category("D01"));
    EXPECT_EQ(pack->find_safeguard("JE-01")->parameters.size(), 1U);
}

TEST(Pack, DigestChangesWithEveryFile) {
    auto changed = tiny::layer();
    tiny::put(changed, "text/fr.yaml", "ui.sign_in: Entrer\n");
    const auto loaded = load({changed});
    ASSERT_TRUE(loaded.pack);
    EXPECT_NE(loaded.pack->digest(), tiny::pack()->digest());
    EXPECT_EQ(load({tiny::layer()}).pack->digest(), tiny::pack()->digest());
}

Layer land(std::vector<File> files) {
    files.push_back({"overlay.yaml", "overlay: land\nof: tiny\ntitle: Land\nlanguages: [ar]\n"});
    return {"land", std::move(files)};
}

TEST(Overlay, AddsKindsFieldsCodesSafeguardsAndTexts) {
    const auto loaded = load(
        {tiny::layer(),
         land(
             {{"dossiers/child/x.yaml",
               "extend: custody\nfields:\n  - {id: cell, title: Cell, type: text}\n"},
              {"codes/x.yaml",
               "extend: authority\ncodes: [{code: guards, label: Guards}]\n"
               "groups: {exceptional: [guards]}\n"},
              {"safeguards/x.yaml",
               "- {id: N-1, title: N, basis: [J9], severity: high, about: custody,\n"
               "   requires: \"has(this.cell)\"}\n"},
              {"text/ar.yaml", "kind.custody: حرمان\n"}}
         )}
    );
    for (const auto& problem : loaded.errors) ADD_FAILURE() << to_text(problem);
    ASSERT_TRUE(loaded.pack);
    EXPECT_NE(loaded.pack->find_safeguard("N-1"), nullptr);
    EXPECT_NE(loaded.pack->find_kind("custody")->find("cell"), nullptr);
    EXPECT_EQ(loaded.pack->find_code_list("authority")->groups[0].second.size(), 3U);
    EXPECT_EQ(loaded.pack->find_kind("custody")->title.in("ar"), "حرمان");
}

TEST(Overlay, StricterIsSilentAndLaxerIsFlagged) {
    const auto stricter =
        load({tiny::layer(), land({{"parameters.yaml", "- {id: T_JUDGE, value: 12}\n"}})});
    ASSERT_TRUE(stricter.pack);
    EXPECT_TRUE(stricter.warnings.empty());
    EXPECT_EQ(stricter.pack->find_parameter("T_JUDGE")->number, 12);
    const auto laxer =
        load({tiny::layer(), land({{"parameters.yaml", "- {id: T_JUDGE, value: 48}\n"}})});
    ASSERT_TRUE(laxer.pack);
    EXPECT_TRUE(laxer.pack->find_parameter("T_JUDGE")->below_standard);
    ASSERT_EQ(laxer.warnings.size(), 1U);
    EXPECT_EQ(
        to_text(laxer.warnings[0]),
        "land/parameters.yaml:1:3: below international standard: 'T_JUDGE' is 48 hours, the "
        "standard is 24"
    );
}

TEST(Overlay, BelongsToItsPackAndHasAHead) {
    const Layer other{"land", {{"overlay.yaml", "overlay: land\nof: homeward\n"}}};
    ASSERT_EQ(load({tiny::layer(), other}).errors.size(), 1U);
    EXPECT_EQ(load({tiny::layer(), other}).errors[0].what, "this is laid over 'tiny'");
    const Layer headless{"land", {{"text/fr.yaml", "ui.x: X\n"}}};
    EXPECT_EQ(load({tiny::layer(), headless}).errors[0].what, "there is no overlay.yaml");
}

TEST(Pack, ToJsonIsCutToARole) {
    const auto pack = tiny::pack();
    const auto all = pack->to_json("fr");
    EXPECT_EQ(all.at("kinds").as_array().size(), 6U);
    const auto lawyer = pack->to_json("en", pack->find_role("LAW"));
    for (const auto& kind : lawyer.at("kinds").as_array()) {
        if (kind.at("kind") != "registration") continue;
        ASSERT_EQ(kind.at("fields").as_array().size(), 1U);
        EXPECT_EQ(kind.at("fields").at(0).at("id"), "pseudonym");
    }
    // A may add to custody, and sees nothing of the needs inside its groups.
    const auto text = json::serialize(lawyer);
    EXPECT_NE(text.find("\"may\":\"write\""), std::string::npos);
    EXPECT_EQ(text.find("\"outcome\",\"type\""), std::string::npos);
    const auto police = pack->to_json("en", pack->find_role("POL"));
    for (const auto& act : police.at("acts").as_array()) EXPECT_EQ(act.at("may"), false);
}

TEST(Pack, ToJsonSaysOfAnActWhereItIsOfferedAndHelps) {
    const Layer shelf{
        "land",
        {{"overlay.yaml", "overlay: land\nof: tiny\n"},
         {"acts.yaml", "- {act: put_away, title: Put away, help: For good., on_file: false}\n"},
         {"text/fr.yaml", "act.put_away: Ranger\nact.put_away.help: Pour toujours.\n"}}};
    const auto loaded = load({tiny::layer(), shelf});
    ASSERT_TRUE(loaded.pack);
    const auto all = loaded.pack->to_json("fr");
    const auto& acts = all.at("acts").as_array();
    EXPECT_FALSE(acts.front().as_object().contains("on_file"));
    EXPECT_FALSE(acts.front().as_object().contains("help"));
    EXPECT_EQ(acts.back().at("on_file"), false);
    EXPECT_EQ(acts.back().at("title"), "Ranger");
    EXPECT_EQ(acts.back().at("help"), "Pour toujours.");
}

TEST(Limits, EachStopsOnePastItself) {
    const auto with = [](auto set) {
        auto options = tiny::options();
        set(options.limits);
        const std::vector<Layer> layers{tiny::layer()};
        return Pack::load(layers, options).pack != nullptr;
    };
    const auto files = tiny::layer().files.size();
    EXPECT_TRUE(with([&](PackLimits& l) { l.files_max = files; }));
    EXPECT_FALSE(with([&](PackLimits& l) { l.files_max = files - 1; }));
    EXPECT_TRUE(with([](PackLimits& l) { l.kinds_max = 6; }));
    EXPECT_FALSE(with([](PackLimits& l) { l.kinds_max = 5; }));
    EXPECT_TRUE(with([](PackLimits& l) { l.fields_max = 18; }));
    EXPECT_FALSE(with([](PackLimits& l) { l.fields_max = 17; }));
    EXPECT_TRUE(with([](PackLimits& l) { l.codes_max = 3; }));
    EXPECT_FALSE(with([](PackLimits& l) { l.codes_max = 2; }));
    EXPECT_TRUE(with([](PackLimits& l) { l.safeguards_max = 6; }));
    EXPECT_FALSE(with([](PackLimits& l) { l.safeguards_max = 5; }));
    EXPECT_TRUE(with([](PackLimits& l) { l.group_depth_max = 1; }));
    EXPECT_FALSE(with([](PackLimits& l) { l.group_depth_max = 0; }));
    EXPECT_FALSE(with([](PackLimits& l) { l.expression_bytes_max = 10; }));
    EXPECT_FALSE(with([](PackLimits& l) { l.file_bytes_max = 100; }));
    EXPECT_FALSE(with([](PackLimits& l) { l.total_bytes_max = 1'000; }));
    EXPECT_FALSE(with([](PackLimits& l) { l.yaml_nodes_max = 10; }));
}

TEST(Limits, ProblemsAreCountedPastTheirLimit) {
    auto layer = tiny::layer();
    std::string text;
    for (int i = 0; i < 20; ++i) text += "- {nothing: 1}\n";
    tiny::put(layer, "safeguards/x.yaml", text);
    auto options = tiny::options();
    options.limits.problems_max = 7;
    const std::vector<Layer> layers{layer};
    const auto loaded = Pack::load(layers, options);
    ASSERT_EQ(loaded.errors.size(), 8U);
    EXPECT_NE(loaded.errors.back().what.find("more errors"), std::string::npos);
}

TEST(Yaml, NestingAndNodesStopAtTheirLimits) {
    const auto faults = [](const std::string& text, YamlLimits limits) {
        Problems problems;
        parse_yaml("x", text, limits, problems);
        return problems.size();
    };
    EXPECT_EQ(faults("[[[1]]]", {.depth_max = 3}), 0U);
    EXPECT_EQ(faults("[[[[1]]]]", {.depth_max = 3}), 1U);
    EXPECT_EQ(faults("[1, 2]", {.nodes_max = 3}), 0U);
    EXPECT_EQ(faults("[1, 2, 3]", {.nodes_max = 3}), 1U);
    EXPECT_EQ(faults(std::string(20'000, '['), {}), 1U);
    EXPECT_EQ(faults("\xff", {}), 1U);
    EXPECT_EQ(faults(std::string("a: b\0c", 6), {}), 1U);
    EXPECT_EQ(faults("", {}), 0U);
}

}  // namespace
}  // namespace homeward::policy
