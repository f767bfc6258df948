#pragma once

#include "api/http.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::api {

/// Takes the members of a request body one by one and refuses, at the end, any that nobody asked
/// for: a client can set what the route names and nothing else. The first failure is kept; later
/// calls give empty values.
class Body {
  public:
    /// `content_type` is what the route expects, without parameters.
    static Result<Body> parse(
        const Request& request, std::string_view content_type, std::size_t bytes_max
    );

    /// At most `chars_max` characters (code points).
    std::string text(std::string_view name, std::size_t chars_max);
    std::optional<std::string> optional_text(std::string_view name, std::size_t chars_max);
    std::optional<bool> optional_flag(std::string_view name);
    std::optional<std::vector<std::string>> optional_texts(
        std::string_view name, std::size_t items_max
    );
    std::optional<Id> optional_id(std::string_view name);
    json::value any(std::string_view name);
    const json::array& list(std::string_view name, std::size_t items_max);

    /// The failure, if there was one or a member is left over.
    Result<void> finish();

  private:
    explicit Body(json::object members) : members_(std::move(members)) {}
    const json::value* take(std::string_view name);
    void refuse(std::string_view name, std::string text);

    json::object members_;
    std::set<std::string, std::less<>> taken_;
    std::optional<Error> failure_;
    json::array none_;
};

/// Whether a request's content type is the one named, whatever its parameters.
bool has_content_type(const Request& request, std::string_view content_type);

/// A whole number from a query parameter; `fallback` when it is not given.
Result<std::uint64_t> number_parameter(
    const Request& request, std::string_view name, std::uint64_t fallback, std::uint64_t most
);

}  // namespace homeward::api
