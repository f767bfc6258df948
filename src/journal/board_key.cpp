#include "journal/board_key.hpp"

#include "base/check.hpp"
#include "crypto/box.hpp"

#include <optional>

namespace homeward::journal {

struct BoardKeyAccess {
    static crypto::KeyView key(const BoardKey& key) { return key.key_.view(); }
    static BoardKey with(const Id& file, crypto::KeyView key) {
        return {file, crypto::SecretKey::copy_of(key)};
    }
};

namespace {

constexpr store::Query put_key{
    "INSERT INTO board_key (id, file, epoch, box) VALUES (1, $1, $2, $3) "
    "ON CONFLICT (id) DO UPDATE SET file = excluded.file, epoch = excluded.epoch, "
    "box = excluded.box"};
constexpr store::Query replace_key{
    "UPDATE board_key SET file = $2, epoch = $3, box = $4 WHERE file = $1"};
constexpr store::Query select_key{"SELECT file, epoch, box FROM board_key"};
constexpr store::Query count_key{"SELECT count(*) FROM board_key WHERE file = $1"};
constexpr store::Query delete_key{"DELETE FROM board_key"};

struct Stored {
    Id file;
    crypto::Wrapped wrapped;
};

crypto::Place place_of_key(const Id& file) {
    crypto::Place place;
    place.table = "board_key";
    place.record = file;
    return place;
}

crypto::Place place_of_piece(const Id& file, const BoardPlace& piece) {
    crypto::Place place;
    place.table = "board";
    place.record = file;
    place.version = piece.number;
    place.mark = piece.mark;
    return place;
}

Result<std::optional<Stored>> read_stored(store::Session& keys) {
    std::optional<Stored> stored;
    const auto read = keys.each(select_key, [&](const store::Row& row) -> Result<void> {
        const auto box = row.blob(2);
        stored = {
            row.id(0), {static_cast<std::uint32_t>(row.count(1)), Bytes(box.begin(), box.end())}};
        return {};
    });
    if (!read) return Failure{read.error()};
    return stored;
}

Result<BoardKey> unwrap(const crypto::Keyring& keyring, const Stored& stored) {
    auto plain = keyring.unwrap(place_of_key(stored.file), stored.wrapped);
    if (!plain) return Failure{plain.error()};
    if (plain->size() != crypto::key_size) {
        crypto::wipe(*plain);
        return fail(Code::corrupt, "the board's key has another form");
    }
    auto key = BoardKeyAccess::with(stored.file, BytesView(*plain).first<crypto::key_size>());
    crypto::wipe(*plain);
    return key;
}

}  // namespace

Bytes seal_board(const BoardKey& key, const BoardPlace& place, BytesView plain) {
    check(plain.size() <= board_piece_max, "a piece of the board has at most board_piece_max");
    return crypto::seal(BoardKeyAccess::key(key), place_of_piece(key.file(), place), plain);
}

Result<Bytes> open_board(
    const Grant& grant, const BoardKey& key, const BoardPlace& place, BytesView sealed
) {
    if (!grant.dossier().is_nil() || !grant.may_read(engine_category))
        return fail(Code::forbidden, "the grant does not show the board");
    return crypto::open(BoardKeyAccess::key(key), place_of_piece(key.file(), place), sealed);
}

Result<void> store_board_key(
    store::Session& keys, const crypto::Keyring& keyring, const BoardKey& key
) {
    const auto wrapped = keyring.wrap(place_of_key(key.file()), BoardKeyAccess::key(key));
    const auto done = keys.run(put_key, key.file(), wrapped.epoch, wrapped.box);
    if (!done) return Failure{done.error()};
    return {};
}

Result<void> replace_board_key(
    store::Session& keys, const crypto::Keyring& keyring, const Id& before, const BoardKey& key
) {
    const auto wrapped = keyring.wrap(place_of_key(key.file()), BoardKeyAccess::key(key));
    const auto done = keys.run(replace_key, before, key.file(), wrapped.epoch, wrapped.box);
    if (!done) return Failure{done.error()};
    if (*done != 1) return fail(Code::conflict, "the board's key was destroyed");
    return {};
}

Result<BoardKey> load_board_key(store::Session& keys, const crypto::Keyring& keyring) {
    const auto stored = read_stored(keys);
    if (!stored) return Failure{stored.error()};
    if (!*stored) return fail(Code::not_found, "no board is kept");
    return unwrap(keyring, **stored);
}

Result<bool> has_board_key(store::Session& keys, const Id& file) {
    const auto found = keys.count(count_key, file);
    if (!found) return Failure{found.error()};
    return *found == 1;
}

Result<void> destroy_board_key(store::Session& keys) {
    const auto done = keys.run(delete_key);
    if (!done) return Failure{done.error()};
    return {};
}

Result<bool> rewrap_board_key(store::Session& keys, const crypto::Keyring& keyring) {
    const auto stored = read_stored(keys);
    if (!stored) return Failure{stored.error()};
    if (!*stored || (*stored)->wrapped.epoch == keyring.epoch()) return false;
    const auto key = unwrap(keyring, **stored);
    const auto done = key ? store_board_key(keys, keyring, *key) : destroy_board_key(keys);
    if (!done) return Failure{done.error()};
    return true;
}

}  // namespace homeward::journal
