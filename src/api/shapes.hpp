#pragma once

#include "casework/register.hpp"
#include "policy/finding.hpp"

#include <span>
#include <string>
#include <string_view>

/// What the register answers, as JSON. Shapes only: nothing is decided here.
namespace homeward::api {

json::object to_json(const casework::Person& person);
json::object to_json(const casework::AccountInfo& account);
json::value to_json(const std::optional<Instant>& at);
/// Findings as the text of a JSON array.
std::string to_text(
    const policy::FindingText& findings,
    std::span<const casework::ShownFinding> shown,
    std::string_view language
);
/// A file as JSON text.
std::string to_text(
    const policy::FindingText& findings, const casework::File& file, std::string_view language
);
/// The text of an object (which is not empty) with one more member, whose value is JSON text.
std::string with_member(const json::object& object, std::string_view name, std::string_view value);
json::object to_json(const casework::ListItem& item);
json::object to_json(
    const policy::Pack& pack, const casework::WorkItem& item, std::string_view language
);
json::object to_json(const casework::HistoryEntry& entry);
json::object to_json(const casework::ReadEntry& entry);
json::object to_json(const casework::Imported& imported);

/// A list of texts.
json::array to_json(std::span<const std::string> texts);

}  // namespace homeward::api
