#include "commands/pack_commands.hpp"

#include "commands/data_commands.hpp"
#include "policy/story.hpp"
#include "policy/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace homeward::commands {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t story_bytes_max = 1U << 20U;

Result<std::string> read_story(const fs::path& file) {
    std::error_code ec;
    const auto size = fs::file_size(file, ec);
    if (ec) return fail(Code::not_found, "cannot read " + file.string());
    if (size > story_bytes_max)
        return fail(Code::too_large, file.string() + " is larger than 1 MiB");
    std::ifstream in(file, std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

json::object to_json(const policy::Problem& problem) {
    return {
        {"file", problem.file},
        {"line", problem.line},
        {"column", problem.column},
        {"what", problem.what},
        {"suggestion", problem.suggestion},
    };
}

json::array to_json(const policy::Problems& problems) {
    json::array out;
    for (const auto& problem : problems) out.push_back(to_json(problem));
    return out;
}

/// Finds a story's overlays: paths are relative to the story.
policy::PackSource packs_for(const StoryOptions& options, const fs::path& file) {
    return [&options, folder = file.parent_path()](const policy::StoryPack& wanted) {
        PackOptions pack = options.pack;
        for (const auto& overlay : wanted.overlays) pack.overlays.push_back(folder / overlay);
        auto loaded = load_pack(pack, wanted.extra);
        if (loaded) return std::move(*loaded);
        policy::Loaded none;
        none.errors.push_back({folder.string(), 0, 0, loaded.error().text, {}});
        return none;
    };
}

/// The safeguards that a story speaks of.
std::vector<std::string> cited_in(const policy::Pack& pack, std::string_view story) {
    std::vector<std::string> out;
    for (const auto& safeguard : pack.safeguards()) {
        if (story.find(safeguard.id) != std::string_view::npos) out.push_back(safeguard.id);
    }
    return out;
}

}  // namespace

int check_pack(const CheckPackOptions& options) {
    const auto loaded = load_pack(options.pack);
    if (!loaded) return cannot(loaded.error());
    if (options.as_json) {
        const json::object out{
            {"errors", to_json(loaded->errors)}, {"warnings", to_json(loaded->warnings)}};
        fmt::print("{}\n", json::serialize(out));
        return loaded->pack ? 0 : 1;
    }
    for (const auto& problem : loaded->errors) fmt::print("error: {}\n", policy::to_text(problem));
    for (const auto& problem : loaded->warnings)
        fmt::print("warning: {}\n", policy::to_text(problem));
    if (!loaded->pack) {
        fmt::print("{} errors: nothing can be served from this pack\n", loaded->errors.size());
        return 1;
    }
    const auto& pack = *loaded->pack;
    fmt::print(
        "{} {} is good: {} kinds, {} code lists, {} safeguards, {} parameters, {} roles\n",
        pack.name(),
        pack.version(),
        pack.kinds().size(),
        pack.code_lists().size(),
        pack.safeguards().size(),
        pack.parameters().size(),
        pack.roles().size()
    );
    return 0;
}

int trace(const TraceOptions& options) {
    const auto loaded = good_pack(options.pack);
    if (!loaded) return cannot(loaded.error());
    std::vector<policy::TraceItem> items;
    std::error_code ec;
    for (const auto& item : fs::directory_iterator(options.stories, ec)) {
        if (item.path().extension() != ".yaml") continue;
        auto text = read_story(item.path());
        if (!text) return cannot(text.error());
        items.push_back({"story", item.path().filename().string(), cited_in(**loaded, *text)});
    }
    const auto rows = policy::trace(**loaded, items);
    if (options.as_json) {
        fmt::print("{}\n", json::serialize(policy::to_json(rows)));
    } else {
        fmt::print("{}", policy::to_text(rows));
    }
    const bool all =
        std::all_of(rows.begin(), rows.end(), [](const auto& row) { return row.covered; });
    return options.strict && !all ? 1 : 0;
}

int story(const StoryOptions& options) {
    std::optional<Instant> at;
    if (!options.at.empty()) {
        const auto parsed = parse_instant(options.at);
        if (!parsed) return cannot(parsed.error());
        at = *parsed;
    }
    int status = 0;
    for (const auto& file : options.files) {
        const auto text = read_story(file);
        if (!text) return cannot(text.error());
        const auto report = policy::run_story(file.string(), *text, packs_for(options, file), at);
        if (options.as_json) {
            fmt::print("{}\n", json::serialize(policy::to_json(report, options.language)));
        } else {
            fmt::print("{}", policy::to_text(report, options.language));
        }
        if (!report.passed()) status = 1;
    }
    return status;
}

}  // namespace homeward::commands
