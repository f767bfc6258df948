#include "backup/backup.hpp"

#include "backup/files.hpp"
#include "backup/manifest.hpp"
#include "backup/picture.hpp"
#include "base/json.hpp"
#include "crypto/file.hpp"
#include "journal/rotation.hpp"
#include "store/sqlite/connection.hpp"
#include "unit/journal/office.hpp"
#include "unit/journal/tampering.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace homeward::backup {
namespace {

namespace fs = std::filesystem;
using test::bytes;
using test::must;

constexpr journal::Category first = 1;
constexpr journal::Category second = 2;

class BackupTest : public testing::Test {
  protected:
    void SetUp() override {
        fs::create_directories(data);
        office.emplace(data);
        for (int i = 0; i < 4; ++i) {
            dossiers.push_back(office->open_dossier());
            for (int n = 0; n < 3; ++n) write(dossiers.back());
        }
    }
    void write(const Id& dossier) {
        must(office->write(
            dossier, make_id(), 1, {{first, bytes("the first")}, {second, bytes("the second")}}
        ));
    }
    void shred(const Id& dossier) {
        must(office->keys().write([&](store::Session& keys) {
            return journal::destroy_keys(
                keys, office->keyring(), dossier, journal::Categories().with(first)
            );
        }));
        // As a decision to erase would: an entry of its own.
        must(office->write(dossier, std::nullopt, 0, {}));
    }
    fs::path at(const std::string& name) const { return folder.path() / name; }
    Result<BackupReport> back_up(const std::string& name) {
        BackupOptions options;
        options.data = data;
        options.target = at(name);
        options.keys_target = at(name + ".keys");
        options.witness_file = witness;
        return make_backup(options, clock);
    }
    Result<RestoreReport> put_back(const std::string& name, const std::string& keys = {}) {
        RestoreOptions options;
        options.source = at(name);
        options.keys_source = at((keys.empty() ? name : keys) + ".keys");
        options.data = at("restored");
        options.unlock = unlock;
        return restore(options);
    }
    journal::Digest digest(const fs::path& of) { return must(digest_of(of, unlock, {})); }
    /// Nothing but what was there before: no half of anything.
    std::set<std::string> names() const {
        std::set<std::string> out;
        for (const auto& entry : fs::directory_iterator(folder.path()))
            out.insert(entry.path().filename().string());
        return out;
    }
    static std::string text(const fs::path& file) {
        return std::string(text_of(must(crypto::read_file(file, 1U << 24U))));
    }
    static void put(const fs::path& file, const std::string& text) {
        std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
    }

    test::Folder folder;
    fs::path data = folder.path() / "data";
    fs::path witness;
    crypto::Unlock unlock{"", data / "root.key"};
    SystemClock clock;
    std::optional<test::Office> office;
    std::vector<Id> dossiers;
};

TEST_F(BackupTest, GivesBackWhatWasThereWhileTheRegisterGoesOn) {
    const auto before = digest(data);
    const auto made = must(back_up("a"));
    EXPECT_EQ(made.entries, 12U);
    EXPECT_EQ(made.dossiers, 4U);
    write(dossiers[0]);
    const auto restored = must(put_back("a"));
    EXPECT_EQ(restored.entries, 12U);
    EXPECT_EQ(restored.contents, 24U);
    EXPECT_EQ(restored.digest, before.value);
    EXPECT_EQ(digest(at("restored")).value, before.value);
    EXPECT_NE(digest(data).value, before.value);
}

TEST_F(BackupTest, EveryFileIsTheOwnersOnly) {
    must(back_up("a"));
    std::size_t files = 0;
    for (const auto* part : {"a", "a.keys"}) {
        struct stat info {};
        ASSERT_EQ(::stat(at(part).c_str(), &info), 0);
        EXPECT_EQ(info.st_mode & 0777U, 0700U);
        for (const auto& entry : fs::directory_iterator(at(part))) {
            ASSERT_EQ(::stat(entry.path().c_str(), &info), 0);
            EXPECT_EQ(info.st_mode & 0777U, 0600U) << entry.path();
            ++files;
        }
    }
    EXPECT_EQ(files, 7U);
}

TEST_F(BackupTest, HoldsNoKeysBesideTheData) {
    must(back_up("a"));
    EXPECT_FALSE(fs::exists(at("a") / store::keys_file_name));
    EXPECT_FALSE(fs::exists(at("a") / crypto::keyring_file_name));
    const auto verified = must(journal::verify_file({at("a") / store::main_file_name, {}, {}, {}}));
    EXPECT_TRUE(verified.clean());
    EXPECT_EQ(verified.entries, 12U);
}

TEST_F(BackupTest, IsNeverWrittenOverAnything) {
    must(back_up("a"));
    const auto before = names();
    EXPECT_EQ(back_up("a").error().code, Code::conflict);
    fs::rename(at("a"), at("b"));
    EXPECT_EQ(back_up("a").error().code, Code::conflict) << "the keys' place is taken";
    fs::rename(at("b"), at("a"));
    EXPECT_EQ(names(), before);
    must(put_back("a"));
    EXPECT_EQ(put_back("a").error().code, Code::conflict);
    put(at("file"), "");
    fs::remove_all(at("restored"));
    fs::create_symlink(at("nowhere"), at("restored"));
    EXPECT_EQ(put_back("a").error().code, Code::conflict);
    fs::remove(at("restored"));
    fs::create_directory(at("restored"));
    EXPECT_TRUE(put_back("a")) << "an empty folder is a place";
}

TEST_F(BackupTest, KeysGoApart) {
    const auto tried = [&](const fs::path& target, const fs::path& keys) {
        BackupOptions options;
        options.data = data;
        options.target = target;
        options.keys_target = keys;
        const auto made = make_backup(options, clock);
        return made ? Code::internal : made.error().code;
    };
    EXPECT_EQ(tried(at("a"), at("a")), Code::invalid);
    EXPECT_EQ(tried(at("a"), at("a") / "keys"), Code::invalid);
    EXPECT_EQ(tried(at("a") / "data", at("a")), Code::invalid);
    EXPECT_EQ(tried(data / "a", at("a")), Code::invalid);
    EXPECT_EQ(tried(at("a"), at("b") / ".." / "data" / "keys"), Code::invalid);
    EXPECT_EQ(names(), (std::set<std::string>{"data"}));
}

TEST_F(BackupTest, DamageOfAnyFileIsFoundAndLeavesNothing) {
    must(back_up("a"));
    const auto before = names();
    std::size_t tried = 0;
    for (const auto* part : {"a", "a.keys"}) {
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(at(part))) files.push_back(entry.path());
        for (const auto& file : files) {
            const std::string whole = text(file);
            std::vector<std::string> damaged{"", whole.substr(0, whole.size() - 1), whole + "x"};
            const std::size_t step = whole.size() / 7 + 1;
            for (std::size_t i = 0; i < whole.size(); i += step) {
                damaged.push_back(whole);
                damaged.back()[i] = static_cast<char>(damaged.back()[i] ^ 4);
            }
            for (const auto& one : damaged) {
                put(file, one);
                const auto restored = put_back("a");
                const bool same = !restored || restored->digest == digest(data).value;
                // A bit of backup.json's spaces and times can mean the same.
                EXPECT_TRUE(!restored || file.filename() == manifest_file_name) << file;
                EXPECT_TRUE(same) << file;
                if (restored) fs::remove_all(at("restored"));
                EXPECT_EQ(names(), before) << file;
                ++tried;
            }
            fs::remove(file);
            EXPECT_FALSE(put_back("a")) << file;
            put(file, whole);
        }
    }
    EXPECT_GT(tried, 60U);
    EXPECT_TRUE(put_back("a"));
}

TEST_F(BackupTest, ManifestsThatLieAreFound) {
    must(back_up("a"));
    const auto before = names();
    const fs::path file = at("a") / manifest_file_name;
    const std::string whole = text(file);
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string changed = whole;
        const auto place = changed.find(from);
        EXPECT_NE(place, std::string::npos) << from;
        changed.replace(place, from.size(), to);
        put(file, changed);
        const auto restored = put_back("a");
        return restored ? Code::internal : restored.error().code;
    };
    EXPECT_EQ(with("\"homeward.db\"", "\"../data/root.key\""), Code::corrupt);
    EXPECT_EQ(with("\"homeward.db\"", "\"/etc/passwd\""), Code::corrupt);
    EXPECT_EQ(with("\"signing.pub\"", "\"homeward.db\""), Code::corrupt);
    EXPECT_EQ(with("\"entries\":12", "\"entries\":11"), Code::corrupt);
    EXPECT_EQ(with("\"dossiers\":4", "\"dossiers\":5"), Code::corrupt);
    EXPECT_EQ(with("\"entries\":12", "\"entries\":-1"), Code::corrupt);
    EXPECT_EQ(with("homeward.backup.1", "homeward.backup.2"), Code::corrupt);
    EXPECT_EQ(with("\"part\":\"data\"", "\"part\":\"keys\""), Code::invalid);
    put(file, std::string(manifest_size_max + 1, ' '));
    EXPECT_EQ(put_back("a").error().code, Code::too_large);
    put(file, whole + std::string(manifest_size_max - whole.size(), ' '));
    EXPECT_TRUE(put_back("a")) << "at the limit";
    fs::remove_all(at("restored"));
    EXPECT_EQ(names(), before);
}

TEST_F(BackupTest, KeysOfAnotherRegisterAreRefused) {
    must(back_up("a"));
    const fs::path other = at("other");
    fs::create_directories(other);
    {
        test::Office stranger(other);
        const Id dossier = stranger.open_dossier();
        for (int i = 0; i < 20; ++i) must(stranger.write(dossier, make_id(), 1, {}));
        BackupOptions options;
        options.data = other;
        options.target = at("b");
        options.keys_target = at("b.keys");
        must(make_backup(options, clock));
    }
    const auto before = names();
    EXPECT_EQ(put_back("a", "b").error().text, "the keys are those of another register");
    // Though somebody made the manifests agree, and with the other register's key.
    const std::string origin = must(read_manifest(at("a"), Part::data)).origin;
    const fs::path manifest = at("b.keys") / manifest_file_name;
    std::string lying = text(manifest);
    const std::string own = must(read_manifest(at("b.keys"), Part::keys)).origin;
    lying.replace(lying.find(own), own.size(), origin);
    put(manifest, lying);
    EXPECT_EQ(put_back("a", "b").error().code, Code::forbidden);
    unlock.key_file = other / "root.key";
    EXPECT_EQ(put_back("a", "b").error().text, "signing.pub is not the public key of keyring.json");
    EXPECT_EQ(names(), before);
}

TEST_F(BackupTest, WhatWasErasedStaysErasedWithYoungerKeys) {
    must(back_up("a"));
    shred(dossiers[1]);
    must(back_up("b"));
    // Old data, which may be kept for years, with today's keys.
    const auto restored = must(put_back("a", "b"));
    EXPECT_EQ(restored.destroyed, 3U);
    EXPECT_EQ(restored.contents, 24U - 3U);
    fs::remove_all(at("restored"));
    EXPECT_EQ(must(put_back("b")).digest, digest(data).value);
}

TEST_F(BackupTest, KeysOlderThanTheDataAreRefused) {
    must(back_up("a"));
    shred(dossiers[1]);
    must(back_up("b"));
    const auto before = names();
    const auto restored = put_back("b", "a");
    ASSERT_FALSE(restored);
    EXPECT_EQ(restored.error().code, Code::invalid);
    EXPECT_NE(restored.error().text.find("the keys are older than the data"), std::string::npos);
    EXPECT_EQ(names(), before);
}

// Control: it is the keys that carry an erasure, and old ones would undo it.
TEST_F(BackupTest, OldKeysWouldUndoAnErasure) {
    must(back_up("a"));
    shred(dossiers[1]);
    EXPECT_EQ(digest(data).destroyed, 3U);
    EXPECT_EQ(must(put_back("a")).destroyed, 0U);
}

TEST_F(BackupTest, DataWithoutTheirKeysAreRefused) {
    must(back_up("a"));
    const Id late = office->open_dossier();
    write(late);
    must(back_up("b"));
    // Keys that say they are younger, and are not.
    const fs::path manifest = at("a.keys") / manifest_file_name;
    std::string lying = text(manifest);
    const std::string entries = "\"entries\":12";
    lying.replace(lying.find(entries), entries.size(), "\"entries\":13");
    put(manifest, lying);
    const auto before = names();
    const auto restored = put_back("b", "a");
    ASSERT_FALSE(restored);
    EXPECT_EQ(restored.error().text, "a dossier: the dossier has no keys");
    EXPECT_EQ(names(), before);
}

TEST_F(BackupTest, OneOfAnOlderVersionIsRestored) {
    must(back_up("a"));
    const fs::path database = at("a") / store::main_file_name;
    {
        const auto writer = must(store::sqlite::FileConnection::open(
            database, store::sqlite::FileConnection::Mode::writing, store::LogLimits{}
        ));
        must(writer->run_script(test::without_links()));
        must(writer->scrub());
    }
    for (const char* log : {"-wal", "-shm"}) fs::remove(database.string() + log);
    auto manifest = must(read_manifest(at("a"), Part::data));
    for (auto& file : manifest.files) file.measure = must(measure(at("a") / file.name));
    must(write_manifest(at("a"), manifest));
    const auto restored = must(put_back("a"));
    EXPECT_EQ(restored.entries, 12U);
    EXPECT_EQ(restored.digest, digest(data).value);
}

TEST_F(BackupTest, ARegisterThatDoesNotVerifyIsNotBackedUp) {
    constexpr store::Query spoil{"UPDATE dossier SET version = version - 1 WHERE id = $1"};
    must(office->main().write([&](store::Session& main) -> Result<void> {
        must(main.run(spoil, dossiers[2]));
        return {};
    }));
    const auto made = back_up("a");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, Code::corrupt);
    EXPECT_EQ(names(), (std::set<std::string>{"data"}));
}

TEST_F(BackupTest, TheWitnessGoesWithItButForAHalfWrittenNote) {
    witness = at("witness");
    {
        auto checkpoints =
            must(journal::Checkpoints::start(office->main(), office->keyring(), {witness, 1000}));
        must(checkpoints->make());
    }
    const std::string whole = text(witness);
    must(crypto::append_file(witness, bytes_of(whole.substr(0, 40))));
    EXPECT_EQ(must(back_up("a")).checkpoints, 1U);
    EXPECT_EQ(text(at("a") / witness_file_name), whole);
    const auto restored = must(put_back("a"));
    EXPECT_EQ(restored.digest, digest(data).value);
    EXPECT_FALSE(fs::exists(at("restored") / witness_file_name));
    // A witness of more than the journal has.
    witness = at("other");
    put(witness, whole + "x\n");
    EXPECT_TRUE(back_up("b"));
    put(witness, "x\n" + whole);
    EXPECT_EQ(back_up("c").error().code, Code::corrupt);
}

TEST_F(BackupTest, InTheMiddleOfARotationItGivesBackEverything) {
    for (std::size_t stop = 1; stop <= 5; ++stop) {
        journal::RotationOptions options;
        options.tables_per_change = 2;
        options.on_step = [left = stop](journal::RotationStep, std::uint64_t) mutable {
            return --left > 0;
        };
        const auto retire = office->keyring().epoch();
        EXPECT_FALSE(journal::rotate_keys(office->keys(), office->keyring(), retire, options));
        const std::string name = "a" + std::to_string(stop);
        must(back_up(name));
        EXPECT_EQ(must(put_back(name)).digest, digest(data).value);
        fs::remove_all(at("restored"));
        must(journal::rotate_keys(office->keys(), office->keyring(), retire));
    }
}

// Keys of before a rotation open with the keyring of then, and not with the one of now.
TEST_F(BackupTest, OldKeysAndTheNewKeyringDoNotFitEachOther) {
    must(back_up("a"));
    must(journal::rotate_keys(office->keys(), office->keyring(), 1));
    must(back_up("b"));
    const fs::path mixed = at("mixed");
    fs::create_directories(mixed);
    fs::copy_file(at("a") / store::main_file_name, mixed / store::main_file_name);
    fs::copy_file(at("a.keys") / store::keys_file_name, mixed / store::keys_file_name);
    fs::copy_file(at("b.keys") / crypto::keyring_file_name, mixed / crypto::keyring_file_name);
    fs::copy_file(
        at("b.keys") / crypto::public_key_file_name, mixed / crypto::public_key_file_name
    );
    const auto opened = digest_of(mixed, unlock, {});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().text, "keys.db is wrapped by an epoch that the keyring lacks");
    fs::copy_file(
        at("a.keys") / crypto::keyring_file_name,
        mixed / crypto::keyring_file_name,
        fs::copy_options::overwrite_existing
    );
    EXPECT_EQ(digest(mixed).value, digest(data).value);
}

TEST_F(BackupTest, ADigestTellsOneChangedContentFromAnother) {
    const auto before = digest(data).value;
    EXPECT_EQ(digest(data).value, before);
    must(journal::rotate_keys(office->keys(), office->keyring(), 1));
    EXPECT_EQ(digest(data).value, before) << "it is of the contents, not of their keys";
    shred(dossiers[0]);
    const auto shredded = digest(data).value;
    EXPECT_NE(shredded, before);
    write(dossiers[1]);
    EXPECT_NE(digest(data).value, shredded);
}

TEST_F(BackupTest, ADigestSaysWhatDoesNotOpen) {
    constexpr store::Query spoil{"UPDATE dossier_key SET box = zeroblob(1100) WHERE dossier = $1"};
    must(office->keys().write([&](store::Session& keys) -> Result<void> {
        must(keys.run(spoil, dossiers[3]));
        return {};
    }));
    const auto found = digest(data);
    EXPECT_EQ(found.findings_in_all, 3U);
    EXPECT_EQ(found.contents, 18U);
    must(back_up("a"));
    const auto restored = put_back("a");
    ASSERT_FALSE(restored);
    EXPECT_EQ(restored.error().code, Code::corrupt);
}

TEST_F(BackupTest, AnUnlockThatDoesNotOpenItIsSaid) {
    must(back_up("a"));
    const auto before = names();
    unlock.key_file = at("wrong.key");
    EXPECT_EQ(put_back("a").error().code, Code::not_found);
    must(crypto::create_key_file(unlock.key_file));
    EXPECT_EQ(put_back("a").error().code, Code::forbidden);
    fs::remove(unlock.key_file);
    EXPECT_EQ(names(), before);
}

}  // namespace
}  // namespace homeward::backup
