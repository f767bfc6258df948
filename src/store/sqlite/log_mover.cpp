#include "store/sqlite/log_mover.hpp"

#include "base/check.hpp"

#include <utility>

namespace homeward::store::sqlite {

Result<std::unique_ptr<LogMover>> LogMover::open(const std::filesystem::path& file) {
    auto connection = FileConnection::open(file, FileConnection::Mode::moving);
    if (!connection) return Failure{connection.error()};
    return std::unique_ptr<LogMover>(new LogMover(std::move(*connection)));
}

LogMover::LogMover(std::unique_ptr<FileConnection> connection)
    : connection_(std::move(connection)), thread_([this] { work(); }) {}

LogMover::~LogMover() {
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return task_ == Task::none; });
        task_ = Task::stop;
    }
    changed_.notify_all();
    thread_.join();
}

void LogMover::begin() { ask(Task::beside); }

bool LogMover::is_moving() {
    const std::lock_guard lock(mutex_);
    return task_ != Task::none;
}

std::optional<Result<void>> LogMover::ended() {
    const std::lock_guard lock(mutex_);
    if (task_ != Task::none) return std::nullopt;
    return std::exchange(outcome_, std::nullopt);
}

Result<void> LogMover::move_all() { return ask_and_wait(Task::all); }
Result<void> LogMover::empty() { return ask_and_wait(Task::empty); }

void LogMover::ask(Task task) {
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return task_ == Task::none; });
        task_ = task;
        outcome_.reset();
    }
    changed_.notify_all();
}

Result<void> LogMover::ask_and_wait(Task task) {
    ask(task);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return task_ == Task::none; });
    return *std::exchange(outcome_, std::nullopt);
}

void LogMover::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return task_ != Task::none; });
        const Task task = task_;
        if (task == Task::stop) return;
        lock.unlock();
        auto outcome = carry_out(task);
        lock.lock();
        outcome_ = std::move(outcome);
        task_ = Task::none;
        changed_.notify_all();
    }
}

Result<void> LogMover::carry_out(Task task) {
    switch (task) {
        case Task::beside:
            return move_beside();
        case Task::all:
            return connection_->move_log();
        case Task::empty:
            return connection_->empty_log();
        case Task::none:
        case Task::stop:
            break;
    }
    check(false, "the mover has something to do");
    return {};
}

Result<void> LogMover::move_beside() {
    if (auto moved = connection_->move_log(); !moved) return moved;
    // SQLite syncs the file when all of the log is in it, which it is not while the writer goes on.
    // What is synced here need not be synced when the writer waits.
    return connection_->sync_file();
}

}  // namespace homeward::store::sqlite
