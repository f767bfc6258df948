#pragma once

#include "base/json.hpp"
#include "casework/options.hpp"
#include "casework/register.hpp"
#include "journal/category.hpp"
#include "policy/pack.hpp"

#include <string_view>
#include <vector>

namespace homeward::casework {

/// The category of the audit: who did what, when and why stands in this part of every entry.
inline constexpr journal::Category audit_category = 22;

/// What a role's `may` must name for the tasks that the service itself knows.
inline constexpr std::string_view may_open = "open";          ///< dossiers
inline constexpr std::string_view may_assign = "assign";      ///< people to dossiers
inline constexpr std::string_view may_accounts = "accounts";  ///< make and change accounts
inline constexpr std::string_view may_import = "import";
inline constexpr std::string_view may_export = "export";

/// Where each of the pack's categories lies in the journal's tables of keys.
class CategoryMap {
  public:
    /// Code::invalid when a category of the pack is not named D01 … D31.
    static Result<CategoryMap> make(const policy::Pack& pack);

    journal::Category in_journal(std::uint8_t pack_index) const { return journal_[pack_index]; }
    journal::Categories in_journal(policy::CategorySet set) const;
    policy::CategorySet in_pack(journal::Categories set) const;

  private:
    std::vector<journal::Category> journal_;
};

/// What all parts of the register share.
struct Core {
    store::Store& store;
    const crypto::Keyring& keyring;
    std::shared_ptr<const policy::Pack> pack;
    const Clock& clock;
    crypto::Passwords& passwords;
    journal::Checkpoints& checkpoints;
    Options options;
    CategoryMap categories;

    Instant now() const { return clock.now(); }
    Instant ticking() const { return clock.ticking(); }
};

/// A row of the system's own tables: JSON under the keyring's system key, bound to its place.
Bytes seal_row(
    const crypto::Keyring& keyring,
    std::string_view table,
    const Id& id,
    std::uint64_t version,
    const json::object& content
);
Result<json::object> open_row(
    const crypto::Keyring& keyring,
    std::string_view table,
    const Id& id,
    std::uint64_t version,
    BytesView sealed
);

/// The texts of a JSON member that should be one or a list of them; empty for anything else. For
/// rows that this program wrote itself.
std::string text_at(const json::object& object, std::string_view key);
std::vector<std::string> texts_at(const json::object& object, std::string_view key);
std::int64_t number_at(const json::object& object, std::string_view key);
bool flag_at(const json::object& object, std::string_view key);
json::array to_array(const std::vector<std::string>& texts);

/// The first 16 bytes of a MAC, as an id.
Id id_of(const crypto::Hash& mac);

}  // namespace homeward::casework
