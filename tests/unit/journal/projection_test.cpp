#include "journal/projection.hpp"

#include "unit/journal/office.hpp"

#include <gtest/gtest.h>

#include <string>

namespace homeward::journal {
namespace {

using casework::Authority;
using test::bytes;
using test::must;

class Projections : public testing::Test {
  protected:
    Result<void> store(std::uint64_t version, std::string_view text) {
        auto sealed = seal_projection(office.keys_of(dossier), version, bytes(text));
        if (!sealed) return Failure{sealed.error()};
        return office.main().write([&](store::Session& main) {
            return store_projection(main, dossier, version, *sealed);
        });
    }
    Result<Projection> read(const Grant& grant) {
        Result<Projection> found = fail(Code::internal, "not run");
        must(office.read([&](auto& main, auto& keys) -> Result<void> {
            const auto table = must(load_keys(keys, office.keyring(), dossier));
            found = read_projection(grant, main, table);
            return {};
        }));
        return found;
    }
    std::size_t count_all(const Grant& grant, Code* refused = nullptr) {
        std::size_t count = 0;
        const auto see = [&](std::string_view, const Projection&) -> Result<void> {
            ++count;
            return {};
        };
        const auto done = office.read([&](auto& main, auto& keys) {
            return each_projection(grant, main, keys, office.keyring(), Slice{}, see);
        });
        if (!done && refused != nullptr) *refused = done.error().code;
        return count;
    }
    Grant all_of(const Id& id) { return Authority::grant(id, Categories::all()); }

    test::Folder folder;
    test::Office office{folder.path()};
    Id dossier = office.open_dossier();
};

TEST_F(Projections, AreTakenToTheirLimitAndNotPastIt) {
    EXPECT_TRUE(store(0, std::string(projection_size_max, 'p')));
    EXPECT_EQ(must(read(all_of(dossier))).plain.size(), projection_size_max);
    EXPECT_EQ(store(0, std::string(projection_size_max + 1, 'p')).error().code, Code::too_large);
}

TEST_F(Projections, AreStaleOnceTheDossierChanged) {
    EXPECT_TRUE(must(read(all_of(dossier))).stale);
    must(store(0, "before"));
    EXPECT_FALSE(must(read(all_of(dossier))).stale);
    EXPECT_EQ(must(read(all_of(dossier))).plain, bytes("before"));
    must(office.write(dossier, make_id(), 1, {}));
    EXPECT_TRUE(must(read(all_of(dossier))).stale);
    EXPECT_EQ(store(0, "late").error().code, Code::conflict);
    EXPECT_TRUE(store(1, "after"));
    EXPECT_FALSE(must(read(all_of(dossier))).stale);
}

TEST_F(Projections, AreShownByAGrantForThem) {
    must(store(0, "shown"));
    EXPECT_EQ(read(all_of(make_id())).error().code, Code::forbidden);
    EXPECT_EQ(read(Authority::grant(dossier, Categories())).error().code, Code::forbidden);
    Code refused = Code::internal;
    EXPECT_EQ(count_all(all_of(make_id()), &refused), 0U);
    EXPECT_EQ(refused, Code::forbidden);
    EXPECT_EQ(count_all(all_of(Id{})), 1U);
}

// What was judged from a category that was destroyed since still tells of it.
TEST_F(Projections, AreStaleOnceACategoryWasDestroyed) {
    const auto late = must(seal_projection(office.keys_of(dossier), 0, bytes("of all")));
    must(store(0, "of all"));
    EXPECT_FALSE(must(read(all_of(dossier))).stale);
    must(office.keys().write([&](store::Session& keys) {
        return destroy_keys(keys, office.keyring(), dossier, Categories().with(16));
    }));
    EXPECT_TRUE(must(read(all_of(dossier))).stale);
    EXPECT_TRUE(must(read(all_of(dossier))).plain.empty());
    must(store(0, "of what is left"));
    EXPECT_EQ(must(read(all_of(dossier))).plain, bytes("of what is left"));
    // Sealed before, stored after.
    must(office.main().write([&](store::Session& main) {
        return store_projection(main, dossier, 0, late);
    }));
    EXPECT_TRUE(must(read(all_of(dossier))).stale);
}

TEST_F(Projections, GoWithTheDossiersKeys) {
    must(store(0, "gone"));
    const auto kept = office.keys_of(dossier);
    must(office.keys().write([&](store::Session& keys) {
        return destroy_keys(keys, office.keyring(), dossier, Categories::all());
    }));
    EXPECT_EQ(store(0, "again").error().code, Code::forbidden);
    EXPECT_EQ(read(all_of(dossier)).error().code, Code::not_found);
    EXPECT_EQ(count_all(all_of(Id{})), 0U);
}

}  // namespace
}  // namespace homeward::journal
