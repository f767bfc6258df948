#pragma once

#include "casework/answers.hpp"
#include "casework/authority.hpp"
#include "casework/content.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace homeward::casework {

/// Finds fields by what the engine calls them. Made once for a pack.
class FieldIndex {
  public:
    explicit FieldIndex(const policy::Pack& pack);

    const policy::Field* field(std::uint16_t path) const { return fields_[path]; }
    /// The paths of the fields that the check of a field looks at; nothing when that is not known
    /// before it runs.
    std::optional<std::vector<std::uint16_t>> read_by_check(const policy::Field& field) const;

  private:
    void add(const cel::ObjectType* object, const std::vector<policy::Field>& fields);
    std::vector<const policy::Field*> fields_;
    std::map<std::pair<const cel::ObjectType*, std::uint32_t>, std::uint16_t> path_of_;
};

/// A path without the kind before it: `stays.until` of `custody.stays.until`.
std::string field_part(std::string_view path);

/// Whether answers that need a second reason (docs/decisions/0017) stay in what is cut.
enum class Reserved : std::uint8_t { left_out, kept };

/// The data of a record with only those fields that are shown, in the memory in which they were.
json::object cut(
    const Sight& sight,
    const policy::Kind& kind,
    json::object data,
    bool own,
    Reserved reserved = Reserved::left_out
);

/// A record as the caller may see it, with its gaps and contradictions. The kind must be known.
ShownRecord show(
    const policy::Pack& pack,
    const FieldIndex& index,
    const Access& access,
    RecordState&& record,
    const policy::Projection& projection
);

/// What of the findings the caller is told. One that rests on nothing but what the caller may read
/// or has reported is shown in full; of others those who are told learn that it is so.
std::vector<ShownFinding> show(
    const policy::Pack& pack,
    const Access& access,
    const std::vector<policy::Finding>& findings,
    const Reporters& reporters
);

/// Findings that stand in the caller's way: each is there, if only as a limited one.
std::vector<ShownFinding> show_blocking(
    const Sight& sight, const std::vector<policy::Finding>& findings
);

/// Sees every answer that `data` gives: the field and its pointer. Fields that the kind does not
/// have are left to the check of the data's shape.
using OnAnswer = std::function<Result<void>(const policy::Field&, const std::string& pointer)>;
Result<void> each_answer(
    const std::vector<policy::Field>& fields,
    const json::object& data,
    const std::string& pointer,
    const OnAnswer& on_answer
);

/// Code::forbidden, with the pointer, for the first answer that the caller may not give.
Result<void> may_enter_all(
    const Sight& sight,
    const policy::Kind& kind,
    const json::object& data,
    bool is_new,
    bool own,
    const std::string& pointer
);

/// `changed` with every answer that the caller may not change as it is in `stored`: a list that is
/// replaced whole must not lose what the caller could not see in it. Code::forbidden when that
/// cannot be put together.
Result<json::object> keep_untouchable(
    const Sight& sight,
    const policy::Kind& kind,
    const json::object& stored,
    const json::object& changed,
    bool own
);

/// The day of a moment in the pack's time zone, counted from 1970. Ages are those of a day.
std::int64_t day_at(const policy::Pack& pack, Instant now);

/// Whole years of age at a moment, in the pack's time zone.
AgeRange age_at(const policy::Pack& pack, const policy::Span& birth, Instant now);

std::vector<std::string> names_of(const policy::Pack& pack, policy::CategorySet set);

}  // namespace homeward::casework
