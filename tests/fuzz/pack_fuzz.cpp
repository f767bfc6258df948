// libFuzzer entry: any bytes are a file of a pack, a story, the data of a record or a stored
// projection. The first line says which: `#a` to `#k`, or `#A` to `#H` for a file of an overlay.
// Each is refused or taken, within limits and without a fault of memory.
#include "fuzz/fuzz.hpp"
#include "policy/projection.hpp"
#include "policy/story.hpp"

#include <array>
#include <string>
#include <string_view>

namespace {

using namespace homeward;
using policy::File;
using policy::Layer;
using policy::Loaded;
using fuzz::must;


/// A pack with one form and one safeguard.
Layer base() {
    return {
        "base",
        {
            {"pack.yaml", "{pack: base, version: '1', title: B, languages: [en], time_zone: UTC}"},
            {"provisions.yaml", "- {id: P1, gist: g, does: d}"},
            {"categories.yaml", "- {id: D1, title: A}\n- {id: D2, title: B, about: [group]}"},
            {"purposes.yaml", "- {id: Y1, title: P}"},
            {"red-lines.yaml",
             "{subjects: [group], words: {en: [extremist]}, ladders: [[low, high]]}"},
            {"parameters.yaml", "- {id: T, title: T, value: 1, unit: days, stricter: lower}"},
            {"codes/c.yaml",
             "{list: c, title: C, codes: [{code: a, label: A}, {code: b, label: B}]}"},
            {"dossiers/child/dossier.yaml",
             "{dossier: child, title: C, subject: {name: child, kind: k}, birth: {kind: k, field: "
             "b}}"},
            {"dossiers/child/k.yaml",
             "kind: k\ndossier: child\ntitle: K\ncategory: D1\nepisode: {start: s, end: "
             "e}\nfields:\n"
             "  - {id: b, title: B, type: age}\n  - {id: s, title: S, type: instant}\n"
             "  - {id: e, title: E, type: instant, check: 'this.e >= this.s', says: No}\n"
             "  - {id: c, title: C, type: codes, codes: c}\n"
             "  - {id: n, title: N, type: person_name, repeats: true}\n"
             "  - {id: m, title: M, type: money}\n  - {id: d, title: D, type: duration}\n"
             "  - {id: p, title: P, type: place}\n  - {id: t, title: T, type: tri}\n"
             "  - {id: g, title: G, type: group, repeats: true,"
             " fields: [{id: x, title: X, type: number}]}\n"},
            {"safeguards/s.yaml",
             "- {id: S1, title: S, basis: [P1], severity: high, about: k,"
             " within: {of: T, from: spell_start(this), until: this.e}}\n"
             "- {id: S2, title: S, basis: [P1], severity: high, about: k, applies: is_child(now),"
             " requires: 'this.t && listed(this.g).all(g, g.x > 3)'}\n"},
        },
    };
}

const Loaded& good() {
    static const Loaded loaded = [] {
        const std::array<Layer, 1> layers{base()};
        auto out = policy::Pack::load(layers);
        must(out.pack != nullptr);
        return out;
    }();
    return loaded;
}

/// Where a text may stand in a pack, in the order of the letters.
constexpr std::array<const char*, 8> paths{
    "pack.yaml",
    "parameters.yaml",
    "codes/x.yaml",
    "dossiers/child/dossier.yaml",
    "roles/x.yaml",
    "dossiers/child/x.yaml",
    "text/en.yaml",
    "safeguards/x.yaml",
};

/// As an overlay's file, or inside the pack.
void try_pack(const char* path, const std::string& text, bool as_overlay) {
    std::array<Layer, 2> layers{
        base(), Layer{"over", {{"overlay.yaml", "{overlay: over, of: base}"}, {path, text}}}};
    if (!as_overlay) layers[0].files.push_back({path, text});
    const auto loaded = policy::Pack::load(std::span(layers).first(as_overlay ? 2 : 1));
    must((loaded.pack == nullptr) == !loaded.errors.empty());
}

void try_record(std::string_view text) {
    const auto parsed = parse_json(text);
    if (!parsed || !parsed->is_object()) return;
    const auto pack = good().pack;
    const auto& kind = pack->kinds()[0];
    const auto& data = parsed->get_object();
    const auto taken = policy::parse_data(*pack, kind, *parsed);
    std::vector<json::object> parts;
    for (auto& [category, part] : policy::split_by_category(kind, data)) parts.push_back(part);
    if (taken) must(policy::join(parts) == data);
    policy::DossierBuilder builder(pack, pack->dossier_types()[0]);
    auto dossier = builder.add(Id(), kind, data, Instant(), "a").build();
    policy::Scratch scratch;
    const auto projection =
        policy::evaluate(*pack, dossier, {us_per_day * 20'000}, scratch, {true});
    const auto back = policy::decode(*pack, policy::encode(*pack, projection));
    must(back.has_value() && *back == projection);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text = fuzz::text_at(data, size);
    if (text.size() < 3 || text[0] != '#' || text[1] < 'A' || text[2] != '\n') return 0;
    const bool as_overlay = text[1] < 'a';
    const auto role = static_cast<std::size_t>(text[1] - (as_overlay ? 'A' : 'a'));
    text.remove_prefix(3);
    if (role < paths.size()) try_pack(paths[role], std::string(text), as_overlay);
    if (role == paths.size()) {
        (void)policy::run_story("fuzz", text, [](const policy::StoryPack&) { return good(); });
    }
    if (role == paths.size() + 1) try_record(text);
    if (role == paths.size() + 2) (void)policy::decode(*good().pack, bytes_of(text));
    return 0;
}
