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

/// One SQLite connection with its prepared statements.
class FileConnection final : public Connection {
  public:
    /// What a connection may do. Only one `writing` connection exists for a file, and only it
    /// moves the log into the file: two would meet the WAL-reset fault of SQLite before 3.51.3.
    enum class Mode : std::uint8_t { writing, reading, outside };

    static Result<std::unique_ptr<FileConnection>> open(
        const std::filesystem::path& file, Mode mode
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
    Result<void> tidy(bool idle) override;
    Result<void> scrub() override;
    Result<std::vector<std::string>> self_check(Schema schema) override;
    Result<void> copy_to(const std::filesystem::path& file, const CopyProgress& told) override;

    /// Runs SQL text of several statements, for schema files and pragmas.
    Result<void> run_script(std::string_view text);

  private:
    struct Statement;
    class Running;
    explicit FileConnection(Mode mode);

    Result<void> configure();
    Result<Statement*> prepare(const Query& query);
    Result<std::int64_t> step_all(Statement& statement, const OnRow& on_row);
    Result<void> run_plain(const Query& query);
    Failure failure(int status);

    Mode mode_;
    sqlite3* handle_ = nullptr;
    /// Pages in the log after the last commit.
    int log_pages_ = 0;
    std::unordered_map<const Query*, std::unique_ptr<Statement>> statements_;
};

}  // namespace homeward::store::sqlite
