#include "store/database.hpp"

#include "base/check.hpp"
#include "base/log.hpp"
#include "base/outcome.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace homeward::store {
namespace {

struct Job {
    Change change;
    // Instead of a change: work between transactions.
    std::function<Result<void>(Connection&)> between;
    Done done;
    std::size_t bytes = 0;
};

Result<void> call(const std::function<Result<void>(Session&)>& work, Session& session) {
    try {
        return work(session);
    } catch (const std::exception&) {
        // The text of a library's exception may quote data.
        return fail(Code::internal, "a library failed inside a transaction");
    }
}

Result<void> commit(Connection& connection, CommitHook* hook) {
    if (hook == nullptr) return connection.commit();
    auto done = call([hook](Session& session) { return hook->before_commit(session); }, connection);
    if (done) done = connection.commit();
    if (done) hook->committed();
    return done;
}

// Runs one change in a transaction of its own.
Result<void> run_alone(Connection& connection, const Change& change, CommitHook* hook) {
    auto done = connection.begin(Connection::Begin::writing);
    if (done) done = call(change, connection);
    if (done) done = commit(connection, hook);
    if (!done) connection.rollback();
    return done;
}

// Runs all in one transaction. False when any of it failed: then nothing is left, and nobody has
// an answer yet.
bool run_whole(Connection& connection, std::deque<Job>& group, CommitHook* hook) {
    Result<void> done = connection.begin(Connection::Begin::writing);
    for (auto job = group.begin(); done && job != group.end(); ++job)
        done = call(job->change, connection);
    if (done) done = commit(connection, hook);
    if (!done) connection.rollback();
    return done.has_value();
}

// Runs one as a part of a transaction; `answer` is its own. False when the transaction cannot go
// on.
bool run_part(Connection& connection, const Change& change, Result<void>& answer) {
    if (!connection.begin_part()) return false;
    answer = call(change, connection);
    if (answer) return connection.keep_part().has_value();
    return answer.error().code != Code::no_room && connection.drop_part();
}

// The same in parts, so that one that fails does not take the others along. False when the
// transaction as a whole could not be kept.
bool run_in_parts(
    Connection& connection, std::deque<Job>& group, CommitHook* hook, std::vector<Result<void>>& out
) {
    bool goes_on = connection.begin(Connection::Begin::writing).has_value();
    for (auto job = group.begin(); goes_on && job != group.end(); ++job)
        goes_on = run_part(connection, job->change, out.emplace_back());
    if (goes_on && commit(connection, hook)) return true;
    connection.rollback();
    return false;
}

}  // namespace

struct Database::Impl {
    Impl(std::unique_ptr<Engine> from, std::unique_ptr<Connection> to, const DatabaseOptions& with)
        : engine(std::move(from)), writer(std::move(to)), options(with) {
        thread = std::thread([this] { work(); });
    }

    ~Impl() {
        {
            const std::lock_guard lock(mutex);
            stopping = true;
        }
        filled.notify_all();
        thread.join();
        idle_readers.clear();
        const auto emptied = writer->scrub();
        if (!emptied) log::write(log::Level::warning, "store_log_left");
    }

    void enqueue(Job job) {
        {
            const std::lock_guard lock(mutex);
            if (!stopping && queue.size() < options.queue_max) {
                queue.push_back(std::move(job));
                job.done = nullptr;
            } else {
                ++stats.refused;
            }
        }
        if (job.done) {
            job.done(fail(Code::unavailable, "too many changes are waiting"));
        } else {
            filled.notify_one();
        }
    }

    // What one commit takes: at most the limits, and work between transactions alone.
    std::deque<Job> take_group() {
        std::deque<Job> group;
        std::size_t bytes = 0;
        while (!queue.empty() && group.size() < options.group_changes_max) {
            Job& next = queue.front();
            if (next.between && !group.empty()) break;
            if (!group.empty() && bytes + next.bytes > options.group_bytes_max) break;
            bytes += next.bytes;
            const bool alone = static_cast<bool>(next.between);
            group.push_back(std::move(next));
            queue.pop_front();
            if (alone) break;
        }
        return group;
    }

    void work() {
        while (true) {
            std::deque<Job> group;
            {
                std::unique_lock lock(mutex);
                filled.wait(lock, [this] { return stopping || !queue.empty(); });
                if (queue.empty()) return;
                group = take_group();
            }
            run(group);
            if (const auto tidied = writer->tidy(); !tidied) {
                log::write(
                    log::Level::warning,
                    "store_not_tidied",
                    {{"code", name_of(tidied.error().code)}}
                );
            }
        }
    }

    void run(std::deque<Job>& group) {
        if (group.front().between) {
            group.front().done(group.front().between(*writer));
            return;
        }
        const auto answers = commit_group(group);
        for (std::size_t i = 0; i < group.size(); ++i) group[i].done(answers[i]);
    }

    // A part costs the engine a copy of each page that it changes, and hardly any change fails: so
    // they are tried without parts first.
    std::vector<Result<void>> commit_group(std::deque<Job>& group) {
        const std::lock_guard lock(hook_mutex);
        std::vector<Result<void>> answers;
        const bool together = group.size() > 1;
        if (together && run_whole(*writer, group, hook)) {
            answers.resize(group.size());
            count(1, group.size());
        } else if (together && run_in_parts(*writer, group, hook, answers)) {
            const auto kept = std::count_if(answers.begin(), answers.end(), [](const auto& answer) {
                return answer.has_value();
            });
            count(1, static_cast<std::size_t>(kept));
        } else {
            answers.clear();
            for (auto& job : group) {
                answers.push_back(run_alone(*writer, job.change, hook));
                if (answers.back()) count(1, 1);
            }
        }
        return answers;
    }

    void count(std::size_t groups, std::size_t changes) {
        const std::lock_guard lock(mutex);
        stats.groups += groups;
        stats.changes += changes;
    }

    Result<std::unique_ptr<Connection>> take_reader() {
        std::unique_lock lock(readers_mutex);
        if (idle_readers.empty() && open_readers >= options.readers) {
            if (readings_waiting >= options.readings_waiting_max)
                return fail(Code::unavailable, "too many readings are waiting");
            ++readings_waiting;
            reader_freed.wait(lock, [this] { return !idle_readers.empty(); });
            --readings_waiting;
        }
        if (!idle_readers.empty()) {
            auto reader = std::move(idle_readers.back());
            idle_readers.pop_back();
            return reader;
        }
        auto opened = engine->open_reader();
        if (opened) ++open_readers;
        return opened;
    }

    void give_back(std::unique_ptr<Connection> reader) {
        {
            const std::lock_guard lock(readers_mutex);
            idle_readers.push_back(std::move(reader));
        }
        reader_freed.notify_one();
    }

    std::unique_ptr<Engine> engine;
    std::unique_ptr<Connection> writer;
    const DatabaseOptions options;

    std::mutex mutex;
    std::condition_variable filled;
    std::deque<Job> queue;
    DatabaseStats stats;
    bool stopping = false;

    std::mutex hook_mutex;  ///< held over a commit
    CommitHook* hook = nullptr;

    std::mutex readers_mutex;
    std::condition_variable reader_freed;
    std::vector<std::unique_ptr<Connection>> idle_readers;
    std::size_t open_readers = 0;
    std::size_t readings_waiting = 0;

    // Last: it uses everything above.
    std::thread thread;
};

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(
    std::unique_ptr<Engine> engine, Schema schema, const DatabaseOptions& options
) {
    if (options.readers == 0 || options.queue_max == 0 || options.group_changes_max == 0)
        return fail(Code::invalid, "a database needs a reader, a queue and a group");
    auto writer = engine->open_writer(schema);
    if (!writer) return Failure{writer.error()};
    auto impl = std::make_unique<Impl>(std::move(engine), std::move(*writer), options);
    return std::unique_ptr<Database>(new Database(std::move(impl)));
}

Result<void> Database::write(const Change& change, std::size_t bytes_hint) {
    check(std::this_thread::get_id() != impl_->thread.get_id(), "a change does not wait for one");
    Outcome outcome;
    submit(
        change, [&outcome](Result<void> done) { outcome.tell(std::move(done)); }, bytes_hint
    );
    return await(outcome);
}

void Database::submit(Change change, Done done, std::size_t bytes_hint) {
    Job job;
    job.change = std::move(change);
    job.done = std::move(done);
    job.bytes = bytes_hint;
    impl_->enqueue(std::move(job));
}

Result<void> Database::scrub() {
    check(std::this_thread::get_id() != impl_->thread.get_id(), "a change does not wait for one");
    Outcome outcome;
    Job job;
    job.between = [](Connection& writer) { return writer.scrub(); };
    job.done = [&outcome](Result<void> done) { outcome.tell(std::move(done)); };
    impl_->enqueue(std::move(job));
    return await(outcome);
}

CommitHook* Database::exchange_hook(CommitHook* hook) {
    const std::lock_guard lock(impl_->hook_mutex);
    return std::exchange(impl_->hook, hook);
}

Result<void> Database::read(const Reading& reading) {
    auto reader = impl_->take_reader();
    if (!reader) return Failure{reader.error()};
    auto done = (*reader)->begin(Connection::Begin::reading);
    if (done) done = call(reading, **reader);
    (*reader)->rollback();
    impl_->give_back(std::move(*reader));
    return done;
}

Result<void> Database::read_afresh(const Reading& reading) {
    auto reader = impl_->engine->open_reader();
    if (!reader) return Failure{reader.error()};
    auto done = (*reader)->begin(Connection::Begin::reading);
    if (done) done = call(reading, **reader);
    (*reader)->rollback();
    return done;
}

DatabaseStats Database::stats() const {
    const std::lock_guard lock(impl_->mutex);
    DatabaseStats stats = impl_->stats;
    stats.waiting = impl_->queue.size();
    return stats;
}

}  // namespace homeward::store
