#pragma once

#include "crypto/keyring.hpp"
#include "journal/verify.hpp"
#include "store/sql.hpp"

#include <vector>

namespace homeward::casework {

/// Compares what was gathered of each dossier with its records, opened one by one: whoever has the
/// keys could put something else there, and the journal would not show it. What of it does not
/// open, or is of another version, is shown to nobody and is no finding. At most findings_max.
Result<std::vector<journal::VerifyFinding>> check_gathered(
    store::Session& main, store::Session& keys, const crypto::Keyring& keyring
);

}  // namespace homeward::casework
