#pragma once

#include "api/http.hpp"
#include "base/json.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::api {

struct Call;

/// What a route asks of its caller before it is run.
enum class Needs : std::uint8_t { nothing, session };

/// A parameter in the path or the query, as the description shows it.
struct Parameter {
    std::string_view name;
    std::string_view in;  ///< path, query or header
    std::string_view what;
    std::string_view schema;  ///< JSON
    bool required = false;
};

/// One call of the service. The table of routes is all there is: it serves, and the OpenAPI
/// document is made from it, so the two cannot differ.
struct Route {
    Method method = Method::get;
    std::string_view path;       ///< with {names}
    std::string_view operation;  ///< stable operationId
    std::string_view summary;
    Needs needs = Needs::session;
    std::string_view body_type;    ///< content type; empty: no body
    std::string_view body_schema;  ///< name in the schemas
    std::size_t body_bytes_max = 0;
    unsigned status = 200;
    std::string_view answer_type;
    std::string_view answer_schema;
    std::vector<Parameter> parameters;
    std::vector<unsigned> failures;
    Response (*run)(Call&) = nullptr;
    bool waits = true;  ///< RouteLimits::waits
};

/// Every route, in the order of the description.
std::span<const Route> routes();

/// A route and what stood at its {names}.
struct Match {
    const Route* route = nullptr;
    std::vector<Pair> names;
    /// Some route has this path, though not with this method.
    bool path_known = false;

    std::string_view name(std::string_view which) const;
};

Match match(Method method, std::string_view path);

/// The OpenAPI 3.1 description of `routes()`.
json::object openapi(std::string_view version);

}  // namespace homeward::api
