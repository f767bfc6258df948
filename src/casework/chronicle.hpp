#pragma once

#include "casework/content.hpp"
#include "casework/core.hpp"
#include "journal/entry.hpp"

#include <string_view>
#include <vector>

namespace homeward::casework {

/// The type of the one dossier that holds what belongs to no dossier: who signed in, who was
/// refused, which lists were shown, who made which account.
inline constexpr std::string_view chronicle_type = "register";

/// The service's own chain in the journal. Any thread.
class Chronicle {
  public:
    explicit Chronicle(const Core& core) : core_(core) {}

    /// Finds the chain, or begins it at the first start.
    Result<void> start();
    Result<journal::SealedEntry> seal(const EntryHead& head) const;
    const Id& dossier() const { return dossier_; }

  private:
    Result<void> begin();
    const Core& core_;
    Id dossier_;
};

}  // namespace homeward::casework
