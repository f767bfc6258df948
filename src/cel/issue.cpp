#include "cel/issue.hpp"

#include <fmt/format.h>

namespace homeward::cel {

std::string to_text(const Issue& issue) {
    auto out = fmt::format("{}:{}: {}", issue.at.line, issue.at.column, issue.message);
    if (!issue.suggestion.empty()) out += fmt::format(" (did you mean '{}'?)", issue.suggestion);
    return out;
}

}  // namespace homeward::cel
