#include "unit/journal/failing.hpp"

#include "journal/board_key.hpp"
#include "journal/digest.hpp"
#include "journal/gathered.hpp"
#include "journal/projection.hpp"
#include "journal/rotation.hpp"
#include "unit/journal/office.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

// Each call of the store fails once, in everything that the journal does with it. Whatever is built
// on it must say so, and must work again when the store does.
namespace homeward::journal {
namespace {

using casework::Authority;
using test::bytes;
using test::FailingSession;
using test::Failures;
using test::must;

constexpr std::size_t calls_max = 10'000;

Failure taken_back() { return fail(Code::conflict, "taken back"); }

class Failing : public testing::Test {
  protected:
    using Operation = std::function<Result<void>(store::Session& main, store::Session& keys)>;

    void SetUp() override {
        dossier = office.open_dossier();
        other = office.open_dossier("place");
        record = make_id();
        must(office.write(dossier, record, 1, {{1, bytes("one")}, {2, bytes("two")}}));
        must(office.write(dossier, std::nullopt, 0, {{1, bytes("seen")}}));
        must(office.write(other, make_id(), 1, {}));
        for (const auto& [which, version] : {std::pair(dossier, 1U), std::pair(other, 1U)}) {
            const auto sealed = must(seal_projection(office.keys_of(which), version, bytes("p")));
            must(office.main().write([&, id = which, at = version](store::Session& main) {
                return store_projection(main, id, at, sealed);
            }));
        }
        must(must(Checkpoints::start(office.main(), office.keyring(), {}))->make());
        must(office.write(dossier, record, 2, {{1, bytes("more")}}));
    }

    /// Runs it in transactions that are taken back, and calls `look` with how each ended.
    void run(
        const Operation& operation,
        std::size_t nth,
        Code code,
        const std::function<void(const Result<void>&)>& look
    ) {
        failures.fail_at(nth, code);
        const auto done = office.main().write([&](store::Session& main) -> Result<void> {
            const auto inner = office.keys().write([&](store::Session& keys) -> Result<void> {
                FailingSession failing_main(main, failures);
                FailingSession failing_keys(keys, failures);
                look(operation(failing_main, failing_keys));
                return taken_back();
            });
            EXPECT_EQ(inner.error().text, "taken back");
            return taken_back();
        });
        EXPECT_EQ(done.error().text, "taken back");
    }

    /// Every statement that it needs fails once; then it works.
    void each_statement(const char* name, const Operation& operation) {
        for (std::size_t nth = 1; nth < calls_max; ++nth) {
            bool worked = false;
            run(operation, nth, Code::unavailable, [&](const Result<void>& done) {
                worked = done.has_value();
                if (failures.happened()) {
                    ASSERT_FALSE(done) << name << " at " << nth;
                    EXPECT_EQ(done.error().text, "made to fail") << name << " at " << nth;
                } else {
                    EXPECT_TRUE(done) << name << (done ? "" : done.error().text);
                }
            });
            if (failures.happened()) continue;
            EXPECT_TRUE(worked) << name;
            EXPECT_GT(nth, 1U) << name << " asks the store nothing";
            return;
        }
        FAIL() << name << " never ends";
    }

    template <class T>
    static Result<void> ended(const Result<T>& result) {
        if (!result) return Failure{result.error()};
        return {};
    }
    Grant grant_of(const Id& id) { return Authority::grant(id, Categories::all()); }

    test::Folder folder;
    test::Office office{folder.path()};
    Failures failures;
    Id dossier;
    Id other;
    Id record;
};

TEST_F(Failing, EachStatementOfTheJournal) {
    const auto entry = must(prepare(office.keys_of(dossier), record, 3, {{1, bytes("x")}}));
    each_statement("append", [&](auto& main, auto&) { return ended(append(main, entry, 2)); });
    each_statement("create", [&](auto& main, auto&) {
        return create_dossier(main, make_id(), "child");
    });
    each_statement("row", [&](auto& main, auto&) { return ended(read_row(main, dossier)); });
    each_statement("dossier", [&](auto& main, auto&) {
        return ended(read_dossier(main, dossier));
    });
    each_statement("record", [&](auto& main, auto&) {
        return ended(read_record(main, dossier, record));
    });
    each_statement("older record", [&](auto& main, auto&) {
        return ended(read_record(main, dossier, record, 1));
    });
    each_statement("entry", [&](auto& main, auto&) {
        return ended(read_entry(main, static_cast<Seq>(1)));
    });
    each_statement("last", [](auto& main, auto&) { return ended(last_seq(main)); });
    for (const auto kind :
         {HistoryQuery::Kind::all, HistoryQuery::Kind::changes, HistoryQuery::Kind::remarks}) {
        HistoryQuery query;
        query.dossier = dossier;
        query.kind = kind;
        each_statement("history", [&](auto& main, auto&) { return ended(history(main, query)); });
    }
    each_statement("each entry", [](auto& main, auto&) {
        return each_entry(main, Seq::none, [](const Entry&) -> Result<void> { return {}; });
    });
    each_statement("tail", [&](auto& main, auto&) {
        return ended(read_tail(main, office.keyring().public_key()));
    });
    each_statement("before commit", [&](auto& main, auto&) {
        return Tail(office.keyring(), CompactRange()).before_commit(main);
    });
}

TEST_F(Failing, EachStatementOfKeysAndProjections) {
    const auto table = DossierKeys::make(make_id());
    each_statement("store keys", [&](auto&, auto& keys) {
        return store_keys(keys, office.keyring(), table);
    });
    each_statement("load keys", [&](auto&, auto& keys) {
        return ended(load_keys(keys, office.keyring(), dossier));
    });
    each_statement("destroy keys", [&](auto&, auto& keys) {
        return destroy_keys(keys, office.keyring(), dossier, Categories().with(1));
    });
    const auto sealed = must(seal_projection(office.keys_of(dossier), 2, bytes("p")));
    each_statement("store projection", [&](auto& main, auto&) {
        return store_projection(main, dossier, 2, sealed);
    });
    const auto keys_of_dossier = office.keys_of(dossier);
    each_statement("projection", [&](auto& main, auto&) {
        return ended(read_projection(grant_of(dossier), main, keys_of_dossier));
    });
    each_statement("each projection", [&](auto& main, auto& keys) {
        return each_projection(
            Authority::grant(Id{}, Categories::all()),
            main,
            keys,
            office.keyring(),
            Slice{},
            [](std::string_view, const Projection&) -> Result<void> { return {}; }
        );
    });
}

TEST_F(Failing, EachStatementOfWhatIsGathered) {
    const auto keys_of_dossier = office.keys_of(dossier);
    RecordsEnd end;
    must(office.read([&](auto& main, auto&) -> Result<void> {
        end = must(read_records_end(main, dossier));
        return {};
    }));
    const auto sealed = must(seal_gathered(keys_of_dossier, end, bytes("g")));
    each_statement("records end", [&](auto& main, auto&) {
        return ended(read_records_end(main, dossier));
    });
    each_statement("store gathered", [&](auto& main, auto&) {
        return store_gathered(main, dossier, end, sealed);
    });
    each_statement("gathered", [&](auto& main, auto&) {
        return ended(read_gathered(grant_of(dossier), main, keys_of_dossier));
    });
}

TEST_F(Failing, EachStatementOfTheBoardsKey) {
    const auto key = BoardKey::make(make_id());
    const auto next = BoardKey::make(make_id());
    must(office.keys().write([&](store::Session& keys) {
        return store_board_key(keys, office.keyring(), key);
    }));
    each_statement("store", [&](auto&, auto& keys) {
        return store_board_key(keys, office.keyring(), next);
    });
    each_statement("replace", [&](auto&, auto& keys) {
        return replace_board_key(keys, office.keyring(), key.file(), next);
    });
    each_statement("load", [&](auto&, auto& keys) {
        return ended(load_board_key(keys, office.keyring()));
    });
    each_statement("has", [&](auto&, auto& keys) {
        return ended(has_board_key(keys, key.file()));
    });
    each_statement("destroy", [](auto&, auto& keys) { return destroy_board_key(keys); });
    must(office.keyring().begin_epoch());
    each_statement("rewrap", [&](auto&, auto& keys) {
        return ended(rewrap_board_key(keys, office.keyring()));
    });
    each_statement("rewrap all", [&](auto&, auto& keys) {
        return ended(rewrap_keys(keys, office.keyring(), 10));
    });
    each_statement("written after", [](auto& main, auto&) {
        return ended(written_after(main, Seq::none));
    });
    each_statement("count", [](auto& main, auto&) { return ended(count_dossiers(main)); });
}

TEST_F(Failing, EachStatementOfAVerification) {
    const VerifyOptions options{office.keyring().public_key(), {}, nullptr};
    each_statement("verify", [&](auto& main, auto&) {
        const auto report = verify(main, options);
        EXPECT_TRUE(!report || report->clean());
        return ended(report);
    });
    each_statement("digest", [&](auto& main, auto& keys) {
        return ended(digest_contents(main, keys, office.keyring()));
    });
    // What is too damaged to be read is no failure to look: it is the finding.
    for (std::size_t nth = 1;; ++nth) {
        bool clean = false;
        const auto look = [&](const Result<void>& done) { EXPECT_TRUE(done); };
        run(
            [&](auto& main, auto&) -> Result<void> {
                const auto report = verify(main, options);
                clean = report && report->clean();
                return ended(report);
            },
            nth,
            Code::corrupt,
            look
        );
        EXPECT_EQ(clean, !failures.happened()) << nth;
        if (!failures.happened()) break;
    }
}

// The same below whole databases: each beginning, statement, commit and connection.
class FailingDatabase : public testing::Test {
  protected:
    void SetUp() override {
        {
            test::Office office(folder.path());
            const Id dossier = office.open_dossier();
            for (int i = 0; i < 5; ++i) must(office.write(dossier, make_id(), 1, {}));
            must(must(Checkpoints::start(office.main(), office.keyring(), {}))->make());
            for (int i = 0; i < 5; ++i) must(office.write(dossier, make_id(), 1, {}));
            remark = must(prepare(office.keys_of(dossier), std::nullopt, 0, {}));
        }
        keyring.emplace(must(crypto::Keyring::open(folder.path(), {"", folder.path() / "root.key"}))
        );
    }
    std::unique_ptr<store::Database> open(const char* file, store::Schema schema) {
        auto engine = store::file_engine(folder.path() / file);
        return must(store::Database::open(
            std::make_unique<test::FailingEngine>(std::move(engine), failures), schema
        ));
    }
    /// Each of its calls fails once, the database may try again by itself; returns how many did.
    /// `before` gives it all its work anew each time, and nothing of that fails.
    std::size_t each_call(
        const std::function<Result<void>()>& operation, const std::function<void()>& before = [] {}
    ) {
        for (std::size_t nth = 1; nth < calls_max; ++nth) {
            before();
            failures.fail_at(nth);
            const auto done = operation();
            const bool happened = failures.happened();
            failures.fail_at(0);
            EXPECT_TRUE(done || happened) << done.error().text;
            if (!happened) return nth - 1;
        }
        ADD_FAILURE() << "it never ends";
        return 0;
    }

    test::Folder folder;
    Failures failures;
    std::optional<crypto::Keyring> keyring;
    SealedEntry remark;
};

TEST_F(FailingDatabase, ACheckpointIsMadeWhenTheStoreWorksAgain) {
    const auto main = open(store::main_file_name, store::Schema::main);
    const auto witness = folder.path() / "witness";
    std::unique_ptr<Checkpoints> checkpoints;
    const auto start = [&]() -> Result<void> {
        auto started = Checkpoints::start(*main, *keyring, {witness, 1'000'000});
        if (!started) return Failure{started.error()};
        checkpoints = std::move(*started);
        EXPECT_FALSE(failures.was_statement()) << "it was passed over";
        return {};
    };
    EXPECT_GT(each_call(start), 5U);
    std::uint64_t size = 10;
    std::uint64_t made_in_all = 1;
    const auto make = [&]() -> Result<void> {
        const auto made = checkpoints->make();
        if (!made) return Failure{made.error()};
        EXPECT_EQ(made->size, size);
        ++made_in_all;
        return {};
    };
    const auto add = [&] {
        must(main->write([&](store::Session& session) -> Result<void> {
            must(append(session, remark));
            return {};
        }));
        ++size;
    };
    EXPECT_GT(each_call(make, add), 5U);
    checkpoints.reset();
    // It looks for the witness's last note in the database as well now.
    EXPECT_GT(each_call(start), 5U);
    checkpoints.reset();
    const auto report = must(verify_file({folder.path() / store::main_file_name, {}, witness, {}}));
    EXPECT_TRUE(report.clean()) << report.findings.front().what;
    EXPECT_EQ(report.checkpoints, made_in_all);
    EXPECT_EQ(report.after_checkpoint, 0U);
}

TEST_F(FailingDatabase, ARotationGoesOnWhenTheStoreWorksAgain) {
    const auto keys = open(store::keys_file_name, store::Schema::keys);
    std::uint32_t retire = 1;
    const auto rotate = [&]() -> Result<void> {
        const auto done = rotate_keys(*keys, *keyring, retire);
        if (!done) return Failure{done.error()};
        EXPECT_FALSE(failures.was_statement()) << "it was passed over";
        EXPECT_EQ(done->epoch, retire + 1);
        EXPECT_EQ(keyring->epochs(), std::vector<std::uint32_t>{retire + 1});
        return {};
    };
    const auto calls = each_call(rotate, [&] {
        // Whatever was left of the one before is done first; the next is a whole one.
        must(rotate());
        ++retire;
    });
    EXPECT_GT(calls, 5U);
    must(keys->read([&](store::Session& session) -> Result<void> {
        EXPECT_TRUE(load_keys(session, *keyring, remark.dossier));
        return {};
    }));
}

}  // namespace
}  // namespace homeward::journal
