#include "policy/loader.hpp"

#include "cel/text.hpp"
#include "cel/zones.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeward::policy {
namespace {

constexpr std::size_t id_chars_max = 64;

bool is_snake(std::string_view id) {
    if (id.empty() || id[0] < 'a' || id[0] > 'z') return false;
    return std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

bool is_plain_id(std::string_view id) {
    return std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

/// Two FNV-1a hashes with different starts, over every layer's name, path and text.
class Digest {
  public:
    void add(std::string_view text) {
        for (const char c : text) step(static_cast<unsigned char>(c));
        step(0x100);
    }
    std::string text() const { return fmt::format("{:016x}{:016x}", a_, b_); }

  private:
    void step(std::uint64_t unit) {
        constexpr std::uint64_t prime = 0x100000001b3;
        a_ = (a_ ^ unit) * prime;
        b_ = (b_ ^ (unit * 31 + 7)) * prime;
        b_ ^= b_ >> 29;
    }
    std::uint64_t a_ = 0xcbf29ce484222325;
    std::uint64_t b_ = 0x9e3779b97f4a7c15;
};

bool starts_with(std::string_view text, std::string_view start) {
    return text.substr(0, start.size()) == start;
}

bool is_yaml(std::string_view path) {
    return path.size() > 5 && path.substr(path.size() - 5) == ".yaml";
}

/// Folders that belong to other parts of the product and are not read here.
bool is_elsewhere(std::string_view path) {
    for (const std::string_view folder :
         {"stories/", "indicators/", "readiness/", "rights/", "demo/", "places/"})
        if (starts_with(path, folder)) return true;
    return false;
}

bool is_known(std::string_view path) {
    for (const std::string_view file :
         {"pack.yaml",
          "overlay.yaml",
          "provisions.yaml",
          "sources.yaml",
          "categories.yaml",
          "purposes.yaml",
          "parameters.yaml",
          "red-lines.yaml",
          "acts.yaml"})
        if (path == file) return true;
    for (const std::string_view folder : {"roles/", "codes/", "dossiers/", "safeguards/", "text/"})
        if (starts_with(path, folder)) return true;
    return false;
}

/// "+03:00" as seconds.
std::optional<std::int32_t> offset_of(std::string_view zone) {
    if (zone == "UTC" || zone == "Z") return 0;
    const auto parsed = parse_instant(fmt::format("2000-01-01T00:00:00{}", zone));
    if (!parsed) return {};
    const auto midnight = instant_of_day(2000, 1, 1);
    return static_cast<std::int32_t>((midnight->us - parsed->us) / us_per_second);
}

}  // namespace

std::optional<std::uint16_t> PackData::find(std::string_view list, std::string_view id) const {
    const auto ids = index.find(list);
    if (ids == index.end()) return {};
    const auto at = ids->second.find(id);
    if (at == ids->second.end()) return {};
    return at->second;
}

Loader::Loader(std::span<const Layer> layers, const LoadOptions& options)
    : layers_(layers),
      options_(options),
      report_(options.limits.problems_max),
      data_(std::make_unique<PackData>()),
      out_(*data_) {
    out_.zones = options.zones;
}

Loaded Loader::run() {
    Loaded loaded;
    read_files();
    const auto steps = {
        &Loader::load_head,
        &Loader::load_provisions,
        &Loader::load_sources,
        &Loader::load_red_lines,
        &Loader::load_categories,
        &Loader::load_purposes,
        &Loader::load_parameters,
        &Loader::load_codes,
        &Loader::load_roles,
        &Loader::load_acts,
        &Loader::load_dossiers,
        &Loader::load_kinds,
        &Loader::check_references,
        &Loader::finish_dossiers,
        &Loader::check_second_reasons,
        &Loader::make_paths,
        &Loader::make_types,
        &Loader::make_constants,
        &Loader::make_names,
        &Loader::load_field_expressions,
        &Loader::order_computed,
        &Loader::load_safeguards,
        &Loader::finish_roles,
        &Loader::load_texts,
        &Loader::check_red_lines,
    };
    // Every step bears with what an earlier one could not read, so that all errors come at once.
    for (const auto step : steps) (this->*step)();

    loaded.errors = report_.take_errors();
    loaded.warnings = report_.take_warnings();
    if (loaded.errors.empty()) loaded.pack = std::make_shared<const Pack>(std::move(data_));
    return loaded;
}

void Loader::read_files() {
    const auto& limits = options_.limits;
    Digest digest;
    std::size_t files = 0;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        for (const auto& file : layers_[i].files) {
            const auto name = layers_[i].name + "/" + file.path;
            bytes += file.text.size();
            if (++files > limits.files_max || bytes > limits.total_bytes_max) {
                report_.add({name, 0, 0, "the pack has too many files or is too large", {}});
                return;
            }
            if (!is_yaml(file.path) || is_elsewhere(file.path)) continue;
            auto& doc = docs_.emplace_back();
            doc.name = name;
            doc.path = file.path;
            doc.layer = i;
            doc.text = file.text;
            digest.add(doc.name);
            digest.add(file.text);
            if (!is_known(file.path)) {
                report_.warn(doc, {}, "not read: no part of a pack is kept there");
                continue;
            }
            Problems problems;
            doc.root = parse_yaml(
                name,
                file.text,
                {limits.file_bytes_max, limits.yaml_depth_max, limits.yaml_nodes_max},
                problems
            );
            for (auto& problem : problems) report_.add(std::move(problem));
            if (!problems.empty()) doc.root = Node();
        }
    }
    std::stable_sort(docs_.begin(), docs_.end(), [](const Doc& a, const Doc& b) {
        return a.layer != b.layer ? a.layer < b.layer : a.path < b.path;
    });
    out_.digest = digest.text();
}

std::vector<const Doc*> Loader::docs(std::string_view path_or_folder) const {
    std::vector<const Doc*> out;
    const bool folder = path_or_folder.back() == '/';
    for (const auto& doc : docs_) {
        const bool wanted =
            folder ? starts_with(doc.path, path_or_folder) : doc.path == path_or_folder;
        if (wanted && !doc.root.is(Node::Kind::null)) out.push_back(&doc);
    }
    return out;
}

void Loader::load_head() {
    bool any = false;
    for (const Doc* doc : docs("pack.yaml")) {
        if (doc->layer != 0) {
            report_.error(*doc, {}, "an overlay has overlay.yaml, not pack.yaml");
            continue;
        }
        any = true;
        Keys keys(report_, *doc, doc->root, "pack.yaml");
        out_.name = keys.word("pack", true).text;
        out_.version = keys.word("version", true).text;
        out_.title = keys.text("title", true);
        for (auto& word : keys.words("languages")) out_.languages.push_back(word.text);
        check_zone(*doc, keys.word("time_zone", true));
        keys.done();
    }
    if (!any)
        report_.add({layers_.empty() ? "pack" : layer_name(0), 0, 0, "there is no pack.yaml", {}});
    if (out_.languages.empty()) out_.languages.emplace_back("en");
    for (std::size_t i = 1; i < layers_.size(); ++i) {
        const auto heads = docs("overlay.yaml");
        const auto mine = std::find_if(heads.begin(), heads.end(), [&](const Doc* doc) {
            return doc->layer == i;
        });
        const auto& files = layers_[i].files;
        const bool settings_only = files.size() == 1 && files[0].path == "parameters.yaml";
        if (mine == heads.end() && settings_only) continue;
        if (mine == heads.end())
            report_.add({layer_name(i), 0, 0, "there is no overlay.yaml", {}});
        else
            load_overlay_head(**mine);
    }
}

void Loader::load_overlay_head(const Doc& doc) {
    Keys keys(report_, doc, doc.root, "overlay.yaml");
    keys.word("overlay", true);
    const auto of = keys.word("of", true);
    if (!of.text.empty() && of.text != out_.name)
        report_.error(doc, of.at, fmt::format("this is laid over '{}'", out_.name), out_.name);
    keys.text("title");
    keys.word("version");
    for (auto& word : keys.words("languages"))
        if (std::find(out_.languages.begin(), out_.languages.end(), word.text) ==
            out_.languages.end())
            out_.languages.push_back(word.text);
    if (const auto zone = keys.word("time_zone"); !zone.text.empty()) check_zone(doc, zone);
    keys.done();
}

void Loader::check_zone(const Doc& doc, const Word& zone) {
    out_.zone = zone.text;
    if (zone.text.empty()) return;
    if (const auto fixed = offset_of(zone.text)) {
        out_.fixed_offset = *fixed;
        out_.zones = nullptr;
        return;
    }
    out_.zones = options_.zones;
    if (options_.zones == nullptr || !options_.zones->offset_seconds(zone.text, 0))
        report_.error(doc, zone.at, fmt::format("no time zone '{}' is known here", zone.text));
}

bool Loader::base_only(const Doc& doc, std::string_view what) {
    if (doc.layer == 0) return true;
    report_.error(doc, {}, fmt::format("an overlay may not change {}", what));
    return false;
}

bool Loader::enter(
    const Doc& doc, std::string_view list, const Word& id, std::size_t position, bool snake
) {
    if (id.text.empty()) return false;
    if (id.text.size() > id_chars_max || (snake ? !is_snake(id.text) : !is_plain_id(id.text))) {
        report_.error(
            doc,
            id.at,
            fmt::format(
                "'{}' is no id: {} up to {} characters",
                id.text,
                snake ? "small letters, digits and _," : "letters, digits, - and _,",
                id_chars_max
            )
        );
        return false;
    }
    const auto key = fmt::format("{} {}", list, id.text);
    const auto [at, fresh] = first_sites_.try_emplace(key, Site{&doc, nullptr, id.at, doc.layer});
    if (!fresh) {
        const auto& first = at->second;
        report_.error(
            doc,
            id.at,
            doc.layer != first.doc->layer
                ? fmt::format(
                      "an overlay may not redefine '{}' of {}:{}",
                      id.text,
                      first.doc->name,
                      first.at.line
                  )
                : fmt::format("'{}' stands in {}:{} too", id.text, first.doc->name, first.at.line)
        );
        return false;
    }
    out_.index[std::string(list)][id.text] = static_cast<std::uint16_t>(position);
    return true;
}

std::optional<std::uint16_t> Loader::refer(
    const Doc& doc, std::string_view list, std::string_view what, const Word& id
) {
    if (id.text.empty()) return {};
    if (const auto found = out_.find(list, id.text)) return found;
    std::vector<std::string_view> known;
    if (const auto ids = out_.index.find(list); ids != out_.index.end())
        for (const auto& [name, position] : ids->second) known.emplace_back(name);
    report_.error(
        doc, id.at, fmt::format("there is no {} '{}'", what, id.text), cel::nearest(id.text, known)
    );
    return {};
}

std::vector<std::uint16_t> Loader::refer_all(
    Keys& keys, std::string_view key, std::string_view list, std::string_view what
) {
    std::vector<std::uint16_t> out;
    for (const auto& id : keys.words(key))
        if (const auto found = refer(keys.doc(), list, what, id)) out.push_back(*found);
    return out;
}

void Loader::check_source(Keys& keys, std::string_view key) {
    for (const auto& word : keys.words(key)) {
        const bool known = std::any_of(out_.sources.begin(), out_.sources.end(), [&](auto& source) {
            return starts_with(word.text, source.key) &&
                   (word.text.size() == source.key.size() || word.text[source.key.size()] == ' ' ||
                    word.text[source.key.size()] == ',' || word.text[source.key.size()] == ':');
        });
        if (known) continue;
        std::vector<std::string_view> names;
        for (const auto& source : out_.sources) names.emplace_back(source.key);
        const auto cut = word.text.find(" ¶");
        keys.error(
            word.at,
            fmt::format("'{}' begins with no key of sources.yaml", word.text),
            cel::nearest(std::string_view(word.text).substr(0, cut), names)
        );
    }
}

std::vector<std::string> Loader::sources(Keys& keys) {
    check_source(keys, "source");
    std::vector<std::string> out;
    for (auto& word : keys.words("source")) out.push_back(std::move(word.text));
    return out;
}

Side Loader::side(Keys& keys, Side otherwise) {
    const auto word = keys.word("side");
    if (word.text.empty()) return otherwise;
    for (const auto side : {Side::protection, Side::justice, Side::both})
        if (word.text == name_of(side)) return side;
    keys.error(word.at, "'side' is protection, justice or both");
    return otherwise;
}

std::string Loader::tag(Keys& keys) {
    const auto word = keys.word("tag");
    if (!word.text.empty() && word.text != "F" && word.text != "M" && word.text != "D")
        keys.error(word.at, "'tag' is F (read in a text), M (expert knowledge) or D (default)");
    return word.text;
}

Field& Loader::field_at(const FieldSite& site) {
    Field* field = &out_.kinds[site.kind].fields[site.way[0]];
    for (std::size_t i = 1; i < site.way.size(); ++i) field = &field->fields[site.way[i]];
    return *field;
}

}  // namespace homeward::policy
