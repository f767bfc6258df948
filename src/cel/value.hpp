#pragma once

#include "cel/arena.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace homeward::cel {

class Map;
class ObjectType;

enum class Kind : std::uint8_t {
    null,
    boolean,
    integer,  ///< CEL int: 64 bits, signed
    natural,  ///< CEL uint: 64 bits, unsigned
    real,     ///< CEL double
    string,   ///< UTF-8
    bytes,
    timestamp,
    duration,
    list,
    map,
    object,   ///< a record with a declared type; fields sit in numbered slots
    type,     ///< what type(x) gives
    moment,   ///< extension: a time known to lie between two bounds
    absent,   ///< a slot that holds nothing: has() is false, reading it is unknown
    unknown,  ///< cannot be computed; names what is missing
    error,    ///< the expression went wrong; flows as CEL says
};

/// Seconds since 1970-01-01T00:00:00Z plus 0..999'999'999 nanoseconds.
struct Timestamp {
    std::int64_t seconds = 0;
    std::int32_t nanos = 0;
    friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

/// A signed span. Both parts have the same sign, |nanos| < 1'000'000'000.
struct Duration {
    std::int64_t seconds = 0;
    std::int32_t nanos = 0;
    friend auto operator<=>(const Duration&, const Duration&) = default;
};

/// A time that lies in [earliest_us, latest_us], both ends included: microseconds since 1970 UTC.
struct Moment {
    std::int64_t earliest_us = 0;
    std::int64_t latest_us = 0;
    bool precise() const { return earliest_us == latest_us; }
    friend bool operator==(const Moment&, const Moment&) = default;
};

/// One CEL value in 24 bytes, copied freely. Strings, lists, maps, objects and unknowns are views:
/// what they point at (an arena, a plan, the caller's data) must outlive them.
///
/// An accessor called on another kind ends the process: ask `kind()` first.
class Value {
  public:
    Value() = default;  ///< null

    static Value null() { return {}; }
    static Value boolean(bool b) {
        Value v(Kind::boolean);
        v.as_.b = b;
        return v;
    }
    static Value integer(std::int64_t i) {
        Value v(Kind::integer);
        v.as_.i = i;
        return v;
    }
    static Value natural(std::uint64_t u) {
        Value v(Kind::natural);
        v.as_.u = u;
        return v;
    }
    static Value real(double d) {
        Value v(Kind::real);
        v.as_.d = d;
        return v;
    }
    static Value string(std::string_view utf8) {
        return viewing(Kind::string, utf8.data(), utf8.size());
    }
    static Value bytes(std::string_view octets) {
        return viewing(Kind::bytes, octets.data(), octets.size());
    }
    static Value timestamp(Timestamp t);
    static Value duration(Duration d);
    static Value moment(Moment m);
    /// A precise moment.
    static Value moment_at(std::int64_t us) { return moment({us, us}); }
    static Value list(std::span<const Value> items) {
        return viewing(Kind::list, items.data(), items.size());
    }
    static Value map(const Map& map);
    /// `slots` has one value per field of `type`, in the order in which they were added.
    static Value object(const ObjectType& type, const Value* slots);
    static Value type(std::string_view name);
    static Value absent() { return Value(Kind::absent); }
    /// Unknown with the names of what is missing. With none, in a slot, the slot's own name
    /// (`custody.first_judge`) is what reading it reports.
    static Value unknown(std::span<const std::string_view> missing = {});
    static Value error(std::string_view message);

    Kind kind() const { return kind_; }
    bool is(Kind kind) const { return kind_ == kind; }
    /// Neither unknown, absent nor error.
    bool usable() const { return kind_ < Kind::absent; }
    bool is_true() const { return kind_ == Kind::boolean && as_.b; }
    bool is_false() const { return kind_ == Kind::boolean && !as_.b; }

    bool as_bool() const { return need(Kind::boolean).b; }
    std::int64_t as_int() const { return need(Kind::integer).i; }
    std::uint64_t as_uint() const { return need(Kind::natural).u; }
    double as_double() const { return need(Kind::real).d; }
    std::string_view as_string() const { return text(need(Kind::string)); }
    std::string_view as_bytes() const { return text(need(Kind::bytes)); }
    std::string_view type_name() const { return text(need(Kind::type)); }
    std::string_view message() const { return text(need(Kind::error)); }
    Timestamp as_timestamp() const { return {need(Kind::timestamp).time.s, as_.time.n}; }
    Duration as_duration() const { return {need(Kind::duration).time.s, as_.time.n}; }
    Moment as_moment() const { return {need(Kind::moment).range.lo, as_.range.hi}; }
    std::span<const Value> as_list() const {
        return {static_cast<const Value*>(need(Kind::list).view.at), as_.view.size};
    }
    const Map& as_map() const { return *static_cast<const Map*>(need(Kind::map).view.at); }
    const ObjectType& object_type() const { return *need(Kind::object).object.type; }
    const Value* slots() const { return need(Kind::object).object.slots; }
    /// What is missing, sorted, without repeats.
    std::span<const std::string_view> missing() const {
        return {static_cast<const std::string_view*>(need(Kind::unknown).view.at), as_.view.size};
    }

  private:
    struct View {
        const void* at;
        std::size_t size;
    };
    struct Time {
        std::int64_t s;
        std::int32_t n;
    };
    struct Range {
        std::int64_t lo;
        std::int64_t hi;
    };
    struct Record {
        const ObjectType* type;
        const Value* slots;
    };
    union Payload {
        bool b;
        std::int64_t i;
        std::uint64_t u;
        double d;
        View view;
        Time time;
        Range range;
        Record object;
    };

    explicit Value(Kind kind) : kind_(kind) {}
    static Value viewing(Kind kind, const void* at, std::size_t size) {
        Value v(kind);
        v.as_.view = {at, size};
        return v;
    }
    static std::string_view text(const Payload& p) {
        return {static_cast<const char*>(p.view.at), p.view.size};
    }
    const Payload& need(Kind kind) const {
        if (kind_ != kind) wrong_kind();
        return as_;
    }
    [[noreturn]] static void wrong_kind();

    Payload as_{.range = {0, 0}};
    Kind kind_ = Kind::null;
};

static_assert(std::is_trivially_copyable_v<Value>);
static_assert(sizeof(Value) <= 24);

/// An immutable map, in the order in which it was written. Keys are bool, int, uint or string;
/// 1, 1u and 1.0 find the same entry.
class Map {
  public:
    /// A map in `arena` from as many keys as values. Null when a key is of another kind or is
    /// given twice.
    static const Map* make(
        Arena& arena, std::span<const Value> keys, std::span<const Value> values
    );

    std::span<const Value> keys() const { return keys_; }
    std::span<const Value> values() const { return values_; }
    std::size_t size() const { return keys_.size(); }

    /// The value under `key`, or null.
    const Value* find(const Value& key) const;

    Map() = default;

  private:
    const Value* find_slot(const Value& key, std::size_t& at) const;

    std::span<const Value> keys_;
    std::span<const Value> values_;
    std::span<const std::uint32_t> index_;  // open addressing, 0 = free, else position + 1
};

/// CEL equality: across numeric kinds by number, lists and maps deeply, otherwise same kind and
/// same content. Objects are equal field by field. NaN is equal to nothing. Unusable values are
/// equal to nothing: the evaluator handles them before it asks.
bool equal(const Value& a, const Value& b);

/// The type name as type(x) gives it: "int", "google.protobuf.Timestamp", an object's own name…
std::string_view type_name_of(const Value& value);

/// A value as a CEL-like text, for messages and tests. Holds personal data if the value does.
std::string to_text(const Value& value);

/// The unknown that misses what either of two unknowns misses.
Value merge_unknown(Arena& arena, const Value& a, const Value& b);

}  // namespace homeward::cel
