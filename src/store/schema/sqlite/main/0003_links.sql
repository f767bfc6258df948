-- Each entry names the position of its dossier's entry before it, 0 for the first, and each dossier
-- that of its last. An index said so until here, and each look wrote a page of it
-- (docs/decisions/0026). For old entries this takes as much room again as they have, once.
DROP TRIGGER entry_is_never_changed;

ALTER TABLE entry ADD COLUMN prev_seq INTEGER NOT NULL DEFAULT 0 CHECK (prev_seq >= 0);

ALTER TABLE dossier ADD COLUMN last_seq INTEGER NOT NULL DEFAULT 0 CHECK (last_seq >= 0);

UPDATE entry SET prev_seq = coalesce(
    (SELECT max(e.seq) FROM entry e WHERE e.dossier = entry.dossier AND e.seq < entry.seq), 0
);

UPDATE dossier SET last_seq = coalesce((SELECT max(seq) FROM entry WHERE dossier = id), 0);

DROP INDEX entry_of_dossier;

CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
BEGIN
    SELECT RAISE(ABORT, 'an entry is never changed');
END;
