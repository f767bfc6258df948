#pragma once

#include <array>
#include <string_view>

namespace homeward::cel {

/// A binary operator: how it is written, the name of its function, how tightly it binds.
struct Operator {
    std::string_view sign;
    std::string_view name;
    int level;  ///< 1 (||) to 5 (* / %)
};

inline constexpr int level_max = 5;
inline constexpr std::array<Operator, 14> binary_operators = {{
    {"||", "_||_", 1},
    {"&&", "_&&_", 2},
    {"==", "_==_", 3},
    {"!=", "_!=_", 3},
    {"<=", "_<=_", 3},
    {">=", "_>=_", 3},
    {"<", "_<_", 3},
    {">", "_>_", 3},
    {"in", "@in", 3},
    {"+", "_+_", 4},
    {"-", "_-_", 4},
    {"*", "_*_", 5},
    {"/", "_/_", 5},
    {"%", "_%_", 5},
}};

inline const Operator* operator_by_sign(std::string_view sign) {
    for (const auto& op : binary_operators)
        if (op.sign == sign) return &op;
    return nullptr;
}

inline const Operator* operator_by_name(std::string_view name) {
    for (const auto& op : binary_operators)
        if (op.name == name) return &op;
    return nullptr;
}

/// Words that cannot name a variable or a function of their own.
inline bool is_reserved(std::string_view word) {
    static constexpr std::array<std::string_view, 17> words = {
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while"};
    for (const auto reserved : words)
        if (reserved == word) return true;
    return false;
}

/// Words of the grammar itself, which cannot follow a dot either unless between backquotes.
inline bool is_keyword(std::string_view word) {
    return word == "in" || word == "true" || word == "false" || word == "null";
}

}  // namespace homeward::cel
