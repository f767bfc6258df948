#pragma once

#include "store/database.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

/// A store of which one call fails: the nth from when it was asked to.
namespace homeward::test {

class Failures {
  public:
    /// 0: none.
    void fail_at(std::size_t nth, Code code = Code::unavailable) {
        code_ = code;
        happened_ = false;
        was_statement_ = false;
        left_ = nth;
    }
    bool happened() const { return happened_; }
    /// Whether what failed was a statement: the database tries no reading and no part of a change
    /// again, as it does with the beginning and the end of a group.
    bool was_statement() const { return was_statement_; }
    Result<void> next(bool is_statement = false) {
        std::size_t left = left_;
        while (left > 0 && !left_.compare_exchange_weak(left, left - 1)) {
        }
        if (left != 1) return {};
        happened_ = true;
        was_statement_ = is_statement;
        return fail(code_, "made to fail");
    }

  private:
    std::atomic<std::size_t> left_{0};
    std::atomic<bool> happened_{false};
    std::atomic<bool> was_statement_{false};
    std::atomic<Code> code_{Code::unavailable};
};

class FailingSession final : public store::Session {
  public:
    FailingSession(store::Session& below, Failures& failures)
        : below_(below), failures_(failures) {}
    Result<std::int64_t> run_bound(
        const store::Query& query, std::span<const store::Value> values, const store::OnRow& on_row
    ) override {
        if (auto done = failures_.next(true); !done) return Failure{done.error()};
        return below_.run_bound(query, values, on_row);
    }

  private:
    store::Session& below_;
    Failures& failures_;
};

class FailingConnection final : public store::Connection {
  public:
    FailingConnection(std::unique_ptr<store::Connection> below, Failures& failures)
        : below_(std::move(below)), failures_(failures), session_(*below_, failures) {}

    Result<std::int64_t> run_bound(
        const store::Query& query, std::span<const store::Value> values, const store::OnRow& on_row
    ) override {
        return session_.run_bound(query, values, on_row);
    }
    Result<void> begin(Begin kind) override {
        if (auto done = failures_.next(); !done) return done;
        return below_->begin(kind);
    }
    Result<void> commit() override {
        if (auto done = failures_.next(); !done) return done;
        return below_->commit();
    }
    void rollback() override { below_->rollback(); }
    Result<void> begin_part() override { return below_->begin_part(); }
    Result<void> keep_part() override { return below_->keep_part(); }
    Result<void> drop_part() override { return below_->drop_part(); }
    Result<void> tidy() override { return below_->tidy(); }
    Result<void> scrub() override {
        if (auto done = failures_.next(); !done) return done;
        return below_->scrub();
    }
    Result<std::vector<std::string>> self_check(store::Schema schema) override {
        return below_->self_check(schema);
    }
    Result<void> copy_to(const std::filesystem::path& file, const store::CopyProgress& told)
        override {
        return below_->copy_to(file, told);
    }

  private:
    std::unique_ptr<store::Connection> below_;
    Failures& failures_;
    FailingSession session_;
};

class FailingEngine final : public store::Engine {
  public:
    FailingEngine(std::unique_ptr<store::Engine> below, Failures& failures)
        : below_(std::move(below)), failures_(failures) {}
    Result<std::unique_ptr<store::Connection>> open_writer(store::Schema schema) override {
        return wrap(below_->open_writer(schema));
    }
    Result<std::unique_ptr<store::Connection>> open_reader() override {
        if (auto done = failures_.next(); !done) return Failure{done.error()};
        return wrap(below_->open_reader());
    }

  private:
    Result<std::unique_ptr<store::Connection>> wrap(
        Result<std::unique_ptr<store::Connection>> opened
    ) {
        if (!opened) return opened;
        return std::unique_ptr<store::Connection>(
            std::make_unique<FailingConnection>(std::move(*opened), failures_)
        );
    }
    std::unique_ptr<store::Engine> below_;
    Failures& failures_;
};

}  // namespace homeward::test
