#pragma once

#include "base/result.hpp"
#include "store/sqlite/connection.hpp"

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace homeward::store::sqlite {

/// Moves the log of a database into its file, on a thread and a connection of its own: the only one
/// that does. SQLite before 3.51.3 does not survive that a commit begins the log anew while it is
/// being moved. A commit does so only once all of the log was moved. So either something is left to
/// move when a move begins and the writer goes on (`begin`), or the writer waits (`move_all`,
/// `empty`). See docs/decisions/0024. All calls are the writer's, between its transactions.
class LogMover {
  public:
    static Result<std::unique_ptr<LogMover>> open(const std::filesystem::path& file);
    LogMover(const LogMover&) = delete;
    LogMover& operator=(const LogMover&) = delete;
    ~LogMover();

    /// Begins to move what the log holds, while the writer goes on. Only when something was
    /// committed since the move before was seen to have ended.
    void begin();
    bool is_moving();
    /// What `begin` came to, told once after its end.
    std::optional<Result<void>> ended();

    /// Moves all but what a reader still needs, so that the next commit can begin the log anew.
    Result<void> move_all();
    /// The same, and cuts the log to nothing. Code::unavailable while a long read holds it.
    Result<void> empty();

  private:
    enum class Task : std::uint8_t { none, beside, all, empty, stop };

    explicit LogMover(std::unique_ptr<FileConnection> connection);
    void work();
    Result<void> carry_out(Task task);
    Result<void> move_beside();
    void ask(Task task);
    Result<void> ask_and_wait(Task task);

    const std::unique_ptr<FileConnection> connection_;

    std::mutex mutex_;
    std::condition_variable changed_;
    Task task_ = Task::none;
    std::optional<Result<void>> outcome_;
    // Last: it uses everything above.
    std::thread thread_;
};

}  // namespace homeward::store::sqlite
