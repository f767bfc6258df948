#include "cel/type.hpp"

#include <fmt/format.h>

namespace homeward::cel {

Type Type::open() {
    Type t;
    t.name_ = "?";
    return t;
}

Type Type::string_of(std::string domain) {
    Type t(Kind::string);
    t.name_ = std::move(domain);
    return t;
}

Type Type::list(Type item) {
    Type t(Kind::list);
    t.args_ = std::make_shared<const std::vector<Type>>(1, std::move(item));
    return t;
}

Type Type::map(Type key, Type value) {
    Type t(Kind::map);
    std::vector<Type> args{std::move(key), std::move(value)};
    t.args_ = std::make_shared<const std::vector<Type>>(std::move(args));
    return t;
}

Type Type::object(const ObjectType& object) {
    Type t(Kind::object);
    t.object_ = &object;
    return t;
}

Type Type::type(Type of) {
    Type t(Kind::type);
    t.args_ = std::make_shared<const std::vector<Type>>(1, std::move(of));
    return t;
}

Type Type::param(std::string name) {
    Type t(Kind::param);
    t.name_ = std::move(name);
    return t;
}

const std::vector<Type>& Type::args() const {
    static const std::vector<Type> none;
    return args_ ? *args_ : none;
}

bool operator==(const Type& a, const Type& b) {
    return a.kind_ == b.kind_ && a.object_ == b.object_ && a.name_ == b.name_ &&
           a.args() == b.args();
}

std::string to_text(const Type& type) {
    switch (type.kind()) {
        case Type::Kind::dyn:
            return "dyn";
        case Type::Kind::null:
            return "null";
        case Type::Kind::boolean:
            return "bool";
        case Type::Kind::integer:
            return "int";
        case Type::Kind::natural:
            return "uint";
        case Type::Kind::real:
            return "double";
        case Type::Kind::string:
            return type.name().empty() ? "string" : fmt::format("code({})", type.name());
        case Type::Kind::bytes:
            return "bytes";
        case Type::Kind::timestamp:
            return "timestamp";
        case Type::Kind::duration:
            return "duration";
        case Type::Kind::moment:
            return "moment";
        case Type::Kind::list:
            return fmt::format("list({})", to_text(type.arg(0)));
        case Type::Kind::map:
            return fmt::format("map({}, {})", to_text(type.arg(0)), to_text(type.arg(1)));
        case Type::Kind::object:
            return type.object_type().name();
        case Type::Kind::type:
            return fmt::format("type({})", to_text(type.arg(0)));
        case Type::Kind::param:
            return type.name();
    }
    return "dyn";
}

std::uint32_t ObjectType::add_field(std::string name, Type type) {
    if (const Field* known = find(name)) return known->slot;
    Field& field = fields_.emplace_back();
    field.slot = static_cast<std::uint32_t>(fields_.size() - 1);
    field.path = name_ + '.' + name;
    field.path_view = field.path;
    field.name = std::move(name);
    field.type = std::move(type);
    by_name_.emplace(field.name, field.slot);
    return field.slot;
}

const ObjectType::Field* ObjectType::find(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : &fields_[found->second];
}

}  // namespace homeward::cel
