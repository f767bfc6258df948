#pragma once

#include "journal/rows.hpp"
#include "unit/journal/office.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

/// What somebody with the file and a tool can do, for the verifiers in both languages.
namespace homeward::test {

/// Puts the tripwire back as the schema has it, letter for letter: an altered one would be found.
inline constexpr const char* entry_is_never_changed =
    "CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry\n"
    "BEGIN\n    SELECT RAISE(ABORT, 'an entry is never changed');\nEND";

/// Makes a database what an older version had, before entries had links.
inline std::string without_links() {
    return std::string(
               "DROP TRIGGER entry_is_never_changed; ALTER TABLE entry DROP COLUMN prev_seq; "
               "ALTER TABLE dossier DROP COLUMN last_seq; "
               "CREATE INDEX entry_of_dossier ON entry (dossier, seq); "
               "DROP TABLE gathered; DELETE FROM schema_step WHERE number >= 3; "
           ) +
           entry_is_never_changed;
}

/// Statements over a journal of 200 entries with checkpoints at 101 and 200; each must be found.
inline const std::vector<std::string>& tampering_statements() {
    static const std::vector<std::string> all{
        "UPDATE entry SET version = version + 1 WHERE seq = 50",
        "UPDATE entry SET version = version + 4294967296 WHERE seq = 50",
        "UPDATE entry SET seq = seq + 1000 WHERE seq = 50",
        "UPDATE entry SET seq = seq + 1000 WHERE seq = 200",
        "UPDATE entry SET record = NULL, version = 0 WHERE seq = 50",
        "DELETE FROM entry WHERE seq = 1",
        "DELETE FROM entry WHERE seq = 100",
        "DELETE FROM entry WHERE seq = 200",
        "DELETE FROM entry",
        // Inserted: at the end, as a copy of another.
        "INSERT INTO entry SELECT 201, dossier, record, version, sealed, prev, hash, prev_seq "
        "FROM entry WHERE seq = 100",
        // Exchanged contents and exchanged places.
        "UPDATE entry SET sealed = (SELECT sealed FROM entry e WHERE e.seq = 51) WHERE seq = 50",
        "UPDATE entry SET seq = 100000 WHERE seq = 50; UPDATE entry SET seq = 50 WHERE seq = 52; "
        "UPDATE entry SET seq = 52 WHERE seq = 100000",
        // Rows that point to entries, and entries that point to each other.
        "UPDATE entry SET prev_seq = 0 WHERE seq = 200",
        "UPDATE entry SET prev_seq = prev_seq - 1 WHERE seq = 100",
        "UPDATE entry SET prev_seq = seq WHERE seq = 100",
        "UPDATE entry SET prev_seq = 9223372036854775807 WHERE seq = 100",
        "UPDATE dossier SET last_seq = last_seq - 1 WHERE type = 'child'",
        "UPDATE dossier SET last_seq = 0 WHERE type = 'child'",
        "UPDATE record SET version = version - 1 WHERE seq = (SELECT max(seq) FROM record)",
        "UPDATE record SET seq = seq - 20 WHERE seq = (SELECT max(seq) FROM record)",
        "DELETE FROM record WHERE seq = (SELECT max(seq) FROM record)",
        "INSERT INTO record SELECT dossier, randomblob(16), 1, seq FROM record LIMIT 1",
        "INSERT INTO record SELECT randomblob(16), id, 1, seq FROM record LIMIT 1",
        "UPDATE dossier SET type = 'other' WHERE type = 'child'",
        "UPDATE dossier SET version = version - 1 WHERE type = 'child'",
        "UPDATE dossier SET entries = entries + 1 WHERE type = 'child'",
        "UPDATE dossier SET head = zeroblob(32) WHERE type = 'child'",
        "DELETE FROM dossier WHERE type = 'child'",
        "INSERT INTO projection SELECT id, version + 1, zeroblob(9) FROM dossier",
        "INSERT INTO projection VALUES (randomblob(16), 1, zeroblob(9))",
        "INSERT INTO gathered SELECT 1, dossier, version + 1000, seq, zeroblob(9) FROM record "
        "LIMIT 1",
        "INSERT INTO gathered SELECT 1, randomblob(16), 1, seq, zeroblob(9) FROM record LIMIT 1",
        "INSERT INTO gathered SELECT 1, d.id, d.version, e.seq, zeroblob(9) FROM dossier d "
        "JOIN entry e ON e.dossier != d.id AND d.version > 0 AND e.record IS NOT NULL LIMIT 1",
        // Checkpoints.
        "UPDATE checkpoint SET seq = 199 WHERE seq = 200",
        "UPDATE checkpoint SET tree = zeroblob(40) WHERE seq = 200",
        "UPDATE checkpoint SET note = replace(note, '200', '199') WHERE seq = 200",
        "UPDATE checkpoint SET note = replace(note, 'homeward/', 'homeward/0') WHERE seq = 200",
        "UPDATE checkpoint SET note = note || 'x' WHERE seq = 200",
        "UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE seq = 101) "
        "WHERE seq = 200",
        // The note of the end.
        "UPDATE tail SET note = replace(note, '200', '199')",
        "UPDATE tail SET note = (SELECT note FROM checkpoint WHERE seq = 200)",
        "UPDATE checkpoint SET note = (SELECT note FROM tail) WHERE seq = 200",
        "DELETE FROM tail; DELETE FROM checkpoint WHERE seq = 200",
    };
    return all;
}

/// One column of the table: how to read it for all entries and to set it for one.
struct Column {
    const char* name;
    store::Query read;
    store::Query set;
};

inline const std::vector<Column>& entry_columns() {
    static const std::vector<Column> all{
        {"dossier",
         {"SELECT seq, dossier FROM entry"},
         {"UPDATE entry SET dossier = $2 WHERE seq = $1"}},
        {"record",
         {"SELECT seq, record FROM entry WHERE record IS NOT NULL"},
         {"UPDATE entry SET record = $2 WHERE seq = $1"}},
        {"sealed",
         {"SELECT seq, sealed FROM entry"},
         {"UPDATE entry SET sealed = $2 WHERE seq = $1"}},
        {"prev", {"SELECT seq, prev FROM entry"}, {"UPDATE entry SET prev = $2 WHERE seq = $1"}},
        {"hash", {"SELECT seq, hash FROM entry"}, {"UPDATE entry SET hash = $2 WHERE seq = $1"}},
    };
    return all;
}

/// Makes every hash, link, pointer and count right again, as one could who knows the format and has
/// no key: only the signatures remain.
inline void rechain(store::Session& session) {
    static constexpr store::Query set{
        "UPDATE entry SET prev = $2, hash = $3, prev_seq = $4 WHERE seq = $1"};
    static constexpr store::Query head{
        "UPDATE dossier SET head = $2, last_seq = $3, "
        "entries = (SELECT count(*) FROM entry WHERE dossier = $1), "
        "version = (SELECT count(record) FROM entry WHERE dossier = $1) WHERE id = $1"};
    static constexpr store::Query forget{"DELETE FROM record"};
    static constexpr store::Query records{
        "INSERT INTO record SELECT dossier, record, max(version), max(seq) FROM entry "
        "WHERE record IS NOT NULL GROUP BY dossier, record"};
    must(session.run(forget));
    must(session.run(records));
    std::vector<journal::Entry> entries;
    must(journal::each_entry(
        session,
        journal::Seq::none,
        [&](const journal::Entry& entry) -> Result<void> {
            entries.push_back(entry);
            return {};
        }
    ));
    std::map<Id, journal::Link> lasts;
    for (auto& entry : entries) {
        const auto [last, is_first] = lasts.try_emplace(entry.dossier);
        if (is_first) {
            const auto row = must(journal::read_row(session, entry.dossier));
            last->second.hash = journal::first_hash(row.id, row.type);
        }
        entry.prev = last->second.hash;
        entry.prev_seq = last->second.seq;
        entry.hash = journal::hash_entry(entry);
        last->second = journal::link_to(entry);
        must(session.run(
            set,
            journal::number_of(entry.seq),
            entry.prev.bytes,
            entry.hash.bytes,
            journal::number_of(entry.prev_seq)
        ));
    }
    for (const auto& [dossier, last] : lasts)
        must(session.run(head, dossier, last.hash.bytes, journal::number_of(last.seq)));
}

/// Positions and values of one column.
using Cells = std::vector<std::pair<std::uint64_t, Bytes>>;

inline Cells read_cells(store::Session& session, const Column& column) {
    Cells cells;
    must(session.each(column.read, [&](const store::Row& row) -> Result<void> {
        const auto blob = row.blob(1);
        cells.emplace_back(row.count(0), Bytes(blob.begin(), blob.end()));
        return {};
    }));
    return cells;
}

}  // namespace homeward::test
