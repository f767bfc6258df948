-- The journal and everything that points into it. What stands here in clear about a child:
-- the dossier's type, random ids, versions, order and padded sizes; nothing else.

CREATE TABLE dossier (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    type TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 0),
    entries INTEGER NOT NULL CHECK (entries >= version),
    head BLOB NOT NULL CHECK (length(head) = 32)
) STRICT, WITHOUT ROWID;

CREATE TABLE entry (
    seq INTEGER PRIMARY KEY CHECK (seq > 0),
    dossier BLOB NOT NULL REFERENCES dossier (id),
    record BLOB CHECK (record IS NULL OR length(record) = 16),
    version INTEGER NOT NULL CHECK ((record IS NULL) = (version = 0)),
    sealed BLOB NOT NULL,
    prev BLOB NOT NULL CHECK (length(prev) = 32),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE INDEX entry_of_dossier ON entry (dossier, seq);

CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
BEGIN
    SELECT RAISE(ABORT, 'an entry is never changed');
END;

CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
BEGIN
    SELECT RAISE(ABORT, 'an entry is never deleted');
END;

CREATE TABLE record (
    dossier BLOB NOT NULL REFERENCES dossier (id),
    id BLOB NOT NULL CHECK (length(id) = 16),
    version INTEGER NOT NULL CHECK (version > 0),
    seq INTEGER NOT NULL REFERENCES entry (seq),
    PRIMARY KEY (dossier, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE projection (
    dossier BLOB NOT NULL PRIMARY KEY REFERENCES dossier (id),
    version INTEGER NOT NULL CHECK (version >= 0),
    sealed BLOB NOT NULL
) STRICT;

CREATE TABLE checkpoint (
    seq INTEGER PRIMARY KEY CHECK (seq > 0),
    note TEXT NOT NULL,
    tree BLOB NOT NULL
) STRICT;

CREATE TABLE account (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    login BLOB NOT NULL UNIQUE CHECK (length(login) = 32),
    sealed BLOB NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0)
) STRICT;

CREATE TABLE session (
    token BLOB NOT NULL PRIMARY KEY CHECK (length(token) = 32),
    account BLOB NOT NULL REFERENCES account (id),
    sealed BLOB NOT NULL,
    created INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;

CREATE INDEX session_of_account ON session (account);

CREATE TABLE import_job (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    position INTEGER NOT NULL CHECK (position >= 0),
    sealed BLOB NOT NULL
) STRICT;

CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
