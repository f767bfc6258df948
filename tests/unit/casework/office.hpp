#pragma once

#include "base/check.hpp"
#include "casework/register.hpp"
#include "unit/casework/little_pack.hpp"

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace homeward::test {

template <class T>
T must(Result<T> result) {
    check(result.has_value(), result ? "" : result.error().text + result.error().pointer);
    return std::move(*result);
}
inline void must(Result<void> result) {
    check(result.has_value(), result ? "" : result.error().text + result.error().pointer);
}

class Folder {
  public:
    Folder() : path_(std::filesystem::temp_directory_path() / ("homeward-" + to_text(make_id()))) {
        std::filesystem::create_directories(path_);
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// A clock that stands still until it is told.
class StillClock final : public Clock {
  public:
    Instant now() const override {
        if (is_awaited_.exchange(false)) meanwhile_();
        return Instant{ticking_us_ + set_us_};
    }
    Instant ticking() const override { return Instant{ticking_us_}; }
    void pass(std::chrono::seconds time) { ticking_us_ += time.count() * us_per_second; }
    /// Sets what `now` says, forward or back, without time that passes.
    void set(std::chrono::seconds by) { set_us_ += by.count() * us_per_second; }
    /// A process that starts knows no other time than what the clock says.
    void begin() { ticking_us_ += set_us_.exchange(0); }
    /// Does this once, when somebody next asks what time it is: in the midst of what they do.
    void when_asked(std::function<void()> meanwhile) {
        meanwhile_ = std::move(meanwhile);
        is_awaited_ = true;
    }

  private:
    std::function<void()> meanwhile_;
    mutable std::atomic<bool> is_awaited_ = false;
    std::atomic<std::int64_t> ticking_us_ = 1'793'620'800LL * us_per_second;  // 2026-11-02T12:00Z
    std::atomic<std::int64_t> set_us_ = 0;
};

/// A whole register in a folder of its own, with people in it.
class Office {
  public:
    explicit Office(
        const casework::Options& options = {},
        std::shared_ptr<const policy::Pack> pack = little_pack()
    )
        : options_(options), pack_(std::move(pack)) {
        const auto key_file = folder_.path() / "root.key";
        must(crypto::create_key_file(key_file));
        keyring_.emplace(must(crypto::Keyring::create(folder_.path(), {"", key_file})));
        open();
    }

    casework::Register& reg() { return *register_; }
    const std::filesystem::path& folder() const { return folder_.path(); }
    store::Store& store() { return *store_; }
    /// Whether the next start looks for a kept board, and the register keeps it then.
    void keep_boards(bool keep) {
        options_.board_folder = keep ? folder_.path() : std::filesystem::path();
    }
    StillClock& clock() { return clock_; }
    store::Database& main() { return store_->main(); }
    const crypto::Keyring& keyring() const { return *keyring_; }

    /// Stops and starts anew, perhaps with another pack.
    void restart(std::shared_ptr<const policy::Pack> pack = nullptr) {
        close();
        if (pack) pack_ = std::move(pack);
        open();
    }
    void close() {
        register_.reset();
        checkpoints_.reset();
        store_.reset();
    }
    void open() {
        clock_.begin();
        store_.emplace(must(store::Store::open(folder_.path())));
        checkpoints_ = must(journal::Checkpoints::start(store_->main(), *keyring_, {}));
        register_ = must(casework::Register::start(
            {*store_, *keyring_, pack_, clock_, passwords_, *checkpoints_}, options_
        ));
    }

    /// Gathers what was left alone, and waits until it is stored; says how many were looked at.
    std::size_t gather() {
        const std::size_t done = register_->gather(100);
        // What it stores is not waited for, but comes before the next commit.
        sql("UPDATE setting SET value = value");
        return done;
    }

    /// Runs a statement on the database itself, as whoever holds the file could.
    void sql(const char* text) {
        must(main().write([&](store::Session& session) -> Result<void> {
            const store::Query query{text};
            const auto done = session.run(query);
            if (!done) return Failure(done.error());
            return {};
        }));
    }
    std::int64_t count(const char* text) {
        std::int64_t count = 0;
        must(main().read([&](store::Session& session) -> Result<void> {
            const store::Query query{text};
            const auto done = session.each(query, [&](const store::Row& row) -> Result<void> {
                count = row.integer(0);
                return {};
            });
            if (!done) return Failure(done.error());
            return {};
        }));
        return count;
    }

    /// Destroys the key of one category of a dossier.
    void destroy(const Id& dossier, std::string_view category) {
        const auto gone = journal::Categories().with(must(journal::parse_category(category)));
        must(store_->keys().write([&](store::Session& session) {
            return journal::destroy_keys(session, *keyring_, dossier, gone);
        }));
    }

    static constexpr const char* password = "correct horse battery";

    /// Makes an account and the caller that goes with it.
    casework::Caller person(
        const std::string& name,
        const std::string& role,
        bool gbv_cleared = false,
        const std::string& team = "north",
        const std::string& agency = "care"
    ) {
        casework::NewAccount account;
        account.name = name;
        account.password = password;
        account.roles = {role};
        account.team = team;
        account.agency = agency;
        account.gbv_cleared = gbv_cleared;
        const auto made = must(register_->create_account(casework::Caller::console(), account));
        return casework::Caller{made.id, role, ""};
    }

    static json::value data(std::string_view text) { return must(parse_json(text)); }
    static casework::NewRecord record(const std::string& kind, std::string_view text) {
        return {make_id(), kind, data(text)};
    }

    /// A child who told of harm, which only those cleared for it may see.
    Id child_who_told(const casework::Caller& caller) {
        return must(register_->open(
                        caller,
                        std::nullopt,
                        "child",
                        {record("registration", R"({"pseudonym": "Cedar", "told": "harm"})")}
                    ))
            .ref;
    }
    /// A child with a registration, opened by `caller`. Returns the ref.
    Id child(const casework::Caller& caller, const std::string& pseudonym = "Cedar") {
        return must(register_->open(
                        caller,
                        std::nullopt,
                        "child",
                        {record("registration", R"({"pseudonym": ")" + pseudonym + R"("})")}
                    ))
            .ref;
    }
    void assign(const casework::Caller& by, const Id& ref, const casework::Caller& to) {
        must(register_->add(
            by,
            ref,
            record(
                "assignment",
                R"({"account": ")" + to_text(to.account) + R"(", "role": ")" + to.role +
                    R"(", "from": ")" + to_text(clock_.now()) + R"("})"
            )
        ));
    }
    /// Until the end of the hour.
    casework::Added permit(
        const casework::Caller& by,
        const Id& ref,
        const casework::Caller& to,
        const std::string& categories
    ) {
        const Instant until{clock_.now().us + 3600 * us_per_second};
        return must(register_->add(
            by,
            ref,
            record(
                "permission",
                R"({"account": ")" + to_text(to.account) + R"(", "categories": )" + categories +
                    R"(, "from": ")" + to_text(clock_.now()) + R"(", "until": ")" + to_text(until) +
                    R"("})"
            )
        ));
    }

  private:
    Folder folder_;
    StillClock clock_;
    crypto::Passwords passwords_{{1U << 20U, 1, 4, 64}};
    casework::Options options_;
    std::shared_ptr<const policy::Pack> pack_;
    std::optional<crypto::Keyring> keyring_;
    std::optional<store::Store> store_;
    std::unique_ptr<journal::Checkpoints> checkpoints_;
    std::unique_ptr<casework::Register> register_;
};

inline const casework::ShownRecord* find_record(const casework::File& file, std::string_view kind) {
    for (const casework::ShownRecord& record : file.records) {
        if (record.kind == kind) return &record;
    }
    return nullptr;
}

template <class T>
Code code_of(const Result<T>& result) {
    check(!result.has_value(), "a failure was expected");
    return result.error().code;
}

}  // namespace homeward::test
