#include "api/problem.hpp"

namespace homeward::api {
namespace {

std::string_view title_of(unsigned status) {
    switch (status) {
        case 400:
            return "The request is not understood";
        case 401:
            return "Sign in first";
        case 403:
            return "Not for this role or purpose";
        case 404:
            return "Nothing here";
        case 405:
            return "Not this method";
        case 409:
            return "It does not fit what is there";
        case 413:
            return "Too large";
        case 415:
            return "Another content type is expected";
        case 422:
            return "Some answers do not have the right shape";
        case 428:
            return "Say which version is being changed";
        case 429:
            return "Too many at one time";
        case 503:
            return "Try again in a moment";
        case 507:
            return "The disk is full";
        default:
            return "Something went wrong here";
    }
}

/// How long a client waits before it tries again, in seconds.
constexpr std::string_view retry_after_seconds = "2";

}  // namespace

unsigned status_of(Code code) {
    switch (code) {
        case Code::invalid:
            return 422;
        case Code::forbidden:
            return 404;
        case Code::not_found:
            return 404;
        case Code::conflict:
            return 409;
        case Code::blocked:
            return 409;
        case Code::too_large:
            return 413;
        case Code::unavailable:
            return 503;
        case Code::too_many:
            return 429;
        case Code::no_room:
            return 507;
        case Code::corrupt:
            return 500;
        case Code::internal:
            return 500;
    }
    return 500;
}

Response json_answer(unsigned status, std::string text) {
    Response response;
    response.status = status;
    response.headers.push_back({"content-type", "application/json"});
    response.body = std::move(text);
    return response;
}

Response answer(unsigned status, const json::value& body) {
    return json_answer(status, json::serialize(body));
}

Response problem(
    unsigned status, std::string_view type, std::string_view detail, json::object more
) {
    json::object body;
    body["type"] = std::string(problem_type_prefix) + std::string(type);
    body["title"] = title_of(status);
    body["status"] = status;
    if (!detail.empty()) body["detail"] = detail;
    for (auto& member : more) body[member.key()] = std::move(member.value());
    Response response;
    response.status = status;
    response.headers.push_back({"content-type", "application/problem+json"});
    if (status == 503 || status == 429)
        response.headers.push_back({"retry-after", std::string(retry_after_seconds)});
    response.body = json::serialize(body);
    return response;
}

void wait_for(Response& response, std::chrono::seconds time) {
    for (auto& header : response.headers) {
        if (header.name == "retry-after") header.value = std::to_string(time.count());
    }
}

Response problem(const Error& error) {
    const unsigned status = status_of(error.code);
    if (status == 404) return problem(404, "not_found", "");
    // What went wrong inside is for the log, not for whoever asks.
    if (status == 500) return problem(500, "internal", "");
    json::object more;
    if (!error.pointer.empty())
        more["errors"] =
            json::array{json::object{{"pointer", error.pointer}, {"detail", error.text}}};
    auto response = problem(status, name_of(error.code), error.text, std::move(more));
    if (error.retry_after.count() > 0) wait_for(response, error.retry_after);
    return response;
}

}  // namespace homeward::api
