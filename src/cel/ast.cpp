#include "cel/ast.hpp"

#include <cstring>

namespace homeward::cel {

Value Expr::literal() const {
    if (literal_kind == cel::Kind::string) return Value::string(text);
    if (literal_kind == cel::Kind::bytes) return Value::bytes(text);
    return number;
}

namespace {

bool same_literal(const Expr& a, const Expr& b) {
    if (a.literal_kind != b.literal_kind) return false;
    if (a.literal_kind != cel::Kind::real) return equal(a.literal(), b.literal());
    const double x = a.number.as_double();
    const double y = b.number.as_double();
    return std::memcmp(&x, &y, sizeof x) == 0;  // tells 0.0 from -0.0
}

}  // namespace

bool same(const Expr& a, const Expr& b) {
    if (a.kind != b.kind || a.macro != b.macro || a.method != b.method || a.text != b.text ||
        a.vars != b.vars || a.args.size() != b.args.size())
        return false;
    if (a.kind == Expr::Kind::literal && !same_literal(a, b)) return false;
    for (std::size_t i = 0; i < a.args.size(); ++i)
        if (!same(a.args[i], b.args[i])) return false;
    return true;
}

}  // namespace homeward::cel
