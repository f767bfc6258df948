#include "cel/check.hpp"
#include "cel/text.hpp"

#include <fmt/format.h>

#include <functional>

namespace homeward::cel {
namespace {

/// a.b.c as a dotted name, when the tree is nothing but names and dots; otherwise empty.
std::string dotted(const Expr& e) {
    if (e.kind == Expr::Kind::ident) return e.text;
    if (e.kind != Expr::Kind::select) return {};
    std::string left = dotted(e.args[0]);
    return left.empty() ? left : left + '.' + e.text;
}

std::string_view root_of(std::string_view name) { return name.substr(0, name.find('.')); }

}  // namespace

const Checker::Local* Checker::find_local(std::string_view name) const {
    for (auto at = locals_.rbegin(); at != locals_.rend(); ++at)
        if (at->name == name) return &*at;
    return nullptr;
}

/// Tries the name in the container a.b as a.b.name, a.name, name; with a leading dot as it stands.
bool Checker::resolve(const std::string& name, Finding& f) {
    std::string scope = name[0] == '.' ? std::string() : declarations_.container();
    const std::string plain = name[0] == '.' ? name.substr(1) : name;
    while (true) {
        const std::string full = scope.empty() ? plain : scope + '.' + plain;
        if (const auto* variable = declarations_.find_variable(full)) {
            f.names = Finding::Names::variable;
            f.index = variable->index;
            f.type = variable->type;
            return true;
        }
        if (const auto denoted = type_denoted(full, declarations_.moments()); !denoted.empty()) {
            f.names = Finding::Names::type;
            f.type_name = denoted;
            f.type = Type::type(type_behind(denoted));
            return true;
        }
        if (scope.empty()) return false;
        const auto dot = scope.rfind('.');
        scope.resize(dot == std::string::npos ? 0 : dot);
    }
}

bool Checker::resolve_qualified(const Expr& e, Finding& f) {
    const std::string name = dotted(e);
    if (name.empty()) return false;
    if (name[0] != '.' && find_local(root_of(name)) != nullptr) return false;
    return resolve(name, f);
}

Type Checker::ident(const Expr& e, Finding& f) {
    if (const Local* local = find_local(e.text)) {
        f.names = Finding::Names::local;
        f.index = local->index;
        return local->type;
    }
    if (resolve(e.text, f)) return f.type;
    unknown_name(e);
    return Type::dyn();
}

Type Checker::select(const Expr& e, Finding& f) {
    // The longest dotted name that is declared wins over selecting from a shorter one.
    if (e.kind == Expr::Kind::select && resolve_qualified(e, f)) return f.type;
    const Type target = infer(e.args[0]);
    if (target.is_dyn()) return target;
    if (target.is(Type::Kind::map)) {
        want(e, target.arg(0), Type::string(), "the key of a map read with a dot");
        return target.arg(1);
    }
    if (!target.is(Type::Kind::object)) {
        issue(e, fmt::format("{} has no fields, so no '{}'", to_text(target), e.text));
        return Type::dyn();
    }
    f.object = &target.object_type();
    f.field = f.object->find(e.text);
    if (f.field != nullptr) return f.field->type;
    unknown_field(e, *f.object);
    f.object = nullptr;
    return Type::dyn();
}

void Checker::unknown_name(const Expr& e) {
    auto names = declarations_.variable_names();
    for (const auto& local : locals_) names.push_back(local.name);
    issue(e, fmt::format("nothing is called '{}' here", e.text), nearest(e.text, names));
}

void Checker::unknown_field(const Expr& e, const ObjectType& object) {
    std::vector<std::string_view> names;
    for (const auto& field : object.fields()) names.push_back(field.name);
    issue(e, fmt::format("{} has no field '{}'", object.name(), e.text), nearest(e.text, names));
}

void Checker::check_words(const Type& domain, const Expr& e) {
    if (e.kind == Expr::Kind::list) {
        for (const Expr& item : e.args) check_words(domain, item);
    } else if (e.kind == Expr::Kind::call && e.text == "_?_:_") {
        check_words(domain, e.args[1]);
        check_words(domain, e.args[2]);
    } else if (e.kind == Expr::Kind::literal && e.literal_kind == cel::Kind::string) {
        const Domains* domains = declarations_.domains();
        if (domains == nullptr || domains->has(domain.name(), e.text)) return;
        const auto words = domains->words(domain.name());
        const std::vector<std::string_view> views(words.begin(), words.end());
        issue(
            e, fmt::format("'{}' is no code of {}", e.text, domain.name()), nearest(e.text, views)
        );
    }
}

}  // namespace homeward::cel
