#include "store/sqlite/schema.hpp"

#include <map>

namespace homeward::store::sqlite {
namespace {

constexpr Query make_list{
    "CREATE TABLE IF NOT EXISTS schema_step (number INTEGER PRIMARY KEY, name TEXT NOT NULL, "
    "digest TEXT NOT NULL) STRICT"};
constexpr Query read_list{"SELECT number, name, digest FROM schema_step ORDER BY number"};
constexpr Query add_to_list{"INSERT INTO schema_step (number, name, digest) VALUES ($1, $2, $3)"};
constexpr Query read_tables{
    "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_master ORDER BY type, name"};

struct Applied {
    std::string name;
    std::string digest;
};

Result<std::map<std::int64_t, Applied>> read_applied(FileConnection& connection) {
    std::map<std::int64_t, Applied> applied;
    const auto done = connection.each(read_list, [&](const Row& row) -> Result<void> {
        applied[row.integer(0)] = {std::string(row.text(1)), std::string(row.text(2))};
        return {};
    });
    if (!done) return Failure{done.error()};
    return applied;
}

Result<void> apply_missing(FileConnection& writer, Schema schema) {
    if (auto done = writer.run(make_list); !done) return Failure{done.error()};
    auto applied = read_applied(writer);
    if (!applied) return Failure{applied.error()};
    for (const auto& step : schema_steps()) {
        if (step.schema != schema) continue;
        const auto found = applied->find(step.number);
        if (found != applied->end()) {
            if (found->second.digest != step.digest)
                return fail(
                    Code::corrupt, "the store was made with another " + std::string(step.name)
                );
            applied->erase(found);
            continue;
        }
        if (auto done = writer.run_script(step.text); !done) return done;
        const auto listed = writer.run(add_to_list, step.number, step.name, step.digest);
        if (!listed) return Failure{listed.error()};
    }
    if (!applied->empty()) return fail(Code::invalid, "a newer version made this store");
    return {};
}

// Whether a program without our newest steps made it.
Result<bool> is_older(FileConnection& connection, Schema schema) {
    auto applied = read_applied(connection);
    if (!applied) return Failure{applied.error()};
    bool lacks = false;
    for (const auto& step : schema_steps()) {
        if (step.schema != schema) continue;
        const auto found = applied->find(step.number);
        if (found == applied->end()) {
            lacks = true;
        } else if (lacks || found->second.digest != step.digest) {
            return false;
        }
    }
    return lacks;
}

Result<std::map<std::string, std::string>> list_tables(FileConnection& connection) {
    std::map<std::string, std::string> tables;
    const auto done = connection.each(read_tables, [&](const Row& row) -> Result<void> {
        // The engine's own statistics come and go.
        if (row.text(0).find(" sqlite_stat") == std::string_view::npos)
            tables[std::string(row.text(0))] = row.text(1);
        return {};
    });
    if (!done) return Failure{done.error()};
    return tables;
}

}  // namespace

Result<void> migrate(FileConnection& writer, Schema schema) {
    if (auto begun = writer.begin(Connection::Begin::writing); !begun) return begun;
    auto done = apply_missing(writer, schema);
    if (done) done = writer.commit();
    if (!done) {
        writer.rollback();
        return done;
    }
    const auto differences = compare_schema(writer, schema);
    if (!differences) return Failure{differences.error()};
    if (!differences->empty()) return fail(Code::corrupt, differences->front());
    return {};
}

Result<std::vector<std::string>> compare_schema(FileConnection& connection, Schema schema) {
    // What the tables should be is asked of the engine itself, in memory.
    auto model = FileConnection::open(":memory:", FileConnection::Mode::reading);
    if (!model) return Failure{model.error()};
    if (auto done = (*model)->run_script("PRAGMA query_only = OFF"); !done)
        return Failure{done.error()};
    if (auto done = apply_missing(**model, schema); !done) return Failure{done.error()};
    auto expected = list_tables(**model);
    if (!expected) return Failure{expected.error()};
    const auto found = list_tables(connection);
    if (!found) return Failure{found.error()};
    if (found->contains("table schema_step")) {
        const auto older = is_older(connection, schema);
        if (!older) return Failure{older.error()};
        if (*older) return fail(Code::invalid, "an older version of this program made the store");
    }
    std::vector<std::string> lines;
    for (const auto& [name, text] : *found) {
        const auto model_of = expected->find(name);
        if (model_of == expected->end()) {
            lines.push_back("the store has an added " + name);
        } else if (model_of->second != text) {
            lines.push_back("the store has an altered " + name);
        }
        if (model_of != expected->end()) expected->erase(model_of);
    }
    for (const auto& missing : *expected) lines.push_back("the store lacks " + missing.first);
    return lines;
}

}  // namespace homeward::store::sqlite
