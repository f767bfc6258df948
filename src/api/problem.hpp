#pragma once

#include "api/http.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

#include <chrono>
#include <string_view>

namespace homeward::api {

/// The HTTP status of a failure: a function of its code alone.
unsigned status_of(Code code);

/// A problem document (RFC 9457). Forbidden and absent answer alike, body and all, so that nobody
/// learns from the answer whether something is there.
Response problem(const Error& error);

/// The same with members of its own (`findings`, `conflicts`, …). `type` is a word for the cause.
Response problem(
    unsigned status, std::string_view type, std::string_view detail, json::object more = {}
);

/// Says when to try again, in place of what a problem document says by itself.
void wait_for(Response& response, std::chrono::seconds time);

/// A JSON answer, from text that is JSON or from a value.
Response json_answer(unsigned status, std::string text);
Response answer(unsigned status, const json::value& body);

}  // namespace homeward::api
