#include "journal/journal.hpp"

#include "journal/rows.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace homeward::journal {
namespace {

constexpr store::Query insert_dossier{
    "INSERT INTO dossier (id, type, version, entries, head, last_seq) VALUES ($1, $2, 0, 0, $3, "
    "0)"};
constexpr store::Query select_dossier{
    "SELECT type, version, entries, head, last_seq FROM dossier WHERE id = $1"};
constexpr store::Query select_last{"SELECT coalesce(max(seq), 0) FROM entry"};
constexpr store::Query select_record{"SELECT version FROM record WHERE dossier = $1 AND id = $2"};
constexpr store::Query insert_entry{
    "INSERT INTO entry (seq, dossier, record, version, sealed, prev, hash, prev_seq) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};
constexpr store::Query put_record{
    "INSERT INTO record (dossier, id, version, seq) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (dossier, id) DO UPDATE SET version = excluded.version, seq = excluded.seq"};
constexpr store::Query update_dossier{
    "UPDATE dossier SET version = $2, entries = $3, head = $4, last_seq = $5 WHERE id = $1"};
constexpr store::Query select_newest{
    "SELECT " HOMEWARD_ENTRY_COLUMNS
    " FROM record r JOIN entry e ON e.seq = r.seq WHERE r.dossier = $1 ORDER BY r.seq"};
constexpr store::Query select_newest_of{
    "SELECT " HOMEWARD_ENTRY_COLUMNS
    " FROM record r JOIN entry e ON e.seq = r.seq WHERE r.dossier = $1 AND r.id = $2"};
constexpr store::Query select_entry{"SELECT " HOMEWARD_ENTRY_COLUMNS
                                    " FROM entry e WHERE e.seq = $1"};
constexpr store::Query select_after{"SELECT " HOMEWARD_ENTRY_COLUMNS
                                    " FROM entry e WHERE e.seq > $1 ORDER BY e.seq"};
constexpr store::Query select_written{
    "SELECT DISTINCT dossier FROM entry WHERE seq > $1 AND record IS NOT NULL"};

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

Failure no_such_entry() { return fail(Code::not_found, "there is no such entry"); }

Result<Entry> only(const Result<std::int64_t>& read, std::vector<Entry>& entries) {
    if (!read) return Failure{read.error()};
    if (entries.empty()) return no_such_entry();
    return std::move(entries.front());
}

/// Whether to go on to the entry before this one.
using OnStep = std::function<bool(Entry&&)>;

// Goes along a dossier's entries, newest first. Each must be the one that the link to it names, by
// its hash: nobody can lead past an entry by changing what stands in one.
Result<void> walk_back(
    store::Session& main, const Id& dossier, const Link& from, const OnStep& on_step
) {
    Link at = from;
    while (at.seq != Seq::none) {
        auto entry = read_entry(main, at.seq);
        if (!entry && entry.error().code == Code::not_found)
            return fail(Code::corrupt, "an entry that is pointed to is missing");
        if (!entry) return Failure{entry.error()};
        if (entry->dossier != dossier || entry->prev_seq >= at.seq || hash_entry(*entry) != at.hash)
            return fail(Code::corrupt, "an entry is not the one that is pointed to");
        at = link_before(*entry);
        if (!on_step(std::move(*entry))) return {};
    }
    const auto row = read_row(main, dossier);
    if (!row) return Failure{row.error()};
    if (at.hash != first_hash(dossier, row->type))
        return fail(Code::corrupt, "an entry is not its dossier's first");
    return {};
}

bool is_wanted(const HistoryQuery& query, const std::optional<Id>& record) {
    if (query.record) return record == query.record;
    if (query.kind == HistoryQuery::Kind::changes) return record.has_value();
    if (query.kind == HistoryQuery::Kind::remarks) return !record;
    return true;
}

/// Gathers a page while a dossier's entries go by, newest first.
class Gathering {
  public:
    explicit Gathering(const HistoryQuery& query) : query_(query) {}

    /// Whether it needs more.
    bool take(Entry&& entry) {
        const bool is_past = query_.before == Seq::none || entry.seq < query_.before;
        if (!is_past) return true;
        ++steps_;
        last_ = entry.seq;
        if (entry.record) find_before(entry);
        if (!is_full() && is_wanted(query_, entry.record)) add(std::move(entry));
        const bool more = !is_full() || !awaited_.empty();
        // Without its first change a page would lead nowhere.
        ended_ = !more || (steps_ >= query_.steps_max && !awaits(0));
        return !ended_;
    }

    Result<HistoryPage> finish() && {
        if (!ended_ && !awaited_.empty())
            return fail(Code::corrupt, "a version of the record is missing");
        // The rest is for the next page, which finds it nearer.
        for (const auto& [version, index] : awaited_)
            page_.items.resize(std::min(page_.items.size(), index));
        if (!awaited_.empty() || is_full())
            page_.next = page_.items.back().entry.seq;
        else if (ended_)
            page_.next = last_;
        return std::move(page_);
    }

  private:
    using Version = std::pair<Id, std::uint64_t>;

    bool is_full() const {
        return page_.items.size() >= query_.limit || bytes_ >= query_.bytes_max;
    }
    bool awaits(std::size_t index) const {
        return std::any_of(awaited_.begin(), awaited_.end(), [&](const auto& one) {
            return one.second == index;
        });
    }
    void find_before(const Entry& entry) {
        const auto known = awaited_.find(Version{*entry.record, entry.version});
        if (known == awaited_.end()) return;
        bytes_ += entry.sealed.size();
        page_.items[known->second].before = entry;
        awaited_.erase(known);
    }
    void add(Entry&& entry) {
        bytes_ += entry.sealed.size();
        if (query_.with_versions_before && entry.record && entry.version > 1)
            awaited_.emplace(Version{*entry.record, entry.version - 1}, page_.items.size());
        page_.items.push_back({std::move(entry), std::nullopt});
    }

    const HistoryQuery& query_;
    HistoryPage page_;
    std::map<Version, std::size_t> awaited_;  ///< which item it comes before
    std::size_t steps_ = 0;
    std::size_t bytes_ = 0;
    Seq last_ = Seq::none;
    bool ended_ = false;
};

// Where the way to a page begins: at the last entry of the page before, which is looked at once
// more since its link leads on, or else at the dossier's newest.
Result<Link> beginning_of(store::Session& main, const HistoryQuery& query) {
    if (query.before != Seq::none) {
        const auto last = read_entry(main, query.before);
        if (last && last->dossier == query.dossier) return link_to(*last);
        if (!last && last.error().code != Code::not_found) return Failure{last.error()};
    }
    const auto row = read_row(main, query.dossier);
    if (!row) return Failure{row.error()};
    return Link{row->last, row->head};
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
    entry.prev_seq = static_cast<Seq>(row.count(first + 7));
    return entry;
}

Link link_before(const Entry& entry) { return {entry.prev_seq, entry.prev}; }

Link link_to(const Entry& entry) { return {entry.seq, entry.hash}; }

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
    entry.prev_seq = dossier->last;
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
        entry.hash.bytes,
        number_of(entry.prev_seq)
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
        entry.hash.bytes,
        seq
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
                static_cast<Seq>(row.count(4)),
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
    auto newest = only(main.each(select_newest_of, collect(entries), dossier, record), entries);
    if (!newest || !version || newest->version == *version) return newest;
    auto found = read_versions(main, dossier, record, *version, *version);
    if (!found) return Failure{found.error()};
    return std::move(found->front());
}

Result<std::vector<Entry>> read_versions(
    store::Session& main,
    const Id& dossier,
    const Id& record,
    std::uint64_t first,
    std::uint64_t last
) {
    const auto newest = read_record(main, dossier, record);
    if (!newest) return Failure{newest.error()};
    if (first == 0 || first > last || last > newest->version) return no_such_entry();
    std::vector<Entry> found;
    const auto walked = walk_back(main, dossier, link_to(*newest), [&](Entry&& entry) {
        if (entry.record == record && entry.version <= last) found.push_back(std::move(entry));
        return found.empty() || found.back().version > first;
    });
    if (!walked) return Failure{walked.error()};
    std::reverse(found.begin(), found.end());
    for (std::uint64_t i = 0; i <= last - first; ++i) {
        if (i >= found.size() || found[i].version != first + i)
            return fail(Code::corrupt, "a version of the record is missing");
    }
    return found;
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

Result<HistoryPage> history(store::Session& main, const HistoryQuery& query) {
    if (query.limit == 0 || query.limit > history_page_max)
        return fail(Code::invalid, "a page of history has 1 to 1000 entries");
    const auto beginning = beginning_of(main, query);
    if (!beginning) return Failure{beginning.error()};
    Gathering page(query);
    const auto walked = walk_back(main, query.dossier, *beginning, [&](Entry&& entry) {
        return page.take(std::move(entry));
    });
    if (!walked) return Failure{walked.error()};
    return std::move(page).finish();
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

Result<std::vector<Id>> written_after(store::Session& main, Seq after) {
    std::vector<Id> dossiers;
    const auto read = main.each(
        select_written,
        [&](const store::Row& row) -> Result<void> {
            dossiers.push_back(row.id(0));
            return {};
        },
        number_of(after)
    );
    if (!read) return Failure{read.error()};
    return dossiers;
}

}  // namespace homeward::journal
