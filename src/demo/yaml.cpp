#include "demo/yaml.hpp"

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <string>

namespace homeward::demo {
namespace {

json::value scalar_of(const YAML::Node& node) {
    const std::string& text = node.Scalar();
    if (node.Tag() == "!") return json::value(text);  // written in quotes
    if (text == "true") return true;
    if (text == "false") return false;
    if (text == "null" || text == "~") return nullptr;
    const char* end = text.data() + text.size();
    std::int64_t whole = 0;
    if (const auto r = std::from_chars(text.data(), end, whole);
        r.ec == std::errc{} && r.ptr == end)
        return whole;
    double decimal = 0;
    if (const auto r = std::from_chars(text.data(), end, decimal);
        r.ec == std::errc{} && r.ptr == end)
        return decimal;
    return json::value(text);
}

json::value value_of(const YAML::Node& node) {
    if (node.IsMap()) {
        json::object out;
        for (const auto& pair : node) out[pair.first.Scalar()] = value_of(pair.second);
        return out;
    }
    if (node.IsSequence()) {
        json::array out;
        for (const auto& item : node) out.push_back(value_of(item));
        return out;
    }
    return node.IsScalar() ? scalar_of(node) : json::value();
}

}  // namespace

Result<json::value> json_of_yaml(std::string_view text) {
    try {
        return value_of(YAML::Load(std::string(text)));
    } catch (const YAML::Exception& error) {
        return fail(Code::invalid, error.what());
    }
}

}  // namespace homeward::demo
