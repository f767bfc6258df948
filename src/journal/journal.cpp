#include "journal/journal.hpp"

#include "journal/rows.hpp"

#include <algorithm>
#include <limits>

namespace homeward::journal {
namespace {

constexpr store::Query insert_dossier{
    "INSERT INTO dossier (id, type, version, entries, head) VALUES ($1, $2, 0, 0, $3)"};
constexpr store::Query select_dossier{
    "SELECT type, version, entries, head FROM dossier WHERE id = $1"};
constexpr store::Query select_last{"SELECT coalesce(max(seq), 0) FROM entry"};
constexpr store::Query select_record{"SELECT version FROM record WHERE dossier = $1 AND id = $2"};
constexpr store::Query insert_entry{
    "INSERT INTO entry (seq, dossier, record, version, sealed, prev, hash) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7)"};
constexpr store::Query put_record{
    "INSERT INTO record (dossier, id, version, seq) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (dossier, id) DO UPDATE SET version = excluded.version, seq = excluded.seq"};
constexpr store::Query update_dossier{
    "UPDATE dossier SET version = $2, entries = $3, head = $4 WHERE id = $1"};
constexpr store::Query select_newest{
    "SELECT " HOMEWARD_ENTRY_COLUMNS
    " FROM record r JOIN entry e ON e.seq = r.seq WHERE r.dossier = $1 ORDER BY r.seq"};
constexpr store::Query select_newest_of{
    "SELECT " HOMEWARD_ENTRY_COLUMNS
    " FROM record r JOIN entry e ON e.seq = r.seq WHERE r.dossier = $1 AND r.id = $2"};
constexpr store::Query select_version_of{
    "SELECT " HOMEWARD_ENTRY_COLUMNS
    " FROM entry e WHERE e.dossier = $1 AND e.record = $2 AND e.version = $3"};
constexpr store::Query select_entry{"SELECT " HOMEWARD_ENTRY_COLUMNS
                                    " FROM entry e WHERE e.seq = $1"};
constexpr store::Query select_after{"SELECT " HOMEWARD_ENTRY_COLUMNS
                                    " FROM entry e WHERE e.seq > $1 ORDER BY e.seq"};
constexpr store::Query history_all{
    "SELECT " HOMEWARD_ENTRY_COLUMNS
    " FROM entry e WHERE e.dossier = $1 AND e.seq < $2 ORDER BY e.seq DESC LIMIT $3"};
constexpr store::Query history_changes{
    "SELECT " HOMEWARD_ENTRY_COLUMNS
    " FROM entry e WHERE e.dossier = $1 AND e.seq < $2 AND e.record IS NOT NULL "
    "ORDER BY e.seq DESC LIMIT $3"};
constexpr store::Query history_remarks{
    "SELECT " HOMEWARD_ENTRY_COLUMNS
    " FROM entry e WHERE e.dossier = $1 AND e.seq < $2 AND e.record IS NULL "
    "ORDER BY e.seq DESC LIMIT $3"};
constexpr store::Query history_record{
    "SELECT " HOMEWARD_ENTRY_COLUMNS
    " FROM entry e WHERE e.dossier = $1 AND e.seq < $2 AND e.record = $4 "
    "ORDER BY e.seq DESC LIMIT $3"};

bool is_type_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

Result<void> check_type(std::string_view type) {
    if (type.empty() || type.size() > dossier_type_size_max)
        return fail(Code::invalid, "a dossier's type has 1 to 64 letters");
    if (!std::all_of(type.begin(), type.end(), is_type_letter))
        return fail(Code::invalid, "a dossier's type has letters a to z, digits, '_' and '-'");
    return {};
}

store::OnRow collect(std::vector<Entry>& entries) {
    return [&entries](const store::Row& row) -> Result<void> {
        entries.push_back(entry_of(row));
        return {};
    };
}

Result<Entry> only(const Result<std::int64_t>& read, std::vector<Entry>& entries) {
    if (!read) return Failure{read.error()};
    if (entries.empty()) return fail(Code::not_found, "there is no such entry");
    return std::move(entries.front());
}

// The version that the record has now, 0 for none.
Result<std::uint64_t> record_version(store::Session& main, const Id& dossier, const Id& record) {
    return main.count(select_record, dossier, record);
}

// All that can refuse an entry, before anything is written.
Result<DossierRow> check_order(
    store::Session& main, const SealedEntry& entry, std::optional<std::uint64_t> expected
) {
    auto dossier = read_row(main, entry.dossier);
    if (!dossier) return dossier;
    if (expected && *expected != dossier->version)
        return fail(Code::conflict, "the dossier was changed meanwhile");
    if (!entry.record) return dossier;
    const auto version = record_version(main, entry.dossier, *entry.record);
    if (!version) return Failure{version.error()};
    if (entry.version != *version + 1)
        return fail(Code::conflict, "the record was changed meanwhile");
    return dossier;
}

}  // namespace

crypto::Hash hash_of(BytesView bytes) {
    const auto hash = crypto::hash_from(bytes);
    return hash ? *hash : crypto::Hash{};
}

Entry entry_of(const store::Row& row, std::size_t first) {
    Entry entry;
    entry.seq = static_cast<Seq>(row.count(first));
    entry.dossier = row.id(first + 1);
    entry.record = row.id_or_null(first + 2);
    entry.version = row.count(first + 3);
    const auto sealed = row.blob(first + 4);
    entry.sealed.assign(sealed.begin(), sealed.end());
    entry.prev = hash_of(row.blob(first + 5));
    entry.hash = hash_of(row.blob(first + 6));
    return entry;
}

Result<void> create_dossier(store::Session& main, const Id& dossier, std::string_view type) {
    if (auto fits = check_type(type); !fits) return fits;
    if (dossier.is_nil()) return fail(Code::invalid, "a dossier's id is not nil");
    const auto done = main.run(insert_dossier, dossier, type, first_hash(dossier, type).bytes);
    if (!done && done.error().code == Code::conflict)
        return fail(Code::conflict, "the dossier exists already");
    if (!done) return Failure{done.error()};
    return {};
}

Result<Appended> append(
    store::Session& main, const SealedEntry& sealed, std::optional<std::uint64_t> expected
) {
    const auto dossier = check_order(main, sealed, expected);
    if (!dossier) return Failure{dossier.error()};
    const auto last = last_seq(main);
    if (!last) return Failure{last.error()};
    Entry entry;
    entry.seq = static_cast<Seq>(number_of(*last) + 1);
    entry.dossier = sealed.dossier;
    entry.record = sealed.record;
    entry.version = sealed.version;
    entry.sealed = sealed.sealed;
    entry.prev = dossier->head;
    entry.hash = hash_entry(entry);
    const auto seq = number_of(entry.seq);
    auto done = main.run(
        insert_entry,
        seq,
        entry.dossier,
        entry.record,
        entry.version,
        entry.sealed,
        entry.prev.bytes,
        entry.hash.bytes
    );
    if (!done) return Failure{done.error()};
    const Appended appended{entry.seq, dossier->version + (entry.record ? 1 : 0)};
    if (entry.record) {
        done = main.run(put_record, entry.dossier, *entry.record, entry.version, seq);
        if (!done) return Failure{done.error()};
    }
    done = main.run(
        update_dossier,
        entry.dossier,
        appended.dossier_version,
        dossier->entries + 1,
        entry.hash.bytes
    );
    if (!done) return Failure{done.error()};
    return appended;
}

Result<DossierRow> read_row(store::Session& main, const Id& dossier) {
    DossierRow found;
    const auto read = main.each(
        select_dossier,
        [&](const store::Row& row) -> Result<void> {
            found = {
                dossier,
                std::string(row.text(0)),
                row.count(1),
                row.count(2),
                hash_of(row.blob(3)),
            };
            return {};
        },
        dossier
    );
    if (!read) return Failure{read.error()};
    if (*read == 0) return fail(Code::not_found, "there is no such dossier");
    return found;
}

Result<StoredDossier> read_dossier(store::Session& main, const Id& dossier) {
    auto row = read_row(main, dossier);
    if (!row) return Failure{row.error()};
    StoredDossier stored{std::move(*row), {}};
    const auto read = main.each(select_newest, collect(stored.records), dossier);
    if (!read) return Failure{read.error()};
    return stored;
}

Result<Entry> read_record(
    store::Session& main, const Id& dossier, const Id& record, std::optional<std::uint64_t> version
) {
    std::vector<Entry> entries;
    const auto read =
        version ? main.each(select_version_of, collect(entries), dossier, record, *version)
                : main.each(select_newest_of, collect(entries), dossier, record);
    return only(read, entries);
}

Result<Entry> read_entry(store::Session& main, Seq seq) {
    std::vector<Entry> entries;
    return only(main.each(select_entry, collect(entries), number_of(seq)), entries);
}

Result<Seq> last_seq(store::Session& main) {
    const auto last = main.count(select_last);
    if (!last) return Failure{last.error()};
    return static_cast<Seq>(*last);
}

Result<std::vector<Entry>> history(store::Session& main, const HistoryQuery& query) {
    if (query.limit == 0 || query.limit > history_page_max)
        return fail(Code::invalid, "a page of history has 1 to 1000 entries");
    const std::uint64_t before =
        query.before == Seq::none
            ? static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())
            : number_of(query.before);
    std::vector<Entry> page;
    const auto rows = collect(page);
    Result<std::int64_t> read = 0;
    if (query.record) {
        read = main.each(history_record, rows, query.dossier, before, query.limit, *query.record);
    } else if (query.kind == HistoryQuery::Kind::changes) {
        read = main.each(history_changes, rows, query.dossier, before, query.limit);
    } else if (query.kind == HistoryQuery::Kind::remarks) {
        read = main.each(history_remarks, rows, query.dossier, before, query.limit);
    } else {
        read = main.each(history_all, rows, query.dossier, before, query.limit);
    }
    if (!read) return Failure{read.error()};
    return page;
}

Result<void> each_entry(store::Session& main, Seq after, const OnEntry& on_entry) {
    const auto read = main.each(
        select_after,
        [&](const store::Row& row) -> Result<void> { return on_entry(entry_of(row)); },
        number_of(after)
    );
    if (!read) return Failure{read.error()};
    return {};
}

}  // namespace homeward::journal
