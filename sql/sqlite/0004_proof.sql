-- What shows, years later, who said what: proof that stands when private things are gone.

-- The client's part of what is private goes sooner than the words: it has a salt of its own, and
-- its hash stays when it went.

ALTER TABLE entry_private ADD COLUMN client_salt BLOB CHECK (length(client_salt) = 16);
ALTER TABLE entry_private ADD COLUMN client_hash BLOB CHECK (length(client_hash) = 32);

-- How far the ledger had come, signed. Like the ledger itself: only appended to.

CREATE TABLE checkpoint (
  position INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  note TEXT NOT NULL
) STRICT;
CREATE TRIGGER checkpoint_is_never_updated BEFORE UPDATE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER checkpoint_is_never_deleted BEFORE DELETE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
