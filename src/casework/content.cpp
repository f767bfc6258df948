#include "casework/content.hpp"

#include "base/folded_json.hpp"
#include "base/sketchpad.hpp"
#include "policy/record.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace homeward::casework {

namespace {

constexpr std::string_view record_key = "@record";
constexpr std::string_view entry_key = "@entry";

Bytes to_bytes(const json::object& object) {
    const std::string text = json::serialize(object);
    const BytesView bytes = bytes_of(text);
    return Bytes(bytes.begin(), bytes.end());
}

json::object to_json(const EntryHead& head, const json::storage_ptr& memory = {}) {
    json::object object(6, memory);
    object.emplace("who", to_text(head.who));
    object.emplace("role", head.role);
    object.emplace("purpose", head.purpose);
    object.emplace("when", to_text(head.when));
    object.emplace("what", head.what);
    if (!head.more.empty()) object.emplace("more", head.more);
    return object;
}

Failure not_ours() { return fail(Code::corrupt, "an entry is not what was written"); }

Result<json::object> parse_part(const Bytes& plain, json::storage_ptr memory = {}) {
    JsonLimits limits;
    limits.bytes_max = journal::part_size_max;
    auto parsed = parse_json(text_of(plain), limits, std::move(memory));
    if (!parsed || !parsed->is_object()) return not_ours();
    return std::move(parsed->get_object());
}

/// Whether a part says who wrote the record and nothing of it: `parts_of` puts that last.
bool is_entry_alone(const Bytes& plain) { return text_of(plain).starts_with(R"({"@entry":)"); }

/// Takes a member that must be an object out of one.
Result<std::optional<json::object>> take(json::object& from, std::string_view key) {
    json::value* value = from.if_contains(key);
    if (value == nullptr) return std::nullopt;
    if (!value->is_object()) return not_ours();
    json::object taken = std::move(value->get_object());
    from.erase(key);
    return taken;
}

/// As `record_of`, with data that live in `memory`.
Result<std::optional<RecordState>> read_record(
    const policy::Pack* pack,
    const journal::Entry& entry,
    const journal::OpenedEntry& opened,
    const json::storage_ptr& memory
) {
    if (!entry.record) return not_ours();
    RecordState record{{}, json::object(memory)};
    record.id = *entry.record;
    record.version = entry.version;
    bool named = false;
    std::vector<json::object> fields;
    fields.reserve(opened.parts.size());
    for (const journal::Part& part : opened.parts) {
        if (is_entry_alone(part.plain)) continue;
        auto object = parse_part(part.plain, memory);
        if (!object) return Failure(object.error());
        object->erase(entry_key);
        const auto head = take(*object, record_key);
        if (!head) return Failure(head.error());
        if (head->has_value()) {
            const auto at = parse_instant(text_at(**head, "at"));
            const auto by = parse_id(text_at(**head, "by"));
            if (!at || !by || named) return not_ours();
            named = true;
            record.kind_id = text_at(**head, "kind");
            if (pack != nullptr) record.kind = pack->find_kind(record.kind_id);
            record.recorded_at = *at;
            record.recorded_by = *by;
            record.place = static_cast<std::uint64_t>(number_at(**head, "place"));
        }
        if (!object->empty()) fields.push_back(std::move(*object));
    }
    if (!named) return std::optional<RecordState>{};
    // One part is the rule, and need not be copied.
    record.data = fields.size() == 1 ? std::move(fields.front()) : policy::join(fields);
    return std::optional(std::move(record));
}

}  // namespace

FoldedPointer fold(const RecordState& record) {
    return std::make_shared<const FoldedRecord>(FoldedRecord{record, fold_json(record.data)});
}

json::object data_of(const FoldedRecord& record, json::storage_ptr memory) {
    return unfold_json(record.data, std::move(memory));
}

RecordState unfold(const FoldedRecord& record, json::storage_ptr memory) {
    return {record, data_of(record, std::move(memory))};
}

void add_reporter(const policy::Pack& pack, const RecordHead& record, Reporters& reporters) {
    if (record.kind != nullptr) {
        reporters.emplace_back(pack.index_of(*record.kind), record.recorded_by);
    }
}

std::size_t size_of(const FoldedRecords& records) {
    std::size_t size = 0;
    for (const FoldedPointer& record : records) size += record->size();
    return size;
}

Reporters reporters_of(const policy::Pack& pack, const Records& records) {
    Reporters reporters;
    for (const RecordState& record : records) add_reporter(pack, record, reporters);
    return reporters;
}

Reporters reporters_of(const policy::Pack& pack, const FoldedRecords& records) {
    Reporters reporters;
    for (const auto& record : records) add_reporter(pack, *record, reporters);
    return reporters;
}

std::vector<journal::Part> parts_of(
    const CategoryMap& categories, const RecordState& record, const EntryHead& head
) {
    std::map<journal::Category, json::object> objects;
    for (auto& [category, fields] : policy::split_by_category(*record.kind, record.data)) {
        objects[categories.in_journal(category)] = std::move(fields);
    }
    objects[categories.in_journal(record.kind->category)].emplace(
        record_key,
        json::object{
            {"kind", record.kind_id},
            {"at", to_text(record.recorded_at)},
            {"by", to_text(record.recorded_by)},
            {"place", record.place}}
    );
    objects[audit_category].emplace(entry_key, to_json(head));
    std::vector<journal::Part> parts;
    parts.reserve(objects.size());
    for (const auto& [category, object] : objects) parts.push_back({category, to_bytes(object)});
    return parts;
}

std::vector<journal::Part> parts_of(const EntryHead& head) {
    Sketchpad sketchpad;
    json::object object(1, sketchpad.memory());
    object.emplace(entry_key, to_json(head, sketchpad.memory()));
    return {{audit_category, to_bytes(object)}};
}

Result<std::optional<RecordState>> record_of(
    const policy::Pack& pack, const journal::Entry& entry, const journal::OpenedEntry& opened
) {
    return read_record(&pack, entry, opened, {});
}

Result<FoldedRecords> open_newest(
    const policy::Pack* pack,
    const journal::Grant& grant,
    const journal::DossierKeys& keys,
    const std::vector<journal::Entry>& entries
) {
    FoldedRecords records;
    records.reserve(entries.size());
    for (const journal::Entry& entry : entries) {
        const auto opened = journal::open_parts(grant, keys, entry);
        if (!opened) return Failure(opened.error());
        Sketchpad sketchpad;
        const auto record = read_record(pack, entry, *opened, sketchpad.memory());
        if (!record) return Failure(record.error());
        if (record->has_value()) records.push_back(fold(**record));
    }
    std::stable_sort(records.begin(), records.end(), [](const auto& a, const auto& b) {
        return a->place < b->place;
    });
    return records;
}

Result<std::optional<EntryHead>> head_of(const journal::OpenedEntry& opened) {
    const Bytes* plain = opened.find(audit_category);
    if (plain == nullptr) return std::optional<EntryHead>{};
    auto object = parse_part(*plain);
    if (!object) return Failure(object.error());
    auto found = take(*object, entry_key);
    if (!found) return Failure(found.error());
    if (!found->has_value()) return not_ours();
    const json::object& content = **found;
    const auto who = parse_id(text_at(content, "who"));
    const auto when = parse_instant(text_at(content, "when"));
    if (!who || !when) return not_ours();
    EntryHead head;
    head.who = *who;
    head.role = text_at(content, "role");
    head.purpose = text_at(content, "purpose");
    head.when = *when;
    head.what = text_at(content, "what");
    if (const json::value* more = content.if_contains("more"); more && more->is_object()) {
        head.more = more->get_object();
    }
    return std::optional(std::move(head));
}

}  // namespace homeward::casework
