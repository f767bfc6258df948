#include "cel/parser.hpp"

#include <fmt/format.h>

#include <array>

namespace homeward::cel {
namespace {

/// A comprehension as it is called: its variables and what follows them. `filtered` allows one
/// more expression, a filter, before the last.
struct Shape {
    std::string_view name;
    Macro macro;
    std::size_t vars;
    bool filtered;
};

constexpr std::array<Shape, 12> shapes = {{
    {"all", Macro::all, 1, false},
    {"exists", Macro::exists, 1, false},
    {"exists_one", Macro::exists_one, 1, false},
    {"existsOne", Macro::exists_one, 1, false},
    {"filter", Macro::filter, 1, false},
    {"map", Macro::map, 1, true},
    {"all", Macro::all, 2, false},
    {"exists", Macro::exists, 2, false},
    {"exists_one", Macro::exists_one, 2, false},
    {"existsOne", Macro::exists_one, 2, false},
    {"transformList", Macro::transform_list, 2, true},
    {"transformMap", Macro::transform_map, 2, true},
}};

const Shape* shape_of(const Expr& call) {
    const std::size_t given = call.args.size() - 1;  // without the target
    for (const Shape& shape : shapes) {
        if (shape.name != call.text) continue;
        if (given == shape.vars + 1 || (shape.filtered && given == shape.vars + 2)) return &shape;
    }
    return nullptr;
}

}  // namespace

Expr Parser::finish_call(Expr call) {
    if (!macros_ || fatal_) return call;
    if (!call.method) {
        const bool has = call.text == "has" && call.args.size() == 1;
        return has ? has_macro(std::move(call)) : call;
    }
    const Shape* shape = shape_of(call);
    return shape == nullptr ? call : loop_macro(std::move(call), shape->macro, shape->vars);
}

Expr Parser::has_macro(Expr call) {
    Expr& field = call.args[0];
    if (field.kind != Expr::Kind::select) {
        note(field.at, "has() takes a field, as in has(this.ended)");
        return call;
    }
    Expr out = std::move(field);
    out.kind = Expr::Kind::macro;
    out.macro = Macro::has;
    out.at = call.at;
    return out;
}

bool Parser::take_variables(const Expr& call, std::size_t count, std::vector<std::string>& out) {
    for (std::size_t i = 1; i <= count; ++i) {
        const Expr& variable = call.args[i];
        if (variable.kind != Expr::Kind::ident || variable.text[0] == '.') {
            note(variable.at, fmt::format("{}() begins with a plain name", call.text));
            return false;
        }
        if (!out.empty() && out[0] == variable.text) {
            note(variable.at, fmt::format("{}() needs two different names", call.text));
            return false;
        }
        out.push_back(variable.text);
    }
    return true;
}

Expr Parser::loop_macro(Expr call, Macro macro, std::size_t vars) {
    std::vector<std::string> names;
    if (!take_variables(call, vars, names)) return call;
    call.args.erase(
        call.args.begin() + 1, call.args.begin() + 1 + static_cast<std::ptrdiff_t>(vars)
    );
    call.kind = Expr::Kind::macro;
    call.macro = macro;
    call.method = false;
    call.text.clear();
    call.vars = std::move(names);
    return call;
}

}  // namespace homeward::cel
