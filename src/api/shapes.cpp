#include "api/shapes.hpp"

#include "base/check.hpp"

namespace homeward::api {
namespace {

json::value age_of(const std::optional<casework::AgeRange>& age) {
    if (!age) return nullptr;
    return json::object{{"low", age->low}, {"high", age->high}};
}

/// Adds a member to the text of an object that is not empty.
void append_member(std::string& object, std::string_view name, std::string_view value) {
    check(object.size() > 2 && object.back() == '}', "a member is added to others");
    object.pop_back();
    object.reserve(object.size() + name.size() + value.size() + sizeof R"(,"":})");
    ((((object += ",\"") += name) += "\":") += value) += '}';
}

// Its data stay as they are: building them into a tree with the rest would copy them.
std::string record_to_text(const casework::ShownRecord& record, std::string_view language) {
    json::array contradictions;
    for (const auto& one : record.contradictions)
        contradictions.push_back(json::object{{"field", one.field}, {"says", one.says.in(language)}}
        );
    const json::object head{
        {"id", to_text(record.id)},
        {"kind", record.kind},
        {"version", record.version},
        {"recorded_at", to_text(record.recorded_at)},
        {"recorded_by", to_json(record.recorded_by)},
        {"withheld", to_json(record.withheld)},
        {"reserved", to_json(record.reserved)},
        {"incomplete", to_json(record.incomplete)},
        {"contradictions", std::move(contradictions)},
    };
    return with_member(head, "data", json::serialize(record.data));
}

json::array named_categories(
    const policy::Pack& pack, std::span<const std::string> ids, std::string_view language
) {
    json::array out;
    for (const auto& id : ids) {
        const auto* category = pack.find_category(id);
        out.push_back(json::object{
            {"category", id}, {"title", category ? category->title.in(language) : id}});
    }
    return out;
}

}  // namespace

json::array to_json(std::span<const std::string> texts) {
    json::array out;
    for (const auto& text : texts) out.push_back(json::value(text));
    return out;
}

json::object to_json(const casework::Person& person) {
    return {{"id", to_text(person.id)}, {"name", person.name}, {"role", person.role}};
}

json::object to_json(const casework::AccountInfo& account) {
    return {
        {"id", to_text(account.id)},
        {"name", account.name},
        {"role", account.roles.empty() ? "" : account.roles.front()},
        {"roles", to_json(account.roles)},
        {"team", account.team},
        {"agency", account.agency},
        {"gbv_cleared", account.gbv_cleared},
        {"disabled", account.disabled},
    };
}

json::value to_json(const std::optional<Instant>& at) {
    if (!at) return nullptr;
    return json::value(to_text(*at));
}

std::string with_member(const json::object& object, std::string_view name, std::string_view value) {
    std::string out = json::serialize(object);
    append_member(out, name, value);
    return out;
}

std::string to_text(
    const policy::FindingText& findings,
    std::span<const casework::ShownFinding> shown,
    std::string_view language
) {
    std::string out = "[";
    for (const auto& one : shown) {
        if (out.size() > 1) out += ',';
        findings.append(out, one.finding, language, one.limited);
    }
    return out += ']';
}

std::string to_text(
    const policy::FindingText& findings, const casework::File& file, std::string_view language
) {
    std::string records = "[";
    for (const auto& record : file.records) {
        if (records.size() > 1) records += ',';
        records += record_to_text(record, language);
    }
    records += ']';
    const json::object tree({
        {"ref", to_text(file.ref)},
        {"type", file.type},
        {"version", file.version},
        {"label", file.label},
        {"age", age_of(file.age)},
        {"side", policy::name_of(file.side)},
        {"you",
         json::object{
             {"role", file.role}, {"read", to_json(file.read)}, {"write", to_json(file.write)}}},
        {"withheld", named_categories(findings.pack(), file.withheld, language)},
    });
    std::string out = json::serialize(tree);
    append_member(out, "records", records);
    append_member(out, "findings", to_text(findings, file.findings, language));
    return out;
}

json::object to_json(const casework::ListItem& item) {
    return {
        {"ref", to_text(item.ref)},
        {"type", item.type},
        {"label", item.label},
        {"age", age_of(item.age)},
        {"overdue", item.overdue},
        {"running", item.running},
        {"unknown", item.unknown},
        {"worst", item.worst ? json::value(policy::name_of(*item.worst)) : json::value()},
        {"next_due", to_json(item.next_due)},
        {"opened", to_text(item.opened)},
        {"mine", item.mine},
    };
}

json::object to_json(
    const policy::Pack& pack, const casework::WorkItem& item, std::string_view language
) {
    const auto& safeguard = pack.safeguards()[item.safeguard];
    json::object out{
        {"ref", to_text(item.ref)},
        {"label", item.label},
        {"safeguard", safeguard.id},
        {"title", safeguard.title.in(language)},
        {"severity", policy::name_of(safeguard.severity)},
        {"outcome", policy::name_of(item.outcome)},
        {"due", to_json(item.due)},
        {"since", to_json(item.since)},
        {"limited", item.limited},
    };
    out["record"] = item.record ? json::value(to_text(*item.record)) : json::value();
    out["kind"] = safeguard.about ? json::value(pack.kinds()[*safeguard.about].id) : json::value();
    return out;
}

json::object to_json(const casework::HistoryEntry& entry) {
    json::array changes;
    for (const auto& change : entry.changes) {
        json::object one{{"field", change.field}};
        if (change.from) one["from"] = *change.from;
        if (change.to) one["to"] = *change.to;
        if (change.reserved) one["reserved"] = true;
        changes.push_back(std::move(one));
    }
    return {
        {"seq", entry.seq},
        {"at", to_text(entry.at)},
        {"actor", to_json(entry.actor)},
        {"purpose", entry.purpose},
        {"what", entry.what},
        {"record", entry.record ? json::value(to_text(*entry.record)) : json::value()},
        {"kind", entry.kind},
        {"version", entry.version},
        {"changes", std::move(changes)},
    };
}

json::object to_json(const casework::ReadEntry& entry) {
    json::object out{
        {"at", to_text(entry.at)},
        {"actor", to_json(entry.actor)},
        {"purpose", entry.purpose},
        {"what", entry.what},
        {"categories", to_json(entry.categories)},
    };
    if (!entry.fields.empty()) out["fields"] = to_json(entry.fields);
    if (entry.record) out["record"] = to_text(*entry.record);
    if (!entry.reason.empty()) out["reason"] = entry.reason;
    return out;
}

json::object to_json(const casework::Imported& imported) {
    json::array refused;
    for (const auto& line : imported.refused) {
        refused.push_back(json::object{
            {"line", line.line}, {"pointer", line.pointer}, {"reason", line.reason}});
    }
    return {
        {"job", to_text(imported.job)},
        {"line", imported.line},
        {"taken", imported.taken},
        {"unchanged", imported.unchanged},
        {"refused", std::move(refused)},
    };
}

}  // namespace homeward::api
