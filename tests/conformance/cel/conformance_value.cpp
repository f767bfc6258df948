#include "conformance_value.hpp"

#include "base/bytes.hpp"
#include "cel/text.hpp"
#include "cel/times.hpp"

#include <charconv>
#include <cmath>
#include <vector>

namespace homeward::cel {
namespace {

std::string_view text_of_json(const json::value& v) {
    return {v.as_string().data(), v.as_string().size()};
}

template <class Int>
Int whole(const json::value& v) {
    Int out{};
    const auto text = text_of_json(v);
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

double real(const json::value& v) {
    double d = 0;
    if (v.is_string()) {
        read_double(text_of_json(v), d);
        return d;
    }
    return v.to_number<double>();
}

std::optional<Value> read_list(Arena& arena, const json::value& written) {
    const json::value* values = find(written, "values");
    if (values == nullptr) return Value::list({});
    const auto items = arena.array<Value>(values->as_array().size());
    std::size_t i = 0;
    for (const auto& item : values->as_array()) {
        const auto one = read_value(arena, item);
        if (!one) return {};
        items[i++] = *one;
    }
    return Value::list(items);
}

std::optional<Value> read_map(Arena& arena, const json::value& written) {
    const json::value* entries = find(written, "entries");
    const std::size_t size = entries == nullptr ? 0 : entries->as_array().size();
    const auto keys = arena.array<Value>(size);
    const auto values = arena.array<Value>(size);
    for (std::size_t i = 0; i < size; ++i) {
        const auto& entry = entries->as_array()[i];
        const auto key = read_value(arena, *find(entry, "key"));
        const auto value = read_value(arena, *find(entry, "value"));
        if (!key || !value) return {};
        keys[i] = *key;
        values[i] = *value;
    }
    return Value::map(*Map::make(arena, keys, values));
}

/// Timestamps and durations are the only messages known here.
std::optional<Value> read_message(const json::value& written) {
    const json::value* value = find(written, "value");
    if (value == nullptr || !value->is_string()) return {};
    const auto type = text_of_json(*find(written, "@type"));
    if (type == "type.googleapis.com/google.protobuf.Duration") {
        const auto d = read_duration(text_of_json(*value));
        return d ? std::optional(Value::duration(*d)) : std::nullopt;
    }
    if (type != "type.googleapis.com/google.protobuf.Timestamp") return {};
    const auto t = read_timestamp(text_of_json(*value));
    return t ? std::optional(Value::timestamp(*t)) : std::nullopt;
}

}  // namespace

std::optional<Value> read_value(Arena& arena, const json::value& written) {
    const auto& [kind, content] = *written.as_object().begin();
    const std::string_view name(kind.data(), kind.size());
    if (name == "nullValue") return Value::null();
    if (name == "boolValue") return Value::boolean(content.as_bool());
    if (name == "int64Value") return Value::integer(whole<std::int64_t>(content));
    if (name == "uint64Value") return Value::natural(whole<std::uint64_t>(content));
    if (name == "doubleValue") return Value::real(real(content));
    if (name == "stringValue") return Value::string(arena.copy(text_of_json(content)));
    if (name == "typeValue") return Value::type(arena.copy(text_of_json(content)));
    if (name == "bytesValue")
        return Value::bytes(arena.copy(text_of(from_base64(text_of_json(content)).value())));
    if (name == "listValue") return read_list(arena, content);
    if (name == "mapValue") return read_map(arena, content);
    if (name == "objectValue") return read_message(content);
    return {};
}

std::optional<Type> read_type(const json::value& written) {
    const auto& [kind, content] = *written.as_object().begin();
    const std::string_view name(kind.data(), kind.size());
    if (name == "dyn") return Type::dyn();
    if (name == "null") return Type::null();
    if (name == "typeParam") return Type::param(std::string(text_of_json(content)));
    if (name == "listType") {
        const auto item = read_type(*find(content, "elemType"));
        return item ? std::optional(Type::list(*item)) : std::nullopt;
    }
    if (name == "mapType") {
        const auto key = read_type(*find(content, "keyType"));
        const auto value = read_type(*find(content, "valueType"));
        return key && value ? std::optional(Type::map(*key, *value)) : std::nullopt;
    }
    if (name == "wellKnown") {
        if (text_of_json(content) == "TIMESTAMP") return Type::timestamp();
        if (text_of_json(content) == "DURATION") return Type::duration();
    }
    if (name == "messageType") {
        if (text_of_json(content) == "google.protobuf.Timestamp") return Type::timestamp();
        if (text_of_json(content) == "google.protobuf.Duration") return Type::duration();
    }
    if (name != "primitive") return {};
    if (text_of_json(content) == "BOOL") return Type::boolean();
    if (text_of_json(content) == "INT64") return Type::integer();
    if (text_of_json(content) == "UINT64") return Type::natural();
    if (text_of_json(content) == "DOUBLE") return Type::real();
    if (text_of_json(content) == "STRING") return Type::string();
    if (text_of_json(content) == "BYTES") return Type::bytes();
    return {};
}

bool identical(const Value& a, const Value& b) {
    if (a.kind() != b.kind()) return false;
    if (a.is(Kind::real) && std::isnan(a.as_double())) return std::isnan(b.as_double());
    if (a.is(Kind::list)) {
        if (a.as_list().size() != b.as_list().size()) return false;
        for (std::size_t i = 0; i < a.as_list().size(); ++i)
            if (!identical(a.as_list()[i], b.as_list()[i])) return false;
        return true;
    }
    if (a.is(Kind::map)) {
        if (a.as_map().size() != b.as_map().size()) return false;
        for (std::size_t i = 0; i < a.as_map().size(); ++i) {
            const Value* other = b.as_map().find(a.as_map().keys()[i]);
            if (other == nullptr || !identical(a.as_map().values()[i], *other)) return false;
        }
        return true;
    }
    return equal(a, b);
}

}  // namespace homeward::cel
