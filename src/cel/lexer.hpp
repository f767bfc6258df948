#pragma once

#include "cel/issue.hpp"
#include "cel/value.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::cel {

enum class Token : std::uint8_t {
    end,
    ident,
    quoted_ident,  ///< `between backquotes`, only after a dot
    number,
    string,
    bytes,
    punctuation,  ///< ( ) [ ] { } . , : ? + - * / % ! < <= > >= == != && ||
};

struct Lexeme {
    Token token = Token::end;
    Position at;
    std::string_view raw;  ///< as written
    std::string text;      ///< of a string or bytes literal, with escapes resolved
    Value number;
};

/// Cuts a source text into lexemes; the last one is Token::end. `source` must outlive them.
/// Whitespace and // comments are skipped. On a fault, the issues found.
Checked<std::vector<Lexeme>> cut(std::string_view source);

/// Resolves the escapes of a quoted text. On a fault, false and a sentence in `fault`.
bool unescape(std::string_view body, bool bytes, std::string& out, std::string& fault);

/// The value of an int, uint or double literal as written, without sign. `negative` widens the
/// int range by one and gives the negated value.
bool read_number(std::string_view raw, bool negative, Value& out);

}  // namespace homeward::cel
