#include "base/log.hpp"
#include "casework/chronicle.hpp"
#include "casework/ledger.hpp"
#include "journal/projection.hpp"

#include <algorithm>

namespace homeward::casework {

namespace {

constexpr store::Query count_dossiers{"SELECT count(*) FROM dossier"};

}  // namespace

Result<void> Ledger::start(const OnProgress& on_progress) {
    std::vector<Id> stale;
    std::size_t all = 0;
    std::size_t done = 0;
    const auto tell = [&] {
        ++done;
        if (on_progress) on_progress(done, all);
    };
    const journal::Grant grant = Authority::start_grant();
    const auto take = [&](std::string_view type,
                          const journal::Projection& stored) -> Result<void> {
        if (type == chronicle_type || core_.pack->find_dossier_type(type) == nullptr) {
            tell();
            return {};
        }
        const auto judged = stored.stale ? Result<Judged>(fail(Code::conflict, "stale"))
                                         : read_judged(stored.plain);
        if (!judged) {
            stale.push_back(stored.dossier);
            return {};
        }
        publish(stored.dossier, stored.version, judged->opened, judged->projection);
        tell();
        return {};
    };
    const auto read = core_.store.keys().read([&](store::Session& keys) {
        return core_.store.main().read([&](store::Session& main) -> Result<void> {
            const auto count = main.count(count_dossiers);
            if (!count) return Failure(count.error());
            all = *count;
            return journal::each_projection(grant, main, keys, core_.keyring, take);
        });
    });
    if (!read) return Failure(read.error());
    for (const Id& dossier : stale) {
        const auto evaluated = evaluate_anew(dossier);
        if (!evaluated) {
            // One file that cannot be read must not keep a country's register closed.
            log::write(
                log::Level::error,
                "dossier cannot be evaluated",
                {{"dossier", to_text(dossier)}, {"code", name_of(evaluated.error().code)}}
            );
        }
        tell();
    }
    return {};
}

Result<void> Ledger::evaluate_anew(const Id& dossier) {
    // What nobody asked for must not push out what people work on.
    const auto loaded = load(dossier, Keep::no);
    if (!loaded) return Failure(loaded.error());
    const policy::Projection projection = evaluate(*loaded->type, loaded->records);
    publish(dossier, loaded->version, loaded->opened(), projection);
    shelf_.renew(dossier, opened_of(*loaded, projection));
    auto sealed = seal_judged(*loaded, projection);
    if (!sealed) return Failure(sealed.error());
    // Nobody waits: whatever becomes of it, it can be worked out again. A write that came between
    // has stored a later one, and this one is then refused as it should be.
    const std::size_t size = sealed->size();
    core_.store.main().submit(
        [dossier, version = loaded->version, sealed = std::move(*sealed)](store::Session& session) {
            return journal::store_projection(session, dossier, version, sealed);
        },
        [](const Result<void>&) {},
        size
    );
    return {};
}

Result<std::size_t> Ledger::recheck(std::size_t limit) {
    shelf_.forget(core_.ticking());
    const std::vector<Id> due = board_.due(core_.now(), limit);
    for (const Id& dossier : due) {
        const auto evaluated = evaluate_anew(dossier);
        if (evaluated) continue;
        log::write(
            log::Level::error,
            "dossier cannot be evaluated",
            {{"dossier", to_text(dossier)}, {"code", name_of(evaluated.error().code)}}
        );
        // Once is enough: its next write evaluates it again.
        if (const views::RowPointer row = board_.find(dossier)) {
            views::Row rest = *row;
            rest.recheck_us = views::never_us;
            rest.judged = core_.now();
            board_.put(std::move(rest));
        }
    }
    return due.size();
}

}  // namespace homeward::casework
