#pragma once

#include "fault/tamper/registers.hpp"

#include <array>
#include <cstddef>
#include <vector>

namespace homeward::test {

/// The columns of an entry's row, numbers as 8 bytes.
inline constexpr std::array<const char*, 8> flip_columns{
    "seq", "dossier", "record", "version", "sealed", "prev", "hash", "prev_seq"};
inline constexpr std::size_t prev_seq_column = 7;

/// One byte of one row to be changed.
struct Flip {
    std::size_t row = 0;
    std::size_t column = 0;
    std::size_t byte = 0;
};

/// The rows of a copy's entries, and the changing of their bytes.
class Flips {
  public:
    explicit Flips(Copy& copy);

    /// Every byte of every column of every row; a remark has no record.
    std::vector<Flip> all() const;
    /// `each` of every row, drawn with `seed`, of a column drawn first: so the small ones are not
    /// drowned by the sealed bytes.
    std::vector<Flip> sample(std::size_t each, unsigned seed) const;

    std::size_t rows() const { return rows_.size(); }
    /// How many bytes a row has in all its columns.
    std::size_t bytes_of_row(std::size_t row) const;
    /// The flip of a row's nth byte, counted through its columns.
    Flip nth(std::size_t row, std::size_t byte) const;

    void make(const Flip& flip) { write(flip, true); }
    void take_back(const Flip& flip) { write(flip, false); }

  private:
    void write(const Flip& flip, bool flipped);

    Copy& copy_;
    std::vector<std::array<Bytes, flip_columns.size()>> rows_;
};

}  // namespace homeward::test
