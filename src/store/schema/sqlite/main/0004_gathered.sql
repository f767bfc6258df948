-- The newest version of all records of a dossier in one box, so that whoever opens it reads one row
-- in place of one for each (docs/decisions/0030). Made from the entries, and can be deleted.
-- `place` is the first 8 bytes of the dossier's id, which are random: found without an index beside
-- the table. Of two dossiers whose ids begin alike one has the place at a time.
CREATE TABLE gathered (
    place INTEGER PRIMARY KEY,
    dossier BLOB NOT NULL REFERENCES dossier (id),
    version INTEGER NOT NULL CHECK (version > 0),
    seq INTEGER NOT NULL REFERENCES entry (seq),
    sealed BLOB NOT NULL
) STRICT;
