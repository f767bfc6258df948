#include "cel/check.hpp"
#include "cel/declarations.hpp"
#include "cel/parse.hpp"

#include <fmt/format.h>

namespace homeward::cel {
namespace {

void called_names(const Expr& e, std::vector<std::string_view>& out) {
    if (e.kind == Expr::Kind::call && !e.method) out.push_back(e.text);
    for (const Expr& arg : e.args) called_names(arg, out);
}

/// Puts parsed definitions into an order in which each only uses earlier ones.
class Sorter {
  public:
    Sorter(std::span<const Definition> definitions, const std::vector<Ast>& asts)
        : asts_(asts), marks_(definitions.size(), Mark::unseen) {
        for (std::size_t i = 0; i < definitions.size(); ++i) by_name_[definitions[i].name] = i;
    }

    /// False when `i` needs itself.
    bool visit(std::size_t i) {
        if (marks_[i] == Mark::done) return true;
        if (marks_[i] == Mark::open) return false;
        marks_[i] = Mark::open;
        std::vector<std::string_view> names;
        called_names(asts_[i].root, names);
        bool good = true;
        for (const auto name : names) {
            const auto found = by_name_.find(name);
            if (found != by_name_.end()) good = visit(found->second) && good;
        }
        marks_[i] = Mark::done;
        order_.push_back(i);
        return good;
    }

    const std::vector<std::size_t>& order() const { return order_; }

  private:
    enum class Mark : std::uint8_t { unseen, open, done };

    const std::vector<Ast>& asts_;
    std::unordered_map<std::string_view, std::size_t> by_name_;
    std::vector<Mark> marks_;
    std::vector<std::size_t> order_;
};

void append(Issues& out, const std::string& name, Issues issues) {
    for (Issue& issue : issues) {
        issue.message = name + ": " + issue.message;
        out.push_back(std::move(issue));
    }
}

Issues name_issues(const Declarations& declarations, std::span<const Definition> definitions) {
    Issues out;
    std::unordered_map<std::string_view, int> seen;
    for (const auto& one : definitions) {
        const bool taken = !standard_overloads(one.name).empty() ||
                           !declarations.find_overloads(one.name).empty() ||
                           declarations.find_definition(one.name) != nullptr ||
                           ++seen[one.name] > 1;
        if (taken) out.push_back({{}, one.name + ": a function of this name exists already", {}});
    }
    return out;
}

}  // namespace

Checked<void> Declarations::add_definitions(std::span<const Definition> definitions) {
    Issues issues = name_issues(*this, definitions);
    std::vector<Ast> asts;
    for (const auto& definition : definitions) {
        auto ast = parse(definition.source);
        if (!ast) append(issues, definition.name, std::move(ast.error()));
        asts.push_back(ast ? std::move(*ast) : Ast{});
    }
    if (!issues.empty()) return tl::unexpected(std::move(issues));
    Sorter sorter(definitions, asts);
    for (std::size_t i = 0; i < definitions.size(); ++i)
        if (!sorter.visit(i))
            issues.push_back({{}, definitions[i].name + ": is defined through itself", {}});
    if (!issues.empty()) return tl::unexpected(std::move(issues));
    for (const std::size_t i : sorter.order()) {
        const Definition& definition = definitions[i];
        Checker checker(*this);
        auto body = checker.check(std::move(asts[i]), definition.params);
        append(issues, definition.name, checker.take_issues());
        if (definition.result && !Bindings().take(body.type, *definition.result)) {
            issues.push_back(
                {{},
                 fmt::format(
                     "{}: must give {}, but gives {}",
                     definition.name,
                     to_text(*definition.result),
                     to_text(body.type)
                 ),
                 {}}
            );
        }
        CheckedDefinition checked;
        checked.definition = definition;
        checked.result = definition.result.value_or(body.type);
        checked.body = std::make_shared<const CheckedBody>(std::move(body));
        // A faulty one is kept until all are seen, so that its users are judged by its result.
        definitions_.insert_or_assign(definition.name, std::move(checked));
    }
    if (issues.empty()) return {};
    for (const auto& definition : definitions) definitions_.erase(definition.name);
    return tl::unexpected(std::move(issues));
}

}  // namespace homeward::cel
