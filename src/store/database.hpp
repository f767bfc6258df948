#pragma once

#include "base/result.hpp"
#include "store/sql.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace homeward::store {

/// Connections of one engine to one database.
class Engine {
  public:
    virtual ~Engine() = default;
    /// The connection that writes, with the tables brought to today's schema. A database that is
    /// newer or was altered is refused. Called once.
    virtual Result<std::unique_ptr<Connection>> open_writer(Schema schema) = 0;
    virtual Result<std::unique_ptr<Connection>> open_reader() = 0;
};

/// How long the log may grow, in pages (4 KiB).
struct LogLimits {
    /// So many more, and they are moved into the file while the writer goes on.
    int move_pages = 200;
    /// A log as long as this is begun anew, for which the writer waits until the rest is moved: as
    /// soon as a move has ended and no more than `short_pages` are left, or at `pages_max`.
    int long_pages = 4000;
    int short_pages = 100;
    int pages_max = 16'000;
};

struct DatabaseOptions {
    std::size_t readers = 4;
    /// Changes that may wait; one more is Code::unavailable.
    std::size_t queue_max = 4096;
    /// Readings that may wait for a connection; one more is Code::unavailable.
    std::size_t readings_waiting_max = 256;
    /// What one commit takes at most. A group closes once its hints pass the bytes.
    std::size_t group_changes_max = 64;
    std::size_t group_bytes_max = 1U << 20U;
    LogLimits log = {};
};

struct DatabaseStats {
    std::uint64_t groups = 0;   ///< commits
    std::uint64_t changes = 0;  ///< changes that became durable
    std::uint64_t refused = 0;  ///< turned away because a queue was full
    std::size_t waiting = 0;    ///< changes in the queue now
};

/// Adds to every commit. Called on the writer thread.
class CommitHook {
  public:
    virtual ~CommitHook() = default;
    /// In the transaction, after its changes. A failure undoes all of it.
    virtual Result<void> before_commit(Session& session) = 0;
    /// What `before_commit` saw and wrote is durable.
    virtual void committed() = 0;
};

/// One database: a writer thread that groups what waits into one commit, and a pool of reading
/// connections. Any thread may call it; a Change runs on the writer thread, a Reading on the
/// caller's. After a commit whose outcome is unknown (an I/O error) the process ends at once: the
/// next start recovers what was acknowledged.
class Database {
  public:
    static Result<std::unique_ptr<Database>> open(
        std::unique_ptr<Engine> engine, Schema schema, const DatabaseOptions& options = {}
    );

    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    /// Takes what is queued to its end, then closes.
    ~Database();

    /// Returns once the change is durable, or has failed and left nothing. `bytes_hint` is about
    /// what it writes. Not from within a Change.
    Result<void> write(const Change& change, std::size_t bytes_hint = 0);

    /// The same without waiting: `done` is called on the writer thread, or at once on this one with
    /// Code::unavailable when the queue is full or the database stops.
    void submit(Change change, Done done, std::size_t bytes_hint = 0);

    /// Puts a hook (null for none) in the place of the one before, which is returned and called no
    /// more. Waits for a commit that is under way. Take it away before it goes.
    CommitHook* exchange_hook(CommitHook* hook);

    /// Runs `reading` in one snapshot that cannot write.
    Result<void> read(const Reading& reading);
    /// The same on a connection opened for the purpose, which has nothing in its cache.
    Result<void> read_afresh(const Reading& reading);

    /// Leaves nothing overwritten behind in logs. Blocks until done; Code::unavailable while long
    /// reads go on.
    Result<void> scrub();

    DatabaseStats stats() const;

  private:
    struct Impl;
    explicit Database(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// The engine for a database in one file.
std::unique_ptr<Engine> file_engine(
    const std::filesystem::path& file, const LogLimits& limits = {}
);

/// The lock of a data folder: one process at a time. Freed when the object goes, or the process.
class FolderLock {
  public:
    /// Code::unavailable when another process has it.
    static Result<FolderLock> take(const std::filesystem::path& folder);
    FolderLock(FolderLock&& other) noexcept;
    FolderLock& operator=(FolderLock&& other) noexcept;
    ~FolderLock();

  private:
    explicit FolderLock(int fd) : fd_(fd) {}
    int fd_ = -1;
};

/// Both databases of a data folder (`homeward.db`, `keys.db`) under its lock.
class Store {
  public:
    /// Makes the folder's databases when they are missing.
    static Result<Store> open(
        const std::filesystem::path& folder, const DatabaseOptions& options = {}
    );

    Database& main() { return *main_; }
    Database& keys() { return *keys_; }

  private:
    Store(FolderLock lock, std::unique_ptr<Database> main, std::unique_ptr<Database> keys);
    FolderLock lock_;
    std::unique_ptr<Database> main_;
    std::unique_ptr<Database> keys_;
};

/// A connection for looking only, beside a running server or at a backup. Call
/// `begin(Connection::Begin::reading)` first for one snapshot.
Result<std::unique_ptr<Connection>> open_for_reading(const std::filesystem::path& file);

inline constexpr const char* main_file_name = "homeward.db";
inline constexpr const char* keys_file_name = "keys.db";

}  // namespace homeward::store
