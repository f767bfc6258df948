-- What the journal is after the last commit, as a signed note; replaced by each commit that adds entries.
CREATE TABLE tail (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    note TEXT NOT NULL
) STRICT;
