// Preloaded into `homeward serve` by bench/run: writes down every statement that changes the main
// database, with what was bound to it, so that bench/sql/bare.cpp can do exactly the same to a
// copy of the file. What it writes (to the file that HOMEWARD_STATEMENTS names):
//   'T' size(u32) text                                  the next statement's text, from 0 on
//   'S' number(u32) values(u32) { type(u8) size(u32) bytes }…   one execution
#include <dlfcn.h>
#include <sqlite3.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// The engine's own function behind the one of the same name below.
template <class F>
F* next(const char* name) {
    return reinterpret_cast<F*>(dlsym(RTLD_NEXT, name));
}

class Recorder {
  public:
    Recorder() {
        const char* path = std::getenv("HOMEWARD_STATEMENTS");
        if (path != nullptr) file_ = std::fopen(path, "wb");
    }
    ~Recorder() {
        if (file_ != nullptr) std::fclose(file_);
    }
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    void bind(sqlite3_stmt* statement, int at, int type, const void* bytes, std::size_t size) {
        if (file_ == nullptr) return;
        const std::lock_guard hold(mutex_);
        auto& values = bound_[statement];
        const auto place = static_cast<std::size_t>(at);
        if (values.size() < place) values.resize(place);
        const auto* first = static_cast<const char*>(bytes);
        values[place - 1] = {type, first == nullptr ? "" : std::string(first, size)};
    }

    void step(sqlite3_stmt* statement) {
        // The second row of an answer is no new statement.
        if (file_ == nullptr || sqlite3_stmt_busy(statement) != 0) return;
        const char* path = sqlite3_db_filename(sqlite3_db_handle(statement), "main");
        if (path == nullptr || !std::string_view(path).ends_with("/homeward.db")) return;
        const char* sql = sqlite3_sql(statement);  // none for the engine's own
        if (sql == nullptr) return;
        const std::string_view text = sql;
        if (sqlite3_stmt_readonly(statement) != 0 && text != "COMMIT") return;
        const std::lock_guard hold(mutex_);
        const std::uint32_t number = number_of(text);
        std::fputc('S', file_);
        put(number);
        const auto& values = bound_[statement];
        put(static_cast<std::uint32_t>(values.size()));
        for (const Bound& value : values) {
            std::fputc(value.type, file_);
            put(value.bytes);
        }
    }

  private:
    struct Bound {
        int type = SQLITE_NULL;
        std::string bytes;
    };

    void put(std::uint32_t value) { std::fwrite(&value, sizeof value, 1, file_); }
    void put(std::string_view text) {
        put(static_cast<std::uint32_t>(text.size()));
        std::fwrite(text.data(), 1, text.size(), file_);
    }
    std::uint32_t number_of(std::string_view text) {
        const auto known = numbers_.find(text);
        if (known != numbers_.end()) return known->second;
        const auto number = static_cast<std::uint32_t>(numbers_.size());
        numbers_.emplace(std::string(text), number);
        std::fputc('T', file_);
        put(text);
        return number;
    }

    std::mutex mutex_;
    std::FILE* file_ = nullptr;
    std::map<sqlite3_stmt*, std::vector<Bound>> bound_;
    std::map<std::string, std::uint32_t, std::less<>> numbers_;
};

Recorder& recorder() {
    static Recorder one;
    return one;
}

}  // namespace

extern "C" {

int sqlite3_bind_int64(sqlite3_stmt* statement, int at, sqlite3_int64 value) {
    recorder().bind(statement, at, SQLITE_INTEGER, &value, sizeof value);
    return next<decltype(sqlite3_bind_int64)>("sqlite3_bind_int64")(statement, at, value);
}

int sqlite3_bind_null(sqlite3_stmt* statement, int at) {
    recorder().bind(statement, at, SQLITE_NULL, nullptr, 0);
    return next<decltype(sqlite3_bind_null)>("sqlite3_bind_null")(statement, at);
}

int sqlite3_bind_text64(
    sqlite3_stmt* statement,
    int at,
    const char* text,
    sqlite3_uint64 size,
    void (*end)(void*),
    unsigned char encoding
) {
    recorder().bind(statement, at, SQLITE_TEXT, text, size);
    return next<decltype(sqlite3_bind_text64)>("sqlite3_bind_text64")(
        statement, at, text, size, end, encoding
    );
}

int sqlite3_bind_blob64(
    sqlite3_stmt* statement, int at, const void* bytes, sqlite3_uint64 size, void (*end)(void*)
) {
    recorder().bind(statement, at, SQLITE_BLOB, bytes, size);
    return next<decltype(sqlite3_bind_blob64)>("sqlite3_bind_blob64")(
        statement, at, bytes, size, end
    );
}

int sqlite3_step(sqlite3_stmt* statement) {
    recorder().step(statement);
    return next<decltype(sqlite3_step)>("sqlite3_step")(statement);
}

}  // extern "C"
