#pragma once

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "crypto/keyring.hpp"
#include "crypto/secret.hpp"
#include "journal/grant.hpp"
#include "store/sql.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>

namespace homeward::journal {

/// The key of the one file in which what was worked out of all dossiers is kept between two runs.
/// Whoever destroys a key of a dossier destroys this one too, and the file with it.
class BoardKey {
  public:
    /// A new key, for a new file.
    static BoardKey make(const Id& file) { return {file, crypto::SecretKey::random()}; }

    const Id& file() const { return file_; }

  private:
    friend struct BoardKeyAccess;
    BoardKey(const Id& file, crypto::SecretKey key) : file_(file), key_(std::move(key)) {}
    Id file_;
    crypto::SecretKey key_;
};

/// What one piece of the file holds at most.
inline constexpr std::size_t board_piece_max = crypto::box_plain_max;

/// Where in the file a piece stands: its number, and the random mark of those that belong together.
struct BoardPlace {
    std::uint64_t number = 0;
    Id mark;
};

/// Seals a piece, `plain` of at most board_piece_max bytes.
Bytes seal_board(const BoardKey& key, const BoardPlace& place, BytesView plain);
/// Opens it: Code::corrupt for anything else, in another place or file; Code::forbidden unless the
/// grant is for every dossier and reads D00.
Result<Bytes> open_board(
    const Grant& grant, const BoardKey& key, const BoardPlace& place, BytesView sealed
);

/// Stores the key in the key database, in place of whatever was there: the file of that is noise
/// from then on.
Result<void> store_board_key(store::Session& keys, const crypto::Keyring&, const BoardKey&);
/// The same in place of the key of the file `before` alone: Code::conflict when that is not there
/// any more, as somebody destroyed it.
Result<void>
replace_board_key(store::Session& keys, const crypto::Keyring&, const Id& before, const BoardKey&);
/// Code::not_found without one, Code::corrupt when it cannot be opened.
Result<BoardKey> load_board_key(store::Session& keys, const crypto::Keyring&);
/// Whether the key of that file is still there.
Result<bool> has_board_key(store::Session& keys, const Id& file);
Result<void> destroy_board_key(store::Session& keys);
/// Wraps it anew when an older epoch does; returns whether it did. One that does not open is
/// destroyed: the file can be made again.
Result<bool> rewrap_board_key(store::Session& keys, const crypto::Keyring&);

}  // namespace homeward::journal
