#pragma once

#include "base/result.hpp"
#include "cel/issue.hpp"
#include "cel/type.hpp"
#include "cel/value.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace homeward::cel {

struct CheckedBody;
class Zones;

/// What a caller's function is given beside its arguments.
struct Call {
    Arena& arena;          ///< where to put strings and lists that the result points at
    const void* declared;  ///< the pointer given to add_function
    const void* context;   ///< the pointer given with this evaluation
};

/// A function from outside. Must be pure: same arguments and context, same result. Arguments are
/// usable (errors and unknowns flow past the function) and of the declared kinds. May return
/// Value::error or Value::unknown.
using Callback = Value (*)(const Call& call, std::span<const Value> args);

/// A field that an expression may read.
struct Read {
    const ObjectType* object = nullptr;
    std::uint32_t slot = 0;
    friend bool operator==(const Read&, const Read&) = default;
};

/// One way of calling a function.
struct Overload {
    std::vector<Type> params;
    Type result;
    Callback callback = nullptr;
    const void* declared = nullptr;
    bool method = false;      ///< called as params[0].name(params[1] …)
    std::vector<Read> reads;  ///< the fields of records that the callback looks into
};

/// A named expression with typed parameters, written in CEL: is_child(at) := age(child, at) < 18.
struct Definition {
    struct Param {
        std::string name;
        Type type;
    };
    std::string name;
    std::vector<Param> params;
    std::optional<Type> result;  ///< checked when given, inferred otherwise
    std::string source;
};

/// A definition after it was parsed and checked.
struct CheckedDefinition {
    Definition definition;
    Type result;
    std::shared_ptr<const CheckedBody> body;
};

/// The closed lists of words behind Type::string_of. Must outlive the declarations.
class Domains {
  public:
    virtual ~Domains() = default;
    virtual bool has(std::string_view domain, std::string_view word) const = 0;
    /// Every word of a domain, for suggestions.
    virtual std::vector<std::string> words(std::string_view domain) const = 0;
};

/// Everything that an expression may see: variables, functions, definitions, domains.
///
/// Declarations may stand on a parent (`this` of one kind on top of what all kinds share): they
/// see everything of the parent, and their variables are numbered after the parent's. Build fully,
/// then share read-only between threads. Parents outlive children, both outlive `compile`; a
/// compiled Program needs neither, only the object types, the zones and what callbacks use.
class Declarations {
  public:
    Declarations() = default;
    explicit Declarations(const Declarations& parent) : parent_(&parent) {}
    explicit Declarations(Declarations&&) = delete;

    /// Declares a variable (a dotted name is allowed) and returns its index in the activation.
    /// A name given twice in the same declarations is Code::conflict.
    Result<std::uint32_t> add_variable(std::string name, Type type);

    /// Adds an overload. One that cannot be told from an earlier one or from a standard one (same
    /// name, style and parameter types) is Code::conflict.
    Result<void> add_function(std::string name, Overload overload);

    /// Parses and checks definitions, in any order; they may use each other but not in a circle.
    /// Nothing is added when there is an issue. An issue's message begins with the definition's
    /// name; its place is within that definition's source.
    Checked<void> add_definitions(std::span<const Definition> definitions);

    /// The domains behind string_of. Without, words are not checked.
    void set_domains(const Domains* domains) { domains_ = domains; }

    /// Time zones by name for getHours("Africa/Ndjamena") and its like. Without, only UTC and fixed
    /// offsets (+01:00) are known, and a name is an error value. Must outlive the programs.
    void set_zones(const Zones* zones) { zones_ = zones; }

    /// Adds the type moment with its operators, and earliest, latest, moment, count, days, hours,
    /// minutes, listed, recorded.
    void enable_moments() { moments_ = true; }

    /// The namespace in which names are looked up: in "a.b", `x` may mean a.b.x, a.x or x.
    void set_container(std::string container) { container_ = std::move(container); }

    struct Variable {
        std::string name;
        Type type;
        std::uint32_t index = 0;
    };

    const Variable* find_variable(std::string_view name) const;
    const CheckedDefinition* find_definition(std::string_view name) const;
    /// Overloads of that name in these declarations and their parents, nearest first.
    std::vector<const Overload*> find_overloads(std::string_view name) const;
    /// Number of variables, parents included: the size of an activation.
    std::uint32_t variable_count() const;
    std::vector<std::string_view> variable_names() const;
    std::vector<std::string_view> function_names() const;
    const Domains* domains() const;
    const Zones* zones() const;
    bool moments() const { return moments_ || (parent_ != nullptr && parent_->moments()); }
    const std::string& container() const;

  private:
    const Declarations* parent_ = nullptr;
    const Domains* domains_ = nullptr;
    const Zones* zones_ = nullptr;
    bool moments_ = false;
    std::string container_;
    std::deque<Variable> variables_;
    std::unordered_map<std::string, std::deque<Overload>> functions_;
    std::unordered_map<std::string, CheckedDefinition> definitions_;
};

}  // namespace homeward::cel
