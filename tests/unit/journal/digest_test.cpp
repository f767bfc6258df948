#include "journal/digest.hpp"

#include "crypto/box.hpp"
#include "unit/journal/office.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

// What of a register the digest covers: whatever differs shows, and what does not open is named.
namespace homeward::journal {
namespace {

using test::bytes;
using test::must;

class Digests : public testing::Test {
  protected:
    void SetUp() override {
        must(office.write(dossier, record, 1, {{1, bytes("one")}}));
        put_account(1, bytes("an account"));
        run("INSERT INTO setting (name, value) VALUES ('a', x'01')");
        run("INSERT INTO import_job (id, position, sealed) VALUES (zeroblob(16), 3, x'05')");
    }
    void run(const char* text) {
        must(office.main().write([&](store::Session& main) -> Result<void> {
            const store::Query query{text};
            must(main.run(query));
            return {};
        }));
    }
    void put_account(std::uint64_t version, BytesView plain) {
        static constexpr store::Query put{
            "INSERT OR REPLACE INTO account (id, login, sealed, version) VALUES ($1, $2, $3, $4)"};
        crypto::Place place;
        place.table = "account";
        place.record = account;
        place.version = version;
        const auto sealed = crypto::seal(office.keyring().system_key(), place, plain);
        must(office.main().write([&](store::Session& main) -> Result<void> {
            must(main.run(put, account, Bytes(32), sealed, version));
            return {};
        }));
    }
    Digest digest() {
        Result<Digest> made = fail(Code::internal, "not run");
        std::uint64_t told = 0;
        const auto tell = [&](std::uint64_t done, std::uint64_t) { told = done; };
        must(office.read([&](auto& main, auto& keys) -> Result<void> {
            made = digest_contents(main, keys, office.keyring(), tell);
            return {};
        }));
        EXPECT_GT(told, 0U);
        return must(std::move(made));
    }

    test::Folder folder;
    test::Office office{folder.path()};
    Id dossier = office.open_dossier();
    Id record = make_id();
    Id account = make_id();
};

TEST_F(Digests, DifferWhereverContentsDo) {
    std::set<std::string> seen;
    const auto is_new = [&] { return seen.insert(to_hex(digest().value.bytes)).second; };
    EXPECT_TRUE(is_new());
    EXPECT_FALSE(is_new());
    put_account(1, bytes("another"));
    EXPECT_TRUE(is_new());
    put_account(2, bytes("another"));
    EXPECT_TRUE(is_new());
    run("UPDATE setting SET value = x'02'");
    EXPECT_TRUE(is_new());
    run("UPDATE import_job SET position = 4");
    EXPECT_TRUE(is_new());
    must(office.write(dossier, record, 2, {{1, bytes("two")}}));
    EXPECT_TRUE(is_new());
    must(office.write(dossier, record, 3, {{1, bytes("two")}}));
    EXPECT_TRUE(is_new());
    const auto whole = digest();
    EXPECT_EQ(whole.contents, 4U);
    EXPECT_EQ(whole.findings_in_all + whole.destroyed, 0U);
    must(office.keys().write([&](store::Session& keys) {
        return destroy_keys(keys, office.keyring(), dossier, Categories().with(1));
    }));
    EXPECT_TRUE(is_new());
    EXPECT_EQ(digest().destroyed, 3U);
}

TEST_F(Digests, NameWhatDoesNotOpen) {
    run("UPDATE account SET version = 7");
    const auto moved = digest();
    ASSERT_EQ(moved.findings_in_all, 1U);
    EXPECT_EQ(moved.findings.front().what, "an account does not open");
    run("DELETE FROM account");
    run("DROP TRIGGER entry_is_never_changed");
    run("UPDATE entry SET sealed = zeroblob(length(sealed))");
    const auto spoilt = digest();
    ASSERT_EQ(spoilt.findings_in_all, 1U);
    EXPECT_EQ(spoilt.findings.front().what, "a content does not open");
    must(office.keys().write([](store::Session& keys) -> Result<void> {
        static constexpr store::Query drop{"DELETE FROM dossier_key"};
        must(keys.run(drop));
        return {};
    }));
    EXPECT_EQ(digest().findings_in_all, 1U);
}

TEST_F(Digests, SayHowFarTheyAre) {
    // The same entry in many places opens in each: the place is no part of what seals it.
    for (int i = 0; i < 14; ++i) {
        const auto text = "INSERT INTO entry SELECT seq + " + std::to_string(1 << i) +
                          ", dossier, record, version, sealed, prev, hash, prev_seq FROM entry";
        run(text.c_str());
    }
    using Told = std::vector<std::pair<std::uint64_t, std::uint64_t>>;
    Told told;
    const auto tell = [&](std::uint64_t done, std::uint64_t all) { told.emplace_back(done, all); };
    must(office.read([&](auto& main, auto& keys) -> Result<void> {
        const auto heard = must(digest_contents(main, keys, office.keyring(), tell));
        const auto unheard = must(digest_contents(main, keys, office.keyring()));
        EXPECT_EQ(heard.value, unheard.value);
        EXPECT_EQ(heard.findings_in_all, 0U);
        EXPECT_EQ(heard.contents, 16'384U + 1);
        return {};
    }));
    EXPECT_EQ(told, (Told{{10'000, 16'384}, {16'384, 16'384}}));
}

TEST_F(Digests, NameNoMoreThanTheirLimit) {
    for (std::size_t i = 0; i < findings_max; ++i) must(office.write(dossier, std::nullopt, 0, {}));
    run("DROP TRIGGER entry_is_never_changed");
    run("UPDATE entry SET sealed = zeroblob(length(sealed))");
    const auto spoilt = digest();
    EXPECT_EQ(spoilt.findings_in_all, findings_max + 1);
    EXPECT_EQ(spoilt.findings.size(), findings_max);
}

}  // namespace
}  // namespace homeward::journal
