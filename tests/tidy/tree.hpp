#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::tidy {

/// One source file, as it is and as the rules want to see it.
struct File {
    std::string path;  ///< from the root of the project, with '/'
    std::string text;
    /// `text` with comments, directives other than includes, and the insides of literals blanked;
    /// same length, same lines.
    std::string code;
    /// The string literals: where each begins in `text`, and what is between its quotes.
    std::vector<std::pair<std::size_t, std::string>> literals;

    bool is_under(std::string_view folder) const {
        return path.compare(0, folder.size(), folder) == 0;
    }
    bool is_header() const { return path.size() > 4 && path.substr(path.size() - 4) == ".hpp"; }
    bool is_source() const { return path.size() > 4 && path.substr(path.size() - 4) == ".cpp"; }
    bool is_script() const { return path.find(".ts", path.size() - 4) != path.npos; }
    std::size_t line_at(std::size_t offset) const;
};

/// The sources of the project (or a made-up one, in the tests of the rules).
struct Tree {
    std::vector<File> files;
    std::map<std::string, std::string> build_files;  ///< path → text of every CMake file
    std::set<std::string> kinds;                     ///< the forms of the pack, by name
};

/// Something that a rule found.
struct Fault {
    std::string path;
    std::size_t line = 0;
    std::string what;
};

/// Blanks what is no code and collects the literals.
File make_file(std::string path, std::string text);

/// Reads src, tests, bench and web/src below `root`, and the names of the forms below roadmap.
Tree read_tree(const std::filesystem::path& root);

bool is_word_char(char c);

/// Where `word` stands in `code` as a whole word, from `from` on; npos when nowhere.
std::size_t find_word(std::string_view code, std::string_view word, std::size_t from = 0);

/// The path between the quotes or angles of every include, with its line.
std::vector<std::pair<std::size_t, std::string>> includes_of(const File& file);

}  // namespace homeward::tidy
