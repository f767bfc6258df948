#include "cel/check.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeward::cel {

CheckedBody Checker::check(Ast ast, const std::vector<Definition::Param>& params) {
    findings_.resize(ast.nodes);
    for (const auto& param : params) push_local(param.name, param.type);
    CheckedBody out;
    out.type = closed(infer(ast.root));
    out.ast = std::move(ast);
    out.findings = std::move(findings_);
    out.local_count = local_count_;
    return out;
}

Issues Checker::take_issues() {
    std::stable_sort(issues_.begin(), issues_.end(), [](const Issue& a, const Issue& b) {
        return a.at.offset < b.at.offset;
    });
    return std::move(issues_);
}

void Checker::issue(const Expr& e, std::string message, std::string suggestion) {
    issues_.push_back({e.at, std::move(message), std::move(suggestion)});
}

Type Checker::infer(const Expr& e) {
    // Children write to findings_ too, but it never grows: the reference stays good.
    Finding& f = findings_[e.id];
    f.type = infer_kind(e, f);
    return f.type;
}

Type Checker::infer_kind(const Expr& e, Finding& f) {
    switch (e.kind) {
        case Expr::Kind::literal:
            switch (e.literal_kind) {
                case cel::Kind::boolean:
                    return Type::boolean();
                case cel::Kind::integer:
                    return Type::integer();
                case cel::Kind::natural:
                    return Type::natural();
                case cel::Kind::real:
                    return Type::real();
                case cel::Kind::string:
                    return Type::string();
                case cel::Kind::bytes:
                    return Type::bytes();
                default:
                    return Type::null();
            }
        case Expr::Kind::ident:
            return ident(e, f);
        case Expr::Kind::select:
            return select(e, f);
        case Expr::Kind::call:
            return call(e, f);
        case Expr::Kind::list:
            return list(e);
        case Expr::Kind::map:
            return map(e);
        case Expr::Kind::macro:
            if (e.macro == Macro::has) {
                select(e, f);
                return Type::boolean();
            }
            return macro(e, f);
    }
    return Type::dyn();
}

Type Checker::list(const Expr& e) {
    Type item = Type::open();
    for (std::size_t i = 0; i < e.args.size(); ++i) {
        const Type next = infer(e.args[i]);
        item = i == 0 ? next : join(item, next);
    }
    return Type::list(item);
}

Type Checker::map(const Expr& e) {
    Type key = Type::open();
    Type value = Type::open();
    for (std::size_t i = 0; i + 1 < e.args.size(); i += 2) {
        const Type next_key = infer(e.args[i]);
        const Type next_value = infer(e.args[i + 1]);
        key = i == 0 ? next_key : join(key, next_key);
        value = i == 0 ? next_value : join(value, next_value);
        const bool fits = next_key.is_dyn() || next_key.is(Type::Kind::boolean) ||
                          next_key.is(Type::Kind::integer) || next_key.is(Type::Kind::natural) ||
                          next_key.is(Type::Kind::string);
        if (!fits)
            issue(
                e.args[i],
                fmt::format("a map's key is a bool, int, uint or string, not {}", to_text(next_key))
            );
    }
    return Type::map(key, value);
}

std::uint32_t Checker::push_local(const std::string& name, Type type) {
    locals_.push_back({name, std::move(type), local_count_});
    return local_count_++;
}

Type Checker::macro(const Expr& e, Finding& f) {
    const Type range = infer(e.args[0]);
    const bool is_list = range.is(Type::Kind::list);
    const bool is_map = range.is(Type::Kind::map);
    if (!is_list && !is_map && !range.is_dyn())
        issue(
            e.args[0],
            fmt::format("only a list or a map can be gone through, not {}", to_text(range))
        );
    Type key;
    Type item;
    if (is_list) {
        key = Type::integer();
        item = range.arg(0);
    } else if (is_map) {
        key = range.arg(0);
        item = range.arg(1);
    }
    const std::size_t before = locals_.size();
    if (e.vars.size() == 1) {
        f.locals[0] = push_local(e.vars[0], is_map ? key : item);
    } else {
        f.locals[0] = push_local(e.vars[0], key);
        f.locals[1] = push_local(e.vars[1], item);
    }
    std::vector<Type> parts;
    for (std::size_t i = 1; i < e.args.size(); ++i) parts.push_back(infer(e.args[i]));
    locals_.erase(locals_.begin() + static_cast<std::ptrdiff_t>(before), locals_.end());
    return macro_result(e, parts, key, is_map ? key : item);
}

Type Checker::macro_result(
    const Expr& e, const std::vector<Type>& parts, const Type& key, const Type& item
) {
    const bool transforms = e.macro == Macro::map || e.macro == Macro::transform_list ||
                            e.macro == Macro::transform_map;
    if (!transforms || parts.size() == 2) want(e.args[1], parts[0], Type::boolean(), "a condition");
    if (e.macro == Macro::filter) return Type::list(item);
    if (!transforms) return Type::boolean();
    return e.macro == Macro::transform_map ? Type::map(key, parts.back())
                                           : Type::list(parts.back());
}

void Checker::want(const Expr& e, const Type& given, const Type& wanted, std::string_view what) {
    if (Bindings().take(given, wanted)) return;
    issue(e, fmt::format("{} must be {}, not {}", what, to_text(wanted), to_text(given)));
}

Type Checker::logic(const Expr& e) {
    const std::string_view sign = e.text == "_&&_" ? "&&" : "||";
    for (const Expr& arg : e.args)
        want(arg, infer(arg), Type::boolean(), fmt::format("each side of {}", sign));
    return Type::boolean();
}

Type Checker::ternary(const Expr& e) {
    want(e.args[0], infer(e.args[0]), Type::boolean(), "what stands before '?'");
    const Type yes = infer(e.args[1]);
    const Type no = infer(e.args[2]);
    Bindings bindings;
    const Type t = Type::param("T");
    if (bindings.take(yes, t) && bindings.take(no, t)) return bindings.replace(t);
    issue(
        e,
        fmt::format(
            "both answers of a condition must have one type, not {} and {}",
            to_text(yes),
            to_text(no)
        )
    );
    return Type::dyn();
}

}  // namespace homeward::cel
