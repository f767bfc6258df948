#include "tidy/rules.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace homeward::tidy {
namespace {

/// What the folders may include.
struct Arrows {
    std::map<std::string, std::set<std::string>> folders;  ///< whole folders
    std::map<std::string, std::set<std::string>> seams;    ///< single headers past the arrows
};

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : text) {
        if (c != ' ' && c != '\n' && c != '\t') {
            word += c;
        } else if (!word.empty()) {
            words.push_back(std::exchange(word, {}));
        }
    }
    if (!word.empty()) words.push_back(word);
    return words;
}

/// Reads every `homeward_library(name [SEAMS …] [DEPS …] [EXTERN …])`.
Arrows read_arrows(const Tree& tree) {
    Arrows arrows;
    constexpr std::string_view call = "homeward_library(";
    for (const auto& [path, text] : tree.build_files) {
        if (path.compare(0, 4, "src/") != 0) continue;
        for (std::size_t at = text.find(call); at != text.npos; at = text.find(call, at + 1)) {
            const std::size_t begin = at + call.size();
            const std::size_t end = std::min(text.find(')', begin), text.size());
            const auto words = words_of(std::string_view(text).substr(begin, end - begin));
            if (words.empty()) continue;
            auto& folders = arrows.folders[words[0]];
            folders.insert(words[0]);
            std::string mode;
            for (const std::string& word : words) {
                if (word == "DEPS" || word == "EXTERN" || word == "SEAMS")
                    mode = word;
                else if (mode == "DEPS")
                    folders.insert(word);
                else if (mode == "SEAMS")
                    arrows.seams[words[0]].insert(word);
            }
        }
    }
    return arrows;
}

/// The folder of a file below src; empty for src/main.cpp, which may include everything.
std::string folder_of(const std::string& path) {
    const std::size_t slash = path.find('/', 4);
    return slash == path.npos ? std::string() : path.substr(4, slash - 4);
}

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// Whether some CMake file takes this one in: by name, or by naming a folder that it is in.
bool is_built(const Tree& tree, const File& file) {
    const std::string name = file.path.substr(file.path.rfind('/') + 1);
    for (const auto& [path, text] : tree.build_files) {
        if (text.find(name) != text.npos) return true;
        if (path == "src/CMakeLists.txt" && file.is_under("src/base/")) return true;
        const bool globs =
            text.find("homeward_library(") != text.npos || text.find("homeward_test(") != text.npos;
        const std::string folder = path.substr(0, path.rfind('/') + 1);
        if (globs && folder != "cmake/" && folder != "src/" && folder != "tests/" &&
            file.is_under(folder))
            return true;
        if (path == "bench/CMakeLists.txt" && file.is_under("bench/")) return true;
    }
    return false;
}

}  // namespace

/// DESIGN of the folders: an arrow that is not tested is not kept.
Faults find_includes_against_arrows(const Tree& tree) {
    const Arrows arrows = read_arrows(tree);
    Faults faults;
    for (const File& file : tree.files) {
        if (!file.is_under("src/")) continue;
        const std::string folder = folder_of(file.path);
        if (folder.empty()) continue;
        const auto known = arrows.folders.find(folder);
        if (known == arrows.folders.end()) {
            faults.push_back({file.path, 1, "a folder without a library.cmake"});
            continue;
        }
        const auto seams = arrows.seams.find(folder);
        for (const auto& [line, include] : includes_of(file)) {
            const std::size_t slash = include.find('/');
            const std::string from = include.substr(0, slash);
            const bool is_ours = arrows.folders.count(from) > 0 && ends_with(include, ".hpp") &&
                                 slash != include.npos;
            if (!is_ours || known->second.count(from) > 0) continue;
            if (seams != arrows.seams.end() && seams->second.count(include) > 0) continue;
            faults.push_back({file.path, line, folder + " must not include " + include});
        }
    }
    return faults;
}

/// Sockets and coroutines stay where they are: the domain is plain calls.
Faults find_network_outside_net(const Tree& tree) {
    Faults faults;
    for (const File& file : tree.files) {
        if (!file.is_under("src/") || file.is_under("src/net/")) continue;
        for (const auto& [line, include] : includes_of(file)) {
            if (include.find("boost/beast") == 0 || include.find("boost/asio") == 0) {
                faults.push_back({file.path, line, "only src/net may include " + include});
            }
        }
        if (file.is_under("src/api/")) continue;
        for (const char* word : {"awaitable", "co_await", "co_spawn"}) {
            const std::size_t at = find_word(file.code, word);
            if (at == file.code.npos) continue;
            faults.push_back(
                {file.path, file.line_at(at), std::string(word) + " outside net and api"}
            );
        }
    }
    return faults;
}

/// A header that nobody includes and a source that nothing builds are kept alive by nobody.
Faults find_dead_files(const Tree& tree) {
    std::set<std::string> included;
    for (const File& file : tree.files) {
        const std::string own = file.path.substr(0, file.path.rfind('.')) + ".hpp";
        for (const auto& [line, include] : includes_of(file)) {
            if (!ends_with(own, "/" + include)) included.insert(include);
        }
    }
    Faults faults;
    for (const File& file : tree.files) {
        if (file.is_header()) {
            const bool is_used =
                std::any_of(included.begin(), included.end(), [&](const auto& path) {
                    return ends_with(file.path, "/" + path);
                });
            if (!is_used) faults.push_back({file.path, 1, "a header that nobody includes"});
        } else if (file.is_source() && !file.is_under("web/") && !is_built(tree, file)) {
            faults.push_back({file.path, 1, "a source that nothing builds"});
        }
    }
    return faults;
}

Faults find_missing_guards(const Tree& tree) {
    Faults faults;
    for (const File& file : tree.files) {
        if (!file.is_header()) continue;
        const std::size_t at = file.code.find("#pragma once");
        const std::size_t first = file.code.find_first_not_of(" \n");
        if (at == file.code.npos || at != first) {
            faults.push_back({file.path, 1, "a header must begin with #pragma once"});
        }
    }
    return faults;
}

}  // namespace homeward::tidy
