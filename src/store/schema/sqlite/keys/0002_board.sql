-- The key of the file that keeps the board between two runs (docs/decisions/0028): one row, or none.
CREATE TABLE board_key (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    file BLOB NOT NULL CHECK (length(file) = 16),
    epoch INTEGER NOT NULL CHECK (epoch > 0),
    box BLOB NOT NULL
) STRICT;
