#include "crypto/file.hpp"
#include "journal/frame.hpp"
#include "journal/projection.hpp"
#include "unit/journal/office.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

// What a stolen disk, a moved ciphertext and an erased key show: nothing.
namespace homeward::journal {
namespace {

using casework::Authority;
using test::bytes;
using test::must;

// Two hundred boxes that differ in dossier, record, version, category and part, each put in the
// place of each other.
TEST(Secrecy, NoBoxOpensInThePlaceOfAnother) {
    std::vector<DossierKeys> keys;
    for (int i = 0; i < 5; ++i) keys.push_back(DossierKeys::make(make_id()));
    struct Placed {
        std::size_t keys;
        SealedEntry entry;
        Frame frame;
    };
    std::vector<Placed> entries;
    for (std::size_t k = 0; k < keys.size(); ++k) {
        for (int r = 0; r < 2; ++r) {
            const Id record = make_id();
            for (std::uint64_t version = 1; version <= 4; ++version) {
                std::vector<Part> parts;
                for (const Category c : std::vector<Category>{1, 7, 9, 16, 22})
                    parts.push_back({c, bytes("same")});
                entries.push_back({k, must(prepare(keys[k], record, version, parts)), {}});
            }
        }
    }
    for (auto& placed : entries) placed.frame = must(read_frame(placed.entry.sealed));
    std::size_t tried = 0;
    std::set<std::pair<Code, std::string>> errors;
    for (const auto& target : entries) {
        const auto grant = Authority::grant(target.entry.dossier, Categories::all());
        for (const auto& source : entries) {
            // Boxes 1 to 5 hold the five categories, 40 entries of 5 boxes are 200.
            for (std::size_t from = 1; from <= 5; ++from) {
                for (std::size_t to = 1; to <= 5; ++to) {
                    if (&source == &target && from == to) continue;
                    SealedEntry moved = target.entry;
                    Frame frame = target.frame;
                    frame.boxes[to] = source.frame.boxes[from];
                    moved.sealed = write_frame(frame);
                    const auto opened = open_parts(grant, keys[target.keys], moved);
                    ASSERT_FALSE(opened);
                    errors.insert({opened.error().code, opened.error().text});
                    ++tried;
                }
            }
        }
    }
    EXPECT_EQ(tried, 200U * 199U);
    const std::set<std::pair<Code, std::string>> uniform{{Code::corrupt, "cannot be opened"}};
    EXPECT_EQ(errors, uniform);
}

TEST(Secrecy, NoWholeFrameOpensForAnotherRecordOrVersion) {
    const auto keys = DossierKeys::make(make_id());
    const auto grant = Authority::grant(keys.dossier(), Categories::all());
    const auto entry = must(prepare(keys, make_id(), 2, {{1, bytes("x")}}));
    EXPECT_TRUE(open_parts(grant, keys, entry));
    SealedEntry moved = entry;
    moved.version = 3;
    EXPECT_FALSE(open_parts(grant, keys, moved));
    moved = entry;
    moved.record = make_id();
    EXPECT_FALSE(open_parts(grant, keys, moved));
    moved = entry;
    moved.record.reset();
    EXPECT_FALSE(open_parts(grant, keys, moved));
    const auto other = DossierKeys::make(make_id());
    EXPECT_EQ(open_parts(grant, other, entry).error().code, Code::forbidden);
    moved = entry;
    moved.dossier = other.dossier();
    const auto grant_of_other = Authority::grant(other.dossier(), Categories::all());
    EXPECT_EQ(open_parts(grant_of_other, other, moved).error().text, "cannot be opened");
}

TEST(Secrecy, EveryEntryHasTheSameSizeWhateverItsWords) {
    const auto keys = DossierKeys::make(make_id());
    const auto size = [&](std::string_view text) {
        return must(prepare(keys, make_id(), 1, {{8, bytes(text)}})).sealed.size();
    };
    EXPECT_EQ(size("yes"), size("raped by two commanders of the group in March"));
}

TEST(Secrecy, WrappedKeysHaveOneSizeAndDoNotOpenForAnother) {
    test::Folder folder;
    test::Office office(folder.path());
    const auto one = DossierKeys::make(make_id());
    const auto wrapped = one.wrap(office.keyring());
    EXPECT_EQ(wrapped.box.size(), DossierKeys::make(make_id()).wrap(office.keyring()).box.size());
    EXPECT_TRUE(DossierKeys::unwrap(office.keyring(), one.dossier(), wrapped));
    EXPECT_EQ(
        DossierKeys::unwrap(office.keyring(), make_id(), wrapped).error().text, "cannot be opened"
    );
}

class Canary : public testing::Test {
  protected:
    // Every file below the folder that holds `text`.
    std::vector<std::string> holding(std::string_view text) {
        std::vector<std::string> names;
        for (const auto& item : std::filesystem::recursive_directory_iterator(folder.path())) {
            if (!item.is_regular_file()) continue;
            const auto content = must(crypto::read_file(item.path(), 1U << 28U));
            if (text_of(content).find(text) != std::string_view::npos)
                names.push_back(item.path().filename().string());
        }
        return names;
    }

    test::Folder folder;
};

TEST_F(Canary, NothingOfAChildIsReadableOnTheDisk) {
    std::vector<std::string> canaries;
    for (int i = 0; i < 32; ++i) canaries.push_back("CANARY-" + to_hex(make_id().bytes));
    const auto look = [&](const char* when) {
        for (const auto& canary : canaries)
            EXPECT_EQ(holding(canary), std::vector<std::string>{}) << when;
    };
    {
        test::Office office(folder.path());
        const Id dossier = office.open_dossier();
        std::vector<Part> parts;
        for (Category c = 0; c < category_count; ++c) parts.push_back({c, bytes(canaries[c])});
        const Id record = make_id();
        must(office.write(dossier, record, 1, parts));
        must(office.write(dossier, record, 2, parts));
        must(office.write(dossier, std::nullopt, 0, parts));
        const auto projection =
            must(seal_projection(office.keys_of(dossier), 2, bytes_of(canaries[5])));
        must(office.main().write([&](store::Session& main) {
            return store_projection(main, dossier, 2, projection);
        }));
        auto checkpoints = must(Checkpoints::start(
            office.main(), office.keyring(), {folder.path() / "checkpoints.log", 1}
        ));
        must(checkpoints->make());
        look("while the log is full");
        // The control: what is written in the clear is found by the same look.
        const std::string in_clear = "CANARY-IN-CLEAR";
        must(office.main().write([&](store::Session& main) -> Result<void> {
            static constexpr store::Query put{"INSERT INTO setting (name, value) VALUES ('x', $1)"};
            const auto done = main.run(put, bytes_of(in_clear));
            if (!done) return Failure{done.error()};
            return {};
        }));
        EXPECT_FALSE(holding(in_clear).empty());
        EXPECT_TRUE(office.main().scrub());
    }
    look("after the end");
}

// All media and all present keys are in the attacker's hands: what was erased stays erased, even in
// a backup of the key file that was made before, once its epoch is gone.
TEST_F(Canary, WhatWasErasedIsGoneFromOldBackupsToo) {
    test::Office office(folder.path());
    const Id dossier = office.open_dossier();
    must(office.write(dossier, make_id(), 1, {{7, bytes("the secret")}}));
    must(office.keys().scrub());
    const Bytes old_backup = must(crypto::read_file(folder.path() / "keys.db", 1U << 24U));
    const auto wrapped = [&](store::Session& session) {
        static constexpr store::Query read{"SELECT epoch, box FROM dossier_key"};
        crypto::Wrapped found;
        must(session.each(read, [&](const store::Row& row) -> Result<void> {
            found.epoch = static_cast<std::uint32_t>(row.count(0));
            found.box.assign(row.blob(1).begin(), row.blob(1).end());
            return {};
        }));
        return found;
    };
    crypto::Wrapped before;
    must(office.keys().read([&](store::Session& keys) -> Result<void> {
        before = wrapped(keys);
        return {};
    }));
    must(office.keys().write([&](store::Session& keys) {
        return destroy_keys(keys, office.keyring(), dossier, Categories().with(7));
    }));
    must(office.keys().scrub());
    // At once on the live system: the old box is in no file.
    const std::string_view old_box = text_of(before.box);
    EXPECT_EQ(holding(old_box.substr(40, 200)), std::vector<std::string>{});
    EXPECT_NE(text_of(old_backup).find(old_box.substr(40, 200)), std::string_view::npos);
    // The backup opens as long as its epoch lives: the control of what follows.
    EXPECT_TRUE(DossierKeys::unwrap(office.keyring(), dossier, before));
    must(office.keyring().begin_epoch());
    std::size_t done = 1;
    while (done > 0) {
        must(office.keys().write([&](store::Session& keys) -> Result<void> {
            done = must(rewrap_keys(keys, office.keyring(), 10));
            return {};
        }));
    }
    must(office.keyring().destroy_epoch(1));
    EXPECT_EQ(DossierKeys::unwrap(office.keyring(), dossier, before).error().code, Code::not_found);
    EXPECT_EQ(office.keys_of(dossier).destroyed(), Categories().with(7));
    EXPECT_TRUE(office.verify().clean());
}

// Rewrapping can be stopped after any step: whatever epoch a table is of, it opens.
TEST(Secrecy, RewrappingLosesNoKeyAtAnyStep) {
    test::Folder folder;
    test::Office office(folder.path());
    std::vector<Id> dossiers;
    for (int i = 0; i < 7; ++i) {
        dossiers.push_back(office.open_dossier());
        must(office.write(dossiers.back(), make_id(), 1, {{1, bytes("kept")}}));
    }
    const auto all_open = [&] {
        for (const auto& dossier : dossiers) {
            must(office.main().read([&](store::Session& main) -> Result<void> {
                const auto stored = must(read_dossier(main, dossier));
                const auto grant = Authority::grant(dossier, Categories().with(1));
                const auto opened =
                    must(open_parts(grant, office.keys_of(dossier), stored.records[0]));
                EXPECT_EQ(*opened.find(1), bytes("kept"));
                return {};
            }));
        }
    };
    must(office.keyring().begin_epoch());
    std::vector<std::size_t> steps;
    do {
        all_open();
        must(office.keys().write([&](store::Session& keys) -> Result<void> {
            steps.push_back(must(rewrap_keys(keys, office.keyring(), 3)));
            return {};
        }));
    } while (steps.back() > 0);
    EXPECT_EQ(steps, (std::vector<std::size_t>{3, 3, 1, 0}));
    must(office.keyring().destroy_epoch(1));
    all_open();
}

}  // namespace
}  // namespace homeward::journal
