-- Who runs the list: roles, invitations, second factors, approvals; what is counted by the day.
ALTER TABLE admin ADD COLUMN disabled_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE admin ADD COLUMN sees_addresses INTEGER NOT NULL DEFAULT 0 CHECK (sees_addresses IN (0, 1));
ALTER TABLE admin ADD COLUMN signed_in_at INTEGER NOT NULL DEFAULT 0;

CREATE TABLE invitation (
  admin INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

-- What is counted by the day. Entries that stand already are counted behind the mark, by the server.

CREATE TABLE day_count (
  day INTEGER NOT NULL,
  what INTEGER NOT NULL,
  way INTEGER NOT NULL,
  type INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (day, what, way, type)
) STRICT, WITHOUT ROWID;
CREATE TABLE day_count_mark (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  below INTEGER NOT NULL
) STRICT;
INSERT INTO day_count_mark (id, below) SELECT 1, coalesce(max(position), 0) + 1 FROM entry;
