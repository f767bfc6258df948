#include "journal/gathered.hpp"

#include "base/check.hpp"
#include "crypto/box.hpp"
#include "journal/key_access.hpp"
#include "journal/rows.hpp"

#include <algorithm>

namespace homeward::journal {
namespace {

constexpr store::Query select_end{
    "SELECT d.version, e.seq, e.hash FROM dossier d JOIN entry e "
    "ON e.seq = (SELECT max(r.seq) FROM record r WHERE r.dossier = d.id) WHERE d.id = $1"};
constexpr store::Query put_gathered{
    "INSERT INTO gathered (place, dossier, version, seq, sealed) "
    "SELECT $5, id, $2, $3, $4 FROM dossier WHERE id = $1 AND version = $2 "
    "ON CONFLICT (place) DO UPDATE SET dossier = excluded.dossier, version = excluded.version, "
    "seq = excluded.seq, sealed = excluded.sealed"};
constexpr store::Query select_gathered{
    "SELECT d.type, d.version, g.version, g.seq, g.sealed, e.hash FROM dossier d "
    "LEFT JOIN gathered g ON g.place = $2 AND g.dossier = d.id "
    "LEFT JOIN entry e ON e.seq = g.seq WHERE d.id = $1"};

constexpr store::Query select_dossiers{"SELECT dossier FROM gathered ORDER BY place"};

// The row in which it stands.
std::uint64_t row_of(const Id& dossier) {
    const auto row = Reader(dossier.bytes).u64();
    check(row.has_value(), "an id has 16 bytes");
    return *row;
}

// The entry's hash binds it to one history: the same version of another one has another hash.
crypto::Place place_of(const DossierKeys& keys, const RecordsEnd& end) {
    crypto::Place place;
    place.table = "gathered";
    place.dossier = keys.dossier();
    place.version = end.version;
    place.part = keys.destroyed().bits();
    const auto half = end.hash.bytes.begin() + place.record.bytes.size();
    std::copy(end.hash.bytes.begin(), half, place.record.bytes.begin());
    std::copy(half, end.hash.bytes.end(), place.mark.bytes.begin());
    return place;
}

std::optional<Bytes> open_row(const DossierKeys& keys, const store::Row& row) {
    // Whoever knows that all keys are zeros could make that of all.
    if (keys.destroyed().has(engine_category)) return std::nullopt;
    if (row.is_null(2) || row.is_null(5) || row.count(2) != row.count(1)) return std::nullopt;
    const RecordsEnd end{row.count(2), static_cast<Seq>(row.count(3)), hash_of(row.blob(5))};
    const auto key = KeyAccess::key_of_all(keys);
    auto plain = crypto::open(key.view(), place_of(keys, end), row.blob(4));
    if (!plain) return std::nullopt;
    return std::move(*plain);
}

}  // namespace

Result<RecordsEnd> read_records_end(store::Session& main, const Id& dossier) {
    Result<RecordsEnd> found = fail(Code::not_found, "the dossier has no records");
    const auto read = main.each(
        select_end,
        [&](const store::Row& row) -> Result<void> {
            found = RecordsEnd{row.count(0), static_cast<Seq>(row.count(1)), hash_of(row.blob(2))};
            return {};
        },
        dossier
    );
    if (!read) return Failure{read.error()};
    return found;
}

Result<Bytes> seal_gathered(const DossierKeys& keys, const RecordsEnd& end, BytesView plain) {
    if (plain.size() > gathered_size_max)
        return fail(Code::too_large, "at most 4 MiB of a dossier are gathered");
    if (keys.destroyed().has(engine_category))
        return fail(Code::forbidden, "the dossier was erased");
    return crypto::seal(KeyAccess::key_of_all(keys).view(), place_of(keys, end), plain);
}

Result<void> store_gathered(
    store::Session& main, const Id& dossier, const RecordsEnd& end, BytesView sealed
) {
    const auto done =
        main.run(put_gathered, dossier, end.version, number_of(end.seq), sealed, row_of(dossier));
    if (!done) return Failure{done.error()};
    if (*done != 1) return fail(Code::conflict, "the dossier was changed meanwhile");
    return {};
}

Result<Gathered> read_gathered(const Grant& grant, store::Session& main, const DossierKeys& keys) {
    if (!grant.covers(keys.dossier()) || !(grant.readable() == Categories::all()))
        return fail(Code::forbidden, "the grant does not show everything");
    Result<Gathered> found = fail(Code::not_found, "there is no such dossier");
    const auto read = main.each(
        select_gathered,
        [&](const store::Row& row) -> Result<void> {
            found = Gathered{std::string(row.text(0)), row.count(1), open_row(keys, row)};
            return {};
        },
        keys.dossier(),
        row_of(keys.dossier())
    );
    if (!read) return Failure{read.error()};
    return found;
}

Result<void> each_gathered(
    store::Session& main, const std::function<Result<void>(const Id& dossier)>& see
) {
    const auto read =
        main.each(select_dossiers, [&](const store::Row& row) { return see(row.id(0)); });
    if (!read) return Failure{read.error()};
    return {};
}

}  // namespace homeward::journal
