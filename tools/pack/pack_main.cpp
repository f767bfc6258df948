// Checks packs and runs stories while they are being written. The command line of the product
// calls the same functions.
#include "cel/zones.hpp"
#include "policy/pack.hpp"

#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
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
        layer.files.push_back({fs::relative(it->path(), folder).generic_string(), read(it->path())});
    }
    return layer;
}

policy::LoadOptions options() {
    policy::LoadOptions out;
    out.zones = &homeward::cel::system_zones();
    return out;
}

void print(const policy::Problems& problems, const char* word) {
    for (const auto& problem : problems)
        fmt::print("{}: {}\n", word, policy::to_text(problem));
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
        "{} {}: {} kinds, {} fields, {} code lists, {} safeguards, {} parameters, {} roles, {} acts\n",
        pack.name(), pack.version(), pack.kinds().size(), pack.path_count() - pack.kinds().size(),
        pack.code_lists().size(), pack.safeguards().size(), pack.parameters().size(),
        pack.roles().size(), pack.acts().size()
    );
    return 0;
}

int usage() {
    fmt::print(stderr, "pack_tool check DIR [OVERLAY …]\n");
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> args(argv + 1, argv + argc);
    if (args.size() >= 2 && args[0] == "check") return check({args.begin() + 1, args.end()});
    return usage();
}
