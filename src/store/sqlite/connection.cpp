#include "store/sqlite/connection.hpp"

#include "base/check.hpp"
#include "base/log.hpp"
#include "store/sqlite/log_mover.hpp"
#include "store/sqlite/schema.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>

namespace homeward::store::sqlite {
namespace {

// The exit status of sysexits.h for an I/O error.
constexpr int exit_io_error = 74;
constexpr int busy_timeout_ms = 5000;
// The writer stands still while it waits for readers to leave the log.
constexpr int scrub_timeout_ms = 500;
constexpr int statements_max = 256;

constexpr const char* settings = R"sql(
    PRAGMA trusted_schema = OFF;
    PRAGMA foreign_keys = ON;
    PRAGMA recursive_triggers = ON;
    PRAGMA cell_size_check = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA mmap_size = 0;
    PRAGMA wal_autocheckpoint = 0;
)sql";

constexpr const char* writing_settings = R"sql(
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA secure_delete = ON;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA cache_size = -65536;
)sql";

constexpr const char* reading_settings = R"sql(
    PRAGMA query_only = ON;
    PRAGMA cache_size = -16384;
)sql";

// A checkpoint syncs as strictly as the connection that makes it.
constexpr const char* moving_settings = R"sql(
    PRAGMA query_only = ON;
    PRAGMA synchronous = FULL;
)sql";

constexpr Query begin_reading{"BEGIN"};
constexpr Query begin_writing{"BEGIN IMMEDIATE"};
constexpr Query commit_all{"COMMIT"};
constexpr Query rollback_all{"ROLLBACK"};
constexpr Query part_begin{"SAVEPOINT part"};
constexpr Query part_keep{"RELEASE part"};
constexpr Query part_back{"ROLLBACK TO part"};

// After a failed write or sync nobody knows what the disk holds, and asking again would be told
// "fine". The next start recovers exactly what was acknowledged.
[[noreturn]] void end_process(int status, int system_error) {
    log::write(
        log::Level::error,
        "store_failed",
        {{"text",
          "the disk failed: the process ends, and the next start has all that was acknowledged"},
         {"status", std::to_string(status)},
         {"errno", std::to_string(system_error)}}
    );
    _exit(exit_io_error);
}

bool is_out_of_room(int status, int system_error) {
    if ((status & 0xff) == SQLITE_FULL) return true;
    return (status == SQLITE_IOERR_SHMSIZE || status == SQLITE_IOERR_WRITE) &&
           (system_error == ENOSPC || system_error == EDQUOT);
}

int bind_one(sqlite3_stmt* statement, int place, const Value& value) {
    struct Binder {
        sqlite3_stmt* statement;
        int place;
        int operator()(std::monostate) const { return sqlite3_bind_null(statement, place); }
        int operator()(std::int64_t number) const {
            return sqlite3_bind_int64(statement, place, number);
        }
        int operator()(double number) const {
            return sqlite3_bind_double(statement, place, number);
        }
        int operator()(std::string_view text) const {
            const char* bytes = text.data() != nullptr ? text.data() : "";
            return sqlite3_bind_text64(
                statement, place, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8
            );
        }
        int operator()(BytesView bytes) const {
            if (bytes.empty()) return sqlite3_bind_zeroblob(statement, place, 0);
            return sqlite3_bind_blob64(statement, place, bytes.data(), bytes.size(), SQLITE_STATIC);
        }
    };
    return std::visit(Binder{statement, place}, value);
}

Value column_value(sqlite3_stmt* statement, int column) {
    switch (sqlite3_column_type(statement, column)) {
        case SQLITE_INTEGER:
            return sqlite3_column_int64(statement, column);
        case SQLITE_FLOAT:
            return sqlite3_column_double(statement, column);
        case SQLITE_TEXT: {
            const auto* text = sqlite3_column_text(statement, column);
            const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
            return std::string_view(reinterpret_cast<const char*>(text), size);
        }
        case SQLITE_BLOB: {
            const auto* bytes = sqlite3_column_blob(statement, column);
            const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
            return BytesView(static_cast<const std::byte*>(bytes), size);
        }
        default:
            return std::monostate{};
    }
}

// The file is made here first, so that it and its log are the owner's only.
Result<void> make_private_file(const std::filesystem::path& file) {
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        const Code code = errno == ENOSPC ? Code::no_room : Code::unavailable;
        return fail(code, "cannot make " + file.filename().string());
    }
    ::close(fd);
    return {};
}

}  // namespace

struct FileConnection::Statement {
    Statement() = default;
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement() { sqlite3_finalize(handle); }

    sqlite3_stmt* handle = nullptr;
    std::string text;
    // The engine's number of $1, $2 …: it numbers names by first appearance.
    std::vector<int> places;
    std::vector<Value> row;
    bool running = false;
};

// Ends a run however it ends: bound views live no longer than the call.
class FileConnection::Running {
  public:
    explicit Running(Statement& statement) : statement_(statement) { statement_.running = true; }
    ~Running() {
        sqlite3_reset(statement_.handle);
        sqlite3_clear_bindings(statement_.handle);
        statement_.running = false;
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

  private:
    Statement& statement_;
};

Result<std::unique_ptr<FileConnection>> FileConnection::open(
    const std::filesystem::path& file, Mode mode, const LogLimits& limits
) {
    if (mode == Mode::writing)
        if (auto made = make_private_file(file); !made) return Failure{made.error()};
    std::unique_ptr<FileConnection> connection(new FileConnection(mode, limits));
    const int access = mode == Mode::outside ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    const int flags = access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int status = sqlite3_open_v2(file.c_str(), &connection->handle_, flags, nullptr);
    if (status != SQLITE_OK) {
        return fail(
            status == SQLITE_CANTOPEN ? Code::not_found : Code::unavailable,
            "cannot open " + file.filename().string()
        );
    }
    if (auto done = connection->configure(); !done) return Failure{done.error()};
    if (mode == Mode::writing) {
        auto mover = LogMover::open(file);
        if (!mover) return Failure{mover.error()};
        connection->mover_ = std::move(*mover);
    }
    return connection;
}

FileConnection::FileConnection(Mode mode, const LogLimits& limits) : mode_(mode), limits_(limits) {}

FileConnection::~FileConnection() {
    mover_.reset();
    statements_.clear();
    sqlite3_close(handle_);
}

Result<void> FileConnection::configure() {
    sqlite3_busy_timeout(handle_, busy_timeout_ms);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    if (auto done = run_script(settings); !done) return done;
    if (mode_ == Mode::moving) return run_script(moving_settings);
    if (mode_ != Mode::writing) return run_script(reading_settings);
    if (auto done = run_script(writing_settings); !done) return done;
    sqlite3_wal_hook(handle_, see_commit, this);
    return {};
}

int FileConnection::see_commit(void* self, sqlite3*, const char*, int log_pages) {
    auto& connection = *static_cast<FileConnection*>(self);
    const bool began_anew = log_pages < connection.log_pages_;
    if (began_anew) connection.asked_pages_ = 0;
    connection.log_pages_ = log_pages;
    connection.has_unmoved_ = true;
    return SQLITE_OK;
}

Failure FileConnection::failure(int status) {
    const int system_error = sqlite3_system_errno(handle_);
    const std::string text = sqlite3_errmsg(handle_);
    if (is_out_of_room(status, system_error))
        return fail(Code::no_room, "there is no room on the disk");
    switch (status & 0xff) {
        case SQLITE_IOERR:
            if ((mode_ == Mode::writing || mode_ == Mode::moving) && status != SQLITE_IOERR_NOMEM)
                end_process(status, system_error);
            return fail(Code::unavailable, "the store cannot be read");
        case SQLITE_CONSTRAINT:
            return fail(Code::conflict, "the store refuses: " + text);
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return fail(Code::corrupt, "the store is damaged: " + text);
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_NOMEM:
        case SQLITE_CANTOPEN:
            return fail(Code::unavailable, "the store is busy: " + text);
        case SQLITE_TOOBIG:
            return fail(Code::too_large, "too large for the store");
        default:
            return fail(Code::internal, "the store fails: " + text);
    }
}

Result<void> FileConnection::run_script(std::string_view text) {
    const int status = sqlite3_exec(handle_, std::string(text).c_str(), nullptr, nullptr, nullptr);
    if (status != SQLITE_OK) return failure(status);
    return {};
}

Result<FileConnection::Statement*> FileConnection::prepare(const Query& query) {
    auto& slot = statements_[&query];
    // The text is compared too: a query that was no constant may have left its address to another.
    if (slot != nullptr && slot->text == query.text) return slot.get();
    check(statements_.size() <= statements_max, "queries are constants");
    auto fresh = std::make_unique<Statement>();
    fresh->text = query.text;
    const char* rest = nullptr;
    const int status = sqlite3_prepare_v3(
        handle_,
        fresh->text.c_str(),
        static_cast<int>(fresh->text.size() + 1),
        SQLITE_PREPARE_PERSISTENT,
        &fresh->handle,
        &rest
    );
    if (status != SQLITE_OK) {
        statements_.erase(&query);
        return failure(status);
    }
    check(*rest == '\0', "a query is one statement");
    const int count = sqlite3_bind_parameter_count(fresh->handle);
    for (int i = 1; i <= count; ++i) {
        const std::string name = "$" + std::to_string(i);
        const int place = sqlite3_bind_parameter_index(fresh->handle, name.c_str());
        check(place > 0, "the values of a query are numbered without a gap");
        fresh->places.push_back(place);
    }
    slot = std::move(fresh);
    return slot.get();
}

Result<std::int64_t> FileConnection::run_bound(
    const Query& query, std::span<const Value> values, const OnRow& on_row
) {
    const auto prepared = prepare(query);
    if (!prepared) return Failure{prepared.error()};
    Statement& statement = **prepared;
    check(!statement.running, "a row callback runs no statement that is already running");
    check(values.size() == statement.places.size(), "a query gets as many values as it names");
    for (std::size_t i = 0; i < values.size(); ++i) {
        const int status = bind_one(statement.handle, statement.places[i], values[i]);
        if (status != SQLITE_OK) return failure(status);
    }
    const Running running(statement);
    return step_all(statement, on_row);
}

Result<std::int64_t> FileConnection::step_all(Statement& statement, const OnRow& on_row) {
    std::int64_t rows = 0;
    const auto columns = static_cast<std::size_t>(sqlite3_column_count(statement.handle));
    statement.row.resize(columns);
    const auto before = sqlite3_total_changes64(handle_);
    while (true) {
        const int status = sqlite3_step(statement.handle);
        if (status == SQLITE_DONE) break;
        if (status != SQLITE_ROW) return failure(status);
        ++rows;
        if (on_row == nullptr) continue;
        for (std::size_t i = 0; i < columns; ++i)
            statement.row[i] = column_value(statement.handle, static_cast<int>(i));
        const Row row(statement.row);
        const auto seen = on_row(row);
        if (row.mismatch())
            return fail(Code::corrupt, "the store is damaged: a column has another type");
        if (!seen) return Failure{seen.error()};
    }
    if (columns > 0) return rows;
    // The count of the statement before stays for one that changes nothing, so look for a change.
    if (sqlite3_total_changes64(handle_) == before) return std::int64_t{0};
    return sqlite3_changes64(handle_);
}

Result<void> FileConnection::run_plain(const Query& query) {
    const auto done = run_bound(query, {}, nullptr);
    if (!done) return Failure{done.error()};
    return {};
}

Result<void> FileConnection::begin(Begin kind) {
    return run_plain(kind == Begin::writing ? begin_writing : begin_reading);
}

Result<void> FileConnection::commit() { return run_plain(commit_all); }

void FileConnection::rollback() {
    if (sqlite3_get_autocommit(handle_) != 0) return;
    const auto done = run_plain(rollback_all);
    check(done.has_value() || sqlite3_get_autocommit(handle_) != 0, "a transaction ends");
}

Result<void> FileConnection::begin_part() { return run_plain(part_begin); }
Result<void> FileConnection::keep_part() { return run_plain(part_keep); }

Result<void> FileConnection::drop_part() {
    if (auto done = run_plain(part_back); !done) return done;
    return run_plain(part_keep);
}

Result<void> FileConnection::tidy() {
    if (mode_ != Mode::writing) return {};
    // Asked first: a move that ends between the two questions is told of the next time.
    const bool is_moving = mover_->is_moving();
    const auto ended = is_moving ? std::nullopt : mover_->ended();
    // It may have begun late and have taken whatever was committed until now.
    if (ended) has_unmoved_ = false;
    if (ended && !*ended) return *ended;
    const int rest = log_pages_ - asked_pages_;
    const bool can_begin_anew =
        ended && log_pages_ >= limits_.long_pages && rest <= limits_.short_pages;
    const bool is_too_long = log_pages_ >= limits_.pages_max && rest >= limits_.move_pages;
    if (can_begin_anew || is_too_long) {
        asked_pages_ = log_pages_;
        has_unmoved_ = false;
        return mover_->move_all();
    }
    if (rest < limits_.move_pages || is_moving || !has_unmoved_) return {};
    asked_pages_ = log_pages_;
    ++moves_begun_;
    mover_->begin();
    return {};
}

Result<void> FileConnection::scrub() {
    check(mode_ == Mode::writing, "only the writer has the log moved");
    auto emptied = mover_->empty();
    // A reader may have kept it from being cut after all of it was moved.
    has_unmoved_ = false;
    if (emptied) log_pages_ = asked_pages_ = 0;
    return emptied;
}

bool FileConnection::moves_log() { return mover_ && mover_->is_moving(); }

Result<void> FileConnection::move_log() {
    check(mode_ == Mode::moving, "one connection moves the log");
    const int status =
        sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    // A reader may hold part of the log; what was moved counts.
    if (status != SQLITE_OK && (status & 0xff) != SQLITE_BUSY) return failure(status);
    return {};
}

Result<void> FileConnection::empty_log() {
    check(mode_ == Mode::moving, "one connection moves the log");
    sqlite3_busy_timeout(handle_, scrub_timeout_ms);
    const int status =
        sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    sqlite3_busy_timeout(handle_, busy_timeout_ms);
    if ((status & 0xff) == SQLITE_BUSY) return fail(Code::unavailable, "a long read holds the log");
    if (status != SQLITE_OK) return failure(status);
    return {};
}

Result<void> FileConnection::sync_file() {
    check(mode_ == Mode::moving, "what was moved is synced by who moved it");
    sqlite3_file* file = nullptr;
    // The engine's own descriptor: to close one of ours would let go of its locks.
    sqlite3_file_control(handle_, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    check(file != nullptr && file->pMethods != nullptr, "a database has a file");
    const int status = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
    if (status != SQLITE_OK) end_process(status, errno);
    return {};
}

Result<std::vector<std::string>> FileConnection::self_check(Schema schema) {
    auto lines = compare_schema(*this, schema);
    if (!lines) return lines;
    static constexpr Query integrity{"PRAGMA integrity_check(100)"};
    const auto done = each(integrity, [&](const Row& row) -> Result<void> {
        if (row.text(0) != "ok") lines->emplace_back(row.text(0));
        return {};
    });
    // A file too damaged to be walked is a finding as well.
    if (!done && done.error().code == Code::corrupt)
        lines->push_back(done.error().text);
    else if (!done)
        return Failure{done.error()};
    return lines;
}

}  // namespace homeward::store::sqlite
