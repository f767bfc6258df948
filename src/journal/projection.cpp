#include "journal/projection.hpp"

#include "crypto/box.hpp"
#include "journal/key_access.hpp"

namespace homeward::journal {
namespace {

constexpr store::Query put_projection{
    "INSERT INTO projection (dossier, version, sealed) "
    "SELECT id, $2, $3 FROM dossier WHERE id = $1 AND version = $2 "
    "ON CONFLICT (dossier) DO UPDATE SET version = excluded.version, sealed = excluded.sealed"};
constexpr store::Query select_projection{
    "SELECT d.id, d.type, d.version, p.version, p.sealed FROM dossier d "
    "LEFT JOIN projection p ON p.dossier = d.id WHERE d.id = $1"};
constexpr store::Query select_slice{
    "SELECT d.id, d.type, d.version, p.version, p.sealed FROM dossier d "
    "LEFT JOIN projection p ON p.dossier = d.id WHERE d.id BETWEEN $1 AND $2 ORDER BY d.id"};
constexpr store::Query count_slice{"SELECT count(*) FROM dossier WHERE id BETWEEN $1 AND $2"};

Id first_of(const Slice& slice) {
    Id id;
    id.bytes.front() = std::byte{slice.first};
    return id;
}
Id last_of(const Slice& slice) {
    Id id;
    id.bytes.fill(std::byte{0xff});
    id.bytes.front() = std::byte{slice.last};
    return id;
}

// What was judged before a category was destroyed still tells of it, and opens no more.
crypto::Place place_of(const DossierKeys& keys, std::uint64_t version) {
    crypto::Place place;
    place.table = "projection";
    place.dossier = keys.dossier();
    place.version = version;
    place.part = keys.destroyed().bits();
    return place;
}

Result<void> check_grant(const Grant& grant, const Id& dossier) {
    if (!grant.covers(dossier) || !grant.may_read(engine_category))
        return fail(Code::forbidden, "the grant does not show projections");
    return {};
}

// A row of the two queries above. A projection can always be made anew, so one that is damaged is
// stale, not a reason to stop.
Projection open_row(const DossierKeys& keys, const store::Row& row) {
    Projection projection{keys.dossier(), 0, {}, true};
    if (row.is_null(3)) return projection;
    projection.version = row.count(3);
    auto plain = crypto::open(
        KeyAccess::key(keys, engine_category), place_of(keys, projection.version), row.blob(4)
    );
    if (!plain) return projection;
    projection.plain = std::move(*plain);
    projection.stale = projection.version != row.count(2);
    return projection;
}

}  // namespace

Result<Bytes> seal_projection(
    const DossierKeys& keys, std::uint64_t dossier_version, BytesView plain
) {
    if (plain.size() > projection_size_max)
        return fail(Code::too_large, "a projection has at most 1 MiB");
    if (keys.destroyed().has(engine_category))
        return fail(Code::forbidden, "the dossier was erased");
    return crypto::seal(
        KeyAccess::key(keys, engine_category), place_of(keys, dossier_version), plain
    );
}

Result<void> store_projection(
    store::Session& main, const Id& dossier, std::uint64_t dossier_version, BytesView sealed
) {
    const auto done = main.run(put_projection, dossier, dossier_version, sealed);
    if (!done) return Failure{done.error()};
    if (*done != 1) return fail(Code::conflict, "the dossier was changed meanwhile");
    return {};
}

Result<Projection> read_projection(
    const Grant& grant, store::Session& main, const DossierKeys& keys
) {
    if (auto allowed = check_grant(grant, keys.dossier()); !allowed)
        return Failure{allowed.error()};
    if (keys.destroyed().has(engine_category))
        return fail(Code::not_found, "the dossier was erased");
    Result<Projection> found = fail(Code::not_found, "there is no such dossier");
    const auto read = main.each(
        select_projection,
        [&](const store::Row& row) -> Result<void> {
            found = open_row(keys, row);
            return {};
        },
        keys.dossier()
    );
    if (!read) return Failure{read.error()};
    return found;
}

Result<std::uint64_t> count_dossiers(store::Session& main, const Slice& slice) {
    return main.count(count_slice, first_of(slice), last_of(slice));
}

Result<void> each_projection(
    const Grant& grant,
    store::Session& main,
    store::Session& keys,
    const crypto::Keyring& keyring,
    const Slice& slice,
    const OnProjection& on_projection
) {
    const auto see = [&](const store::Row& row) -> Result<void> {
        const Id dossier = row.id(0);
        if (auto allowed = check_grant(grant, dossier); !allowed) return allowed;
        const auto table = load_keys(keys, keyring, dossier);
        if (!table) return Failure{table.error()};
        if (table->destroyed().has(engine_category)) return {};
        return on_projection(row.text(1), open_row(*table, row));
    };
    const auto read = main.each(select_slice, see, first_of(slice), last_of(slice));
    if (!read) return Failure{read.error()};
    return {};
}

}  // namespace homeward::journal
