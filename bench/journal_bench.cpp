// What sealing, opening, appending, verifying and starting cost.
#include "crypto/box.hpp"
#include "journal/projection.hpp"
#include "unit/journal/office.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace homeward;
using test::must;

void seal_box(benchmark::State& state) {
    const auto key = crypto::SecretKey::random();
    const Bytes plain(static_cast<std::size_t>(state.range(0)));
    for (auto unused : state) {
        (void)unused;
        benchmark::DoNotOptimize(crypto::seal(key.view(), crypto::Place{}, plain));
    }
}

void open_box(benchmark::State& state) {
    const auto key = crypto::SecretKey::random();
    const Bytes box =
        crypto::seal(key.view(), crypto::Place{}, Bytes(static_cast<std::size_t>(state.range(0))));
    for (auto unused : state) {
        (void)unused;
        benchmark::DoNotOptimize(crypto::open(key.view(), crypto::Place{}, box));
    }
}

void prepare_entry(benchmark::State& state) {
    const auto keys = journal::DossierKeys::make(make_id());
    const std::vector<journal::Part> parts{{1, Bytes(300)}, {7, Bytes(300)}, {16, Bytes(900)}};
    for (auto unused : state) {
        (void)unused;
        benchmark::DoNotOptimize(must(journal::prepare(keys, make_id(), 1, parts)));
    }
}

/// A folder with `dossiers` dossiers of one record and a projection of 1.5 KiB each.
void fill(test::Office& office, int dossiers) {
    const Bytes content(1500);
    for (int done = 0; done < dossiers;) {
        std::vector<journal::DossierKeys> keys;
        for (int i = 0; i < 1000 && done < dossiers; ++i, ++done)
            keys.push_back(journal::DossierKeys::make(make_id()));
        must(office.keys().write([&](store::Session& session) -> Result<void> {
            for (const auto& table : keys)
                must(journal::store_keys(session, office.keyring(), table));
            return {};
        }));
        must(office.main().write([&](store::Session& session) -> Result<void> {
            for (const auto& table : keys) {
                must(journal::create_dossier(session, table.dossier(), "child"));
                const auto entry = must(journal::prepare(table, make_id(), 1, {{1, Bytes(300)}}));
                must(journal::append(session, entry));
                const auto sealed = must(journal::seal_projection(table, 1, content));
                must(journal::store_projection(session, table.dossier(), 1, sealed));
            }
            return {};
        }));
    }
}

void append_in_groups_of_100(benchmark::State& state) {
    const test::Folder folder;
    test::Office office(folder.path());
    const Id dossier = office.open_dossier();
    const auto keys = office.keys_of(dossier);
    for (auto unused : state) {
        (void)unused;
        state.PauseTiming();
        std::vector<journal::SealedEntry> entries;
        for (int i = 0; i < 100; ++i)
            entries.push_back(must(journal::prepare(keys, make_id(), 1, {{1, Bytes(300)}})));
        state.ResumeTiming();
        must(office.main().write([&](store::Session& session) -> Result<void> {
            for (const auto& entry : entries) must(journal::append(session, entry));
            return {};
        }));
    }
    state.SetItemsProcessed(state.iterations() * 100);
}

void start_with_projections(benchmark::State& state) {
    const test::Folder folder;
    test::Office office(folder.path());
    const auto dossiers = static_cast<int>(state.range(0));
    fill(office, dossiers);
    const auto grant = casework::Authority::grant(Id{}, journal::Categories().with(0));
    for (auto unused : state) {
        (void)unused;
        int seen = 0;
        must(office.main().read([&](store::Session& main) {
            return office.keys().read([&](store::Session& keys) {
                return journal::each_projection(
                    grant,
                    main,
                    keys,
                    office.keyring(),
                    [&](std::string_view, const journal::Projection& shown) -> Result<void> {
                        seen += shown.stale ? 0 : 1;
                        return {};
                    }
                );
            });
        }));
        check(seen == dossiers, "every projection is shown");
    }
    state.SetItemsProcessed(state.iterations() * dossiers);
}

void verify_journal(benchmark::State& state) {
    const test::Folder folder;
    test::Office office(folder.path());
    const auto dossiers = static_cast<int>(state.range(0));
    fill(office, dossiers);
    for (auto unused : state) {
        (void)unused;
        check(office.verify().clean(), "the journal verifies");
    }
    state.SetItemsProcessed(state.iterations() * dossiers);
}

BENCHMARK(seal_box)->Arg(100)->Arg(2000);
BENCHMARK(open_box)->Arg(100)->Arg(2000);
BENCHMARK(prepare_entry)->Unit(benchmark::kMicrosecond);
BENCHMARK(append_in_groups_of_100)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(start_with_projections)
    ->Arg(100'000)
    ->UseRealTime()
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(verify_journal)
    ->Arg(100'000)
    ->UseRealTime()
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
