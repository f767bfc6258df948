#include "tidy/tree.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace homeward::tidy {
namespace {

/// Walks over a source once. Keeps line ends, so that lines stay countable.
class Blanker {
  public:
    explicit Blanker(File& file) : file_(file), text_(file.text) { file_.code = text_; }

    void run() {
        while (at_ < text_.size()) step();
    }

  private:
    bool starts(std::string_view what) const { return text_.compare(at_, what.size(), what) == 0; }

    void blank_to(std::size_t end) {
        for (end = std::min(end, text_.size()); at_ < end; ++at_) {
            if (text_[at_] != '\n') file_.code[at_] = ' ';
        }
    }

    std::size_t end_of_line() const {
        std::size_t end = text_.find('\n', at_);
        while (end != text_.npos && end > 0 && text_[end - 1] == '\\') {
            end = text_.find('\n', end + 1);
        }
        return std::min(end, text_.size());
    }

    void step() {
        const char c = text_[at_];
        if (starts("//")) return blank_to(end_of_line());
        if (starts("/*")) return blank_to(std::min(text_.find("*/", at_), text_.size() - 2) + 2);
        if (c == '#' && !file_.is_script()) return directive();
        if (starts("R\"") && (at_ == 0 || !is_word_char(text_[at_ - 1]))) return raw_literal();
        if (c == '"' || (c == '`' && file_.is_script())) return literal(c);
        // Between digits it is a separator: 8'192.
        const bool separates = c == '\'' && at_ > 0 && is_word_char(text_[at_ - 1]);
        if (c == '\'' && !separates) return literal(c);
        ++at_;
    }

    void directive() {
        const std::size_t end = end_of_line();
        const bool is_include = text_.compare(at_, 8, "#include") == 0;
        const bool is_pragma = text_.compare(at_, 7, "#pragma") == 0;
        if (is_include || is_pragma) {
            at_ = end;
        } else {
            blank_to(end);
        }
    }

    void raw_literal() {
        const std::size_t begin = at_;
        const std::size_t open = text_.find('(', at_);
        const std::string mark = ")" + text_.substr(at_ + 2, open - at_ - 2) + "\"";
        const std::size_t end = std::min(text_.find(mark, open), text_.size() - mark.size());
        file_.literals.emplace_back(begin, text_.substr(open + 1, end - open - 1));
        blank_to(end + mark.size());
        file_.code[begin] = '"';
        file_.code[end + mark.size() - 1] = '"';
    }

    void literal(char quote) {
        const std::size_t begin = at_++;
        while (at_ < text_.size() && text_[at_] != quote) {
            if (text_[at_] == '\n' && quote != '`') return;  // prose of a script, not a literal
            at_ += text_[at_] == '\\' ? 2U : 1U;
        }
        const std::size_t end = std::min(at_, text_.size());
        file_.literals.emplace_back(begin, text_.substr(begin + 1, end - begin - 1));
        at_ = begin + 1;
        blank_to(end);
        at_ = end + 1;
    }

    File& file_;
    const std::string& text_;
    std::size_t at_ = 0;
};

std::string read(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

bool is_skipped(const std::filesystem::path& path) {
    const std::string name = path.filename().string();
    return name == "node_modules" || name == "dist" || name == "corpus";
}

}  // namespace

std::size_t File::line_at(std::size_t offset) const {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size()));
    return 1 + static_cast<std::size_t>(std::count(text.begin(), end, '\n'));
}

File make_file(std::string path, std::string text) {
    File file;
    file.path = std::move(path);
    file.text = std::move(text);
    Blanker(file).run();
    return file;
}

Tree read_tree(const std::filesystem::path& root) {
    namespace fs = std::filesystem;
    Tree tree;
    for (const char* top : {"src", "tests", "bench", "web/src", "web/engine", "cmake"}) {
        if (!fs::exists(root / top)) continue;
        for (auto it = fs::recursive_directory_iterator(root / top); it != fs::end(it); ++it) {
            if (it->is_directory() && is_skipped(it->path())) it.disable_recursion_pending();
            if (!it->is_regular_file()) continue;
            const std::string path = fs::relative(it->path(), root).generic_string();
            const std::string kind = it->path().extension().string();
            if (kind == ".cpp" || kind == ".hpp" || kind == ".ts" || kind == ".tsx") {
                tree.files.push_back(make_file(path, read(it->path())));
            } else if (kind == ".cmake" || it->path().filename() == "CMakeLists.txt") {
                tree.build_files.emplace(path, read(it->path()));
            }
        }
    }
    for (const auto& entry : fs::recursive_directory_iterator(root / "roadmap/dossiers")) {
        if (entry.path().extension() == ".yaml") tree.kinds.insert(entry.path().stem().string());
    }
    return tree;
}

bool is_word_char(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

std::size_t find_word(std::string_view code, std::string_view word, std::size_t from) {
    for (std::size_t at = code.find(word, from); at != code.npos; at = code.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        const bool begins = at == 0 || !is_word_char(code[at - 1]);
        if (begins && (end == code.size() || !is_word_char(code[end]))) return at;
    }
    return code.npos;
}

std::vector<std::pair<std::size_t, std::string>> includes_of(const File& file) {
    std::vector<std::pair<std::size_t, std::string>> out;
    constexpr std::string_view start = "#include ";
    for (std::size_t at = file.code.find(start); at != file.code.npos;
         at = file.code.find(start, at + 1)) {
        const std::size_t open = at + start.size();
        const std::size_t end = file.code.find_first_of("\">\n", open + 1);
        if (end == file.code.npos) break;
        out.emplace_back(file.line_at(at), file.code.substr(open + 1, end - open - 1));
    }
    return out;
}

}  // namespace homeward::tidy
