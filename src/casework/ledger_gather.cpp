#include "casework/gathered.hpp"
#include "casework/ledger.hpp"
#include "casework/room.hpp"

#include <utility>

namespace homeward::casework {

std::size_t Ledger::gather(std::size_t limit) {
    const std::vector<Id> settled = settling_.take(core_.ticking(), limit);
    for (const Id& dossier : settled) {
        // Nobody asked for it: whoever does next is told what is wrong with it.
        if (const auto snapshot = fetch(dossier, Keep::no))
            gather(snapshot->keys(), *snapshot->opened_);
    }
    return settled.size();
}

bool Ledger::may_be_gathered(const OpenedDossier& opened) {
    return size_of(opened.records) <= journal::gathered_size_max;
}

void Ledger::gather(const journal::DossierKeys& keys, const OpenedDossier& opened) {
    if (!may_be_gathered(opened)) return;
    Result<journal::RecordsEnd> end = fail(Code::internal, "not read");
    const auto read = core_.store.main().read([&](store::Session& main) -> Result<void> {
        end = journal::read_records_end(main, keys.dossier());
        return {};
    });
    // Somebody who wrote to it meanwhile has put it among those that settle.
    if (!read || !end || end->version != opened.version) return;
    Bytes judged;
    if (opened.judged) judged = encode_judged(opened.judged->opened, opened.judged->projection);
    auto sealed = journal::seal_gathered(keys, *end, encode_gathered({opened.records, judged}));
    if (!sealed) return;
    const std::size_t size = sealed->size();
    // In the log, and then in the database.
    if (!has_room(core_.options.board_folder, 2 * size)) return;
    core_.store.main().submit(
        [dossier = keys.dossier(), end = *end, sealed = std::move(*sealed)](store::Session& session
        ) {
            const auto done = journal::store_gathered(session, dossier, end, sealed);
            // One that failed would have all that wait for the same commit tried one by one.
            const bool came_late = !done && done.error().code == Code::conflict;
            return came_late ? Result<void>{} : done;
        },
        [](const Result<void>&) {},
        size
    );
}

}  // namespace homeward::casework
