#pragma once

#include "cel/program.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::cel {

/// Two lists of codes.
class TwoDomains final : public Domains {
  public:
    bool has(std::string_view domain, std::string_view word) const override {
        for (const auto& known : words(domain))
            if (known == word) return true;
        return false;
    }
    std::vector<std::string> words(std::string_view domain) const override {
        if (domain == "authority") return {"police", "military", "intelligence"};
        return {"none", "sight", "contact"};
    }
};

/// A small country: a child, periods of custody, and what expressions may say about them.
class World {
  public:
    World() {
        lawyer = custody.add_field("lawyer", Type::boolean());
        authority = custody.add_field("authority", Type::string_of("authority"));
        contact = custody.add_field("contact", Type::string_of("contact"));
        started = custody.add_field("started", Type::moment());
        ended = custody.add_field("ended", Type::moment());
        first_judge = custody.add_field("first_judge", Type::moment());
        visits = custody.add_field("visits", Type::list(Type::moment()));
        holders = custody.add_field("holders", Type::list(Type::string_of("authority")));
        place = custody.add_field("place", Type::object(site));
        nights = custody.add_field("nights", Type::integer());
        site.add_field("name", Type::string());
        site.add_field("open", Type::boolean());
        declarations.enable_moments();
        declarations.set_domains(&domains);
        add("this", Type::object(custody));
        add("now", Type::moment());
        add("x", Type::dyn());
        add("names", Type::list(Type::string()));
        slots.assign(custody.slot_count(), Value::absent());
        set("this", Value::object(custody, slots.data()));
        set("now", Value::moment_at(day(100)));
    }

    void add(const std::string& name, Type type) {
        const auto index = declarations.add_variable(name, std::move(type));
        ASSERT_TRUE(index);
        variables.resize(*index + 1, Value::absent());
    }

    void set(std::string_view name, Value value) {
        variables[declarations.find_variable(name)->index] = value;
    }

    static std::int64_t day(std::int64_t number) { return number * 86'400'000'000; }
    static Value on(std::int64_t number) { return Value::moment_at(day(number)); }
    static Value within(std::int64_t from, std::int64_t to) {
        return Value::moment({day(from), day(to)});
    }

    /// The result as text; an issue or a broken limit as text too.
    std::string run(std::string_view source, const RunLimits& limits = {}) {
        const auto program = compile(source, declarations, options);
        if (!program) return "issue " + to_text(program.error()[0]);
        const auto result = program->evaluate({variables}, arena, limits);
        return result ? to_text(*result) : "broken " + result.error().text;
    }

    /// All issues, a line each.
    std::string issues(std::string_view source) {
        const auto program = compile(source, declarations, options);
        if (program) return "";
        std::string out;
        for (const auto& issue : program.error()) out += to_text(issue) + "\n";
        return out;
    }

    TwoDomains domains;
    ObjectType site{"site"};
    ObjectType custody{"custody"};
    Declarations declarations;
    CompileOptions options;
    std::vector<Value> variables;
    std::vector<Value> slots;
    Arena arena;
    std::uint32_t lawyer = 0, authority = 0, contact = 0, started = 0, ended = 0, first_judge = 0;
    std::uint32_t visits = 0, holders = 0, place = 0, nights = 0;
};

}  // namespace homeward::cel
