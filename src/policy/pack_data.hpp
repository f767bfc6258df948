#pragma once

#include "cel/declarations.hpp"
#include "policy/pack.hpp"

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace homeward::policy {

inline constexpr std::uint16_t no_path = 0xFFFF;

/// Slots that every record has before those of its fields.
enum Builtin : std::uint32_t { slot_id, slot_recorded_at, slot_recorded_by, builtin_slots };

/// The variables of an expression, by their place in the activation. A dossier type without a
/// subject has a subject that is always null and that no expression can name.
enum Variable : std::uint32_t {
    var_now,
    var_dossier,
    var_param,
    var_codes,
    var_subject,
    var_this,
    var_it,
    variables_max
};

/// The code lists as the closed domains of strings.
class CodeDomains final : public cel::Domains {
  public:
    explicit CodeDomains(const std::vector<CodeList>& lists) : lists_(lists) {}
    bool has(std::string_view domain, std::string_view word) const override;
    std::vector<std::string> words(std::string_view domain) const override;

  private:
    const CodeList* list(std::string_view id) const;
    const std::vector<CodeList>& lists_;
};

/// What expressions of one dossier type can see.
struct Names {
    std::unique_ptr<cel::ObjectType> dossier;  ///< slot i: DossierType::kinds[i]
    std::unique_ptr<cel::Declarations> shared;
    std::vector<cel::Definition> definitions;
};

/// How an expression looks at the time of evaluation, and so when it may give something else.
enum class NowUse : std::uint8_t {
    none,
    age,   ///< only as the age of the subject: at a birthday
    free,  ///< in any other way: at any time
};

/// A computed field, in an order in which each only needs those before it.
struct Computed {
    std::uint16_t kind = 0;
    std::uint16_t field = 0;
    NowUse now_use = NowUse::none;
};

/// What an object type's slots mean.
struct Shape {
    std::vector<std::uint16_t> paths;  ///< by slot; no_path for a parameter or a code group
};

/// Everything behind a Pack.
struct PackData {
    std::string name, version, digest, zone;
    Text title;
    std::vector<std::string> languages;
    const cel::Zones* zones = nullptr;
    std::int32_t fixed_offset = 0;  ///< of the zone, when it is none of the database

    std::vector<DossierType> dossier_types;
    std::vector<Kind> kinds;
    std::vector<CodeList> code_lists;
    std::vector<Safeguard> safeguards;
    std::vector<Parameter> parameters;
    std::vector<Role> roles;
    std::vector<Act> acts;
    std::vector<Purpose> purposes;
    std::vector<Category> categories;
    std::vector<Provision> provisions;
    std::vector<Source> sources;
    std::map<std::string, Text, std::less<>> texts;

    /// Lists by kind of thing, id to index: `kind`, `codes`, `role` …
    std::map<std::string, std::map<std::string, std::uint16_t, std::less<>>, std::less<>> index;

    /// Paths of fields and kinds; `unknown_paths` are the same with a mark that the answer was
    /// recorded as unknown, and their views are what unknown values point at.
    std::deque<std::string> paths;
    std::deque<std::string_view> path_views;
    std::deque<std::string> unknown_paths;
    std::deque<std::string_view> unknown_views;
    std::vector<std::uint8_t> path_categories;
    std::unordered_map<std::string_view, std::uint16_t> path_index;

    std::unique_ptr<CodeDomains> domains;
    std::unique_ptr<cel::ObjectType> param_type;
    std::unique_ptr<cel::ObjectType> codes_type;
    std::vector<std::unique_ptr<cel::ObjectType>> object_types;  ///< kinds, groups, code lists
    std::unordered_map<const cel::ObjectType*, Shape> shapes;
    std::vector<Names> names;  ///< by dossier type
    std::vector<Computed> computed;
    std::vector<std::vector<std::uint16_t>> safeguards_of;  ///< by dossier type
    std::vector<NowUse> now_uses;                           ///< by safeguard

    /// The values of `param` and `codes`.
    cel::Arena constants;
    cel::Value param_value;
    cel::Value codes_value;

    std::vector<std::string> red_subjects;
    std::string red_rule;  ///< what a refused score is called, with a colon: `X-1: `
    struct RedWord {
        std::string language;
        std::string word;    ///< folded
        std::string spoken;  ///< as written
    };
    std::vector<RedWord> red_words;
    std::vector<std::string> allowed_phrases;       ///< folded
    std::vector<std::vector<std::string>> ladders;  ///< words of an order or of colours

    std::optional<std::uint16_t> find(std::string_view list, std::string_view id) const;
    std::uint16_t add_path(std::string path, std::uint8_t category);
};

/// The mark behind a path whose answer was recorded as unknown.
inline constexpr char unknown_mark = '?';

}  // namespace homeward::policy
