#include "journal/board_key.hpp"

#include "journal/keys.hpp"
#include "journal/rotation.hpp"
#include "unit/journal/office.hpp"

#include <gtest/gtest.h>

namespace homeward::journal {
namespace {

using casework::Authority;
using test::bytes;
using test::must;

class BoardKeyTest : public testing::Test {
  protected:
    template <class Work>
    auto change(Work work) {
        decltype(work(std::declval<store::Session&>())) done = fail(Code::internal, "not run");
        const auto written = office->keys().write([&](store::Session& keys) -> Result<void> {
            done = work(keys);
            if (!done) return Failure{done.error()};
            return {};
        });
        EXPECT_EQ(written.has_value(), done.has_value());
        return done;
    }
    Result<void> store(const BoardKey& fresh) {
        return change([&](store::Session& keys) {
            return store_board_key(keys, office->keyring(), fresh);
        });
    }
    Result<void> replace(const Id& before, const BoardKey& fresh) {
        return change([&](store::Session& keys) {
            return replace_board_key(keys, office->keyring(), before, fresh);
        });
    }
    Result<BoardKey> load() {
        std::optional<Result<BoardKey>> loaded;
        must(office->keys().read([&](store::Session& keys) -> Result<void> {
            loaded.emplace(load_board_key(keys, office->keyring()));
            return {};
        }));
        return std::move(*loaded);
    }
    bool has(const Id& file) {
        bool found = false;
        must(office->keys().read([&](store::Session& keys) -> Result<void> {
            found = must(has_board_key(keys, file));
            return {};
        }));
        return found;
    }
    void sql(const store::Query& query) {
        must(change([&](store::Session& keys) { return keys.run(query); }));
    }
    void reopen() {
        office.reset();
        office.emplace(folder.path());
    }

    test::Folder folder;
    std::optional<test::Office> office{std::in_place, folder.path()};
    Grant grant = Authority::grant(Id{}, Categories().with(engine_category));
    BoardKey key = BoardKey::make(make_id());
    BoardPlace place{3, make_id()};
    Bytes sealed = seal_board(key, place, bytes("a row"));
};

TEST_F(BoardKeyTest, APieceOpensInItsOwnPlaceOnly) {
    EXPECT_EQ(must(open_board(grant, key, place, sealed)), bytes("a row"));
    const BoardKey other = BoardKey::make(key.file());
    for (const auto& moved :
         {open_board(grant, key, {4, place.mark}, sealed),
          open_board(grant, key, {3, make_id()}, sealed),
          open_board(grant, key, {3, Id{}}, sealed),
          open_board(grant, other, place, sealed)}) {
        ASSERT_FALSE(moved);
        EXPECT_EQ(moved.error().code, Code::corrupt);
    }
    // The same key under the name of another file.
    must(store(key));
    sql({"UPDATE board_key SET file = zeroblob(16)"});
    EXPECT_EQ(load().error().code, Code::corrupt);
}

TEST_F(BoardKeyTest, APersonsGrantOpensNothing) {
    const auto all = Categories::all();
    EXPECT_EQ(
        open_board(Authority::grant(make_id(), all), key, place, sealed).error().code,
        Code::forbidden
    );
    const auto without = Authority::grant(Id{}, all.without(engine_category));
    EXPECT_EQ(open_board(without, key, place, sealed).error().code, Code::forbidden);
}

TEST_F(BoardKeyTest, APieceIsAsLargeAsABoxAndNoLarger) {
    const Bytes most(board_piece_max);
    EXPECT_EQ(must(open_board(grant, key, place, seal_board(key, place, most))), most);
    EXPECT_DEATH(seal_board(key, place, Bytes(board_piece_max + 1)), "");
}

TEST_F(BoardKeyTest, IsStoredInPlaceOfTheOneBefore) {
    EXPECT_EQ(load().error().code, Code::not_found);
    must(store(BoardKey::make(make_id())));
    must(store(key));
    EXPECT_TRUE(has(key.file()));
    reopen();
    EXPECT_EQ(must(open_board(grant, must(load()), place, sealed)), bytes("a row"));
    const BoardKey next = BoardKey::make(make_id());
    must(replace(key.file(), next));
    EXPECT_FALSE(has(key.file()));
    EXPECT_EQ(must(load()).file(), next.file());
    // Nobody takes the place of a key that is gone.
    EXPECT_EQ(replace(key.file(), key).error().code, Code::conflict);
    EXPECT_EQ(must(load()).file(), next.file());
    EXPECT_EQ(open_board(grant, must(load()), place, sealed).error().code, Code::corrupt);
}

TEST_F(BoardKeyTest, GoesWithAnyKeyThatIsDestroyed) {
    const Id dossier = office->open_dossier();
    must(store(key));
    must(change([&](store::Session& keys) {
        return destroy_keys(keys, office->keyring(), dossier, Categories().with(5));
    }));
    EXPECT_FALSE(has(key.file()));
    EXPECT_EQ(load().error().code, Code::not_found);
    EXPECT_EQ(replace(key.file(), key).error().code, Code::conflict);
}

TEST_F(BoardKeyTest, IsWrappedAnewByARotation) {
    const Id dossier = office->open_dossier();
    must(store(key));
    const auto done = must(rotate_keys(office->keys(), office->keyring(), 1));
    EXPECT_EQ(done.tables, 2U);
    reopen();
    EXPECT_EQ(office->keyring().epochs(), std::vector<std::uint32_t>{2});
    EXPECT_EQ(must(open_board(grant, must(load()), place, sealed)), bytes("a row"));
    EXPECT_NO_FATAL_FAILURE(office->keys_of(dossier));
}

// The file can be made again; a rotation that never ends cannot be lived with.
TEST_F(BoardKeyTest, OneThatDoesNotOpenIsDestroyedByARotation) {
    must(store(key));
    sql({"UPDATE board_key SET box = x'00'"});
    EXPECT_EQ(load().error().code, Code::corrupt);
    EXPECT_EQ(must(rotate_keys(office->keys(), office->keyring(), 1)).tables, 1U);
    EXPECT_EQ(load().error().code, Code::not_found);
}

TEST_F(BoardKeyTest, OneOfAnotherSizeIsNone) {
    // As nobody but the keyring's owner could store it.
    crypto::Place where;
    where.table = "board_key";
    where.record = key.file();
    const auto wrapped = office->keyring().wrap(where, bytes("too short"));
    must(store(key));
    const store::Query exchange{"UPDATE board_key SET epoch = $1, box = $2"};
    must(change([&](store::Session& keys) { return keys.run(exchange, wrapped.epoch, wrapped.box); }
    ));
    EXPECT_EQ(load().error().code, Code::corrupt);
}

// What a rotation has not wrapped anew keeps the old epoch alive.
TEST_F(BoardKeyTest, ARotationDoesNotEndWithoutIt) {
    must(store(key));
    sql({"CREATE TRIGGER stays BEFORE UPDATE ON board_key BEGIN SELECT RAISE(IGNORE); END"});
    sql({"CREATE TRIGGER stays_too BEFORE INSERT ON board_key BEGIN SELECT RAISE(IGNORE); END"});
    RotationOptions options;
    int steps = 0;
    options.on_step = [&](RotationStep, std::uint64_t) { return ++steps < 5; };
    EXPECT_FALSE(rotate_keys(office->keys(), office->keyring(), 1, options));
    EXPECT_EQ(office->keyring().epochs(), (std::vector<std::uint32_t>{1, 2}));
}

}  // namespace
}  // namespace homeward::journal
