#include "commands/packs.hpp"

#include "cel/zones.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace homeward::commands {
namespace {

namespace fs = std::filesystem;

/// `roadmap` here, else share/homeward/roadmap beside the program's bin folder.
fs::path default_pack() {
    std::error_code ec;
    if (fs::exists("roadmap/pack.yaml", ec)) return "roadmap";
    const fs::path program = fs::read_symlink("/proc/self/exe", ec);
    return program.parent_path().parent_path() / "share" / "homeward" / "roadmap";
}

std::string name_of_folder(const fs::path& folder) {
    const fs::path name = folder.filename();
    return (name.empty() ? folder.parent_path().filename() : name).string();
}

}  // namespace

Result<policy::Layer> read_layer(const fs::path& folder) {
    std::error_code ec;
    if (!fs::is_directory(folder, ec)) return fail(Code::not_found, "no folder " + folder.string());
    const policy::PackLimits limits;
    policy::Layer layer{name_of_folder(folder), {}};
    for (const auto& item : fs::recursive_directory_iterator(folder, ec)) {
        if (item.is_symlink(ec) || !item.is_regular_file(ec)) continue;
        if (item.path().extension() != ".yaml") continue;
        if (item.file_size(ec) > limits.file_bytes_max || layer.files.size() >= limits.files_max)
            return fail(Code::too_large, "more than a pack holds: " + item.path().string());
        std::ifstream in(item.path(), std::ios::binary);
        layer.files.push_back(
            {fs::relative(item.path(), folder, ec).generic_string(),
             {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()}}
        );
    }
    if (ec) return fail(Code::not_found, "cannot read " + folder.string() + ": " + ec.message());
    // The order of a directory is the file system's; a pack must be the same everywhere.
    std::sort(layer.files.begin(), layer.files.end(), [](const auto& a, const auto& b) {
        return a.path < b.path;
    });
    return layer;
}

Result<policy::Loaded> load_pack(
    const PackOptions& options, const std::vector<policy::Layer>& extra
) {
    std::vector<policy::Layer> layers;
    auto base = read_layer(options.pack.empty() ? default_pack() : options.pack);
    if (!base) return Failure{base.error()};
    layers.push_back(std::move(*base));
    for (const auto& folder : options.overlays) {
        auto overlay = read_layer(folder);
        if (!overlay) return Failure{overlay.error()};
        layers.push_back(std::move(*overlay));
    }
    layers.insert(layers.end(), extra.begin(), extra.end());
    policy::LoadOptions load;
    load.zones = &cel::system_zones();
    return policy::Pack::load(layers, load);
}

Result<std::shared_ptr<const policy::Pack>> good_pack(const PackOptions& options) {
    auto loaded = load_pack(options);
    if (!loaded) return Failure{loaded.error()};
    for (const auto& problem : loaded->errors)
        std::fprintf(stderr, "%s\n", policy::to_text(problem).c_str());
    if (!loaded->pack) {
        return fail(
            Code::invalid,
            "the pack has " + std::to_string(loaded->errors.size()) +
                " errors; nothing is done with it"
        );
    }
    return loaded->pack;
}

}  // namespace homeward::commands
