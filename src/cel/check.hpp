#pragma once

#include "cel/ast.hpp"
#include "cel/declarations.hpp"
#include "cel/issue.hpp"
#include "cel/standard.hpp"
#include "cel/type.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace homeward::cel {

/// What the checker found out about one node of a tree.
struct Finding {
    enum class Names : std::uint8_t {
        nothing,
        variable,  ///< `index` in the activation
        local,     ///< `index` among the body's locals: a loop variable or a parameter
        type,      ///< `type_name` as a value
    };

    Type type;
    Names names = Names::nothing;
    std::uint32_t index = 0;
    std::string_view type_name;
    const ObjectType::Field* field = nullptr;  ///< of a select or has(): the declared field …
    const ObjectType* object = nullptr;        ///< … and whose it is
    const CheckedDefinition* definition = nullptr;
    std::vector<const Overload*> overloads;  ///< the caller's, that may fit
    std::array<std::uint32_t, 2> locals{};   ///< of a comprehension: its variables
};

/// A tree with its findings, by Expr::id.
struct CheckedBody {
    Ast ast;
    std::vector<Finding> findings;
    std::uint32_t local_count = 0;
    Type type;
};

/// Whether a value of type `from` may stand where `to` is wanted; dyn fits both ways. Binds the
/// type parameters in `to`.
class Bindings {
  public:
    bool take(const Type& from, const Type& to);
    /// `type` with its parameters replaced; unbound ones become dyn.
    Type replace(const Type& type) const;

  private:
    bool bind(const Type& from, const std::string& name);

    std::unordered_map<std::string, Type> bound_;
};

/// The type that both fit into, dyn when there is none better.
Type join(const Type& a, const Type& b);

/// `type` with what is still open turned into plain dyn.
Type closed(const Type& type);

/// Infers types bottom-up, gathers issues, resolves names. One object per tree.
class Checker {
  public:
    explicit Checker(const Declarations& declarations) : declarations_(declarations) {}

    /// Parameters become the locals 0, 1, 2 …
    CheckedBody check(Ast ast, const std::vector<Definition::Param>& params);

    Issues take_issues();

  private:
    struct Local {
        std::string name;
        Type type;
        std::uint32_t index;
    };

    Type infer(const Expr& e);
    Type infer_kind(const Expr& e, Finding& f);
    Type ident(const Expr& e, Finding& f);
    Type select(const Expr& e, Finding& f);
    Type list(const Expr& e);
    Type map(const Expr& e);
    Type macro(const Expr& e, Finding& f);
    Type macro_result(
        const Expr& e, const std::vector<Type>& parts, const Type& key, const Type& item
    );
    Type call(const Expr& e, Finding& f);
    Type logic(const Expr& e);
    Type ternary(const Expr& e);
    Type definition_call(const Expr& e, Finding& f, const std::vector<Type>& args);
    Type overloaded(const Expr& e, Finding& f, const std::vector<Type>& args);

    bool resolve(const std::string& name, Finding& f);
    bool resolve_qualified(const Expr& e, Finding& f);
    const Local* find_local(std::string_view name) const;
    std::uint32_t push_local(const std::string& name, Type type);

    void check_words(const Type& domain, const Expr& e);
    void check_domains(const Expr& e, const std::vector<Type>& args);
    void no_overload(const Expr& e, const std::vector<Type>& args);
    void unknown_function(const Expr& e);
    void unknown_name(const Expr& e);
    void unknown_field(const Expr& e, const ObjectType& object);
    void want(const Expr& e, const Type& given, const Type& wanted, std::string_view what);
    void issue(const Expr& e, std::string message, std::string suggestion = {});

    const Declarations& declarations_;
    std::vector<Finding> findings_;
    std::vector<Local> locals_;
    std::uint32_t local_count_ = 0;
    Issues issues_;
};

}  // namespace homeward::cel
