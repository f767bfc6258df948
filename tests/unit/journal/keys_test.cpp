#include "journal/keys.hpp"

#include "crypto/box.hpp"
#include "unit/journal/office.hpp"

#include <gtest/gtest.h>

#include <vector>

// The tables of keys as they are stored: whatever the file does with one is said.
namespace homeward::journal {
namespace {

using test::must;

class Keys : public testing::Test {
  protected:
    Result<void> store(const DossierKeys& table) {
        return office.keys().write([&](store::Session& keys) {
            return store_keys(keys, office.keyring(), table);
        });
    }
    Result<void> destroy(Categories categories) {
        return office.keys().write([&](store::Session& keys) {
            return destroy_keys(keys, office.keyring(), dossier, categories);
        });
    }
    Result<std::size_t> rewrap() {
        Result<std::size_t> done = fail(Code::internal, "not run");
        const auto written = office.keys().write([&](store::Session& keys) -> Result<void> {
            done = rewrap_keys(keys, office.keyring(), 10);
            if (!done) return Failure{done.error()};
            return {};
        });
        EXPECT_EQ(written.has_value(), done.has_value());
        return done;
    }
    void run(const store::Query& query) {
        must(office.keys().write([&](store::Session& keys) -> Result<void> {
            must(keys.run(query));
            return {};
        }));
    }

    test::Folder folder;
    test::Office office{folder.path()};
    Id dossier = office.open_dossier();
};

// New keys in the place of the first would make everything that these sealed unreadable.
TEST_F(Keys, AreStoredOnceForADossier) {
    const auto entry = must(prepare(office.keys_of(dossier), std::nullopt, 0, {}));
    EXPECT_EQ(store(DossierKeys::make(dossier)).error().code, Code::conflict);
    const auto grant = casework::Authority::grant(dossier, Categories::all());
    EXPECT_TRUE(open_parts(grant, office.keys_of(dossier), entry));
}

// A row that the file keeps as it was: nobody may be told that its keys are destroyed, or that no
// table needs the old epoch any more.
TEST_F(Keys, AChangeThatTheFileDoesNotTakeIsSaid) {
    constexpr store::Query ignore{
        "CREATE TRIGGER ignores BEFORE UPDATE ON dossier_key BEGIN SELECT RAISE(IGNORE); END"};
    constexpr store::Query heed{"DROP TRIGGER ignores"};
    must(office.keyring().begin_epoch());
    run(ignore);
    EXPECT_EQ(destroy(Categories::all()).error().code, Code::not_found);
    EXPECT_EQ(rewrap().error().code, Code::not_found);
    EXPECT_TRUE(office.keys_of(dossier).destroyed().empty());
    run(heed);
    EXPECT_EQ(must(rewrap()), 1U);
    EXPECT_TRUE(destroy(Categories::all()));
    EXPECT_EQ(office.keys_of(dossier).destroyed(), Categories::all());
}

// Wrapped with the right key for the right place, and yet not a table.
TEST_F(Keys, ATableOfAnotherFormDoesNotOpen) {
    crypto::Place place;
    place.table = "dossier_key";
    place.dossier = dossier;
    const auto open = [&](std::size_t size, std::uint8_t format) {
        Bytes plain(size);
        if (size > 0) plain[0] = std::byte{format};
        return DossierKeys::unwrap(office.keyring(), dossier, office.keyring().wrap(place, plain));
    };
    constexpr std::size_t size = 1 + 4 + category_count * crypto::key_size;
    EXPECT_TRUE(open(size, 1));
    EXPECT_EQ(open(size, 2).error().text, "the dossier's keys have another form");
    for (const std::size_t other : {std::size_t{0}, size - 1, size + 1})
        EXPECT_EQ(open(other, 1).error().code, Code::corrupt) << other;
}

}  // namespace
}  // namespace homeward::journal
