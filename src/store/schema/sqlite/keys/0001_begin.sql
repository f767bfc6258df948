-- Wrapped dossier keys and nothing else, so that backups of this file can be short-lived.

CREATE TABLE dossier_key (
    dossier BLOB NOT NULL PRIMARY KEY CHECK (length(dossier) = 16),
    epoch INTEGER NOT NULL CHECK (epoch > 0),
    box BLOB NOT NULL
) STRICT;

CREATE INDEX dossier_key_by_epoch ON dossier_key (epoch);
