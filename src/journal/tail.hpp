#pragma once

#include "base/result.hpp"
#include "crypto/keyring.hpp"
#include "journal/checkpoint.hpp"
#include "journal/merkle.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>

namespace homeward::journal {

/// Signs with each commit what the journal is after it, so that the entries since the newest
/// checkpoint cannot be altered unseen either (docs/journal-format.md, section 6). The writer's own
/// hashes are signed, not what was read back from the disk: that is what a checkpoint adds.
class Tail final : public store::CommitHook {
  public:
    /// `tree` is over the first entries; what the journal has beyond them is added with the next
    /// commit. The keyring must outlive it.
    Tail(const crypto::Keyring& keyring, CompactRange tree);

    Result<void> before_commit(store::Session& main) override;
    void committed() override;

  private:
    const crypto::Keyring& keyring_;
    const std::string origin_;
    CompactRange durable_;
    CompactRange next_;
};

/// What stands in the database, none in an empty journal or one from before there was a tail.
/// Code::corrupt for a note that is not this key's.
Result<std::optional<Checkpoint>> read_tail(store::Session& main, const crypto::PublicKey& key);

}  // namespace homeward::journal
