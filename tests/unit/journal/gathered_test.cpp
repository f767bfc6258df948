#include "journal/gathered.hpp"

#include "crypto/box.hpp"
#include "journal/key_access.hpp"
#include "unit/journal/office.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace homeward::journal {
namespace {

using casework::Authority;
using test::bytes;
using test::must;

class GatheredRows : public testing::Test {
  protected:
    void SetUp() override { must(office.write(dossier, record, 1, {{1, bytes("one")}})); }

    RecordsEnd end_of(const Id& id) {
        RecordsEnd end;
        must(office.read([&](auto& main, auto&) -> Result<void> {
            end = must(read_records_end(main, id));
            return {};
        }));
        return end;
    }
    Result<void> put(const Id& id, const RecordsEnd& end, BytesView sealed) {
        return office.main().write([&](store::Session& main) {
            return store_gathered(main, id, end, sealed);
        });
    }
    Result<void> gather(const Id& id, std::string_view text) {
        const RecordsEnd end = end_of(id);
        const auto sealed = seal_gathered(office.keys_of(id), end, bytes_of(text));
        return sealed ? put(id, end, *sealed) : Result<void>(Failure(sealed.error()));
    }
    Result<Gathered> read(const Id& id, const Grant& grant) {
        Result<Gathered> found = fail(Code::internal, "not run");
        must(office.read([&](auto& main, auto&) -> Result<void> {
            found = read_gathered(grant, main, office.keys_of(id));
            return {};
        }));
        return found;
    }
    std::optional<Bytes> plain_of(const Id& id) {
        return must(read(id, Authority::grant(id, Categories::all()))).plain;
    }
    /// As docs/journal-format.md says it, section 3, where nothing was destroyed.
    crypto::Place place_of(const RecordsEnd& end) const {
        crypto::Place place;
        place.table = "gathered";
        place.dossier = dossier;
        place.version = end.version;
        std::copy_n(end.hash.bytes.begin(), 16, place.record.bytes.begin());
        std::copy_n(end.hash.bytes.begin() + 16, 16, place.mark.bytes.begin());
        return place;
    }
    void destroy(Category category) {
        must(office.keys().write([&](store::Session& keys) {
            return destroy_keys(keys, office.keyring(), dossier, Categories().with(category));
        }));
    }
    void sql(const std::string& text) {
        must(office.main().write([&](store::Session& main) -> Result<void> {
            const store::Query query{text.c_str()};
            const auto done = main.run(query);
            if (!done) return Failure{done.error()};
            return {};
        }));
    }

    test::Folder folder;
    test::Office office{folder.path()};
    Id dossier = office.open_dossier();
    Id record = make_id();
};

TEST_F(GatheredRows, OpenAtTheirVersionAndNotAtALaterOne) {
    EXPECT_FALSE(plain_of(dossier));
    must(gather(dossier, "at one"));
    EXPECT_EQ(plain_of(dossier), bytes("at one"));
    // Whoever only looks leaves it as it is.
    must(office.write(dossier, std::nullopt, 0, {}));
    EXPECT_EQ(plain_of(dossier), bytes("at one"));
    const RecordsEnd first = end_of(dossier);
    const auto late = must(seal_gathered(office.keys_of(dossier), first, bytes("late")));
    must(office.write(dossier, record, 2, {}));
    EXPECT_FALSE(plain_of(dossier));
    EXPECT_EQ(put(dossier, first, late).error().code, Code::conflict);
    must(gather(dossier, "at two"));
    EXPECT_EQ(plain_of(dossier), bytes("at two"));
    const auto found = must(read(dossier, Authority::grant(dossier, Categories::all())));
    EXPECT_EQ(found.type, "child");
    EXPECT_EQ(found.version, 2U);
}

TEST_F(GatheredRows, AreOfRecordsThatThereAre) {
    const Id empty = office.open_dossier();
    must(office.read([&](auto& main, auto&) -> Result<void> {
        EXPECT_EQ(read_records_end(main, empty).error().code, Code::not_found);
        EXPECT_EQ(read_records_end(main, make_id()).error().code, Code::not_found);
        return {};
    }));
    const Id nobody = make_id();
    Result<Gathered> found = fail(Code::internal, "not run");
    must(office.read([&](auto& main, auto&) -> Result<void> {
        const auto keys = DossierKeys::make(nobody);
        found = read_gathered(Authority::grant(nobody, Categories::all()), main, keys);
        return {};
    }));
    EXPECT_EQ(found.error().code, Code::not_found);
}

TEST_F(GatheredRows, AreShownToAGrantForEverythingOnly) {
    must(gather(dossier, "all"));
    const auto refused = [&](const Grant& grant) { return read(dossier, grant).error().code; };
    EXPECT_EQ(refused(Authority::grant(make_id(), Categories::all())), Code::forbidden);
    EXPECT_EQ(refused(Authority::grant(dossier, Categories::all().without(16))), Code::forbidden);
    EXPECT_EQ(refused(Authority::grant(dossier, Categories())), Code::forbidden);
}

TEST_F(GatheredRows, AreTakenToTheirLimitAndNotPastIt) {
    must(gather(dossier, std::string(gathered_size_max, 'g')));
    EXPECT_EQ(plain_of(dossier)->size(), gathered_size_max);
    EXPECT_EQ(
        gather(dossier, std::string(gathered_size_max + 1, 'g')).error().code, Code::too_large
    );
}

// In no copy of the database, and with no key that is left.
TEST_F(GatheredRows, OpenNoMoreOnceACategoryWasDestroyed) {
    const RecordsEnd end = end_of(dossier);
    const auto late = must(seal_gathered(office.keys_of(dossier), end, bytes("late")));
    must(gather(dossier, "of all"));
    destroy(16);
    EXPECT_FALSE(plain_of(dossier));
    // Nor where it is said that nothing was destroyed.
    const auto keys = office.keys_of(dossier);
    const crypto::Place place = place_of(end);
    EXPECT_FALSE(crypto::open(KeyAccess::key_of_all(keys).view(), place, late));
    for (Category category = 0; category < category_count; ++category)
        EXPECT_FALSE(crypto::open(KeyAccess::key(keys, category), place, late));
    must(gather(dossier, "of what is left"));
    EXPECT_EQ(plain_of(dossier), bytes("of what is left"));
    // Sealed before, stored after.
    must(put(dossier, end, late));
    EXPECT_FALSE(plain_of(dossier));
    destroy(engine_category);
    EXPECT_EQ(gather(dossier, "again").error().code, Code::forbidden);
    EXPECT_FALSE(plain_of(dossier));
}

// As docs/journal-format.md says it, section 11.
TEST_F(GatheredRows, AreSealedUnderAKeyMadeOfAll) {
    const auto keys = office.keys_of(dossier);
    const RecordsEnd end = end_of(dossier);
    Bytes all;
    for (Category category = 0; category < category_count; ++category) {
        const auto key = KeyAccess::key(keys, category);
        all.insert(all.end(), key.begin(), key.end());
    }
    const auto key = crypto::Hasher(KeyAccess::key(keys, engine_category))
                         .add(bytes_of("homeward.gathered.v1"))
                         .add(all)
                         .finish();
    const crypto::Place place = place_of(end);
    const auto sealed = must(seal_gathered(keys, end, bytes("all")));
    EXPECT_EQ(must(crypto::open(key.bytes, place, sealed)), bytes("all"));
}

// The same version of a dossier in a copy that went on by itself ends with another entry.
TEST_F(GatheredRows, AreOfOneHistory) {
    RecordsEnd other = end_of(dossier);
    other.hash.bytes[31] ^= std::byte{1};
    must(put(dossier, other, must(seal_gathered(office.keys_of(dossier), other, bytes("other")))));
    EXPECT_FALSE(plain_of(dossier));
    must(gather(dossier, "this"));
    EXPECT_EQ(plain_of(dossier), bytes("this"));
    must(office.write(dossier, std::nullopt, 0, {}));
    sql("UPDATE gathered SET seq = seq + 1");
    EXPECT_FALSE(plain_of(dossier));
}

TEST_F(GatheredRows, OpenInTheirOwnPlaceOnlyAndWhole) {
    must(gather(dossier, "mine"));
    sql("UPDATE gathered SET version = version + 1");
    sql("UPDATE dossier SET version = version + 1, entries = entries + 1");
    EXPECT_FALSE(plain_of(dossier));
    sql("UPDATE gathered SET version = version - 1");
    sql("UPDATE dossier SET version = version - 1, entries = entries - 1");
    EXPECT_EQ(plain_of(dossier), bytes("mine"));
    sql("UPDATE gathered SET sealed = substr(sealed, 1, length(sealed) - 1)");
    EXPECT_FALSE(plain_of(dossier));
    sql("UPDATE gathered SET sealed = x''");
    EXPECT_FALSE(plain_of(dossier));
    must(gather(dossier, "mine"));
    EXPECT_EQ(plain_of(dossier), bytes("mine"));
}

// All keys are zeros then, and so anybody can make the key of all.
TEST_F(GatheredRows, CannotBeMadeUpForAnErasedDossier) {
    const RecordsEnd end = end_of(dossier);
    must(office.keys().write([&](store::Session& keys) {
        return destroy_keys(keys, office.keyring(), dossier, Categories::all());
    }));
    crypto::Place place = place_of(end);
    place.part = Categories::all().bits();
    const auto key = KeyAccess::key_of_all(office.keys_of(dossier));
    must(put(dossier, end, crypto::seal(key.view(), place, bytes("made up"))));
    EXPECT_FALSE(plain_of(dossier));
}

TEST_F(GatheredRows, TwoDossiersWhoseIdsBeginAlikeTakeTurns) {
    Id twin = dossier;
    twin.bytes.back() ^= std::byte{1};
    must(office.keys().write([&](store::Session& session) {
        return store_keys(session, office.keyring(), DossierKeys::make(twin));
    }));
    must(office.main().write([&](store::Session& session) {
        return create_dossier(session, twin, "child");
    }));
    must(office.write(twin, make_id(), 1, {}));
    must(gather(dossier, "first"));
    EXPECT_FALSE(plain_of(twin));
    must(gather(twin, "second"));
    EXPECT_EQ(plain_of(twin), bytes("second"));
    EXPECT_FALSE(plain_of(dossier));
    EXPECT_TRUE(office.verify().clean());
}

}  // namespace
}  // namespace homeward::journal
