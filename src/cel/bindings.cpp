#include "cel/check.hpp"

namespace homeward::cel {

bool Bindings::bind(const Type& from, const std::string& name) {
    Type& bound = bound_[name];
    if (bound.is_dyn()) {
        bound = from;
        return true;
    }
    if (from.is_dyn()) return true;
    if (bound.is(Type::Kind::string) && from.is(Type::Kind::string)) {
        bound = join(bound, from);
        return true;
    }
    Bindings inner;
    if (inner.take(from, bound)) {
        bound = join(bound, from);
        return true;
    }
    if (!inner.take(bound, from)) return false;
    bound = from;
    return true;
}

bool Bindings::take(const Type& from, const Type& to) {
    if (to.is(Type::Kind::param)) return bind(from, to.name());
    if (from.is_dyn() || to.is_dyn()) {
        // list(T) given dyn leaves T open.
        return true;
    }
    if (from.is(Type::Kind::null)) {
        // As in CEL: null may stand for a record or a time.
        return to.is(Type::Kind::null) || to.is(Type::Kind::object) ||
               to.is(Type::Kind::timestamp) || to.is(Type::Kind::duration);
    }
    if (from.kind() != to.kind()) return false;
    switch (from.kind()) {
        case Type::Kind::string:
            return from.name().empty() || to.name().empty() || from.name() == to.name();
        case Type::Kind::object:
            return &from.object_type() == &to.object_type();
        case Type::Kind::list:
            return take(from.arg(0), to.arg(0));
        case Type::Kind::map:
            return take(from.arg(0), to.arg(0)) && take(from.arg(1), to.arg(1));
        default:
            return true;
    }
}

Type Bindings::replace(const Type& type) const {
    switch (type.kind()) {
        case Type::Kind::param: {
            const auto found = bound_.find(type.name());
            return found == bound_.end() ? Type::dyn() : found->second;
        }
        case Type::Kind::list:
            return Type::list(replace(type.arg(0)));
        case Type::Kind::map:
            return Type::map(replace(type.arg(0)), replace(type.arg(1)));
        case Type::Kind::type:
            return Type::type(replace(type.arg(0)));
        default:
            return type;
    }
}

Type closed(const Type& type) {
    switch (type.kind()) {
        case Type::Kind::dyn:
            return Type::dyn();
        case Type::Kind::list:
            return Type::list(closed(type.arg(0)));
        case Type::Kind::map:
            return Type::map(closed(type.arg(0)), closed(type.arg(1)));
        default:
            return type;
    }
}

Type join(const Type& a, const Type& b) {
    if (a == b || b.is_open()) return a;
    if (a.is_open()) return b;
    if (a.kind() != b.kind()) return Type::dyn();
    switch (a.kind()) {
        case Type::Kind::string:
            return Type::string();
        case Type::Kind::list:
            return Type::list(join(a.arg(0), b.arg(0)));
        case Type::Kind::map:
            return Type::map(join(a.arg(0), b.arg(0)), join(a.arg(1), b.arg(1)));
        default:
            return Type::dyn();
    }
}

}  // namespace homeward::cel
