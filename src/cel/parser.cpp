#include "cel/parser.hpp"

#include "cel/operators.hpp"
#include "cel/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeward::cel {

class Parser::Nest {
  public:
    explicit Nest(Parser& parser) : parser_(parser) {
        if (++parser_.depth_ > parser_.limits_.depth_max)
            parser_.fatal(
                parser_.now().at, fmt::format("nested more than {} deep", parser_.limits_.depth_max)
            );
    }
    Nest(const Nest&) = delete;
    Nest& operator=(const Nest&) = delete;
    Nest(Nest&&) = delete;
    Nest& operator=(Nest&&) = delete;
    ~Nest() { --parser_.depth_; }

  private:
    Parser& parser_;
};

Checked<Ast> Parser::run() {
    Expr root = expression();
    if (!fatal_ && now().token != Token::end)
        fatal(now().at, fmt::format("{} is not expected after a whole expression", seen()));
    if (!issues_.empty()) return tl::unexpected(std::move(issues_));
    return Ast{std::move(root), nodes_};
}

bool Parser::take(std::string_view sign) {
    if (fatal_ || !sees(sign)) return false;
    ++i_;
    return true;
}

void Parser::expect(std::string_view sign) {
    if (!take(sign)) fatal(now().at, fmt::format("'{}' is expected here, not {}", sign, seen()));
}

void Parser::fatal(Position at, std::string message) {
    if (!fatal_) note(at, std::move(message));
    fatal_ = true;
}

std::string Parser::seen() const {
    if (now().token == Token::end) return "the end";
    constexpr std::size_t shown_max = 40;
    return now().raw.size() > shown_max ? std::string("this") : fmt::format("'{}'", now().raw);
}

Expr Parser::make(Expr::Kind kind, Position at, std::string text, std::vector<Expr> args) {
    Expr out;
    out.kind = kind;
    out.at = at;
    out.text = std::move(text);
    out.args = std::move(args);
    out.id = nodes_++;
    std::uint32_t depth = 0;
    for (const Expr& arg : out.args) depth = std::max<std::uint32_t>(depth, arg.depth);
    out.depth = static_cast<std::uint16_t>(std::min<std::uint32_t>(depth + 1, 0xFFFF));
    if (out.depth > limits_.depth_max)
        fatal(at, fmt::format("nested more than {} deep", limits_.depth_max));
    if (nodes_ > limits_.nodes_max)
        fatal(at, fmt::format("longer than {} parts", limits_.nodes_max));
    return out;
}

Expr Parser::expression() {
    const Nest nest(*this);
    if (fatal_) return {};
    Expr condition = binary(1);
    if (!sees("?")) return condition;
    const Position at = now().at;
    ++i_;
    std::vector<Expr> args;
    args.push_back(std::move(condition));
    args.push_back(binary(1));
    expect(":");
    if (!fatal_) args.push_back(expression());
    return make(Expr::Kind::call, at, "_?_:_", std::move(args));
}

Expr Parser::binary(int level) {
    Expr left = level == level_max ? unary() : binary(level + 1);
    while (!fatal_) {
        const bool word = now().token == Token::ident && now().raw == "in";
        if (!word && now().token != Token::punctuation) break;
        const Operator* op = operator_by_sign(now().raw);
        if (op == nullptr || op->level != level) break;
        const Position at = now().at;
        ++i_;
        std::vector<Expr> args;
        args.push_back(std::move(left));
        do {
            args.push_back(level == level_max ? unary() : binary(level + 1));
        } while (level <= 2 && take(op->sign));  // a && b && c is one node
        left = make(Expr::Kind::call, at, std::string(op->name), std::move(args));
    }
    return left;
}

Expr Parser::unary() {
    if (sees("-")) return negative();
    if (!sees("!")) return member();
    const Nest nest(*this);
    if (fatal_) return {};
    const Position at = now().at;
    ++i_;
    std::vector<Expr> args;
    args.push_back(sees("!") ? unary() : member());
    return make(Expr::Kind::call, at, "!_", std::move(args));
}

Expr Parser::negative() {
    const Nest nest(*this);
    if (fatal_) return {};
    const Position at = now().at;
    ++i_;
    if (now().token == Token::number) {
        // The sign belongs to the literal, so that the least int can be written.
        --i_;
        return member();
    }
    std::vector<Expr> args;
    args.push_back(sees("-") ? negative() : member());
    return make(Expr::Kind::call, at, "-_", std::move(args));
}

Expr Parser::member() {
    Expr out = primary();
    while (!fatal_) {
        const Position at = now().at;
        if (take(".")) {
            out = select_or_method(std::move(out), at);
        } else if (take("[")) {
            std::vector<Expr> args;
            args.push_back(std::move(out));
            args.push_back(expression());
            expect("]");
            out = make(Expr::Kind::call, at, "_[_]", std::move(args));
        } else if (sees("{") && (out.kind == Expr::Kind::ident || out.kind == Expr::Kind::select)) {
            out = message(out);
        } else {
            break;
        }
    }
    return out;
}

Expr Parser::select_or_method(Expr target, Position at) {
    const Lexeme& field = now();
    std::vector<Expr> args;
    args.push_back(std::move(target));
    if (field.token == Token::quoted_ident) {
        ++i_;
        const auto inside = field.raw.substr(1, field.raw.size() - 2);
        return make(Expr::Kind::select, at, std::string(inside), std::move(args));
    }
    if (field.token != Token::ident || is_keyword(field.raw)) {
        fatal(field.at, fmt::format("a name is expected after the dot, not {}", seen()));
        return {};
    }
    ++i_;
    if (!take("(")) return make(Expr::Kind::select, at, std::string(field.raw), std::move(args));
    for (Expr& arg : arguments(")")) args.push_back(std::move(arg));
    Expr call = make(Expr::Kind::call, field.at, std::string(field.raw), std::move(args));
    call.method = true;
    return finish_call(std::move(call));
}

Expr Parser::primary() {
    const Lexeme& here = now();
    switch (here.token) {
        case Token::number:
            return number(false);
        case Token::string:
        case Token::bytes: {
            ++i_;
            Expr out = make(Expr::Kind::literal, here.at, here.text);
            out.literal_kind = here.token == Token::string ? cel::Kind::string : cel::Kind::bytes;
            return out;
        }
        case Token::ident:
            return name();
        default:
            break;
    }
    if (sees("-") && lexemes_[i_ + 1].token == Token::number) return number(true);
    if (sees(".")) return name();
    if (sees("[")) return list();
    if (sees("{")) return map();
    if (take("(")) {
        Expr inside = expression();
        expect(")");
        return inside;
    }
    fatal(here.at, fmt::format("a value is expected here, not {}", seen()));
    return {};
}

Expr Parser::number(bool negative) {
    const Position at = now().at;
    if (negative) ++i_;
    Expr out = make(Expr::Kind::literal, at);
    if (!read_number(now().raw, negative, out.number))
        note(now().at, fmt::format("{} is no number that fits", seen()));
    out.literal_kind = out.number.kind();
    ++i_;
    return out;
}

Expr Parser::name() {
    const Position at = now().at;
    std::string text = take(".") ? "." : "";
    const Lexeme& word = now();
    if (word.token != Token::ident || word.raw == "in") {
        fatal(word.at, fmt::format("a name is expected here, not {}", seen()));
        return {};
    }
    ++i_;
    if (text.empty() && is_keyword(word.raw)) {
        Expr out = make(Expr::Kind::literal, at);
        if (word.raw != "null") out.number = Value::boolean(word.raw == "true");
        out.literal_kind = out.number.kind();
        return out;
    }
    text += word.raw;
    if (is_reserved(word.raw)) note(at, fmt::format("'{}' is a reserved word", word.raw));
    if (!take("(")) return make(Expr::Kind::ident, at, std::move(text));
    return finish_call(make(Expr::Kind::call, at, std::move(text), arguments(")")));
}

std::vector<Expr> Parser::arguments(std::string_view close) {
    std::vector<Expr> out;
    if (take(close)) return out;
    do {
        if (close == "]" && sees("]")) break;  // a trailing comma is allowed in lists
        out.push_back(expression());
    } while (take(","));
    expect(close);
    return out;
}

Expr Parser::list() {
    const Position at = now().at;
    ++i_;
    auto items = arguments("]");
    return make(Expr::Kind::list, at, {}, std::move(items));
}

Expr Parser::map() {
    const Position at = now().at;
    ++i_;
    std::vector<Expr> entries;
    while (!fatal_ && !sees("}")) {
        entries.push_back(expression());
        expect(":");
        if (fatal_) break;
        entries.push_back(expression());
        if (!take(",")) break;
    }
    expect("}");
    return make(Expr::Kind::map, at, {}, std::move(entries));
}

Expr Parser::message(const Expr& name) {
    note(name.at, "there are no message types here; write a map {'field': value} instead");
    ++i_;
    while (!fatal_ && !sees("}")) {
        if (now().token != Token::ident && now().token != Token::quoted_ident)
            fatal(now().at, fmt::format("a field name is expected here, not {}", seen()));
        if (!fatal_) ++i_;
        expect(":");
        if (!fatal_) expression();
        if (!take(",")) break;
    }
    expect("}");
    return make(Expr::Kind::literal, name.at);
}

Checked<Ast> parse(std::string_view source, const ParseLimits& limits, bool macros) {
    if (source.size() > limits.source_bytes_max) {
        auto text = fmt::format("longer than {} bytes", limits.source_bytes_max);
        return tl::unexpected(Issues{{Position{}, std::move(text), {}}});
    }
    if (!is_utf8(source)) return tl::unexpected(Issues{{Position{}, "not UTF-8", {}}});
    auto lexemes = cut(source);
    if (!lexemes) return tl::unexpected(std::move(lexemes.error()));
    return Parser(std::move(*lexemes), limits, macros).run();
}

}  // namespace homeward::cel
