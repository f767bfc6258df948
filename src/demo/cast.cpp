#include "demo/people.hpp"
#include "demo/yaml.hpp"

#include <fmt/format.h>

namespace homeward::demo {
namespace {

/// Keeps the ids of accounts apart from those of dossiers made from the same seed.
constexpr std::uint64_t cast_salt = 0x686f6d65U;

std::vector<DemoAccount> accounts_of(const json::object& yaml, std::uint64_t seed) {
    Random random(seed ^ cast_salt);
    const std::string agency(yaml.at("agency").as_string());
    const auto teams = yaml.at("teams").as_int64();
    std::vector<DemoAccount> out;
    for (const auto& part : yaml.at("cast").as_array()) {
        const auto& one = part.as_object();
        const auto* cleared = one.if_contains("gbv_cleared");
        for (std::int64_t i = 0; i < one.at("count").as_int64(); ++i) {
            DemoAccount account;
            account.id = random.id();
            account.name = fmt::format("{}{}", std::string(one.at("name").as_string()), i + 1);
            account.role = one.at("role").as_string();
            account.team = fmt::format("Team {}", i % teams + 1);
            account.agency = agency;
            account.gbv_cleared = cleared && cleared->as_bool();
            account.password = "demo-only-" + account.name;
            out.push_back(std::move(account));
        }
    }
    return out;
}

}  // namespace

Result<std::vector<DemoAccount>> read_cast(std::string_view yaml, std::uint64_t seed) {
    const auto value = json_of_yaml(yaml);
    if (!value) return Failure{value.error()};
    try {
        return accounts_of(value->as_object(), seed);
    } catch (const std::exception& error) {  // what the JSON library says of a wrong shape
        return fail(Code::invalid, std::string("the cast: ") + error.what());
    }
}

}  // namespace homeward::demo
