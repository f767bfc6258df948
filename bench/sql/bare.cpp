// The bare program that the service's writes are measured against: does the recorded statements
// (bench/sql/recorder.cpp) to a copy of the database through the engine's C interface, in the same
// groups, with the same settings, and nothing else.
//   bare DATABASE STATEMENTS PART PARTS      prints {"groups": n, "seconds": s}
// Part 1 of 5 is the first fifth of the groups; parts must be done in order.
#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

[[noreturn]] void give_up(const char* what) {
    std::fprintf(stderr, "bare: %s\n", what);
    std::exit(1);
}

struct Value {
    int type = SQLITE_NULL;
    std::string_view bytes;
};

struct Execution {
    std::uint32_t statement = 0;
    std::vector<Value> values;
};

using Group = std::vector<Execution>;

struct Recording {
    std::string bytes;
    std::vector<std::string> texts;
    std::vector<Group> groups;
};

class Reader {
  public:
    explicit Reader(std::string_view rest) : rest_(rest) {}
    bool done() const { return rest_.empty(); }
    std::string_view take(std::size_t size) {
        if (rest_.size() < size) give_up("the recording is cut");
        const auto taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }
    std::uint32_t number() {
        std::uint32_t value = 0;
        std::memcpy(&value, take(sizeof value).data(), sizeof value);
        return value;
    }
    std::string_view text() { return take(number()); }

  private:
    std::string_view rest_;
};

void read(const char* path, Recording& out) {
    std::ifstream in(path, std::ios::binary);
    out.bytes.assign(std::istreambuf_iterator<char>(in), {});
    Reader reader(out.bytes);
    Group group;
    while (!reader.done()) {
        if (reader.take(1) == "T") {
            out.texts.emplace_back(reader.text());
            continue;
        }
        Execution one;
        one.statement = reader.number();
        if (one.statement >= out.texts.size()) give_up("the recording names no statement");
        const std::uint32_t values = reader.number();
        for (std::uint32_t i = 0; i < values; ++i) {
            Value value;
            value.type = static_cast<unsigned char>(reader.take(1)[0]);
            value.bytes = reader.text();
            one.values.push_back(value);
        }
        group.push_back(std::move(one));
        if (out.texts[group.back().statement] == "COMMIT") {
            out.groups.push_back(std::move(group));
            group.clear();
        }
    }
}

void script(sqlite3* handle, const char* sql) {
    if (sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        give_up(sqlite3_errmsg(handle));
}

void bind(sqlite3_stmt* statement, int at, const Value& value) {
    const int size = static_cast<int>(value.bytes.size());
    if (value.type == SQLITE_INTEGER) {
        sqlite3_int64 number = 0;
        std::memcpy(&number, value.bytes.data(), sizeof number);
        sqlite3_bind_int64(statement, at, number);
    } else if (value.type == SQLITE_TEXT) {
        sqlite3_bind_text(statement, at, value.bytes.data(), size, SQLITE_STATIC);
    } else if (value.type == SQLITE_BLOB) {
        sqlite3_bind_blob(statement, at, value.bytes.data(), size, SQLITE_STATIC);
    } else {
        sqlite3_bind_null(statement, at);
    }
}

void execute(sqlite3* handle, sqlite3_stmt* statement, const Execution& execution) {
    int at = 0;
    for (const Value& value : execution.values) bind(statement, ++at, value);
    int status = SQLITE_ROW;
    while (status == SQLITE_ROW) status = sqlite3_step(statement);
    if (status != SQLITE_DONE) give_up(sqlite3_errmsg(handle));
    sqlite3_reset(statement);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) give_up("bare DATABASE STATEMENTS PART PARTS");
    Recording recording;
    read(argv[2], recording);
    const std::size_t part = std::strtoul(argv[3], nullptr, 10);
    const std::size_t parts = std::strtoul(argv[4], nullptr, 10);
    if (part < 1 || part > parts) give_up("there is no such part");
    sqlite3* handle = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(argv[1], &handle, flags, nullptr) != SQLITE_OK)
        give_up("the database does not open");
    script(
        handle,
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000; "
        "PRAGMA cache_size = -65536; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON"
    );
    std::vector<sqlite3_stmt*> statements;
    for (const std::string& text : recording.texts) {
        auto& made = statements.emplace_back();
        if (sqlite3_prepare_v2(handle, text.c_str(), -1, &made, nullptr) != SQLITE_OK)
            give_up(sqlite3_errmsg(handle));
    }
    const std::size_t first = recording.groups.size() * (part - 1) / parts;
    const std::size_t last = recording.groups.size() * part / parts;
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t g = first; g < last; ++g) {
        for (const Execution& execution : recording.groups[g])
            execute(handle, statements[execution.statement], execution);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    for (sqlite3_stmt* statement : statements) sqlite3_finalize(statement);
    sqlite3_close(handle);
    std::printf("{\"groups\": %zu, \"seconds\": %.6f}\n", last - first, took.count());
    return 0;
}
