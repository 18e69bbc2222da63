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
-- An admin's second factor.
CREATE TABLE factor (
  admin INTEGER PRIMARY KEY,
  secret BLOB NOT NULL CHECK (length(secret) = 60),
  begun_at INTEGER NOT NULL,
  since INTEGER NOT NULL,
  last_step INTEGER NOT NULL
) STRICT;

-- Codes for who has lost it.
CREATE TABLE recovery_code (
  admin INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  used_at INTEGER NOT NULL,
  PRIMARY KEY (admin, hash)
) STRICT, WITHOUT ROWID;

-- Logins whose password was right and whose code is still to come.
CREATE TABLE login_step (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
  admin INTEGER NOT NULL,
  password BLOB NOT NULL CHECK (length(password) = 32),
  created_at INTEGER NOT NULL,
  failures INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX login_step_of ON login_step (admin);
CREATE INDEX login_step_by_created ON login_step (created_at);

-- How often links signed with each key came back, by the day: counts, and nothing of who.
CREATE TABLE link_use (
  key BLOB NOT NULL CHECK (length(key) = 4),
  day INTEGER NOT NULL,
  opened INTEGER NOT NULL,
  acted INTEGER NOT NULL,
  machine INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  PRIMARY KEY (key, day)
) STRICT, WITHOUT ROWID;
-- Orders of the list are kept in memory, and read from there: store/directory_order.
DROP INDEX contact_by_name;
DROP INDEX contact_by_email;
DROP INDEX contact_by_updated;
