#pragma once

#include <string_view>

namespace homeward::api {

/// The JSON Schemas of bodies and answers, as the text of one JSON object: name to schema. Shapes
/// of the service only; what a form holds is the pack's to say (`GET /pack`).
std::string_view schemas();

}  // namespace homeward::api
