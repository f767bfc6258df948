#include "casework/core.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeward::casework {

Result<CategoryMap> CategoryMap::make(const policy::Pack& pack) {
    CategoryMap map;
    for (const policy::Category& category : pack.categories()) {
        const auto parsed = journal::parse_category(category.id);
        if (!parsed || *parsed == journal::engine_category) {
            return fail(
                Code::invalid,
                fmt::format("category '{}' of the pack must be one of D01 … D31", category.id)
            );
        }
        map.journal_.push_back(*parsed);
    }
    return map;
}

journal::Categories CategoryMap::in_journal(policy::CategorySet set) const {
    journal::Categories found;
    for (std::size_t i = 0; i < journal_.size(); ++i) {
        if ((set >> i & 1U) != 0) found = found.with(journal_[i]);
    }
    return found;
}

policy::CategorySet CategoryMap::in_pack(journal::Categories set) const {
    policy::CategorySet found = 0;
    for (std::size_t i = 0; i < journal_.size(); ++i) {
        if (set.has(journal_[i])) found |= policy::bit_of(static_cast<std::uint8_t>(i));
    }
    return found;
}

Bytes seal_row(
    const crypto::Keyring& keyring,
    std::string_view table,
    const Id& id,
    std::uint64_t version,
    const json::object& content
) {
    crypto::Place place;
    place.table = table;
    place.record = id;
    place.version = version;
    return crypto::seal(keyring.system_key(), place, bytes_of(json::serialize(content)));
}

Result<json::object> open_row(
    const crypto::Keyring& keyring,
    std::string_view table,
    const Id& id,
    std::uint64_t version,
    BytesView sealed
) {
    crypto::Place place;
    place.table = table;
    place.record = id;
    place.version = version;
    const auto plain = crypto::open(keyring.system_key(), place, sealed);
    if (!plain) return Failure(plain.error());
    auto parsed = parse_json(text_of(*plain));
    if (!parsed || !parsed->is_object()) {
        return fail(Code::corrupt, "a row of the system is not what was written");
    }
    return std::move(parsed->get_object());
}

std::string text_at(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    if (value == nullptr || !value->is_string()) return {};
    return std::string(value->get_string().data(), value->get_string().size());
}

std::vector<std::string> texts_at(const json::object& object, std::string_view key) {
    std::vector<std::string> texts;
    const json::value* value = object.if_contains(key);
    if (value == nullptr || !value->is_array()) return texts;
    for (const json::value& item : value->get_array()) {
        if (item.is_string()) {
            texts.emplace_back(item.get_string().data(), item.get_string().size());
        }
    }
    return texts;
}

std::int64_t number_at(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

bool flag_at(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_bool() && value->get_bool();
}

json::array to_array(const std::vector<std::string>& texts) {
    json::array array;
    array.reserve(texts.size());
    for (const std::string& text : texts) array.emplace_back(text);
    return array;
}

Id id_of(const crypto::Hash& mac) {
    Id id;
    std::copy_n(mac.bytes.begin(), id.bytes.size(), id.bytes.begin());
    return id;
}

}  // namespace homeward::casework
