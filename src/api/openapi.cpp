#include "api/routes.hpp"
#include "api/schemas.hpp"
#include "base/check.hpp"

#include <algorithm>
#include <cctype>
#include <string>

namespace homeward::api {
namespace {

json::value parsed(std::string_view text) {
    auto value = parse_json(text, {.bytes_max = text.size(), .depth_max = 32});
    check(value.has_value(), "the schemas of the routes are JSON");
    return *value;
}

json::object reference(std::string_view schema) {
    return {{"$ref", "#/components/schemas/" + std::string(schema)}};
}

json::object content(std::string_view type, std::string_view schema) {
    json::object media;
    if (!schema.empty()) media["schema"] = reference(schema);
    return {{std::string(type), media}};
}

json::object answer_of(const Route& route) {
    json::object out{{"description", route.summary}};
    if (!route.answer_type.empty())
        out["content"] = content(route.answer_type, route.answer_schema);
    return out;
}

json::object operation_of(const Route& route) {
    json::object out{
        {"operationId", route.operation},
        {"summary", route.summary},
        {"tags", json::array{route.needs == Needs::nothing ? "open" : "signed in"}},
    };
    json::array parameters;
    for (const Parameter& p : route.parameters) {
        parameters.push_back(json::object{
            {"name", p.name},
            {"in", p.in},
            {"description", p.what},
            {"required", p.required || p.in == "path"},
            {"schema", parsed(p.schema)},
        });
    }
    if (!parameters.empty()) out["parameters"] = std::move(parameters);
    if (!route.body_type.empty()) {
        out["requestBody"] = json::object{
            {"required", true}, {"content", content(route.body_type, route.body_schema)}};
    }
    json::object responses{{std::to_string(route.status), answer_of(route)}};
    for (const unsigned status : route.failures)
        responses[std::to_string(status)] =
            json::object{{"$ref", "#/components/responses/Problem"}};
    out["responses"] = std::move(responses);
    if (route.needs == Needs::nothing) {
        out["security"] = json::array{};
    } else {
        out["security"] = json::array{
            json::object{{"cookie", json::array{}}}, json::object{{"bearer", json::array{}}}};
    }
    return out;
}

json::object components() {
    json::object problem_answer{
        {"description", "What went wrong (RFC 9457)"},
        {"content", content("application/problem+json", "Problem")},
    };
    json::object cookie{{"type", "apiKey"}, {"in", "cookie"}, {"name", "__Host-session"}};
    json::object bearer{{"type", "http"}, {"scheme", "bearer"}};
    return {
        {"schemas", parsed(schemas())},
        {"responses", json::object{{"Problem", problem_answer}}},
        {"securitySchemes", json::object{{"cookie", cookie}, {"bearer", bearer}}},
    };
}

std::string lower_case(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return out;
}

}  // namespace

json::object openapi(std::string_view version) {
    json::object paths;
    for (const Route& route : routes()) {
        auto& item = paths[route.path];
        if (!item.is_object()) item = json::object{};
        item.as_object()[lower_case(name_of(route.method))] = operation_of(route);
    }
    return {
        {"openapi", "3.1.0"},
        {"info",
         json::object{
             {"title", "Homeward"},
             {"version", version},
             {"summary", "A register of children's files whose safeguards run by themselves"},
             {"description", "See docs/api.md for what a table of calls cannot say."},
             {"license", json::object{{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}},
         }},
        {"servers", json::array{json::object{{"url", "/"}, {"description", "This installation"}}}},
        {"tags",
         json::array{
             json::object{{"name", "open"}, {"description", "Needs no session"}},
             json::object{{"name", "signed in"}, {"description", "Needs a session"}},
         }},
        {"paths", paths},
        {"components", components()},
    };
}

}  // namespace homeward::api
