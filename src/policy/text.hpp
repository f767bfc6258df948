#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace homeward::policy {

/// One file of a pack, read by the caller. `path` is relative to the pack's folder, with `/`.
struct File {
    std::string path;
    std::string text;
};

/// A pack's folder or an overlay's. `name` is what problems call it, such as `roadmap`.
struct Layer {
    std::string name;
    std::vector<File> files;
};

/// Something wrong with a pack or a story. `line` and `column` begin at 1; 0 is the whole file.
struct Problem {
    std::string file;  ///< layer name and path: `roadmap/codes/authority.yaml`
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    std::string what;        ///< a sentence for the author
    std::string suggestion;  ///< the nearest right name, or empty
};

using Problems = std::vector<Problem>;

/// `roadmap/codes/x.yaml:3:7: no field 'lawer' (did you mean 'lawyer'?)`
std::string to_text(const Problem& problem);

/// A title, label or help text in the languages that it has.
struct Text {
    std::vector<std::pair<std::string, std::string>> by_language;

    /// The text in `language`, else in English, else the first there is, else empty.
    std::string_view in(std::string_view language) const;
    void set(std::string_view language, std::string_view text);
    bool empty() const { return by_language.empty(); }
};

}  // namespace homeward::policy
