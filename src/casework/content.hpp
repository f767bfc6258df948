#pragma once

#include "casework/core.hpp"
#include "journal/entry.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace homeward::casework {

/// What an entry says of itself: who did what, in which role and why. In the audit part.
struct EntryHead {
    Id who;  ///< nil: the service itself, or the console
    std::string role;
    std::string purpose;
    Instant when;
    std::string what;
    json::object more;  ///< what else belongs to such an entry: categories shown, ids, reasons
};

/// The words of EntryHead::what.
namespace what {
inline constexpr const char* open = "open";
inline constexpr const char* add = "add";
inline constexpr const char* amend = "amend";
inline constexpr const char* act = "act";
inline constexpr const char* act_refused = "act_refused";
inline constexpr const char* import = "import";
inline constexpr const char* read = "read";
inline constexpr const char* findings = "findings";
inline constexpr const char* history = "history";
inline constexpr const char* reads = "reads";
inline constexpr const char* reveal = "reveal";
inline constexpr const char* export_page = "export";
inline constexpr const char* list = "list";
inline constexpr const char* work = "work";
inline constexpr const char* sign_in = "sign_in";
inline constexpr const char* sign_in_failed = "sign_in_failed";
inline constexpr const char* sign_out = "sign_out";
inline constexpr const char* refused = "refused";
inline constexpr const char* account = "account";
}  // namespace what

/// What a record is, apart from what it says.
struct RecordHead {
    Id id;
    std::uint64_t version = 0;
    std::string kind_id;
    const policy::Kind* kind = nullptr;  ///< null: a kind that the pack no longer has
    Instant recorded_at;
    Id recorded_by;
    /// How many records the dossier had before it: the order in which they were written down.
    std::uint64_t place = 0;
};

/// A record as it stands.
struct RecordState : RecordHead {
    json::object data;
};

/// The same as it is kept open: its data folded, which takes a fraction of the memory.
struct FoldedRecord : RecordHead {
    std::string data;

    std::size_t size() const { return sizeof(FoldedRecord) + kind_id.size() + data.size(); }
};
using FoldedPointer = std::shared_ptr<const FoldedRecord>;
FoldedPointer fold(const RecordState& record);
RecordState unfold(const FoldedRecord& record, json::storage_ptr memory = {});
/// What it says, in `memory`.
json::object data_of(const FoldedRecord& record, json::storage_ptr memory = {});

/// The records of a dossier in the order in which they were written down.
using Records = std::vector<RecordState>;
/// Shared: nobody changes one that others may be looking at.
using FoldedRecords = std::vector<FoldedPointer>;
/// Bytes that they take in memory.
std::size_t size_of(const FoldedRecords& records);

/// Who wrote down records of which kind (its index in the pack).
using Reporters = std::vector<std::pair<std::uint16_t, Id>>;
void add_reporter(const policy::Pack& pack, const RecordHead& record, Reporters& reporters);
Reporters reporters_of(const policy::Pack& pack, const Records& records);
Reporters reporters_of(const policy::Pack& pack, const FoldedRecords& records);

/// The parts of an entry that is a version of a record. Every category has its part: the JSON
/// object of its fields; the kind's own says also, under `@record`, which kind it is and since
/// when, and the audit part says, under `@entry`, what the head says. No field can have such a
/// name. `record.kind` must be set.
std::vector<journal::Part> parts_of(
    const CategoryMap& categories, const RecordState& record, const EntryHead& head
);
/// Of an entry without a record.
std::vector<journal::Part> parts_of(const EntryHead& head);

/// What can be read of a record's version; nothing when the part that names the kind is withheld
/// or destroyed. Code::corrupt for anything that parts_of does not write.
Result<std::optional<RecordState>> record_of(
    const policy::Pack& pack, const journal::Entry& entry, const journal::OpenedEntry& opened
);
/// The newest versions of a dossier's records, folded, in the order in which they were written
/// down; without those of which the grant does not show the part that names the kind. Without a
/// pack no kind is known.
Result<FoldedRecords> open_newest(
    const policy::Pack* pack,
    const journal::Grant& grant,
    const journal::DossierKeys& keys,
    const std::vector<journal::Entry>& entries
);
/// The head; nothing when the audit part is withheld or destroyed.
Result<std::optional<EntryHead>> head_of(const journal::OpenedEntry& opened);

}  // namespace homeward::casework
