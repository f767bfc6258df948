// What the store's face costs: durable writes of 64 waiting threads through Database, against a
// bare loop over the engine's C interface that writes the same bytes in groups of the same size.
// The last line is the ratio; docs quote it.
#include "base/check.hpp"
#include "store/database.hpp"

#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace homeward;

constexpr int writers = 64;
constexpr std::size_t content_size = 600;
constexpr store::Query put{"INSERT INTO import_job (id, position, sealed) VALUES ($1, $2, $3)"};

class Folder {
  public:
    Folder() { std::filesystem::create_directories(path); }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    // Beside the build, not in /tmp: that may be memory.
    const std::filesystem::path path =
        std::filesystem::current_path() / ("bench-" + to_text(make_id()));
};

std::unique_ptr<store::Database> open(const Folder& folder) {
    auto database =
        store::Database::open(store::file_engine(folder.path / "test.db"), store::Schema::main, {});
    check(database.has_value(), "the store opens");
    return std::move(*database);
}

double changes_per_group = 1;

void write_through_database(benchmark::State& state) {
    const Folder folder;
    const auto database = open(folder);
    const Bytes content(content_size);
    const int each = 200;
    for (auto unused : state) {
        (void)unused;
        std::vector<std::thread> threads;
        for (int t = 0; t < writers; ++t) {
            threads.emplace_back([&] {
                for (int i = 0; i < each; ++i) {
                    const auto done = database->write(
                        [&](store::Session& session) -> Result<void> {
                            const auto row = session.run(put, make_id(), 1, content);
                            if (!row) return Failure{row.error()};
                            return {};
                        },
                        content_size
                    );
                    check(done.has_value(), "a write is kept");
                }
            });
        }
        for (auto& thread : threads) thread.join();
    }
    const auto stats = database->stats();
    changes_per_group = static_cast<double>(stats.changes) / static_cast<double>(stats.groups);
    state.SetItemsProcessed(state.iterations() * writers * each);
    state.counters["per_group"] = changes_per_group;
}

void bare(sqlite3* handle, const char* sql) {
    check(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql);
}

void write_through_c_interface(benchmark::State& state) {
    const Folder folder;
    { open(folder); }
    sqlite3* handle = nullptr;
    check(
        sqlite3_open_v2(
            (folder.path / "test.db").c_str(),
            &handle,
            SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
            nullptr
        ) == SQLITE_OK,
        "the file opens"
    );
    bare(
        handle,
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
        "PRAGMA wal_autocheckpoint = 1000; PRAGMA cache_size = -65536; "
        "PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON"
    );
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v3(handle, put.text.data(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    const Bytes content(content_size);
    const int group = std::max(1, static_cast<int>(changes_per_group + 0.5));
    std::int64_t rows = 0;
    for (auto unused : state) {
        (void)unused;
        for (int g = 0; g < writers * 200 / group; ++g) {
            bare(handle, "BEGIN IMMEDIATE");
            for (int i = 0; i < group; ++i, ++rows) {
                const Id id = make_id();
                sqlite3_bind_blob(statement, 1, id.bytes.data(), 16, SQLITE_STATIC);
                sqlite3_bind_int64(statement, 2, 1);
                sqlite3_bind_blob(
                    statement, 3, content.data(), static_cast<int>(content.size()), SQLITE_STATIC
                );
                check(sqlite3_step(statement) == SQLITE_DONE, "a row is written");
                sqlite3_reset(statement);
            }
            bare(handle, "COMMIT");
        }
    }
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    state.SetItemsProcessed(rows);
}

void read_point(benchmark::State& state) {
    const Folder folder;
    const auto database = open(folder);
    const Id id = make_id();
    static constexpr store::Query get{"SELECT sealed FROM import_job WHERE id = $1"};
    check(
        database
            ->write([&](store::Session& session) -> Result<void> {
                const auto row = session.run(put, id, 1, Bytes(content_size));
                if (!row) return Failure{row.error()};
                return {};
            })
            .has_value(),
        "a write is kept"
    );
    for (auto unused : state) {
        (void)unused;
        const auto done = database->read([&](store::Session& session) -> Result<void> {
            const auto rows = session.each(
                get,
                [](const store::Row& row) -> Result<void> {
                    benchmark::DoNotOptimize(row.blob(0).data());
                    return {};
                },
                id
            );
            if (!rows) return Failure{rows.error()};
            return {};
        });
        check(done.has_value(), "a read works");
    }
}

/// Keeps the two rates and prints their ratio under the table.
class Ratio : public benchmark::ConsoleReporter {
  public:
    void ReportRuns(const std::vector<Run>& runs) override {
        for (const auto& run : runs) {
            const auto rate = run.counters.find("items_per_second");
            if (rate == run.counters.end()) continue;
            const std::string name = run.benchmark_name();
            (name.find("database") != std::string::npos ? through_ : bare_) = rate->second;
        }
        ConsoleReporter::ReportRuns(runs);
    }
    void Finalize() override {
        if (bare_ > 0) std::printf("\nDatabase / bare C interface: %.2f\n", through_ / bare_);
    }

  private:
    double through_ = 0;
    double bare_ = 0;
};

BENCHMARK(write_through_database)->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(5);
BENCHMARK(write_through_c_interface)->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(5);
BENCHMARK(read_point)->Unit(benchmark::kMicrosecond);

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    Ratio ratio;
    benchmark::RunSpecifiedBenchmarks(&ratio);
    return 0;
}
