// Checks packs and runs stories while they are being written. The command line of the product
// calls the same functions.
#include "cel/zones.hpp"
#include "policy/story.hpp"
#include "policy/trace.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
namespace policy = homeward::policy;

std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

policy::Layer layer_of(const fs::path& folder) {
    policy::Layer layer;
    layer.name = folder.lexically_normal().string();
    while (layer.name.size() > 1 && layer.name.back() == '/') layer.name.pop_back();
    std::error_code problem;
    for (fs::recursive_directory_iterator it(folder, problem), end; !problem && it != end;
         it.increment(problem)) {
        if (!it->is_regular_file()) continue;
        layer.files.push_back({fs::relative(it->path(), folder).generic_string(), read(it->path())}
        );
    }
    return layer;
}

policy::LoadOptions options() {
    policy::LoadOptions out;
    out.zones = &homeward::cel::system_zones();
    return out;
}

void print(const policy::Problems& problems, const char* word) {
    for (const auto& problem : problems) fmt::print("{}: {}\n", word, policy::to_text(problem));
}

int check(const std::vector<std::string>& folders) {
    std::vector<policy::Layer> layers;
    for (const auto& folder : folders) layers.push_back(layer_of(folder));
    const auto loaded = policy::Pack::load(layers, options());
    print(loaded.warnings, "warning");
    print(loaded.errors, "error");
    if (!loaded.pack) {
        fmt::print("{} errors\n", loaded.errors.size());
        return 1;
    }
    const auto& pack = *loaded.pack;
    fmt::print(
        "{} {}: {} kinds, {} fields, {} code lists, {} safeguards, {} parameters, {} roles, {} "
        "acts\n",
        pack.name(),
        pack.version(),
        pack.kinds().size(),
        pack.path_count() - pack.kinds().size(),
        pack.code_lists().size(),
        pack.safeguards().size(),
        pack.parameters().size(),
        pack.roles().size(),
        pack.acts().size()
    );
    return 0;
}

/// Packs that were loaded already, so that many stories load theirs once.
class Packs {
  public:
    explicit Packs(std::string folder) : folder_(std::move(folder)) {}

    policy::Loaded load(const policy::StoryPack& wanted) {
        std::string key;
        for (const auto& overlay : wanted.overlays) key += overlay + "\n";
        for (const auto& layer : wanted.extra)
            for (const auto& file : layer.files) key += file.text;
        auto& known = known_[key];
        if (!known.pack && known.errors.empty()) {
            std::vector<policy::Layer> layers{layer_of(folder_)};
            for (const auto& overlay : wanted.overlays) layers.push_back(layer_of(overlay));
            for (const auto& layer : wanted.extra) layers.push_back(layer);
            known = policy::Pack::load(layers, options());
        }
        return known;
    }

  private:
    std::string folder_;
    std::map<std::string, policy::Loaded> known_;
};

int story(const std::vector<std::string>& args) {
    std::string folder = "roadmap";
    std::vector<std::string> files;
    std::optional<homeward::Instant> at;
    bool as_json = false;
    bool quiet = false;
    for (std::size_t i = 0; i < args.size(); ++i) {
        if (args[i] == "--pack" && i + 1 < args.size())
            folder = args[++i];
        else if (args[i] == "--json")
            as_json = true;
        else if (args[i] == "--quiet")
            quiet = true;
        else if (args[i] == "--at" && i + 1 < args.size()) {
            const auto parsed = homeward::parse_instant(args[++i]);
            if (parsed) at = *parsed;
        } else
            files.push_back(args[i]);
    }
    Packs packs(folder);
    std::size_t failed = 0;
    for (const auto& file : files) {
        const auto report = policy::run_story(
            file,
            read(file),
            [&](const policy::StoryPack& wanted) { return packs.load(wanted); },
            at
        );
        if (!report.passed()) ++failed;
        if (as_json) {
            fmt::print("{}\n", homeward::json::serialize(policy::to_json(report)));
            continue;
        }
        fmt::print("{} {}\n", report.passed() ? "passed" : "FAILED", file);
        if (!quiet || !report.passed()) fmt::print("{}", policy::to_text(report));
    }
    fmt::print("{} stories, {} failed\n", files.size(), failed);
    return failed == 0 ? 0 : 1;
}

int trace(const std::string& folder) {
    const std::vector<policy::Layer> layers{layer_of(folder)};
    const auto loaded = policy::Pack::load(layers, options());
    print(loaded.errors, "error");
    if (!loaded.pack) return 1;
    const auto rows = policy::trace(*loaded.pack);
    fmt::print("{}", policy::to_text(rows));
    for (const auto& row : rows)
        if (!row.covered) return 1;
    return 0;
}

int usage() {
    fmt::print(
        stderr,
        "pack_tool check DIR [OVERLAY …]\n"
        "pack_tool story FILE … [--pack DIR] [--at TIME] [--json] [--quiet]\n"
        "pack_tool trace DIR\n"
    );
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> args(argv + 1, argv + argc);
    if (args.size() >= 2 && args[0] == "check") return check({args.begin() + 1, args.end()});
    if (args.size() >= 2 && args[0] == "story") return story({args.begin() + 1, args.end()});
    if (args.size() == 2 && args[0] == "trace") return trace(args[1]);
    return usage();
}
