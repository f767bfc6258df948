#pragma once

#include "base/result.hpp"
#include "store/database.hpp"
#include "store/sql.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace homeward::store::sqlite {

class LogMover;

/// One SQLite connection with its prepared statements.
class FileConnection final : public Connection {
  public:
    /// What a connection may do. For a file there is one that is `writing`, and one that is
    /// `moving` the log into the file at its behest (LogMover).
    enum class Mode : std::uint8_t { writing, moving, reading, outside };

    static Result<std::unique_ptr<FileConnection>> open(
        const std::filesystem::path& file, Mode mode, const LogLimits& limits = {}
    );
    FileConnection(const FileConnection&) = delete;
    FileConnection& operator=(const FileConnection&) = delete;
    ~FileConnection() override;

    Result<std::int64_t> run_bound(
        const Query& query, std::span<const Value> values, const OnRow& on_row
    ) override;
    Result<void> begin(Begin kind) override;
    Result<void> commit() override;
    void rollback() override;
    Result<void> begin_part() override;
    Result<void> keep_part() override;
    Result<void> drop_part() override;
    Result<void> tidy() override;
    Result<void> scrub() override;
    Result<std::vector<std::string>> self_check(Schema schema) override;
    Result<void> copy_to(const std::filesystem::path& file, const CopyProgress& told) override;

    /// Runs SQL text of several statements, for schema files and pragmas.
    Result<void> run_script(std::string_view text);

    /// Whether the log of a `writing` connection is being moved beside it.
    bool moves_log();
    /// How often it was begun to move the log beside the writer.
    std::uint64_t moves_begun() const { return moves_begun_; }

    /// For a `moving` connection: moves what no reader needs from the log into the file.
    Result<void> move_log();
    /// For a `moving` connection: moves all and cuts the log to nothing. Code::unavailable while a
    /// long read holds it.
    Result<void> empty_log();
    /// For a `moving` connection: makes durable what was moved.
    Result<void> sync_file();

  private:
    struct Statement;
    class Running;
    FileConnection(Mode mode, const LogLimits& limits);

    Result<void> configure();
    Result<Statement*> prepare(const Query& query);
    Result<std::int64_t> step_all(Statement& statement, const OnRow& on_row);
    Result<void> run_plain(const Query& query);
    Failure failure(int status);

    static int see_commit(void* self, sqlite3* handle, const char* database, int log_pages);

    const Mode mode_;
    const LogLimits limits_;
    sqlite3* handle_ = nullptr;
    /// Pages in the log after the last commit, and how many of them were asked to be moved.
    int log_pages_ = 0;
    int asked_pages_ = 0;
    /// Whether something was committed since no move was under way, so that none can have taken it.
    bool has_unmoved_ = false;
    std::uint64_t moves_begun_ = 0;
    std::unique_ptr<LogMover> mover_;  ///< of a `writing` connection
    std::unordered_map<const Query*, std::unique_ptr<Statement>> statements_;
};

}  // namespace homeward::store::sqlite
