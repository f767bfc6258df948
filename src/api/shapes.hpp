#pragma once

#include "casework/register.hpp"

#include <span>
#include <string>
#include <string_view>

/// What the register answers, as JSON. Shapes only: nothing is decided here.
namespace homeward::api {

json::object to_json(const casework::Person& person);
json::object to_json(const casework::AccountInfo& account);
json::value to_json(const std::optional<Instant>& at);
json::object to_json(
    const policy::Pack& pack, const casework::ShownFinding& shown, std::string_view language
);
json::array to_json(
    const policy::Pack& pack,
    std::span<const casework::ShownFinding> shown,
    std::string_view language
);
/// Takes the records out of the file.
json::object to_json(const policy::Pack& pack, casework::File&& file, std::string_view language);
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
