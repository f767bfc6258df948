#include "api/shapes.hpp"

#include "base/check.hpp"
#include "base/json_text.hpp"

namespace homeward::api {
namespace {

/// Bytes that the text of most files takes.
constexpr std::size_t file_text_about = std::size_t{32} << 10U;

json::value age_of(const std::optional<casework::AgeRange>& age) {
    if (!age) return nullptr;
    return json::object{{"low", age->low}, {"high", age->high}};
}

void append_record(
    std::string& out, const casework::ShownRecord& record, std::string_view language
) {
    using namespace json_text;
    out += '{';
    put_plain(out, "id", to_text(record.id));
    put_plain(out, "kind", record.kind);
    put_raw(out, "version", std::to_string(record.version));
    put_plain(out, "recorded_at", to_text(record.recorded_at));
    out += "\"recorded_by\":{";
    put_plain(out, "id", to_text(record.recorded_by.id));
    put_text(out, "name", record.recorded_by.name);
    put_plain(out, "role", record.recorded_by.role);
    close(out, '}');
    out += ',';
    put_plain_list(out, "withheld", record.withheld);
    put_plain_list(out, "reserved", record.reserved);
    put_plain_list(out, "incomplete", record.incomplete);
    out += "\"contradictions\":[";
    for (const auto& one : record.contradictions) {
        out += '{';
        put_plain(out, "field", one.field);
        put_text(out, "says", one.says.in(language));
        close(out, '}');
        out += ',';
    }
    if (!record.contradictions.empty()) out.pop_back();
    out += "],";
    put_object(out, "data", record.data);
    close(out, '}');
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

void append_findings(
    std::string& out,
    const policy::FindingText& findings,
    std::span<const casework::ShownFinding> shown,
    std::string_view language
) {
    out += '[';
    for (const auto& one : shown) {
        if (&one != &shown.front()) out += ',';
        findings.append(out, one.finding, language, one.limited);
    }
    out += ']';
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
    check(!object.empty(), "a member is added to others");
    std::string out = json::serialize(object);
    out.back() = ',';
    json_text::put_raw(out, name, value);
    json_text::close(out, '}');
    return out;
}

std::string to_text(
    const policy::FindingText& findings,
    std::span<const casework::ShownFinding> shown,
    std::string_view language
) {
    std::string out;
    append_findings(out, findings, shown, language);
    return out;
}

std::string to_text(
    const policy::FindingText& findings, const casework::File& file, std::string_view language
) {
    const json::object head({
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
    std::string out;
    out.reserve(file_text_about);
    append_json(out, head);
    out.back() = ',';
    out += "\"records\":[";
    for (const auto& record : file.records) {
        if (&record != &file.records.front()) out += ',';
        append_record(out, record, language);
    }
    out += "],\"findings\":";
    append_findings(out, findings, file.findings, language);
    out += '}';
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
