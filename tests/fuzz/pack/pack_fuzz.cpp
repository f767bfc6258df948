// libFuzzer entry: any bytes are a file of a pack, a story, the data of a record and a stored
// projection. Each is refused or taken, within limits and without a fault of memory.
#include "policy/projection.hpp"
#include "policy/story.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace homeward;
using policy::File;
using policy::Layer;
using policy::Loaded;

void must(bool holds) {
    if (!holds) std::abort();
}

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

/// The bytes in the place of each file in turn, and as an overlay's.
void try_pack(const std::string& text) {
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
    for (const auto* path : paths) {
        std::array<Layer, 2> layers{
            base(), Layer{"over", {{"overlay.yaml", "{overlay: over, of: base}"}, {path, text}}}};
        const auto over = policy::Pack::load(layers);
        must((over.pack == nullptr) == !over.errors.empty());
        layers[0].files.push_back({path, text});
        const auto inside = policy::Pack::load(std::span(layers).first(1));
        must((inside.pack == nullptr) == !inside.errors.empty());
    }
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
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try_pack(std::string(text));
    try_record(text);
    (void)policy::run_story("fuzz", text, [](const policy::StoryPack&) { return good(); });
    (void)policy::decode(*good().pack, bytes_of(text));
    return 0;
}
