#include "cel/check.hpp"
#include "cel/operators.hpp"
#include "cel/text.hpp"

#include <fmt/format.h>

namespace homeward::cel {
namespace {

bool has_domain(const Type& type) { return type.is(Type::Kind::string) && !type.name().empty(); }

/// The domain of a string, or of the strings in a list.
const Type& word_type(const Type& type) { return type.is(Type::Kind::list) ? type.arg(0) : type; }

bool is_equality(const Expr& e) { return e.text == "_==_" || e.text == "_!=_"; }

std::string list_text(const std::vector<Type>& types, std::size_t from) {
    std::string out;
    for (std::size_t i = from; i < types.size(); ++i)
        out += (i > from ? ", " : "") + to_text(types[i]);
    return out;
}

std::string call_text(std::string_view name, bool method, const std::vector<Type>& params) {
    if (!method) return fmt::format("{}({})", name, list_text(params, 0));
    return fmt::format("{}.{}({})", to_text(params[0]), name, list_text(params, 1));
}

}  // namespace

Type Checker::call(const Expr& e, Finding& f) {
    if (e.text == "_&&_" || e.text == "_||_") return logic(e);
    if (e.text == "_?_:_") return ternary(e);
    std::vector<Type> args;
    for (const Expr& arg : e.args) args.push_back(infer(arg));
    if (!e.method) f.definition = declarations_.find_definition(e.text);
    if (f.definition != nullptr) return definition_call(e, f, args);
    check_domains(e, args);
    return overloaded(e, f, args);
}

Type Checker::definition_call(const Expr& e, Finding& f, const std::vector<Type>& args) {
    const auto& params = f.definition->definition.params;
    if (params.size() != args.size()) {
        issue(e, fmt::format("{}() takes {} values, not {}", e.text, params.size(), args.size()));
        f.definition = nullptr;
        return Type::dyn();
    }
    for (std::size_t i = 0; i < args.size(); ++i) {
        want(
            e.args[i], args[i], params[i].type, fmt::format("'{}' of {}()", params[i].name, e.text)
        );
        const Type& word = word_type(params[i].type);
        if (has_domain(word)) check_words(word, e.args[i]);
    }
    return f.definition->result;
}

/// Words compared with a field that takes its words from a list must be on that list.
void Checker::check_domains(const Expr& e, const std::vector<Type>& args) {
    if (args.size() != 2 || (!is_equality(e) && e.text != "@in")) return;
    const Type& left = word_type(args[0]);
    const Type& right = word_type(args[1]);
    if (has_domain(left) && has_domain(right) && left.name() != right.name()) {
        issue(
            e, fmt::format("codes of {} and of {} are never the same", left.name(), right.name())
        );
    }
    if (has_domain(left)) check_words(left, e.args[1]);
    if (has_domain(right)) check_words(right, e.args[0]);
}

Type Checker::overloaded(const Expr& e, Finding& f, const std::vector<Type>& args) {
    bool known = false;
    bool found = false;
    Type result;
    const auto fits = [&](const std::vector<Type>& params, const Type& gives) {
        if (params.size() != args.size()) return false;
        Bindings bindings;
        for (std::size_t i = 0; i < args.size(); ++i)
            if (!bindings.take(args[i], params[i])) return false;
        const Type one = bindings.replace(gives);
        result = found ? join(result, one) : one;
        found = true;
        return true;
    };
    for (const Overload* overload : declarations_.find_overloads(e.text)) {
        if (overload->method != e.method) continue;
        known = true;
        if (!fits(overload->params, overload->result)) continue;
        f.overloads.push_back(overload);
        for (std::size_t i = 0; i < args.size(); ++i) {
            const Type& word = word_type(overload->params[i]);
            if (has_domain(word)) check_words(word, e.args[i]);
        }
    }
    for (const auto& overload : standard_overloads(e.text)) {
        if (overload.method != e.method || (overload.moment && !declarations_.moments())) continue;
        known = true;
        fits(overload.params, overload.result);
    }
    if (!known) unknown_function(e);
    if (known && !found) no_overload(e, args);
    return result;
}

void Checker::unknown_function(const Expr& e) {
    auto names = declarations_.function_names();
    if (e.method) {
        for (const auto* macro : {"all", "exists", "exists_one", "filter", "map"})
            names.push_back(macro);
    }
    const auto near = nearest(e.text, names);
    if (near == e.text) {
        const auto* other_way = "{0}() is written after a dot, as in x.{0}(y)";
        if (e.method) other_way = "{0}() is written {0}(x), not after a dot, or with other values";
        issue(e, fmt::format(fmt::runtime(other_way), e.text));
    } else {
        issue(e, fmt::format("there is no function '{}'", e.text), near);
    }
}

void Checker::no_overload(const Expr& e, const std::vector<Type>& args) {
    if (const Operator* op = operator_by_name(e.text)) {
        const bool compares = op->level == 3 && e.text != "@in";
        issue(
            e,
            compares
                ? fmt::format("{} cannot be compared with {}", to_text(args[0]), to_text(args[1]))
                : fmt::format(
                      "'{}' does not work on {} and {}",
                      op->sign,
                      to_text(args[0]),
                      to_text(args[1])
                  )
        );
        return;
    }
    if (e.text == "_[_]") {
        issue(e, fmt::format("{} cannot be indexed by {}", to_text(args[0]), to_text(args[1])));
        return;
    }
    if (e.text == "!_" || e.text == "-_") {
        issue(e, fmt::format("'{}' does not work on {}", e.text[0], to_text(args[0])));
        return;
    }
    std::string ways;
    for (const Overload* overload : declarations_.find_overloads(e.text))
        if (overload->method == e.method)
            ways += (ways.empty() ? "" : ", ") + call_text(e.text, e.method, overload->params);
    for (const auto& overload : standard_overloads(e.text))
        if (overload.method == e.method && (!overload.moment || declarations_.moments()))
            ways += (ways.empty() ? "" : ", ") + call_text(e.text, e.method, overload.params);
    issue(
        e, fmt::format("{} cannot be called; there is {}", call_text(e.text, e.method, args), ways)
    );
}

}  // namespace homeward::cel
