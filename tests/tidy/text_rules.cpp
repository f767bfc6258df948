#include "tidy/rules.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace homeward::tidy {
namespace {

bool is_cpp(const File& file) { return file.is_header() || file.is_source(); }

std::size_t skip_blank_back(std::string_view code, std::size_t at) {
    while (at > 0 && (code[at - 1] == ' ' || code[at - 1] == '\n')) --at;
    return at;
}

/// Whether what stands before an opening brace makes it the body of a function.
bool opens_function(std::string_view head) {
    if (head.find('(') == head.npos) return false;
    for (const char* word : {"namespace", "class", "struct", "union", "enum"}) {
        // `struct X f() {` is a function; `struct X : Y<(1)> {` is not written here.
        const std::size_t at = find_word(head, word);
        if (at != head.npos && at < head.find('(') && head.find('<') == head.npos) return false;
    }
    const std::size_t paren = head.find('(');
    const std::size_t equals = head.find('=');
    // `= {`, `x = f(` are initialisers; `operator=(` is a name.
    if (equals != head.npos && equals < paren) return head.find("operator") != head.npos;
    return true;
}

/// A brace that is open: where its line is and whether it is a function's.
struct Brace {
    std::size_t at = 0;
    std::size_t line = 0;
    bool is_function = false;
    bool is_inside = false;  ///< of a function
};

/// Lines of literals that go over several lines: text that is carried along, not code.
std::size_t raw_lines_between(const File& file, std::size_t begin, std::size_t end) {
    std::size_t lines = 0;
    for (const auto& [at, text] : file.literals) {
        if (at < begin || at >= end) continue;
        lines += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }
    return lines;
}

void find_long_functions_in(const File& file, Faults& faults) {
    std::vector<Brace> open;
    std::size_t head_begin = 0;
    std::size_t line = 1;
    int parens = 0;
    for (std::size_t at = 0; at < file.code.size(); ++at) {
        const char c = file.code[at];
        if (c == '\n') {
            ++line;
            // An include ends like a statement.
            if (file.code.compare(std::min(at + 1, file.code.size()), 1, "#") == 0)
                head_begin = at + 1;
        }
        if (c == '(') ++parens;
        if (c == ')') --parens;
        if (c == ';' && parens == 0) head_begin = at + 1;
        if (c == '{') {
            Brace brace;
            brace.at = at;
            brace.line = line;
            brace.is_inside = !open.empty() && (open.back().is_inside || open.back().is_function);
            const std::string_view head =
                std::string_view(file.code).substr(head_begin, at - head_begin);
            brace.is_function = !brace.is_inside && parens == 0 && opens_function(head);
            open.push_back(brace);
            if (parens == 0) head_begin = at + 1;
        }
        if (c == '}' && !open.empty()) {
            const Brace brace = open.back();
            open.pop_back();
            const std::size_t length =
                line - brace.line + 1 - raw_lines_between(file, brace.at, at);
            if (brace.is_function && length > function_lines_max) {
                faults.push_back(
                    {file.path, brace.line, "a function of " + std::to_string(length) + " lines"}
                );
            }
            if (parens == 0) head_begin = at + 1;
        }
    }
}

/// Whether the word at `at` names a member that a constructor initialises, which looks like a call.
bool is_initialiser(std::string_view code, std::size_t at) {
    const std::size_t before = skip_blank_back(code, at);
    const std::string_view last = code.substr(before > 1 ? before - 2 : 0, 2);
    if (last.empty() || (last.back() != ',' && last.back() != ':') || last == "::") return false;
    int depth = 0;
    for (std::size_t i = before; i > 0 && depth >= 0; --i) {
        const char c = code[i - 1];
        if (c == ';' || c == '{' || c == '}') break;
        if (c == ')') ++depth;
        if (c == '(') --depth;
    }
    return depth >= 0;
}

/// Whether a literal reads like a statement of SQL.
bool is_sql(std::string_view text) {
    constexpr std::array starts{
        "SELECT ",
        "INSERT INTO ",
        "INSERT OR ",
        "DELETE FROM ",
        "UPDATE ",
        "CREATE TABLE ",
        "DROP TABLE ",
        "ALTER TABLE ",
        "WHERE ",
        " WHERE ",
        "ORDER BY ",
        " ORDER BY ",
        " AND ",
        " OR "};
    return std::any_of(starts.begin(), starts.end(), [&](std::string_view start) {
        return text.substr(0, start.size()) == start;
    });
}

/// The trap in the operand of `co_await` that begins at `from`, or null. It ends with its statement
/// or with the bracket that is around it.
const char* trap_in_operand(std::string_view code, std::size_t from) {
    int depth = 0;
    for (std::size_t i = from; i < code.size(); ++i) {
        const char c = code[i];
        if (c == ';' && depth == 0) return nullptr;
        if (c == '(') ++depth;
        if (c == ')' && --depth < 0) return nullptr;
        if (c == '?') return "a conditional";
        if (c == '{') return "a braced initialiser";
        if (c != '[') continue;
        const std::size_t before = skip_blank_back(code, i);
        const char last = before > 0 ? code[before - 1] : ' ';
        if (is_word_char(last) || last == ']' || last == ')') continue;  // an index
        const std::string_view captures = code.substr(i, code.find(']', i) - i + 1);
        if (captures != "[]" && captures != "[&]") return "a lambda with captures";
        return nullptr;  // its body is no part of the operand
    }
    return nullptr;
}

/// Forms that are called like a key of the pack's own language (docs/pack-language.md).
bool is_word_of_language(std::string_view text) {
    return text == "act" || text == "dossier" || text == "remedy";
}

bool is_id_of_pack(std::string_view text) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.size() != 5 || text[2] != '-' || !digit(text[3]) || !digit(text[4])) return false;
    return (text[0] == 'J' && text[1] >= 'A' && text[1] <= 'Z') || text.substr(0, 2) == "RR";
}

}  // namespace

Faults find_long_lines(const Tree& tree) {
    Faults faults;
    for (const File& file : tree.files) {
        if (!is_cpp(file)) continue;
        std::size_t line = 1;
        std::size_t columns = 0;
        for (const char c : file.text) {
            if (c == '\n') {
                ++line;
                columns = 0;
                continue;
            }
            // Bytes that continue a character take no column.
            if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++columns;
            if (columns == columns_max + 1) faults.push_back({file.path, line, "a line over 100"});
        }
    }
    return faults;
}

Faults find_long_functions(const Tree& tree) {
    Faults faults;
    for (const File& file : tree.files) {
        if (is_cpp(file)) find_long_functions_in(file, faults);
    }
    return faults;
}

Faults find_banned_calls(const Tree& tree) {
    constexpr std::array banned{
        "system", "popen", "strcpy", "strcat", "sprintf", "vsprintf", "rand", "srand", "gets"};
    Faults faults;
    const auto look = [&faults](const File& file, const std::string& word, const char* why) {
        for (std::size_t at = find_word(file.code, word); at != file.code.npos;
             at = find_word(file.code, word, at + 1)) {
            if (file.code.compare(at + word.size(), 1, "(") != 0) continue;
            if (is_initialiser(file.code, at)) continue;
            faults.push_back({file.path, file.line_at(at), word + ": " + why});
        }
    };
    for (const File& file : tree.files) {
        if (!is_cpp(file) || !file.is_under("src/")) continue;
        for (const char* word : banned) look(file, word, "a banned call");
        if (file.is_under("src/crypto/") || file.is_under("src/casework/")) {
            look(file, "memcmp", "tells by its time where secrets differ; use sodium_memcmp");
        }
        const std::size_t at = file.code.find("std::regex");
        if (at != file.code.npos) {
            faults.push_back({file.path, file.line_at(at), "std::regex backtracks on input"});
        }
        for (const auto& [line, include] : includes_of(file)) {
            if (include == "regex")
                faults.push_back({file.path, line, "std::regex backtracks on input"});
        }
    }
    return faults;
}

Faults find_namespaces_used_in_headers(const Tree& tree) {
    Faults faults;
    for (const File& file : tree.files) {
        const std::size_t at = file.code.find("using namespace");
        if (!file.is_header() || at == file.code.npos) continue;
        faults.push_back({file.path, file.line_at(at), "using namespace in a header"});
    }
    return faults;
}

/// Statements are constants with $1…$n. One that is put together from pieces is how values get in.
Faults find_built_sql(const Tree& tree) {
    Faults faults;
    for (const File& file : tree.files) {
        if (!is_cpp(file) || !file.is_under("src/") || file.is_under("src/store/")) continue;
        for (const auto& [begin, text] : file.literals) {
            if (!is_sql(text)) continue;
            const std::size_t before = skip_blank_back(file.code, begin);
            const std::size_t after =
                file.code.find_first_not_of(" \n", file.code.find('"', begin + 1) + 1);
            const bool glued = (before > 0 && file.code[before - 1] == '+') ||
                               (before > 1 && file.code.compare(before - 2, 2, "+=") == 0) ||
                               (after != file.code.npos && file.code[after] == '+');
            if (!glued && text.find("{}") == text.npos) continue;
            faults.push_back(
                {file.path, file.line_at(begin), "SQL that is put together from pieces"}
            );
        }
    }
    return faults;
}

/// g++ 12 destroys twice what some `co_await` operands build in place (cases in the rule's test).
/// Name it, then await it.
Faults find_coroutine_traps(const Tree& tree) {
    Faults faults;
    for (const File& file : tree.files) {
        if (!is_cpp(file) || !file.is_under("src/")) continue;
        for (std::size_t at = find_word(file.code, "co_await"); at != file.code.npos;
             at = find_word(file.code, "co_await", at + 1)) {
            const char* trap = trap_in_operand(file.code, at + 8);
            if (trap == nullptr) continue;
            faults.push_back({file.path, file.line_at(at), std::string(trap) + " inside co_await"});
        }
    }
    return faults;
}

/// The Roadmap is data: neither the engine nor the app knows a form or a safeguard by name.
Faults find_pack_content(const Tree& tree) {
    Faults faults;
    for (const File& file : tree.files) {
        const bool is_test = file.path.find(".test.") != file.path.npos;
        if (is_test || (!file.is_under("src/") && !file.is_under("web/src/"))) continue;
        for (const auto& [begin, text] : file.literals) {
            const bool is_kind = tree.kinds.count(text) > 0 && !is_word_of_language(text);
            bool has_id = false;
            for (std::size_t at = 0; at + 5 <= text.size() && !has_id; ++at) {
                const bool begins = at == 0 || !is_word_char(text[at - 1]);
                const bool ends = at + 5 == text.size() || !is_word_char(text[at + 5]);
                has_id = begins && ends && is_id_of_pack(std::string_view(text).substr(at, 5));
            }
            if (!is_kind && !has_id) continue;
            faults.push_back({file.path, file.line_at(begin), "knows \"" + text + "\" of the pack"}
            );
        }
    }
    return faults;
}

}  // namespace homeward::tidy
