#include "cel/text.hpp"
#include "policy/loader.hpp"

#include <fmt/format.h>

#include <charconv>

namespace homeward::policy {

void Report::add(Problem problem) {
    if (errors_.size() < max_)
        errors_.push_back(std::move(problem));
    else
        ++dropped_;
}

void Report::error(const Doc& doc, Place at, std::string what, std::string suggestion) {
    if (suggestion.size() > 80) suggestion.clear();
    add({doc.name, at.line, at.column, std::move(what), std::move(suggestion)});
}

void Report::warn(const Doc& doc, Place at, std::string what, std::string suggestion) {
    if (warnings_.size() >= max_) return;
    warnings_.push_back({doc.name, at.line, at.column, std::move(what), std::move(suggestion)});
}

Problems Report::take_errors() {
    if (dropped_ > 0)
        errors_.push_back({"pack", 0, 0, fmt::format("{} more errors", dropped_), {}});
    return std::move(errors_);
}

Keys::Keys(Report& report, const Doc& doc, const Node& node, std::string_view what)
    : report_(report), doc_(doc), node_(node), what_(what) {
    if (node.is(Node::Kind::map)) return;
    ok_ = false;
    error(node.at, fmt::format("{} is written as keys and values", what_));
}

const Node* Keys::get(std::string_view key) {
    asked_.emplace(key);
    const Node* node = node_.find(key);
    return node == nullptr || node->is(Node::Kind::null) ? nullptr : node;
}

const Node* Keys::need(std::string_view key) {
    const Node* node = get(key);
    if (node == nullptr && ok_) error(node_.at, fmt::format("{} needs '{}'", what_, key));
    return node;
}

Word Keys::word(std::string_view key, bool needed) {
    const Node* node = needed ? need(key) : get(key);
    if (node == nullptr) return {};
    if (node->is(Node::Kind::scalar) && !node->text.empty()) return {node->text, node->at};
    error(node->at, fmt::format("'{}' is one word or text", key));
    return {};
}

std::vector<Word> Keys::words(std::string_view key) {
    const Node* node = get(key);
    if (node == nullptr) return {};
    if (node->is(Node::Kind::scalar)) return {{node->text, node->at}};
    std::vector<Word> out;
    if (!node->is(Node::Kind::list)) error(node->at, fmt::format("'{}' is a list of words", key));
    for (const auto& item : node->items) {
        if (item.is(Node::Kind::scalar) && !item.text.empty())
            out.push_back({item.text, item.at});
        else
            error(item.at, fmt::format("'{}' is a list of words", key));
    }
    return out;
}

bool Keys::flag(std::string_view key, bool otherwise) {
    const auto value = word(key);
    if (value.text.empty()) return otherwise;
    if (value.text != "true" && value.text != "false")
        error(value.at, fmt::format("'{}' is true or false", key));
    return value.text == "true";
}

std::optional<std::int64_t> Keys::number(std::string_view key) {
    const auto value = word(key);
    if (value.text.empty()) return {};
    std::int64_t out = 0;
    const auto* end = value.text.data() + value.text.size();
    const auto [stop, problem] = std::from_chars(value.text.data(), end, out);
    // Far from overflow, so that months and microseconds can be reckoned without care.
    constexpr std::int64_t number_max = 1'000'000'000;
    if (problem == std::errc() && stop == end && out <= number_max && out >= -number_max)
        return out;
    error(value.at, fmt::format("'{}' is a whole number up to {}", key, number_max));
    return {};
}

Text Keys::text(std::string_view key, bool needed) {
    const Node* node = needed ? need(key) : get(key);
    Text out;
    if (node == nullptr) return out;
    if (node->is(Node::Kind::scalar)) {
        out.set("en", node->text);
    } else if (node->is(Node::Kind::map)) {
        for (const auto& entry : node->entries) {
            const bool shaped = entry.key.size() >= 2 && entry.key.size() <= 12;
            if (!shaped || !entry.value.is(Node::Kind::scalar))
                error(entry.at, "a text by language is written {en: …, fr: …}");
            else
                out.set(entry.key, entry.value.text);
        }
    } else {
        error(node->at, fmt::format("'{}' is a text, or texts by language", key));
    }
    return out;
}

void Keys::done() {
    std::vector<std::string_view> known(asked_.begin(), asked_.end());
    for (const auto& entry : node_.entries)
        if (asked_.find(entry.key) == asked_.end())
            error(
                entry.at,
                fmt::format("{} has no '{}'", what_, entry.key),
                cel::nearest(entry.key, known)
            );
}

}  // namespace homeward::policy
