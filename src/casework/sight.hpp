#pragma once

#include "policy/pack.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace homeward::casework {

/// What of a category may be read: nothing, one's own records, some fields, all.
enum class Reading : std::uint8_t { none, own, some, all };
/// What may be written: nothing, new records, new records and changes to one's own, all.
enum class Writing : std::uint8_t { none, add, own, all };

struct CategoryAccess {
    Reading read = Reading::none;
    Writing write = Writing::none;
};

/// What opens the letters that open only under a condition.
struct Conditions {
    /// Through work on the dossier. Without it, only what a permission names.
    bool assigned = false;
    bool gbv_cleared = false;
    /// The categories of all live permissions that are for this account or role.
    policy::CategorySet permitted = 0;

    friend bool operator==(const Conditions&, const Conditions&) = default;
    friend auto operator<=>(const Conditions&, const Conditions&) = default;
};

/// What one letter of the access matrix (docs/pack-language.md §7) means under some conditions.
CategoryAccess access_of(policy::Letter letter, bool permitted, const Conditions& conditions);

/// Everything that a role may see and enter in a dossier under some conditions, worked out down to
/// each field of each kind. Immutable; shared by all requests of the same role and conditions.
class Sight {
  public:
    enum class Field : std::uint8_t { hidden, own, shown };

    Sight(const policy::Pack& pack, const policy::Role& role, const Conditions& conditions);

    CategoryAccess category(std::uint8_t index) const { return categories_[index]; }
    /// Categories of which something may be read, or written.
    policy::CategorySet readable() const { return readable_; }
    policy::CategorySet writable() const { return writable_; }

    /// By Pack::path; for a kind's path, whether its records are shown at all.
    Field path(std::uint16_t index) const { return paths_[index]; }
    bool shows(std::uint16_t path, bool own) const {
        return paths_[path] == Field::shown || (own && paths_[path] == Field::own);
    }
    /// Whether records of the kind are shown.
    bool shows_kind(const policy::Kind& kind, bool own) const;
    /// Whether a record of the kind may be added.
    bool may_add(const policy::Kind& kind) const;
    /// Whether a field may be entered: in a new record, or one's own, or anybody's.
    bool may_enter(const policy::Kind& kind, const policy::Field& field, bool is_new, bool own)
        const;

    /// Whether everything that a safeguard reads may be read.
    bool sees(const policy::Safeguard& safeguard) const;
    /// For each safeguard: 0 not told, 1 told that it is so, 2 sees what it rests on.
    const std::vector<std::uint8_t>& safeguards() const { return safeguards_; }

  private:
    bool kind_on_side(const policy::Kind& kind, std::uint8_t category) const;
    void see_field(const policy::Kind& kind, const policy::Field& field, bool minimal);
    bool is_minimal(std::uint16_t kind, std::size_t field) const;

    const policy::Pack& pack_;
    const policy::Role& role_;
    Conditions conditions_;
    std::array<CategoryAccess, policy::categories_max> categories_{};
    policy::CategorySet readable_ = 0;
    policy::CategorySet writable_ = 0;
    policy::CategorySet opened_ = 0;  ///< by a permission
    std::vector<Field> paths_;
    std::vector<Field> kinds_;
    std::vector<std::uint8_t> safeguards_;
};

}  // namespace homeward::casework
