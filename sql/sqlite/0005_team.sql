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

-- How many people a checked import would opt in.
ALTER TABLE import_job ADD COLUMN opts_in INTEGER NOT NULL DEFAULT 0;

-- Acts that need a second admin, from the asking on. What was asked never changes; a decision is final.
CREATE TABLE approval (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 5),
  target TEXT NOT NULL,
  detail TEXT NOT NULL,
  least INTEGER NOT NULL CHECK (least BETWEEN 0 AND 2),
  admin INTEGER NOT NULL,
  asked_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  asked INTEGER NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5),
  decider INTEGER NOT NULL,
  decided_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX approval_of ON approval (kind, target) WHERE state = 0;
CREATE INDEX approval_by_state ON approval (state, id);
CREATE TRIGGER approval_is_frozen BEFORE UPDATE OF id, kind, target, detail, least, admin, asked_at, expires_at ON approval
BEGIN SELECT RAISE(ABORT, 'what was asked is never changed'); END;
CREATE TRIGGER approval_is_decided_once BEFORE UPDATE ON approval WHEN old.state <> 0
BEGIN SELECT RAISE(ABORT, 'a decision is final'); END;
CREATE TRIGGER approval_is_never_deleted BEFORE DELETE ON approval
BEGIN SELECT RAISE(ABORT, 'who approved what is kept'); END;
