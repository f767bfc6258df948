#include "cel/lexer.hpp"

#include "cel/text.hpp"

#include <fmt/format.h>

#include <array>

namespace homeward::cel {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_ident_start(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_ident(char c) { return is_ident_start(c) || is_digit(c); }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

class Cutter {
  public:
    explicit Cutter(std::string_view source) : source_(source) {}

    Checked<std::vector<Lexeme>> run() {
        skip_blank();
        while (i_ < source_.size() && issues_.empty()) {
            next();
            skip_blank();
        }
        if (!issues_.empty()) return tl::unexpected(std::move(issues_));
        Lexeme& last = lexemes_.emplace_back();
        last.at = place();
        return std::move(lexemes_);
    }

  private:
    Position place() const { return {static_cast<std::uint32_t>(i_), line_, column_}; }
    char peek(std::size_t ahead = 0) const {
        return i_ + ahead < source_.size() ? source_[i_ + ahead] : '\0';
    }

    void step() {
        const auto byte = static_cast<unsigned char>(source_[i_++]);
        if (byte == '\n') {
            ++line_;
            column_ = 1;
        } else if ((byte & 0xC0U) != 0x80U) {
            ++column_;
        }
    }

    void step(std::size_t count) {
        for (std::size_t n = 0; n < count; ++n) step();
    }

    void skip_blank() {
        while (i_ < source_.size()) {
            if (is_space(peek())) {
                step();
            } else if (peek() == '/' && peek(1) == '/') {
                while (i_ < source_.size() && peek() != '\n') step();
            } else {
                return;
            }
        }
    }

    void fault(Position at, std::string message) {
        issues_.push_back({at, std::move(message), {}});
    }

    Lexeme& add(Token token, std::size_t size) {
        Lexeme& lexeme = lexemes_.emplace_back();
        lexeme.token = token;
        lexeme.at = place();
        lexeme.raw = source_.substr(i_, size);
        step(size);
        return lexeme;
    }

    void next() {
        const char c = peek();
        if (is_ident_start(c)) return ident_or_text();
        if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
        if (c == '"' || c == '\'') return text(0, false, false);
        if (c == '`') return quoted_ident();
        punctuation();
    }

    void ident_or_text() {
        bool raw = false;
        bool bytes = false;
        std::size_t prefix = 0;
        while (prefix < 2) {
            const char c = peek(prefix);
            if ((c == 'r' || c == 'R') && !raw) {
                raw = true;
            } else if ((c == 'b' || c == 'B') && !bytes) {
                bytes = true;
            } else {
                break;
            }
            ++prefix;
        }
        if (prefix > 0 && (peek(prefix) == '"' || peek(prefix) == '\''))
            return text(prefix, raw, bytes);
        std::size_t size = 0;
        while (is_ident(peek(size))) ++size;
        add(Token::ident, size);
    }

    void quoted_ident() {
        std::size_t size = 1;
        while (is_ident(peek(size)) || peek(size) == '.' || peek(size) == '-' ||
               peek(size) == '/' || peek(size) == ' ')
            ++size;
        if (peek(size) != '`' || size == 1)
            return fault(place(), "a name between backquotes has letters, digits and _ . - / only");
        add(Token::quoted_ident, size + 1);
    }

    void number() {
        std::size_t size = 0;
        if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
            size = 2;
            while (is_hex(peek(size))) ++size;
        } else {
            while (is_digit(peek(size))) ++size;
            if (peek(size) == '.' && is_digit(peek(size + 1))) {
                ++size;
                while (is_digit(peek(size))) ++size;
            }
            std::size_t power = size;
            if (peek(power) == 'e' || peek(power) == 'E') {
                ++power;
                if (peek(power) == '+' || peek(power) == '-') ++power;
                if (is_digit(peek(power))) size = power;
                while (is_digit(peek(size))) ++size;
            }
        }
        if (peek(size) == 'u' || peek(size) == 'U') ++size;
        if (is_ident(peek(size)))
            return fault(place(), "a number runs into a name; put a space or an operator between");
        add(Token::number, size);
    }

    void text(std::size_t prefix, bool raw, bool bytes) {
        const Position at = place();
        const char quote = peek(prefix);
        const bool triple = peek(prefix + 1) == quote && peek(prefix + 2) == quote;
        const std::size_t mark = triple ? 3 : 1;
        const std::size_t start = prefix + mark;
        std::size_t size = start;
        while (true) {
            if (i_ + size >= source_.size()) return fault(at, "a text is not closed");
            const char c = peek(size);
            if (!triple && (c == '\n' || c == '\r'))
                return fault(at, "a text is not closed on its line; use three quotes for several");
            if (c == '\\' && !raw) {
                size += 2;
                continue;
            }
            if (c == quote && (!triple || (peek(size + 1) == quote && peek(size + 2) == quote)))
                break;
            ++size;
        }
        const std::string_view body = source_.substr(i_ + start, size - start);
        Lexeme& lexeme = add(bytes ? Token::bytes : Token::string, size + mark);
        if (raw) {
            lexeme.text = body;
            return;
        }
        std::string why;
        if (!unescape(body, bytes, lexeme.text, why)) fault(at, std::move(why));
    }

    void punctuation() {
        static constexpr std::array<std::string_view, 6> pairs = {
            "<=", ">=", "==", "!=", "&&", "||"};
        const std::string_view two = source_.substr(i_, 2);
        for (const auto pair : pairs) {
            if (two == pair) {
                add(Token::punctuation, 2);
                return;
            }
        }
        if (std::string_view("()[]{}.,:?+-*/%!<>").find(peek()) != std::string_view::npos) {
            add(Token::punctuation, 1);
            return;
        }
        if (peek() == '=') return fault(place(), "'=' means nothing here; to compare, write '=='");
        if (peek() == '&' || peek() == '|')
            return fault(place(), fmt::format("'{0}' means nothing here; write '{0}{0}'", peek()));
        fault(place(), "this character means nothing in an expression");
    }

    std::string_view source_;
    std::size_t i_ = 0;
    std::uint32_t line_ = 1;
    std::uint32_t column_ = 1;
    std::vector<Lexeme> lexemes_;
    Issues issues_;
};

}  // namespace

Checked<std::vector<Lexeme>> cut(std::string_view source) { return Cutter(source).run(); }

}  // namespace homeward::cel
