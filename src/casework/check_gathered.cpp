#include "casework/check_gathered.hpp"

#include "casework/authority.hpp"
#include "casework/gathered.hpp"
#include "journal/gathered.hpp"
#include "journal/journal.hpp"

#include <algorithm>

namespace homeward::casework {

namespace {

/// The order of members may differ: records that were written a moment ago lie as they were sent.
bool is_same(const FoldedPointer& a, const FoldedPointer& b) {
    return a->id == b->id && a->version == b->version && a->kind_id == b->kind_id &&
           a->recorded_at == b->recorded_at && a->recorded_by == b->recorded_by &&
           a->place == b->place && (a->data == b->data || data_of(*a) == data_of(*b));
}

}  // namespace

/// Opens everything of a dossier twice.
class GatheredCheck {
  public:
    static Result<bool> is_right(store::Session& main, const journal::DossierKeys& keys);
};

Result<bool> GatheredCheck::is_right(store::Session& main, const journal::DossierKeys& keys) {
    const journal::Grant grant = Authority::engine_grant(keys.dossier());
    const auto gathered = journal::read_gathered(grant, main, keys);
    if (!gathered) return Failure(gathered.error());
    if (!gathered->plain) return true;
    const auto content = decode_gathered(nullptr, *gathered->plain);
    if (!content) return true;
    const auto stored = journal::read_dossier(main, keys.dossier());
    if (!stored) return Failure(stored.error());
    const auto records = open_newest(nullptr, grant, keys, stored->records);
    if (!records) return Failure(records.error());
    return std::equal(
        content->records.begin(), content->records.end(), records->begin(), records->end(), is_same
    );
}

Result<std::vector<journal::VerifyFinding>> check_gathered(
    store::Session& main, store::Session& keys, const crypto::Keyring& keyring
) {
    std::vector<journal::VerifyFinding> found;
    const auto looked = journal::each_gathered(main, [&](const Id& dossier) -> Result<void> {
        const auto table = journal::load_keys(keys, keyring, dossier);
        // What is wrong with the keys, or with an entry, is found where all entries are opened.
        const auto right =
            table ? GatheredCheck::is_right(main, *table) : Result<bool>(Failure(table.error()));
        if (!right && right.error().code == Code::unavailable) return Failure(right.error());
        if (!right || *right || found.size() >= journal::findings_max) return {};
        const auto end = journal::read_records_end(main, dossier);
        const auto seq = end ? end->seq : journal::Seq::none;
        found.push_back({seq, "what was gathered is not what the entries say"});
        return {};
    });
    if (!looked) return Failure(looked.error());
    return found;
}

}  // namespace homeward::casework
