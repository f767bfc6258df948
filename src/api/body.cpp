#include "api/body.hpp"

#include "casework/login_name.hpp"

#include <charconv>

namespace homeward::api {

bool has_content_type(const Request& request, std::string_view content_type) {
    const auto given = request.header("content-type");
    if (!given) return false;
    const std::string_view bare = given->substr(0, given->find(';'));
    const auto end = bare.find_last_not_of(" \t");
    return end != std::string_view::npos && bare.substr(0, end + 1) == content_type;
}

Result<Body> Body::parse(
    const Request& request, std::string_view content_type, std::size_t bytes_max
) {
    if (!has_content_type(request, content_type))
        return fail(Code::invalid, "the content type must be " + std::string(content_type));
    auto value = parse_json(request.body, {.bytes_max = bytes_max, .depth_max = 32});
    if (!value) return Failure{value.error()};
    if (!value->is_object()) return fail(Code::invalid, "the body must be a JSON object");
    return Body(std::move(value->as_object()));
}

const json::value* Body::take(std::string_view name) {
    taken_.emplace(name);
    const auto* value = members_.if_contains(name);
    return value && !value->is_null() ? value : nullptr;
}

void Body::refuse(std::string_view name, std::string text) {
    if (!failure_) failure_ = Error{Code::invalid, std::move(text), pointer_to("", name)};
}

std::optional<std::string> Body::optional_text(std::string_view name, std::size_t chars_max) {
    const auto* value = take(name);
    if (!value) return std::nullopt;
    const auto* text = value->if_string();
    if (!text) {
        refuse(name, "must be a text");
        return std::nullopt;
    }
    // Characters and not bytes: a reason in Arabic may be as long as one in English.
    const auto chars = casework::count_chars({text->data(), text->size()});
    if (!chars || *chars > chars_max) {
        refuse(name, "is longer than " + std::to_string(chars_max) + " characters");
        return std::nullopt;
    }
    return std::string(text->data(), text->size());
}

std::optional<bool> Body::optional_flag(std::string_view name) {
    const auto* value = take(name);
    if (!value) return std::nullopt;
    if (const bool* flag = value->if_bool()) return *flag;
    refuse(name, "must be true or false");
    return std::nullopt;
}

std::optional<std::vector<std::string>> Body::optional_texts(
    std::string_view name, std::size_t items_max
) {
    if (!members_.contains(name)) return std::nullopt;
    std::vector<std::string> texts;
    for (const auto& item : list(name, items_max)) {
        if (const auto* text = item.if_string()) {
            texts.emplace_back(*text);
            continue;
        }
        const auto at = pointer_to(pointer_to("", name), texts.size());
        if (!failure_) failure_ = Error{Code::invalid, "must be a text", at};
        return std::nullopt;
    }
    return texts;
}

std::string Body::text(std::string_view name, std::size_t chars_max) {
    auto value = optional_text(name, chars_max);
    if (!value) refuse(name, "must be given");
    return value.value_or("");
}

std::optional<Id> Body::optional_id(std::string_view name) {
    const auto text = optional_text(name, 64);
    if (!text) return std::nullopt;
    const auto id = parse_id(*text);
    if (!id) {
        refuse(name, id.error().text);
        return std::nullopt;
    }
    return *id;
}

json::value Body::any(std::string_view name) {
    const auto* value = take(name);
    if (!value) refuse(name, "must be given");
    return value ? *value : json::value{};
}

const json::array& Body::list(std::string_view name, std::size_t items_max) {
    const auto* value = take(name);
    if (!value) return none_;
    const auto* items = value->if_array();
    if (!items) {
        refuse(name, "must be a list");
        return none_;
    }
    if (items->size() > items_max) {
        refuse(name, "has more than " + std::to_string(items_max) + " items");
        return none_;
    }
    return *items;
}

Result<void> Body::finish() {
    for (const auto& member : members_) {
        if (taken_.find(std::string_view(member.key())) == taken_.end())
            refuse(member.key(), "is not a member that this call takes");
    }
    if (failure_) return Failure{*failure_};
    return {};
}

Result<std::uint64_t> number_parameter(
    const Request& request, std::string_view name, std::uint64_t fallback, std::uint64_t most
) {
    const auto text = request.parameter(name);
    if (!text) return fallback;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc{} || end != text->data() + text->size() || value == 0 || value > most) {
        return fail(
            Code::invalid,
            "the parameter " + std::string(name) + " is a whole number from 1 to " +
                std::to_string(most)
        );
    }
    return value;
}

}  // namespace homeward::api
