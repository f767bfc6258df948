#pragma once

#include "base/json.hpp"
#include "casework/caller.hpp"
#include "policy/projection.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What the register is asked and what it answers: plain data. A `ref` is the name under which the
/// caller's side knows a dossier; everything in an answer is already cut to the caller.
namespace homeward::casework {

// ------------------------------------------------------------------ signing in and accounts

struct SignIn {
    std::string name;
    std::string password;
    bool program = false;  ///< wants a bearer token in place of a cookie
    std::string role;      ///< which of the account's roles; empty for the first
    std::string remote;    ///< the peer's address
    std::string network;   ///< the same as it is counted: one household or host
    std::string device;    ///< what an earlier sign-in on this device gave; may be empty
};

struct SignedIn {
    /// None: the pair was wrong, or `retry_after` is set and it was not even looked at.
    std::optional<Session> session;
    std::string token;   ///< 64 hexadecimal digits, never stored
    std::string device;  ///< keep it on the device: with it a guesser cannot lock its owner out
    std::chrono::seconds retry_after{};
};

struct NewAccount {
    std::optional<Id> id;
    std::string name;
    std::string password;
    std::vector<std::string> roles;  ///< the first is the default
    std::string team;
    std::string agency;
    bool gbv_cleared = false;
};

/// What may be changed of an account; what is not given stays.
struct AccountChange {
    std::optional<std::vector<std::string>> roles;
    std::optional<std::string> team;
    std::optional<std::string> agency;
    std::optional<bool> gbv_cleared;
    std::optional<bool> disabled;
    std::optional<std::string> password;
};

struct AccountInfo {
    Id id;
    std::string name;
    std::vector<std::string> roles;
    std::string team;
    std::string agency;
    bool gbv_cleared = false;
    bool disabled = false;
};

// ------------------------------------------------------------------ findings and records

/// A finding as the caller may see it. `limited`: the caller's role is told, but may not read what
/// the finding rests on; `missing` is then empty and `record` nil.
struct ShownFinding {
    policy::Finding finding;
    bool limited = false;
};

struct NewRecord {
    std::optional<Id> id;
    std::string kind;
    json::value data;
};

struct RecordVersion {
    Id id;
    std::uint64_t version = 0;
};

struct Opened {
    Id ref;
    std::uint64_t version = 0;  ///< of the dossier
    std::vector<RecordVersion> records;
    std::vector<ShownFinding> findings;
    bool repeated = false;  ///< it was there already: nothing was written
};

struct Added {
    Id id;
    std::uint64_t version = 0;
    std::uint64_t dossier_version = 0;
    std::vector<ShownFinding> findings;
    bool repeated = false;
};

struct Amendment {
    Id record;
    std::uint64_t base = 0;  ///< the version that it was made from
    json::value patch;       ///< RFC 7396
};

/// Both sides changed the same fields. Cut to what the caller may see; of a field that needs a
/// second reason there is only what the caller sent.
struct Conflict {
    json::object base;
    json::object mine;
    json::object theirs;
    std::uint64_t version = 0;          ///< of `theirs`
    std::vector<std::string> pointers;  ///< JSON pointers into the data
};

struct Amended {
    std::optional<Conflict> conflict;  ///< set: nothing was written
    std::uint64_t version = 0;
    std::uint64_t dossier_version = 0;
    bool merged = false;    ///< with what somebody else changed meanwhile
    bool repeated = false;  ///< it was so already: nothing was written
    std::vector<ShownFinding> findings;
};

struct ActRequest {
    std::optional<Id> id;
    std::string act;
    std::string reasons;
};

struct ActAnswer {
    Id id;
    std::string act;
    /// Not empty: the act was refused because of these, and the refusal was written down.
    std::vector<ShownFinding> blocked_by;
    bool repeated = false;
};

// ------------------------------------------------------------------ reading

struct AgeRange {
    int low = 0;
    int high = 0;  ///< whole years
};

struct Contradiction {
    std::string field;  ///< path without the kind: `ended`, `stays.until`
    policy::Text says;
};

struct ShownRecord {
    Id id;
    std::string kind;
    std::uint64_t version = 0;
    Instant recorded_at;
    Person recorded_by;
    json::object data;
    std::vector<std::string> withheld;    ///< fields of the kind, there or not
    std::vector<std::string> reserved;    ///< answered, and shown only by Register::reveal
    std::vector<std::string> incomplete;  ///< required, shown and not answered
    std::vector<Contradiction> contradictions;
};

struct File {
    Id ref;
    std::string type;
    std::uint64_t version = 0;
    std::string label;
    std::optional<AgeRange> age;
    policy::Side side = policy::Side::protection;
    std::string role;
    std::vector<std::string> read;      ///< categories, some perhaps only in part
    std::vector<std::string> write;     ///< categories
    std::vector<std::string> withheld;  ///< categories, the same for a role whatever is there
    std::vector<ShownRecord> records;
    std::vector<ShownFinding> findings;
};

struct FieldChange {
    std::string field;
    std::optional<json::value> from;  ///< none: it was absent
    std::optional<json::value> to;
    bool reserved = false;  ///< needs a second reason: neither `from` nor `to` is told
};

struct HistoryEntry {
    std::uint64_t seq = 0;
    Instant at;
    Person actor;
    std::string purpose;
    std::string what;  ///< open, add, amend, act, import, act_refused
    std::optional<Id> record;
    std::string kind;
    std::uint64_t version = 0;
    std::vector<FieldChange> changes;
};

struct HistoryQuery {
    std::optional<Id> record;
    std::uint64_t before = 0;  ///< 0: from the newest
    std::size_t limit = 100;
};

struct History {
    std::vector<HistoryEntry> entries;  ///< newest first
    std::optional<std::uint64_t> next;
};

/// Asks for answers that are shown only with a reason of their own.
struct RevealRequest {
    Id record;
    std::vector<std::string> fields;  ///< ids of fields of the record's kind
    std::string reason;
};

struct ReadEntry {
    Instant at;
    Person actor;
    std::string purpose;
    std::string what;  ///< read, findings, history, reads, export, reveal
    std::vector<std::string> categories;
    /// Of a reveal: which record, which fields (`kind.field`) and why. Fields that the caller may
    /// not read are left out, and the reason too where there are such.
    std::optional<Id> record;
    std::vector<std::string> fields;
    std::string reason;
};

struct Reads {
    std::vector<ReadEntry> reads;  ///< newest first
    std::optional<std::uint64_t> next;
};

// ------------------------------------------------------------------ lists and work

struct ListQuery {
    std::string type;
    /// overdue, running, unknown, clear; empty for all.
    std::string state;
    std::string after;  ///< `next` of the page before
    std::size_t limit = 50;
};

struct ListItem {
    Id ref;
    std::string type;
    std::string label;  ///< empty when the caller may not read it
    std::optional<AgeRange> age;
    std::uint32_t overdue = 0;
    std::uint32_t running = 0;
    std::uint32_t unknown = 0;
    std::optional<policy::Severity> worst;
    std::optional<Instant> next_due;
    Instant opened;
    bool mine = false;
};

struct List {
    std::vector<ListItem> items;
    std::optional<std::string> next;
    std::size_t total = 0;
};

/// Whose work: what the account is assigned to, what the team is, or all that the role reaches.
enum class Lens : std::uint8_t { mine, team, all };

struct WorkQuery {
    Lens lens = Lens::mine;
    std::string after;
    std::size_t limit = 50;
};

struct WorkItem {
    Id ref;
    std::string label;
    std::uint16_t safeguard = 0;                         ///< index in the pack
    policy::Outcome outcome = policy::Outcome::unknown;  ///< breached once its time has passed
    std::optional<Instant> due;
    std::optional<Instant> since;
    std::optional<Id> record;  ///< not for a limited finding, nor one about the whole dossier
    bool limited = false;
};

struct WorkCounts {
    std::size_t overdue = 0;
    std::size_t today = 0;  ///< due before the end of the day in the pack's time zone
    std::size_t week = 0;   ///< due within the six days after
    std::size_t later = 0;
    std::size_t unknown = 0;
};

struct Work {
    std::vector<WorkItem> items;
    WorkCounts counts;
    std::optional<std::string> next;
};

// ------------------------------------------------------------------ many at once

/// One line of an import, parsed by the caller or found unreadable by it. The value is
/// `{id?, type, records: [{id?, kind, data, recorded_at?, recorded_by?}]}`.
struct ImportLine {
    std::uint64_t line = 0;  ///< from 1
    Result<json::value> value;
};

struct RefusedLine {
    std::uint64_t line = 0;
    std::string pointer;
    std::string reason;
};

struct Imported {
    Id job;
    std::uint64_t line = 0;  ///< the last that is dealt with: continue after it
    std::uint64_t taken = 0;
    std::uint64_t unchanged = 0;
    std::vector<RefusedLine> refused;
};

struct ExportQuery {
    std::string type;
    std::string after;
    std::size_t limit = 50;
};

struct ExportPage {
    std::vector<File> files;
    std::optional<std::string> next;
};

}  // namespace homeward::casework
