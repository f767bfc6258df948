#pragma once

#include "cel/ast.hpp"
#include "cel/lexer.hpp"
#include "cel/parse.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace homeward::cel {

/// Recursive descent over the lexemes; binary operators by precedence. `fatal_` ends the reading:
/// every rule returns at once, with whatever node, when it is set.
class Parser {
  public:
    Parser(std::vector<Lexeme> lexemes, const ParseLimits& limits, bool macros)
        : lexemes_(std::move(lexemes)), limits_(limits), macros_(macros) {}

    Checked<Ast> run();

  private:
    class Nest;  // counts depth while a rule is open

    const Lexeme& now() const { return lexemes_[i_]; }
    bool sees(std::string_view sign) const {
        return now().token == Token::punctuation && now().raw == sign;
    }
    bool take(std::string_view sign);
    void expect(std::string_view sign);
    void fatal(Position at, std::string message);
    void note(Position at, std::string message) { issues_.push_back({at, std::move(message), {}}); }
    std::string seen() const;

    Expr make(Expr::Kind kind, Position at, std::string text = {}, std::vector<Expr> args = {});

    Expr expression();
    Expr binary(int level);
    Expr unary();
    Expr negative();
    Expr member();
    Expr select_or_method(Expr target, Position at);
    Expr primary();
    Expr name();
    Expr number(bool negative);
    Expr list();
    Expr map();
    Expr message(const Expr& name);
    std::vector<Expr> arguments(std::string_view close);

    Expr finish_call(Expr call);
    Expr has_macro(Expr call);
    Expr loop_macro(Expr call, Macro macro, std::size_t vars);
    bool take_variables(const Expr& call, std::size_t count, std::vector<std::string>& out);

    std::vector<Lexeme> lexemes_;
    ParseLimits limits_;
    bool macros_;
    std::size_t i_ = 0;
    std::uint32_t depth_ = 0;
    std::uint32_t nodes_ = 0;
    bool fatal_ = false;
    Issues issues_;
};

}  // namespace homeward::cel
