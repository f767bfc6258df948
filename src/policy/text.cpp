#include "policy/text.hpp"

#include <fmt/format.h>

namespace homeward::policy {

std::string to_text(const Problem& problem) {
    auto out = problem.file;
    if (problem.line != 0) out += fmt::format(":{}:{}", problem.line, problem.column);
    out += ": " + problem.what;
    if (!problem.suggestion.empty())
        out += fmt::format(" (did you mean '{}'?)", problem.suggestion);
    return out;
}

std::string_view Text::in(std::string_view language) const {
    const std::string* english = nullptr;
    for (const auto& [code, text] : by_language) {
        if (code == language) return text;
        if (code == "en") english = &text;
    }
    if (english != nullptr) return *english;
    return by_language.empty() ? std::string_view() : by_language.front().second;
}

void Text::set(std::string_view language, std::string_view text) {
    for (auto& [code, old] : by_language) {
        if (code != language) continue;
        old = text;
        return;
    }
    by_language.emplace_back(language, text);
}

}  // namespace homeward::policy
