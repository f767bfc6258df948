#include "casework/register_impl.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeward::casework {

namespace {

// The members of EntryHead::more that a reveal has beside the categories.
constexpr const char* record_key = "record";
constexpr const char* fields_key = "fields";
constexpr const char* reason_key = "reason";

std::string path_of(const policy::Kind& kind, const std::string& field) {
    return kind.id + "." + field;
}

const policy::Field* field_at(const policy::Pack& pack, const std::string& path) {
    const std::size_t dot = path.find('.');
    if (dot == std::string::npos) return nullptr;
    const policy::Kind* kind = pack.find_kind(std::string_view(path).substr(0, dot));
    return kind == nullptr ? nullptr : kind->find(std::string_view(path).substr(dot + 1));
}

Result<void> check_fields(const policy::Kind& kind, const std::vector<std::string>& fields) {
    if (fields.empty()) return fail(Code::invalid, "name at least one field", "/fields");
    if (fields.size() > reveal_fields_max) {
        return fail(
            Code::too_large, fmt::format("at most {} fields", reveal_fields_max), "/fields"
        );
    }
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const std::string pointer = pointer_to("/fields", i);
        const policy::Field* field = kind.find(fields[i]);
        if (field == nullptr) return fail(Code::invalid, "no such field", pointer);
        if (!field->second_reason) {
            return fail(Code::invalid, "this field needs no second reason", pointer);
        }
        const auto here = fields.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::find(fields.begin(), here, fields[i]) != here) {
            return fail(Code::invalid, "the field stands twice", pointer);
        }
    }
    return {};
}

}  // namespace

Result<void> Register::Impl::may_reveal(
    const Access& access, const RecordState& record, const RevealRequest& request
) const {
    if (const auto fits = check_fields(*record.kind, request.fields); !fits) return fits;
    const bool own = record.recorded_by == access.who.id();
    // Decided by the role alone: whether there is an answer makes no difference.
    for (std::size_t i = 0; i < request.fields.size(); ++i) {
        const policy::Field* field = record.kind->find(request.fields[i]);
        if (access.sight->shows(field->path, own)) continue;
        return fail(Code::forbidden, "the role may not read this", pointer_to("/fields", i));
    }
    return check_reasons(request.reason, "/reason");
}

Result<json::object> Register::reveal(
    const Caller& caller, const Id& ref, const RevealRequest& request
) {
    auto access = impl_->enter(caller, Deed::read, ref);
    if (!access) return Failure(access.error());
    const auto snapshot = impl_->fetch(*access, Deed::read);
    if (!snapshot) return Failure(snapshot.error());
    const auto record = impl_->ledger.open_record(access->grant, *snapshot, request.record);
    if (!record) return Failure(record.error());
    const bool own = record->recorded_by == access->who.id();
    if (!access->sight->shows_kind(*record->kind, own)) {
        return fail(Code::not_found, "no such record");
    }
    if (const auto may = impl_->may_reveal(*access, *record, request); !may) {
        if (may.error().code == Code::forbidden) impl_->note_refusal(caller, Deed::read, ref);
        return Failure(may.error());
    }
    json::object revealed;
    json::array paths;
    for (const std::string& field : request.fields) {
        paths.emplace_back(path_of(*record->kind, field));
        if (const json::value* value = record->data.if_contains(field)) {
            revealed.emplace(field, *value);
        }
    }
    const json::object more{
        {record_key, to_text(request.record)},
        {fields_key, std::move(paths)},
        {reason_key, request.reason}};
    const auto noted = impl_->remark(snapshot->keys(), *access, what::reveal, more);
    if (!noted) return Failure(noted.error());
    return revealed;
}

ReadEntry Register::Impl::read_entry(const Access& access, const EntryHead& head) const {
    ReadEntry entry;
    entry.at = head.when;
    entry.actor = person(head.who, head.role);
    entry.purpose = head.purpose;
    entry.what = head.what;
    entry.categories = texts_at(head.more, "categories");
    if (head.what != what::reveal) return entry;
    bool all = true;
    for (const std::string& path : texts_at(head.more, fields_key)) {
        const policy::Field* field = field_at(*core.pack, path);
        // That a look at such a field took place would tell that its form is in the file.
        const bool shown = field != nullptr && access.sight->shows(field->path, false);
        if (shown || head.who == access.who.id()) {
            entry.fields.push_back(path);
        } else {
            all = false;
        }
    }
    if (!all) return entry;
    if (const auto record = parse_id(text_at(head.more, record_key))) entry.record = *record;
    entry.reason = text_at(head.more, reason_key);
    return entry;
}

}  // namespace homeward::casework
