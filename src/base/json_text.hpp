#pragma once

#include "base/json.hpp"

#include <string>
#include <string_view>

/// Members of an object that is written as text, each with a comma behind it. For what is written
/// so often that building trees of it would cost more than all the rest.
namespace homeward::json_text {

/// One whose value is JSON already.
inline void put_raw(std::string& out, std::string_view name, std::string_view value) {
    ((((out += '"') += name) += "\":") += value) += ',';
}
/// One whose value is of letters, digits and signs that JSON leaves as they are: ids, times and
/// names of the pack.
inline void put_plain(std::string& out, std::string_view name, std::string_view value) {
    (((((out += '"') += name) += "\":\"") += value) += "\",");
}
/// A list of such values.
template <class Values>
void put_plain_list(std::string& out, std::string_view name, const Values& values) {
    ((out += '"') += name) += "\":[";
    for (const auto& value : values) ((out += '"') += value) += "\",";
    if (out.back() == ',') out.pop_back();
    out += "],";
}
/// One whose value is any text.
inline void put_text(std::string& out, std::string_view name, std::string_view value) {
    put_raw(out, name, json::serialize(json::string_view(value)));
}
inline void put_object(std::string& out, std::string_view name, const json::object& value) {
    ((out += '"') += name) += "\":";
    append_json(out, value);
    out += ',';
}
/// Closes it in the place of the last comma.
inline void close(std::string& out, char bracket) { out.back() = bracket; }

}  // namespace homeward::json_text
