#include "casework/cut.hpp"

#include "policy/record.hpp"

#include <date/date.h>

#include <algorithm>

namespace homeward::casework {

namespace {

/// `{"unknown": "not_known"}` stands in place of any value.
bool is_unknown(const json::value& value) {
    return value.is_object() && value.get_object().size() == 1 &&
           value.get_object().contains("unknown");
}

const policy::Field* find_field(const std::vector<policy::Field>& fields, std::string_view id) {
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const policy::Field& field) {
        return field.id == id;
    });
    return found == fields.end() ? nullptr : &*found;
}

json::object cut_fields(
    const Sight& sight, const std::vector<policy::Field>& fields, json::object data, bool own
);

json::value cut_group(const Sight& sight, const policy::Field& field, json::value value, bool own) {
    if (value.is_object() && !is_unknown(value)) {
        return cut_fields(sight, field.fields, std::move(value.get_object()), own);
    }
    if (!value.is_array()) return value;
    json::array items(value.storage());
    items.reserve(value.get_array().size());
    for (json::value& item : value.get_array()) {
        items.push_back(cut_group(sight, field, std::move(item), own));
    }
    return items;
}

/// Whether anything in a group is shown, or the group itself.
bool shows_any(const Sight& sight, const policy::Field& field, bool own) {
    if (sight.shows(field.path, own)) return true;
    return std::any_of(field.fields.begin(), field.fields.end(), [&](const policy::Field& inner) {
        return shows_any(sight, inner, own);
    });
}

/// The values of the fields, in their order; null where there is none. Data mostly come in that
/// order too, so each is looked for from where the last one was found.
std::vector<json::value*> values_of(const std::vector<policy::Field>& fields, json::object& data) {
    std::vector<json::value*> values(fields.size(), nullptr);
    std::size_t at = 0;
    for (json::key_value_pair& member : data) {
        std::size_t steps = 0;
        while (steps < fields.size() && fields[at].id != member.key()) {
            at = at + 1 == fields.size() ? 0 : at + 1;
            ++steps;
        }
        if (steps < fields.size()) values[at] = &member.value();
    }
    return values;
}

json::object cut_fields(
    const Sight& sight, const std::vector<policy::Field>& fields, json::object data, bool own
) {
    json::object shown(data.size(), data.storage());
    const std::vector<json::value*> values = values_of(fields, data);
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const policy::Field& field = fields[i];
        json::value* value = values[i];
        if (value == nullptr || !shows_any(sight, field, own)) continue;
        const bool group = field.type == policy::FieldType::group;
        if (!group) {
            shown.emplace(field.id, std::move(*value));
        } else if (!is_unknown(*value) || sight.shows(field.path, own)) {
            shown.emplace(field.id, cut_group(sight, field, std::move(*value), own));
        }
    }
    return shown;
}

void each_field(
    const std::vector<policy::Field>& fields, const std::function<void(const policy::Field&)>& see
) {
    for (const policy::Field& field : fields) {
        see(field);
        each_field(field.fields, see);
    }
}

bool check_is_shown(
    const FieldIndex& index, const Sight& sight, const policy::Field& field, bool own
) {
    const auto reads = index.read_by_check(field);
    return reads && std::all_of(reads->begin(), reads->end(), [&](std::uint16_t path) {
               return sight.shows(path, own);
           });
}

Result<void> each_in_group(
    const policy::Field& field,
    const json::value& value,
    const std::string& pointer,
    const OnAnswer& on_answer
) {
    if (value.is_array()) {
        const json::array& items = value.get_array();
        for (std::size_t i = 0; i < items.size(); ++i) {
            const auto seen = each_in_group(field, items[i], pointer_to(pointer, i), on_answer);
            if (!seen) return seen;
        }
        return {};
    }
    if (value.is_object() && !is_unknown(value)) {
        return each_answer(field.fields, value.get_object(), pointer, on_answer);
    }
    // The whole group is taken away or called unknown: that answers all that is in it.
    const auto seen = on_answer(field, pointer);
    if (!seen) return seen;
    Result<void> inner_seen{};
    each_field(field.fields, [&](const policy::Field& inner) {
        if (inner_seen) inner_seen = on_answer(inner, pointer);
    });
    return inner_seen;
}

int years_between(date::year_month_day from, date::year_month_day to) {
    const int years = int{to.year()} - int{from.year()};
    const bool had_birthday =
        std::pair(to.month(), to.day()) >= std::pair(from.month(), from.day());
    return std::max(0, had_birthday ? years : years - 1);
}

date::year_month_day local_day(const policy::Pack& pack, Instant at) {
    const std::int64_t local_us = at.us + pack.offset_at(at) * us_per_second;
    return date::floor<date::days>(
        date::sys_time<std::chrono::microseconds>(std::chrono::microseconds(local_us))
    );
}

/// A finding of which one is told that it is so, and not what it rests on.
ShownFinding limited(const policy::Finding& finding) {
    ShownFinding one{finding, true};
    one.finding.record = Id{};
    one.finding.missing.clear();
    one.finding.start.reset();
    return one;
}

/// Whether everything that a safeguard reads is shown, or was reported by the caller alone.
bool rests_on_own(
    const policy::Pack& pack,
    const Sight& sight,
    const policy::Safeguard& safeguard,
    const std::vector<bool>& others
) {
    if ((safeguard.reads & ~sight.readable()) != 0) return false;
    if (safeguard.about) {
        const policy::Kind& about = pack.kinds()[*safeguard.about];
        const bool all_shown = sight.shows_kind(about, false);
        const bool own_shown = sight.shows_kind(about, true) && !others[*safeguard.about];
        if (!all_shown && !own_shown) return false;
    }
    return std::all_of(safeguard.paths.begin(), safeguard.paths.end(), [&](std::uint16_t path) {
        if (sight.path(path) != Sight::Field::own) return sight.path(path) == Sight::Field::shown;
        const std::string_view whole = pack.path(path);
        const policy::Kind* kind = pack.find_kind(whole.substr(0, whole.find('.')));
        return kind != nullptr && !others[pack.index_of(*kind)];
    });
}

}  // namespace

FieldIndex::FieldIndex(const policy::Pack& pack) : fields_(pack.path_count(), nullptr) {
    for (const policy::Kind& kind : pack.kinds()) add(kind.type, kind.fields);
}

void FieldIndex::add(const cel::ObjectType* object, const std::vector<policy::Field>& fields) {
    for (const policy::Field& field : fields) {
        fields_[field.path] = &field;
        path_of_[{object, field.slot}] = field.path;
        add(field.group, field.fields);
    }
}

std::optional<std::vector<std::uint16_t>> FieldIndex::read_by_check(const policy::Field& field
) const {
    if (!field.check || field.check->reads_dynamically()) return std::nullopt;
    std::vector<std::uint16_t> paths;
    for (const cel::Read& read : field.check->reads()) {
        const auto found = path_of_.find({read.object, read.slot});
        if (found != path_of_.end()) paths.push_back(found->second);
    }
    return paths;
}

std::string field_part(std::string_view path) {
    const std::size_t dot = path.find('.');
    return std::string(dot == std::string_view::npos ? path : path.substr(dot + 1));
}

json::object cut(
    const Sight& sight, const policy::Kind& kind, json::object data, bool own, Reserved reserved
) {
    json::object shown = cut_fields(sight, kind.fields, std::move(data), own);
    if (reserved == Reserved::kept) return shown;
    // The pack's checker lets such fields stand on the first level only.
    for (const policy::Field& field : kind.fields) {
        if (field.second_reason) shown.erase(field.id);
    }
    return shown;
}

ShownRecord show(
    const policy::Pack& pack,
    const FieldIndex& index,
    const Access& access,
    RecordState&& record,
    const policy::Projection& projection
) {
    const bool own = record.recorded_by == access.who.id();
    const Sight& sight = *access.sight;
    std::vector<std::string> withheld;
    std::vector<std::string> reserved;
    each_field(record.kind->fields, [&](const policy::Field& field) {
        if (!sight.shows(field.path, own)) {
            withheld.push_back(field_part(pack.path(field.path)));
        } else if (field.second_reason && record.data.contains(field.id)) {
            reserved.push_back(field_part(pack.path(field.path)));
        }
    });
    ShownRecord shown{
        record.id,
        std::move(record.kind_id),
        record.version,
        record.recorded_at,
        {record.recorded_by, {}, {}},
        cut(sight, *record.kind, std::move(record.data), own),
        std::move(withheld),
        std::move(reserved),
        {},
        {}};
    for (const policy::Gap& gap : projection.incomplete) {
        if (gap.record == shown.id && sight.shows(gap.path, own)) {
            shown.incomplete.push_back(field_part(pack.path(gap.path)));
        }
    }
    for (const policy::Gap& gap : projection.contradictions) {
        const policy::Field* field = index.field(gap.path);
        if (gap.record != shown.id || field == nullptr || !sight.shows(gap.path, own)) continue;
        if (!check_is_shown(index, sight, *field, own)) continue;
        shown.contradictions.push_back({field_part(pack.path(gap.path)), field->says});
    }
    return shown;
}

std::vector<ShownFinding> show(
    const policy::Pack& pack,
    const Access& access,
    const std::vector<policy::Finding>& findings,
    const Reporters& reporters
) {
    std::vector<bool> others(pack.kinds().size(), false);
    for (const auto& [kind, account] : reporters) {
        if (account != access.who.id()) others[kind] = true;
    }
    std::vector<ShownFinding> shown;
    for (const policy::Finding& finding : findings) {
        const std::uint8_t level = access.sight->safeguards()[finding.safeguard];
        const auto& safeguard = pack.safeguards()[finding.safeguard];
        if (level == 2 || rests_on_own(pack, *access.sight, safeguard, others)) {
            shown.push_back({finding, false});
        } else if (level == 1) {
            shown.push_back(limited(finding));
        }
    }
    return shown;
}

std::vector<ShownFinding> show_blocking(
    const Sight& sight, const std::vector<policy::Finding>& findings
) {
    std::vector<ShownFinding> shown;
    for (const policy::Finding& finding : findings) {
        const bool full = sight.safeguards()[finding.safeguard] == 2;
        shown.push_back(full ? ShownFinding{finding, false} : limited(finding));
    }
    return shown;
}

Result<void> each_answer(
    const std::vector<policy::Field>& fields,
    const json::object& data,
    const std::string& pointer,
    const OnAnswer& on_answer
) {
    for (const auto& [key, value] : data) {
        const policy::Field* field = find_field(fields, key);
        if (field == nullptr) continue;
        const std::string at = pointer_to(pointer, key);
        const auto seen = field->type == policy::FieldType::group
                              ? each_in_group(*field, value, at, on_answer)
                              : on_answer(*field, at);
        if (!seen) return seen;
    }
    return {};
}

Result<void> may_enter_all(
    const Sight& sight,
    const policy::Kind& kind,
    const json::object& data,
    bool is_new,
    bool own,
    const std::string& pointer
) {
    return each_answer(
        kind.fields,
        data,
        pointer,
        [&](const policy::Field& field, const std::string& at) -> Result<void> {
            if (sight.may_enter(kind, field, is_new, own)) return {};
            return fail(Code::forbidden, "the role may not enter this", at);
        }
    );
}

Result<json::object> keep_untouchable(
    const Sight& sight,
    const policy::Kind& kind,
    const json::object& stored,
    const json::object& changed,
    bool own
) {
    const auto before = policy::split_by_category(kind, stored);
    auto after = policy::split_by_category(kind, changed);
    for (std::uint8_t i = 0; i < policy::categories_max; ++i) {
        const Writing write = sight.category(i).write;
        const bool touchable = write == Writing::all || (write == Writing::own && own);
        if (touchable) continue;
        const auto had = before.find(i);
        if (had == before.end()) {
            after.erase(i);
        } else {
            after[i] = had->second;
        }
    }
    std::vector<json::object> parts;
    for (auto& [category, part] : after) parts.push_back(std::move(part));
    json::object joined = policy::join(parts);
    // Joining items of lists of different lengths would mix them up.
    for (const policy::Field& field : kind.fields) {
        const json::value* was = stored.if_contains(field.id);
        const json::value* is = changed.if_contains(field.id);
        const bool lists = was != nullptr && was->is_array() && is != nullptr && is->is_array();
        if (field.fields.empty() || !lists) continue;
        bool mixed = false;
        each_field(field.fields, [&](const policy::Field& inner) {
            mixed = mixed || !sight.may_enter(kind, inner, false, own);
        });
        if (mixed && was->get_array().size() != is->get_array().size()) {
            return fail(
                Code::forbidden,
                "items have parts that the role may not change: change none of their number",
                pointer_to("", field.id)
            );
        }
    }
    return joined;
}

std::int64_t day_at(const policy::Pack& pack, Instant now) {
    return date::sys_days(local_day(pack, now)).time_since_epoch().count();
}

AgeRange age_at(const policy::Pack& pack, const policy::Span& birth, Instant now) {
    const auto today = local_day(pack, now);
    return {
        years_between(local_day(pack, birth.latest), today),
        years_between(local_day(pack, birth.earliest), today)};
}

std::vector<std::string> names_of(const policy::Pack& pack, policy::CategorySet set) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < pack.categories().size(); ++i) {
        if ((set >> i & 1U) != 0) names.push_back(pack.categories()[i].id);
    }
    return names;
}

}  // namespace homeward::casework
