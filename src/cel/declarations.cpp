#include "cel/declarations.hpp"

#include "cel/check.hpp"
#include "cel/standard.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeward::cel {

Result<std::uint32_t> Declarations::add_variable(std::string name, Type type) {
    for (const auto& variable : variables_)
        if (variable.name == name)
            return fail(Code::conflict, fmt::format("the variable '{}' is declared twice", name));
    const std::uint32_t index = variable_count();
    variables_.push_back({std::move(name), std::move(type), index});
    return index;
}

Result<void> Declarations::add_function(std::string name, Overload overload) {
    const auto clash = [&](bool method, const std::vector<Type>& params) {
        return method == overload.method && same_params(params, overload.params);
    };
    bool taken = find_definition(name) != nullptr;
    for (const Overload* known : find_overloads(name))
        taken = taken || clash(known->method, known->params);
    for (const auto& known : standard_overloads(name))
        taken = taken || clash(known.method, known.params);
    if (taken)
        return fail(
            Code::conflict,
            fmt::format("the function '{}' is declared twice for the same values", name)
        );
    if (overload.callback == nullptr || (overload.method && overload.params.empty()))
        return fail(Code::invalid, fmt::format("the function '{}' has nothing to call", name));
    functions_[std::move(name)].push_back(std::move(overload));
    return {};
}

const Declarations::Variable* Declarations::find_variable(std::string_view name) const {
    for (const auto& variable : variables_)
        if (variable.name == name) return &variable;
    return parent_ == nullptr ? nullptr : parent_->find_variable(name);
}

const CheckedDefinition* Declarations::find_definition(std::string_view name) const {
    const auto found = definitions_.find(std::string(name));
    if (found != definitions_.end()) return &found->second;
    return parent_ == nullptr ? nullptr : parent_->find_definition(name);
}

std::vector<const Overload*> Declarations::find_overloads(std::string_view name) const {
    std::vector<const Overload*> out;
    const std::string key(name);
    for (const Declarations* scope = this; scope != nullptr; scope = scope->parent_) {
        const auto found = scope->functions_.find(key);
        if (found == scope->functions_.end()) continue;
        for (const Overload& overload : found->second) out.push_back(&overload);
    }
    return out;
}

std::uint32_t Declarations::variable_count() const {
    const auto own = static_cast<std::uint32_t>(variables_.size());
    return own + (parent_ == nullptr ? 0 : parent_->variable_count());
}

std::vector<std::string_view> Declarations::variable_names() const {
    std::vector<std::string_view> out;
    if (parent_ != nullptr) out = parent_->variable_names();
    for (const auto& variable : variables_) out.push_back(variable.name);
    return out;
}

std::vector<std::string_view> Declarations::function_names() const {
    std::vector<std::string_view> out =
        parent_ != nullptr ? parent_->function_names() : standard_names(moments());
    for (const auto& [name, overloads] : functions_) out.push_back(name);
    for (const auto& [name, definition] : definitions_) out.push_back(name);
    return out;
}

const Domains* Declarations::domains() const {
    if (domains_ != nullptr || parent_ == nullptr) return domains_;
    return parent_->domains();
}

const Zones* Declarations::zones() const {
    if (zones_ != nullptr || parent_ == nullptr) return zones_;
    return parent_->zones();
}

const std::string& Declarations::container() const {
    if (!container_.empty() || parent_ == nullptr) return container_;
    return parent_->container();
}

}  // namespace homeward::cel
