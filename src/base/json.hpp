#pragma once

#include "base/result.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace homeward {

namespace json = boost::json;

/// What a text from outside may hold at most.
struct JsonLimits {
    std::size_t bytes_max = 1U << 20U;
    std::size_t depth_max = 32;
};

/// Parses one JSON text (RFC 8259), strictly: UTF-8 only, nothing after the value, no key twice in
/// one object (which of the two would count is where parsers disagree), no number past a double's
/// range, and none of the keys that mean something to JavaScript objects (`__proto__`,
/// `constructor`, `prototype`). The value lives in `memory`, and so does what is moved or copied
/// out of it.
Result<json::value> parse_json(
    std::string_view text, const JsonLimits& limits = {}, json::storage_ptr memory = {}
);

/// Appends the text of an object.
void append_json(std::string& out, const json::object& object);

/// The member of an object, or null when the value is no object or has none of that name.
const json::value* find(const json::value& object, std::string_view key);

/// One JSON pointer step added to `pointer`, with `~` and `/` escaped (RFC 6901).
std::string pointer_to(std::string_view pointer, std::string_view key);
std::string pointer_to(std::string_view pointer, std::size_t index);

}  // namespace homeward
