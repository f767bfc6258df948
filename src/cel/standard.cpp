#include "cel/standard.hpp"

#include <algorithm>
#include <array>

namespace homeward::cel {
namespace {

using Table = std::vector<StandardOverload>;

struct Types {
    Type b = Type::boolean(), i = Type::integer(), u = Type::natural(), d = Type::real();
    Type s = Type::string(), y = Type::bytes(), ts = Type::timestamp(), du = Type::duration();
    Type m = Type::moment(), t = Type::param("T"), k = Type::param("K"), v = Type::param("V");
    Type lt = Type::list(t), mkv = Type::map(k, v), lm = Type::list(m);
};

void add_arithmetic(Table& out, const Types& x) {
    for (const auto* name : {"_+_", "_-_", "_*_", "_/_"})
        for (const Type& n : {x.i, x.u, x.d}) out.push_back({name, false, {n, n}, n});
    for (const Type& n : {x.i, x.u}) out.push_back({"_%_", false, {n, n}, n});
    for (const Type& n : {x.i, x.d}) out.push_back({"-_", false, {n}, n});
    out.push_back({"!_", false, {x.b}, x.b});
    for (const Type& n : {x.s, x.y, x.lt, x.du}) out.push_back({"_+_", false, {n, n}, n});
    out.push_back({"_+_", false, {x.ts, x.du}, x.ts});
    out.push_back({"_+_", false, {x.du, x.ts}, x.ts});
    out.push_back({"_-_", false, {x.ts, x.ts}, x.du});
    out.push_back({"_-_", false, {x.ts, x.du}, x.ts});
    out.push_back({"_-_", false, {x.du, x.du}, x.du});
    out.push_back({"-_", false, {x.du}, x.du});
    out.push_back({"_+_", false, {x.m, x.du}, x.m, true});
    out.push_back({"_+_", false, {x.du, x.m}, x.m, true});
    out.push_back({"_-_", false, {x.m, x.du}, x.m, true});
    out.push_back({"_-_", false, {x.m, x.m}, x.du, true});
    out.push_back({"_-_", false, {x.m, x.ts}, x.du, true});
    out.push_back({"_-_", false, {x.ts, x.m}, x.du, true});
}

void add_comparisons(Table& out, const Types& x) {
    const std::array<Type, 3> numbers = {x.i, x.u, x.d};
    for (const auto* name : {"_<_", "_<=_", "_>_", "_>=_"}) {
        for (const Type& a : numbers)
            for (const Type& b : numbers) out.push_back({name, false, {a, b}, x.b});
        for (const Type& a : {x.b, x.s, x.y, x.ts, x.du}) out.push_back({name, false, {a, a}, x.b});
        out.push_back({name, false, {x.m, x.m}, x.b, true});
        out.push_back({name, false, {x.m, x.ts}, x.b, true});
        out.push_back({name, false, {x.ts, x.m}, x.b, true});
    }
    for (const auto* name : {"_==_", "_!=_"}) {
        out.push_back({name, false, {x.t, x.t}, x.b});
        out.push_back({name, false, {x.m, x.ts}, x.b, true});
        out.push_back({name, false, {x.ts, x.m}, x.b, true});
    }
    out.push_back({"@in", false, {x.t, x.lt}, x.b});
    out.push_back({"@in", false, {x.k, x.mkv}, x.b});
    out.push_back({"_[_]", false, {x.lt, x.i}, x.t});
    out.push_back({"_[_]", false, {x.mkv, x.k}, x.v});
}

void add_conversions(Table& out, const Types& x) {
    const auto add = [&](std::string_view name, std::initializer_list<Type> from, const Type& to) {
        for (const Type& type : from) out.push_back({name, false, {type}, to});
    };
    add("int", {x.i, x.u, x.d, x.s, x.ts}, x.i);
    add("uint", {x.i, x.u, x.d, x.s}, x.u);
    add("double", {x.i, x.u, x.d, x.s}, x.d);
    add("string", {x.i, x.u, x.d, x.s, x.y, x.b, x.ts, x.du}, x.s);
    add("bytes", {x.s, x.y}, x.y);
    add("bool", {x.b, x.s}, x.b);
    add("timestamp", {x.s, x.i, x.ts}, x.ts);
    add("duration", {x.s, x.du}, x.du);
    add("dyn", {x.t}, Type::dyn());
    add("type", {x.t}, Type::type(x.t));
}

void add_texts(Table& out, const Types& x) {
    for (const Type& n : {x.s, x.y, x.lt, x.mkv}) {
        out.push_back({"size", false, {n}, x.i});
        out.push_back({"size", true, {n}, x.i});
    }
    for (const auto* name : {"contains", "startsWith", "endsWith", "matches"})
        out.push_back({name, true, {x.s, x.s}, x.b});
    out.push_back({"matches", false, {x.s, x.s}, x.b});
}

void add_times(Table& out, const Types& x) {
    for (const auto* name :
         {"getFullYear",
          "getMonth",
          "getDayOfYear",
          "getDayOfMonth",
          "getDate",
          "getDayOfWeek",
          "getHours",
          "getMinutes",
          "getSeconds",
          "getMilliseconds"}) {
        out.push_back({name, true, {x.ts}, x.i});
        out.push_back({name, true, {x.ts, x.s}, x.i});
    }
    for (const auto* name : {"getHours", "getMinutes", "getSeconds", "getMilliseconds"})
        out.push_back({name, true, {x.du}, x.i});
    for (const auto* name : {"earliest", "latest"}) {
        out.push_back({name, false, {x.m}, x.m, true});
        out.push_back({name, false, {x.lm}, x.m, true});
    }
    out.push_back({"moment", false, {x.ts}, x.m, true});
    out.push_back({"moment", false, {x.m}, x.m, true});
    out.push_back({"timestamp", false, {x.m}, x.ts, true});
    out.push_back({"count", false, {x.lt}, x.i, true});
    out.push_back({"listed", false, {x.lt}, x.lt, true});
    out.push_back({"recorded", false, {x.t}, x.b, true});
    for (const auto* name : {"days", "hours", "minutes"})
        out.push_back({name, false, {x.i}, x.du, true});
}

Table make_table() {
    Table out;
    const Types types;
    add_arithmetic(out, types);
    add_comparisons(out, types);
    add_conversions(out, types);
    add_texts(out, types);
    add_times(out, types);
    std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
        return a.name < b.name;
    });
    return out;
}

const Table& table() {
    static const Table all = make_table();
    return all;
}

struct Denoted {
    std::string_view written;
    std::string_view name;
    Type type;
};

const std::vector<Denoted>& denoted() {
    static const std::vector<Denoted> all = {
        {"bool", "bool", Type::boolean()},
        {"int", "int", Type::integer()},
        {"uint", "uint", Type::natural()},
        {"double", "double", Type::real()},
        {"string", "string", Type::string()},
        {"bytes", "bytes", Type::bytes()},
        {"list", "list", Type::list(Type::dyn())},
        {"map", "map", Type::map(Type::dyn(), Type::dyn())},
        {"null_type", "null_type", Type::null()},
        {"type", "type", Type::type(Type::dyn())},
        {"google.protobuf.Timestamp", "google.protobuf.Timestamp", Type::timestamp()},
        {"google.protobuf.Duration", "google.protobuf.Duration", Type::duration()},
    };
    return all;
}

bool same_param(const Type& a, const Type& b) {
    if (a.is(Type::Kind::param) && b.is(Type::Kind::param)) return true;
    if (a.kind() != b.kind() || a.args().size() != b.args().size()) return false;
    if (a.is(Type::Kind::object)) return a == b;
    for (std::size_t i = 0; i < a.args().size(); ++i)
        if (!same_param(a.arg(i), b.arg(i))) return false;
    return true;
}

}  // namespace

std::span<const StandardOverload> standard_overloads(std::string_view name) {
    struct ByName {
        bool operator()(const StandardOverload& a, std::string_view b) const { return a.name < b; }
        bool operator()(std::string_view a, const StandardOverload& b) const { return a < b.name; }
    };
    const auto [first, last] = std::equal_range(table().begin(), table().end(), name, ByName{});
    if (first == last) return {};
    return {&*first, static_cast<std::size_t>(last - first)};
}

std::vector<std::string_view> standard_names(bool moments) {
    std::vector<std::string_view> out;
    for (const auto& overload : table()) {
        const bool written = overload.name[0] != '_' && overload.name.find_first_of("@!-") != 0;
        if (written && (moments || !overload.moment)) out.push_back(overload.name);
    }
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

bool same_params(const std::vector<Type>& a, const std::vector<Type>& b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), same_param);
}

std::string_view type_denoted(std::string_view name, bool moments) {
    if (moments && name == "moment") return "moment";
    for (const auto& entry : denoted())
        if (entry.written == name) return entry.name;
    return {};
}

Type type_behind(std::string_view name) {
    for (const auto& entry : denoted())
        if (entry.name == name) return entry.type;
    return Type::moment();
}

}  // namespace homeward::cel
