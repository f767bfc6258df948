#pragma once

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "base/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace homeward::store {

/// One SQL statement with $1 … $n, in words that every engine understands. A constant: its address
/// names the prepared statement of each connection.
struct Query {
    std::string_view text;
};

/// What goes in and comes out: null, integer, real, text, bytes. Views are not copied: what they
/// see must live until the call returns.
using Value = std::variant<std::monostate, std::int64_t, double, std::string_view, BytesView>;

inline Value to_value(std::nullptr_t) { return std::monostate{}; }
inline Value to_value(double value) { return value; }
inline Value to_value(std::string_view text) { return text; }
inline Value to_value(const std::string& text) { return std::string_view(text); }
inline Value to_value(const char* text) { return std::string_view(text); }
inline Value to_value(BytesView bytes) { return bytes; }
inline Value to_value(const Bytes& bytes) { return BytesView(bytes); }
inline Value to_value(const Id& id) { return BytesView(id.bytes); }
template <std::size_t N>
Value to_value(const std::array<std::byte, N>& bytes) {
    return BytesView(bytes);
}
template <class T>
requires std::is_integral_v<T> Value to_value(T value) { return static_cast<std::int64_t>(value); }
template <class T>
Value to_value(const std::optional<T>& value) {
    return value ? to_value(*value) : Value{};
}

/// One row of an answer, valid during the call that shows it. A column of another type than asked
/// for gives an empty value and makes the statement fail with Code::corrupt: tables are strict, so
/// it means that somebody changed the file.
class Row {
  public:
    explicit Row(std::span<const Value> columns) : columns_(columns) {}

    bool is_null(std::size_t column) const;
    std::int64_t integer(std::size_t column) const;
    /// For what is never negative: versions, positions, counts.
    std::uint64_t count(std::size_t column) const;
    double real(std::size_t column) const;
    std::string_view text(std::size_t column) const;
    BytesView blob(std::size_t column) const;
    Id id(std::size_t column) const;
    std::optional<Id> id_or_null(std::size_t column) const;

    bool mismatch() const { return mismatch_; }

  private:
    template <class T>
    const T* as(std::size_t column) const;
    std::span<const Value> columns_;
    mutable bool mismatch_ = false;
};

/// Sees each row; a failure ends the statement and is its answer. May run no other statement.
using OnRow = std::function<Result<void>(const Row&)>;

/// One connection inside a transaction, for one thread at a time.
class Session {
  public:
    virtual ~Session() = default;

    /// Runs a statement and returns how many rows it changed. Code::conflict for a broken unique,
    /// foreign-key or check constraint, Code::no_room for a full disk, Code::corrupt for a damaged
    /// file, Code::unavailable for one that cannot be read.
    template <class... T>
    Result<std::int64_t> run(const Query& query, const T&... values) {
        const std::array<Value, sizeof...(T)> bound{to_value(values)...};
        return run_bound(query, bound, nullptr);
    }

    /// The same for a statement that answers with rows; returns how many there were.
    template <class... T>
    Result<std::int64_t> each(const Query& query, const OnRow& on_row, const T&... values) {
        const std::array<Value, sizeof...(T)> bound{to_value(values)...};
        return run_bound(query, bound, on_row);
    }

    /// For a statement that answers with one number that is never negative; 0 where it has no row.
    template <class... T>
    Result<std::uint64_t> count(const Query& query, const T&... values) {
        std::uint64_t number = 0;
        const auto see = [&number](const Row& row) -> Result<void> {
            number = row.count(0);
            return {};
        };
        const auto rows = each(query, see, values...);
        if (!rows) return Failure{rows.error()};
        return number;
    }

    virtual Result<std::int64_t> run_bound(
        const Query& query, std::span<const Value> values, const OnRow& on_row
    ) = 0;
};

/// Checks first, then writes; may be run again, so it must not change anything but the session and
/// values that it sets anew each time. A failure leaves nothing behind.
using Change = std::function<Result<void>(Session&)>;
using Reading = std::function<Result<void>(Session&)>;
using Done = std::function<void(Result<void>)>;

/// Which set of tables a database holds.
enum class Schema : std::uint8_t {
    main,  ///< dossiers, entries, projections, accounts …
    keys,  ///< wrapped dossier keys only, so that its backups can be short-lived
};

/// Told of a copy under way: pages done, pages in all. May be empty.
using CopyProgress = std::function<void(std::uint64_t done, std::uint64_t all)>;

/// A session with the transaction in its own hands. Only the store itself uses it.
class Connection : public Session {
  public:
    enum class Begin : std::uint8_t { reading, writing };

    virtual Result<void> begin(Begin kind) = 0;
    virtual Result<void> commit() = 0;
    /// Ends the transaction without a trace; harmless when there is none.
    virtual void rollback() = 0;

    /// A part of a transaction that can be taken back alone.
    virtual Result<void> begin_part() = 0;
    virtual Result<void> keep_part() = 0;
    virtual Result<void> drop_part() = 0;

    /// The writer's housekeeping after a transaction.
    virtual Result<void> tidy() = 0;
    /// Leaves nothing overwritten in a log; Code::unavailable while a long read holds it.
    virtual Result<void> scrub() = 0;
    /// The engine's own look at its file and tables: a line for each fault.
    virtual Result<std::vector<std::string>> self_check(Schema schema) = 0;

    /// Copies the database, as the transaction sees it that has begun and read something, into a
    /// new file, which is the owner's only, whole and synced; a failure leaves none. The name is
    /// durable once its folder is synced. Code::conflict when the file is there, Code::no_room.
    virtual Result<void> copy_to(const std::filesystem::path& file, const CopyProgress& told) = 0;
};

}  // namespace homeward::store
