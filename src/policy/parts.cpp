#include "policy/record.hpp"
#include "policy/values.hpp"

#include <algorithm>
#include <set>

namespace homeward::policy {
namespace {

using Parts = std::map<std::uint8_t, json::object>;

std::string_view key_of(const json::key_value_pair& member) {
    return {member.key().data(), member.key().size()};
}

const Field* field_named(const std::vector<Field>& fields, std::string_view id) {
    for (const auto& field : fields)
        if (field.id == id) return &field;
    return nullptr;
}

Parts split(const std::vector<Field>& fields, const json::object& data, std::uint8_t otherwise);

/// A group's object by category. Its own category always has a part, so that it can be seen that
/// the group is there.
Parts split_group(const Field& field, const json::object& data) {
    auto parts = split(field.fields, data, field.category);
    parts.try_emplace(field.category);
    return parts;
}

void split_list(const Field& field, const json::array& items, Parts& into) {
    std::vector<Parts> split_items;
    std::set<std::uint8_t> categories{field.category};
    for (const auto& item : items) {
        split_items.push_back(split_group(field, item.get_object()));
        for (const auto& [category, part] : split_items.back()) categories.insert(category);
    }
    for (const auto category : categories) {
        json::array list;
        for (auto& parts : split_items) list.emplace_back(std::move(parts[category]));
        into[category][field.id] = std::move(list);
    }
}

Parts split(const std::vector<Field>& fields, const json::object& data, std::uint8_t otherwise) {
    Parts out;
    for (const auto& member : data) {
        const auto* field = field_named(fields, key_of(member));
        const auto& value = member.value();
        if (field == nullptr) {
            // A field that the pack no longer has stays with the kind.
            out[otherwise][member.key()] = value;
            continue;
        }
        const bool grouped = field->type == FieldType::group && !is_unknown_answer(value);
        const bool objects =
            grouped && value.is_array() &&
            std::all_of(value.get_array().begin(), value.get_array().end(), [](const auto& item) {
                return item.is_object();
            });
        if (objects) {
            split_list(*field, value.get_array(), out);
        } else if (grouped && value.is_object()) {
            for (auto& [category, part] : split_group(*field, value.get_object()))
                out[category][field->id] = std::move(part);
        } else {
            out[field->category][field->id] = value;
        }
    }
    return out;
}

void join_into(json::object& to, const json::object& part);

void join_value(json::value& to, const json::value& part) {
    if (to.is_object() && part.is_object()) {
        join_into(to.get_object(), part.get_object());
    } else if (to.is_array() && part.is_array()) {
        auto& items = to.get_array();
        const auto& more = part.get_array();
        for (std::size_t i = 0; i < more.size(); ++i) {
            if (i < items.size())
                join_value(items[i], more[i]);
            else
                items.push_back(more[i]);
        }
    }
}

void join_into(json::object& to, const json::object& part) {
    for (const auto& member : part) {
        if (auto* known = to.if_contains(member.key()))
            join_value(*known, member.value());
        else
            to.emplace(member.key(), member.value());
    }
}

/// Both sides of a change to one object. Absent is null.
class Merger {
  public:
    json::object merge(
        const json::object& base,
        const json::object& mine,
        const json::object& theirs,
        const std::string& at
    ) {
        std::set<std::string, std::less<>> keys;
        for (const auto* side : {&base, &mine, &theirs})
            for (const auto& member : *side) keys.emplace(key_of(member));
        json::object out;
        for (const auto& key : keys) {
            const auto* chosen = choose(base, mine, theirs, key, at);
            if (chosen != nullptr)
                out[key] = *chosen;
            else if (auto& nested = nested_; nested)
                out[key] = std::move(*nested);
            nested_.reset();
        }
        return out;
    }

    std::vector<std::string> conflicts;

  private:
    static bool same(const json::value* a, const json::value* b) {
        return a == nullptr || b == nullptr ? a == b : *a == *b;
    }

    /// The side that counts; null when the field is gone, or when `nested_` holds the outcome.
    const json::value* choose(
        const json::object& base,
        const json::object& mine,
        const json::object& theirs,
        const std::string& key,
        const std::string& at
    ) {
        const auto* was = base.if_contains(key);
        const auto* own = mine.if_contains(key);
        const auto* other = theirs.if_contains(key);
        nested_.reset();
        if (same(own, other) || same(other, was)) return own;
        if (same(own, was)) return other;
        const bool objects = own != nullptr && other != nullptr && own->is_object() &&
                             other->is_object() && !is_unknown_answer(*own) &&
                             !is_unknown_answer(*other) && (was == nullptr || was->is_object());
        const auto here = pointer_to(at, key);
        if (!objects || is_value(*own) || is_value(*other)) {
            conflicts.push_back(here);
            return own;
        }
        const json::object none;
        auto merged = merge(
            was == nullptr ? none : was->get_object(), own->get_object(), other->get_object(), here
        );
        nested_ = std::move(merged);
        return nullptr;
    }

    /// An object that is one answer (a name, a place, money, an age) and not a group of answers.
    static bool is_value(const json::value& value) {
        for (const auto* key : {"parts", "pcode", "amount", "born", "low", "basis", "currency"})
            if (value.get_object().if_contains(key) != nullptr) return true;
        return false;
    }

    std::optional<json::value> nested_;
};

}  // namespace

json::object merge_patch(const json::object& data, const json::object& patch) {
    json::object out = data;
    for (const auto& member : patch) {
        const auto& value = member.value();
        if (value.is_null()) {
            out.erase(member.key());
            continue;
        }
        if (!value.is_object()) {
            out[member.key()] = value;
            continue;
        }
        auto& known = out[member.key()];
        const json::object before = known.is_object() ? known.get_object() : json::object();
        known = merge_patch(before, value.get_object());
    }
    return out;
}

std::map<std::uint8_t, json::object> split_by_category(const Kind& kind, const json::object& data) {
    return split(kind.fields, data, kind.category);
}

json::object join(std::span<const json::object> parts) {
    json::object out;
    for (const auto& part : parts) join_into(out, part);
    return out;
}

Merged merge(const json::object& base, const json::object& mine, const json::object& theirs) {
    Merger merger;
    Merged out;
    out.data = merger.merge(base, mine, theirs, "");
    out.conflicts = std::move(merger.conflicts);
    return out;
}

}  // namespace homeward::policy
