#pragma once

#include "cel/issue.hpp"
#include "cel/value.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::cel {

/// The comprehensions and has(), which are part of the language rather than functions.
enum class Macro : std::uint8_t {
    none,
    has,  ///< has(args[0].text)
    all,  ///< args[0].all(vars…, args[1])
    exists,
    exists_one,
    map,  ///< args[0].map(vars[0], [filter args[1],] transform)
    filter,
    transform_list,  ///< args[0].transformList(i, v, [filter,] transform)
    transform_map,   ///< args[0].transformMap(k, v, [filter,] transform)
};

/// A node of the syntax tree.
///
/// `text` is: of an ident its name (with a leading dot when written so); of a select or has() the
/// field; of a call the function or the operator (`_+_`, `!_`, `_?_:_`, `_[_]`, `@in` …); of a
/// string or bytes literal the content. A method's target is args[0]. `&&` and `||` take two or
/// more args when written without brackets. Map entries are args key, value, key, value …
struct Expr {
    enum class Kind : std::uint8_t { literal, ident, select, call, list, map, macro };

    Kind kind = Kind::literal;
    Macro macro = Macro::none;
    bool method = false;
    cel::Kind literal_kind = cel::Kind::null;
    std::uint16_t depth = 1;  ///< nodes on the longest way down, this one included
    std::uint32_t id = 0;     ///< 0, 1, 2 … within one tree
    Position at;
    Value number;  ///< the value of a literal that is neither string nor bytes
    std::string text;
    std::vector<std::string> vars;
    std::vector<Expr> args;

    /// The value of a literal. Strings and bytes are views into this node.
    Value literal() const;
};

/// Same tree, places and ids aside.
bool same(const Expr& a, const Expr& b);

/// A parsed source text.
struct Ast {
    Expr root;
    std::uint32_t nodes = 0;
};

}  // namespace homeward::cel
