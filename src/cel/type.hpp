#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace homeward::cel {

class ObjectType;

/// What the checker knows about an expression. A small value, copied freely.
class Type {
  public:
    enum class Kind : std::uint8_t {
        dyn,  ///< anything; checked when it runs
        null,
        boolean,
        integer,
        natural,
        real,
        string,
        bytes,
        timestamp,
        duration,
        moment,
        list,
        map,
        object,
        type,
        param,  ///< a type parameter of a function, such as T in (list(T)) -> T
    };

    Type() = default;  ///< dyn

    static Type dyn() { return {}; }
    /// The dyn of an empty list or map: gives way to any better type that it is joined with.
    static Type open();
    static Type null() { return Type(Kind::null); }
    static Type boolean() { return Type(Kind::boolean); }
    static Type integer() { return Type(Kind::integer); }
    static Type natural() { return Type(Kind::natural); }
    static Type real() { return Type(Kind::real); }
    static Type string() { return Type(Kind::string); }
    /// A string taken from a closed list of words (a code list), named by `domain`.
    static Type string_of(std::string domain);
    static Type bytes() { return Type(Kind::bytes); }
    static Type timestamp() { return Type(Kind::timestamp); }
    static Type duration() { return Type(Kind::duration); }
    static Type moment() { return Type(Kind::moment); }
    static Type list(Type item);
    static Type map(Type key, Type value);
    /// `object` must outlive every copy of the type.
    static Type object(const ObjectType& object);
    /// The type of a type: `int` is an expression of type type(int).
    static Type type(Type of);
    static Type param(std::string name);

    Kind kind() const { return kind_; }
    bool is(Kind kind) const { return kind_ == kind; }
    bool is_dyn() const { return kind_ == Kind::dyn; }
    bool is_open() const { return kind_ == Kind::dyn && !name_.empty(); }
    /// The word domain of a string, the name of a parameter; otherwise empty.
    const std::string& name() const { return name_; }
    const ObjectType& object_type() const { return *object_; }
    /// list: {item}; map: {key, value}; type: {of}.
    const std::vector<Type>& args() const;
    const Type& arg(std::size_t i) const { return args()[i]; }

    friend bool operator==(const Type& a, const Type& b);

  private:
    explicit Type(Kind kind) : kind_(kind) {}

    Kind kind_ = Kind::dyn;
    const ObjectType* object_ = nullptr;
    std::string name_;
    std::shared_ptr<const std::vector<Type>> args_;
};

/// As CEL writes it: `list(string)`, `map(string, int)`, `custody`.
std::string to_text(const Type& type);

/// The declared shape of a record. Fields are numbered by slots from 0 in the order in which they
/// are added. Add every field before the first expression is compiled; the type must outlive all
/// programs and values that mention it. Types may mention each other, themselves included.
class ObjectType {
  public:
    struct Field {
        std::string name;
        Type type;
        std::uint32_t slot = 0;
        std::string path;            ///< `<type>.<field>`, what reading an absent slot reports
        std::string_view path_view;  ///< the same; unknown values point here
    };

    explicit ObjectType(std::string name) : name_(std::move(name)) {}
    ObjectType(const ObjectType&) = delete;
    ObjectType& operator=(const ObjectType&) = delete;
    ObjectType(ObjectType&&) = delete;
    ObjectType& operator=(ObjectType&&) = delete;
    ~ObjectType() = default;

    /// Adds a field and returns its slot. A name given twice keeps its first slot and type.
    std::uint32_t add_field(std::string name, Type type);

    const std::string& name() const { return name_; }
    std::uint32_t slot_count() const { return static_cast<std::uint32_t>(fields_.size()); }
    const std::deque<Field>& fields() const { return fields_; }
    const Field& field(std::uint32_t slot) const { return fields_[slot]; }
    /// The field of that name, or null.
    const Field* find(std::string_view name) const;

  private:
    std::string name_;
    std::deque<Field> fields_;  // a deque, so that a field never moves
    std::unordered_map<std::string_view, std::uint32_t> by_name_;
};

}  // namespace homeward::cel
