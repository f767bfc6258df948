#include "fault/tamper/flips.hpp"

#include <random>

namespace homeward::test {
namespace {

constexpr store::Query select_rows{
    "SELECT seq, dossier, record, version, sealed, prev, hash, prev_seq FROM entry ORDER BY rowid"};
constexpr std::array<store::Query, flip_columns.size()> set_column{{
    {"UPDATE entry SET seq = $2 WHERE rowid = $1"},
    {"UPDATE entry SET dossier = $2 WHERE rowid = $1"},
    {"UPDATE entry SET record = $2 WHERE rowid = $1"},
    {"UPDATE entry SET version = $2 WHERE rowid = $1"},
    {"UPDATE entry SET sealed = $2 WHERE rowid = $1"},
    {"UPDATE entry SET prev = $2 WHERE rowid = $1"},
    {"UPDATE entry SET hash = $2 WHERE rowid = $1"},
    {"UPDATE entry SET prev_seq = $2 WHERE rowid = $1"},
}};

bool is_number(std::size_t column) {
    return column == 0 || column == 3 || column == prev_seq_column;
}

Bytes number_to_bytes(std::int64_t value) {
    Bytes out;
    Writer(out).u64(static_cast<std::uint64_t>(value));
    return out;
}

std::int64_t number_from(const Bytes& bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
        value = value << 8U | std::to_integer<std::uint64_t>(bytes[i]);
    return static_cast<std::int64_t>(value);
}

}  // namespace

Flips::Flips(Copy& copy) : copy_(copy) {
    must(copy_.session().each(select_rows, [&](const store::Row& row) -> Result<void> {
        auto& columns = rows_.emplace_back();
        for (std::size_t column = 0; column < columns.size(); ++column) {
            if (row.is_null(column)) continue;
            if (is_number(column)) {
                columns[column] = number_to_bytes(row.integer(column));
            } else {
                const auto blob = row.blob(column);
                columns[column].assign(blob.begin(), blob.end());
            }
        }
        return {};
    }));
}

std::vector<Flip> Flips::all() const {
    std::vector<Flip> flips;
    for (std::size_t row = 0; row < rows_.size(); ++row)
        for (std::size_t byte = 0; byte < bytes_of_row(row); ++byte)
            flips.push_back(nth(row, byte));
    return flips;
}

std::vector<Flip> Flips::sample(std::size_t each, unsigned seed) const {
    std::mt19937 random(seed);
    std::vector<Flip> flips;
    for (std::size_t row = 0; row < rows_.size(); ++row) {
        for (std::size_t i = 0; i < each; ++i) {
            std::size_t column = random() % flip_columns.size();
            while (rows_[row][column].empty()) column = random() % flip_columns.size();
            flips.push_back({row, column, random() % rows_[row][column].size()});
        }
    }
    return flips;
}

std::size_t Flips::bytes_of_row(std::size_t row) const {
    std::size_t sum = 0;
    for (const auto& column : rows_[row]) sum += column.size();
    return sum;
}

Flip Flips::nth(std::size_t row, std::size_t byte) const {
    std::size_t column = 0;
    while (byte >= rows_[row][column].size()) byte -= rows_[row][column++].size();
    return {row, column, byte};
}

// One bit of the byte, another one in each row and place. Not a number's sign: a number below zero
// ends the look at once, and the others that were flipped with it would not be named.
void Flips::write(const Flip& flip, bool flipped) {
    Bytes value = rows_[flip.row][flip.column];
    const std::size_t bits = is_number(flip.column) && flip.byte == 7 ? 7 : 8;
    if (flipped) value[flip.byte] ^= std::byte{1} << (flip.row + flip.byte) % bits;
    const auto& query = set_column.at(flip.column);
    const auto changed = is_number(flip.column)
                             ? must(copy_.session().run(query, flip.row + 1, number_from(value)))
                             : must(copy_.session().run(query, flip.row + 1, value));
    check(changed == 1, "one row is changed");
}

}  // namespace homeward::test
