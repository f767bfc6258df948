#include "journal/keys.hpp"

#include "base/check.hpp"
#include "journal/board_key.hpp"
#include "journal/key_access.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace homeward::journal {
namespace {

constexpr std::uint8_t table_format = 1;
constexpr std::size_t table_size = 1 + 4 + category_count * crypto::key_size;

constexpr store::Query insert_key{
    "INSERT INTO dossier_key (dossier, epoch, box) VALUES ($1, $2, $3)"};
constexpr store::Query select_key{"SELECT epoch, box FROM dossier_key WHERE dossier = $1"};
constexpr store::Query update_key{"UPDATE dossier_key SET epoch = $2, box = $3 WHERE dossier = $1"};
constexpr store::Query select_old{
    "SELECT dossier, epoch, box FROM dossier_key WHERE epoch < $1 ORDER BY epoch LIMIT $2"};

crypto::Place place_of(const Id& dossier) {
    crypto::Place place;
    place.table = "dossier_key";
    place.dossier = dossier;
    return place;
}

Result<void> update(
    store::Session& keys, const crypto::Keyring& keyring, const DossierKeys& table
) {
    const auto wrapped = table.wrap(keyring);
    const auto done = keys.run(update_key, table.dossier(), wrapped.epoch, wrapped.box);
    if (!done) return Failure{done.error()};
    if (*done != 1) return fail(Code::not_found, "the dossier has no keys");
    return {};
}

}  // namespace

void KeyAccess::destroy(DossierKeys& keys, Categories categories) {
    for (Category i = 0; i < category_count; ++i) {
        if (!categories.has(i)) continue;
        keys.destroyed_ = keys.destroyed_.with(i);
        crypto::wipe(keys.table_.span().subspan(i * crypto::key_size, crypto::key_size));
    }
}

crypto::DataKey KeyAccess::key_of_all(const DossierKeys& keys) {
    crypto::Hash made = crypto::Hasher(key(keys, engine_category))
                            .add(bytes_of("homeward.gathered.v1"))
                            .add(keys.table_.view())
                            .finish();
    crypto::DataKey whole;
    std::copy(made.bytes.begin(), made.bytes.end(), whole.span().begin());
    crypto::wipe(made.bytes);
    return whole;
}

DossierKeys DossierKeys::make(const Id& dossier) {
    DossierKeys keys(dossier);
    crypto::random_bytes(keys.table_.span());
    return keys;
}

crypto::Wrapped DossierKeys::wrap(const crypto::Keyring& keyring) const {
    Bytes plain;
    // Reserved first: growing would leave copies of keys behind.
    plain.reserve(table_size);
    Writer writer(plain);
    writer.u8(table_format);
    writer.u32(destroyed_.bits());
    writer.raw(table_.view());
    auto wrapped = keyring.wrap(place_of(dossier_), plain);
    crypto::wipe(plain);
    return wrapped;
}

Result<DossierKeys> DossierKeys::unwrap(
    const crypto::Keyring& keyring, const Id& dossier, const crypto::Wrapped& wrapped
) {
    auto plain = keyring.unwrap(place_of(dossier), wrapped);
    if (!plain) return Failure{plain.error()};
    if (plain->size() != table_size || (*plain)[0] != std::byte{table_format}) {
        crypto::wipe(*plain);
        return fail(Code::corrupt, "the dossier's keys have another form");
    }
    DossierKeys keys(dossier);
    Reader reader(BytesView(*plain).subspan(1));
    const auto destroyed = reader.u32();
    check(destroyed.has_value(), "a table of its size says what was destroyed");
    keys.destroyed_ = Categories::from_bits(*destroyed);
    const auto table = BytesView(*plain).subspan(5);
    std::copy(table.begin(), table.end(), keys.table_.span().begin());
    crypto::wipe(*plain);
    return keys;
}

Result<void> store_keys(
    store::Session& keys, const crypto::Keyring& keyring, const DossierKeys& table
) {
    const auto wrapped = table.wrap(keyring);
    const auto done = keys.run(insert_key, table.dossier(), wrapped.epoch, wrapped.box);
    if (!done && done.error().code == Code::conflict)
        return fail(Code::conflict, "the dossier has keys already");
    if (!done) return Failure{done.error()};
    return {};
}

Result<DossierKeys> load_keys(
    store::Session& keys, const crypto::Keyring& keyring, const Id& dossier
) {
    std::optional<crypto::Wrapped> wrapped;
    const auto read = keys.each(
        select_key,
        [&](const store::Row& row) -> Result<void> {
            const auto box = row.blob(1);
            wrapped = {static_cast<std::uint32_t>(row.count(0)), Bytes(box.begin(), box.end())};
            return {};
        },
        dossier
    );
    if (!read) return Failure{read.error()};
    if (!wrapped) return fail(Code::not_found, "the dossier has no keys");
    return DossierKeys::unwrap(keyring, dossier, *wrapped);
}

Result<void> destroy_keys(
    store::Session& keys, const crypto::Keyring& keyring, const Id& dossier, Categories categories
) {
    auto table = load_keys(keys, keyring, dossier);
    if (!table) return Failure{table.error()};
    KeyAccess::destroy(*table, categories);
    if (auto done = update(keys, keyring, *table); !done) return done;
    return destroy_board_key(keys);
}

Result<std::size_t> rewrap_keys(
    store::Session& keys, const crypto::Keyring& keyring, std::size_t limit
) {
    std::vector<std::pair<Id, crypto::Wrapped>> old;
    const auto read = keys.each(
        select_old,
        [&](const store::Row& row) -> Result<void> {
            const auto box = row.blob(2);
            old.emplace_back(
                row.id(0),
                crypto::Wrapped{
                    static_cast<std::uint32_t>(row.count(1)), Bytes(box.begin(), box.end())}
            );
            return {};
        },
        keyring.epoch(),
        limit
    );
    if (!read) return Failure{read.error()};
    const auto board = rewrap_board_key(keys, keyring);
    if (!board) return Failure{board.error()};
    for (const auto& [dossier, wrapped] : old) {
        const auto table = DossierKeys::unwrap(keyring, dossier, wrapped);
        if (!table) return Failure{table.error()};
        if (auto done = update(keys, keyring, *table); !done) return Failure{done.error()};
    }
    return old.size() + (*board ? 1 : 0);
}

}  // namespace homeward::journal
