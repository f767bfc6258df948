#pragma once

#include "base/id.hpp"
#include "journal/category.hpp"

#include <string>
#include <utility>

namespace homeward::casework {
class Authority;
}

namespace homeward::journal {

/// The proof that access was decided: who may see and change which categories of which dossier, in
/// which role and for which purpose. Only casework::Authority can make one, and nothing is unsealed
/// without one, so that a path that forgot to ask does not compile.
class Grant {
  public:
    const Id& dossier() const { return dossier_; }
    const Id& actor() const { return actor_; }
    const std::string& role() const { return role_; }
    const std::string& purpose() const { return purpose_; }
    Categories readable() const { return readable_; }
    Categories writable() const { return writable_; }

    /// Whether it was made for this dossier. A nil dossier in the grant means every dossier: for
    /// the server's own start-up, never for a person.
    bool covers(const Id& dossier) const { return dossier_.is_nil() || dossier_ == dossier; }
    bool may_read(Category category) const { return readable_.has(category); }
    bool may_write(Category category) const { return writable_.has(category); }

  private:
    friend class casework::Authority;
    Grant(
        const Id& dossier,
        const Id& actor,
        std::string role,
        std::string purpose,
        Categories readable,
        Categories writable
    )
        : dossier_(dossier),
          actor_(actor),
          role_(std::move(role)),
          purpose_(std::move(purpose)),
          readable_(readable),
          writable_(writable) {}

    Id dossier_;
    Id actor_;
    std::string role_;
    std::string purpose_;
    Categories readable_;
    Categories writable_;
};

}  // namespace homeward::journal
