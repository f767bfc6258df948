#pragma once

#include "base/time.hpp"
#include "cel/program.hpp"
#include "policy/text.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What a pack says, after it was checked: plain data, read-only, found by index. Indexes are
/// positions in the lists of the Pack and hold for this pack (this digest) only.
namespace homeward::policy {

/// A set of data categories: bit i is the category with index i.
using CategorySet = std::uint32_t;

inline constexpr std::size_t categories_max = 32;

constexpr CategorySet bit_of(std::uint8_t category) { return CategorySet{1} << category; }

enum class Side : std::uint8_t { protection, justice, both };

enum class FieldType : std::uint8_t {
    text,
    long_text,
    number,
    decimal,
    tri,
    date,
    instant,
    age,
    code,
    codes,
    person_name,
    place,
    reference,
    group,
    money,
    duration,
    scale,
    computed,
};

std::string_view name_of(FieldType type);
std::string_view name_of(Side side);

struct Field {
    std::string id;
    FieldType type = FieldType::text;
    Text title;
    Text help;
    std::uint8_t category = 0;
    std::vector<std::uint16_t> basis;  ///< provisions
    bool required = false;
    bool repeats = false;
    bool second_reason = false;  ///< shown only after a second click with a reason
    bool account = false;        ///< a text that holds an account id
    std::uint16_t codes = 0;     ///< code list, for code, codes and the basis of an age
    bool has_codes = false;
    std::string to;             ///< for reference: a kind's id or `dossier:<type>`
    std::vector<Field> fields;  ///< for group
    std::optional<std::int64_t> min;
    std::optional<std::int64_t> max;
    std::string unit;
    Text says;  ///< shown when `check` is false
    std::vector<std::string> about;
    std::optional<cel::Program> check;
    std::optional<cel::Program> shown;
    std::optional<cel::Program> is;  ///< for computed
    std::string check_source;        ///< CEL text, empty when there is none
    std::string shown_source;
    std::string is_source;
    std::uint32_t slot = 0;                  ///< in the object of the record or of the group
    std::uint16_t path = 0;                  ///< Pack::path: `custody.started`, `plan.goals.text`
    const cel::ObjectType* group = nullptr;  ///< shape of a group's value
};

/// A kind that is a stretch of time. `start`, `end`, `continues` are positions in Kind::fields.
struct Episode {
    std::uint16_t start = 0;
    std::uint16_t end = 0;
    std::vector<std::uint16_t> continues;
    std::optional<cel::Program> support;  ///< a list of moments
};

struct Kind {
    std::string id;
    std::uint16_t dossier = 0;  ///< dossier type
    Text title;
    Text help;
    std::vector<std::uint16_t> basis;
    Side side = Side::protection;
    std::uint8_t category = 0;
    CategorySet categories = 0;  ///< of the kind and all its fields
    bool repeats = true;
    std::optional<std::uint16_t> when;  ///< position in fields
    std::vector<std::uint16_t> summary;
    std::vector<Field> fields;
    std::optional<Episode> episode;
    const cel::ObjectType* type = nullptr;

    /// The field of that id, or null.
    const Field* find(std::string_view field_id) const;
};

/// A field of a kind, as dossier.yaml names it: positions.
/// Fields that a `label:` may name.
inline constexpr std::size_t labels_max = 8;

struct FieldRef {
    std::uint16_t kind = 0;
    std::uint16_t field = 0;
};

/// `members:`, `grants:`, `bars:` and `acts:` of dossier.yaml. A position that is not given is
/// absent.
struct Mapping {
    std::uint16_t kind = 0;
    std::optional<std::uint16_t> account, agency, role, categories, from, until, withdrawn;
    std::optional<std::uint16_t> act, reasons, by, when;
};

struct DossierType {
    std::string id;
    Text title;
    std::vector<std::uint16_t> kinds;
    std::string subject_name;   ///< empty: no subject
    std::uint16_t subject = 0;  ///< kind
    std::optional<FieldRef> birth, names;
    /// What lists call the dossier: for each reader the first of these that they may see.
    std::vector<FieldRef> labels;
    std::vector<FieldRef> search;
    std::optional<Mapping> members, grants, bars, acts;
};

struct CodeEntry {
    std::string id;
    Text label;
    Text help;
};

struct CodeList {
    std::string id;
    Text title;
    std::string source;
    std::string tag;
    bool ordered = false;
    std::vector<CodeEntry> codes;
    std::vector<std::pair<std::string, std::vector<std::uint16_t>>> groups;

    bool has(std::string_view code) const;
    /// Position of the code, or nothing.
    std::optional<std::uint16_t> index_of(std::string_view code) const;
};

enum class Severity : std::uint8_t { structural, medium, high, critical };
std::string_view name_of(Severity severity);

enum class Unit : std::uint8_t { minutes, hours, days, months, years, number, text };
std::string_view name_of(Unit unit);

struct Parameter {
    std::string id;
    Text title;
    Unit unit = Unit::number;
    std::int64_t number = 0;  ///< in `unit`
    std::string text;         ///< for Unit::text
    bool higher_is_stricter = false;
    bool absolute = false;
    bool below_standard = false;  ///< laxer than the international figure
    std::optional<std::int64_t> standard;
    std::optional<std::int64_t> limit;  ///< floor or ceiling
    std::vector<std::uint16_t> basis;
    std::string source;
    std::string tag;
};

/// What a safeguard says must be. `clock_*` may go with `requires` and `forbids`.
enum class Form : std::uint8_t { requires_true, forbids_true, event_in_time, at_intervals };

struct Clock {
    std::optional<std::uint16_t> of;  ///< parameter; none: at once
    bool before = false;              ///< due is `from` − `of`, and `from` holds `before`
    std::optional<cel::Program> from;
    std::optional<cel::Program> until;
    std::optional<cel::Program> each;  ///< for at_intervals
};

struct Remedy {
    Text title;
    std::string sample;  ///< `template` in YAML
};

struct Safeguard {
    std::string id;
    Text title;
    Text explain;
    std::vector<std::uint16_t> basis;
    std::vector<std::string> source;
    std::string tag;
    std::uint16_t dossier = 0;           ///< dossier type
    std::optional<std::uint16_t> about;  ///< kind; none: the dossier
    Severity severity = Severity::medium;
    std::vector<std::uint16_t> tells;   ///< roles
    std::vector<std::uint16_t> blocks;  ///< acts
    std::optional<Remedy> remedy;
    Form form = Form::requires_true;
    std::optional<cel::Program> applies;
    std::optional<cel::Program> condition;  ///< of requires and forbids
    std::optional<Clock> clock;
    CategorySet reads = 0;                  ///< categories of every field that it looks at
    std::vector<std::uint16_t> paths;       ///< Pack::path of those fields
    std::vector<std::uint16_t> parameters;  ///< that it uses
    std::string file;
    std::uint32_t line = 0;
};

struct Act {
    std::string id;
    Text title;
    Text help;
    bool on_file = true;  ///< offered on a dossier's page; otherwise it is the service's own step
    std::vector<std::uint16_t> roles;
    Side side = Side::both;
    std::vector<std::uint16_t> basis;
};

enum class Scope : std::uint8_t { assigned, team, all };
std::string_view name_of(Scope scope);

/// The letter of a role for a category (docs/pack-language.md §7).
using Letter = char;

struct Role {
    std::string id;
    Text title;
    Text help;
    Side side = Side::both;
    Scope scope = Scope::assigned;
    std::vector<std::uint16_t> purposes;  ///< the first is the default
    std::vector<Letter> access;           ///< one for each category
    std::vector<std::pair<std::uint8_t, std::vector<FieldRef>>> minimal;  ///< per category
    std::vector<std::string> may;
    std::vector<std::uint16_t> not_with;  ///< roles
    std::vector<std::uint16_t> basis;
};

struct Purpose {
    std::string id;
    Text title;
    bool prohibited = false;
    Text answer;
};

struct Category {
    std::string id;
    Text title;
    std::vector<std::string> about;
    bool red = false;  ///< about a subject that no score may be computed from
};

struct Provision {
    std::string id;
    std::string gist;
    std::string does;
};

struct Source {
    std::string key;
    std::string title;
    std::string year;
};

}  // namespace homeward::policy
