-- Version 1: the permission list. Readable result with a comment on every column: schema.sql.

PRAGMA application_id = 1095978580;

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE contact (
  id INTEGER PRIMARY KEY,
  facet INTEGER NOT NULL CHECK (facet BETWEEN 0 AND 23),
  name_key TEXT NOT NULL,
  email_key TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  paused_until INTEGER NOT NULL,
  email TEXT,
  name TEXT NOT NULL,
  language TEXT NOT NULL,
  type INTEGER NOT NULL CHECK (type BETWEEN 0 AND 2),
  status INTEGER NOT NULL CHECK (status IN (0, 1)),
  choices INTEGER NOT NULL CHECK (status = 1 OR choices = 0),
  epoch INTEGER NOT NULL CHECK (epoch BETWEEN 0 AND 65535),
  created_at INTEGER NOT NULL,
  head INTEGER NOT NULL,
  public_id INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX contact_email ON contact (email_key);
CREATE INDEX contact_by_name ON contact (facet, name_key);
CREATE INDEX contact_by_email ON contact (facet, email_key);
CREATE INDEX contact_by_updated ON contact (facet, updated_at);
CREATE INDEX contact_paused ON contact (facet, paused_until) WHERE paused_until <> 0;

CREATE TABLE counter (
  facet INTEGER PRIMARY KEY CHECK (facet BETWEEN 0 AND 23),
  contacts INTEGER NOT NULL CHECK (contacts >= 0)
) STRICT;

CREATE TABLE topic (
  id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 63),
  key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  rank INTEGER NOT NULL,
  retired_at INTEGER NOT NULL
) STRICT;

CREATE TABLE topic_counter (
  topic INTEGER PRIMARY KEY CHECK (topic BETWEEN 1 AND 63),
  contacts INTEGER NOT NULL CHECK (contacts >= 0)
) STRICT;

CREATE TABLE entry (
  position INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  contact INTEGER NOT NULL,
  subject INTEGER NOT NULL,
  previous INTEGER NOT NULL,
  undoes INTEGER NOT NULL,
  status_before INTEGER NOT NULL,
  status_after INTEGER NOT NULL,
  choices_before INTEGER NOT NULL,
  choices_after INTEGER NOT NULL,
  paused_before INTEGER NOT NULL,
  paused_after INTEGER NOT NULL,
  actor INTEGER NOT NULL,
  actor_id INTEGER NOT NULL,
  proof_kind INTEGER NOT NULL,
  proof BLOB NOT NULL CHECK (length(proof) <= 8),
  wording INTEGER NOT NULL,
  leave_reason INTEGER NOT NULL,
  private_hash BLOB CHECK (length(private_hash) = 32),
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE TRIGGER entry_is_only_appended BEFORE INSERT ON entry
WHEN NEW.position <> (SELECT coalesce(max(position), 0) + 1 FROM entry)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entry_is_never_updated BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TABLE entry_private (
  position INTEGER PRIMARY KEY,
  salt BLOB NOT NULL CHECK (length(salt) = 16),
  note TEXT,
  address TEXT,
  agent TEXT
) STRICT;

CREATE TABLE suppression (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE link_key (
  number INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 4),
  public_key BLOB NOT NULL CHECK (length(public_key) = 32),
  owner TEXT NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE admin (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  email_key TEXT NOT NULL UNIQUE,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  role INTEGER NOT NULL,
  password TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  removed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
  admin INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  address TEXT NOT NULL,
  agent TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_of ON session (admin);
CREATE INDEX session_by_seen ON session (seen_at);
CREATE INDEX session_by_created ON session (created_at);

CREATE TABLE throttle (
  bucket BLOB PRIMARY KEY CHECK (length(bucket) = 32),
  failures INTEGER NOT NULL CHECK (failures > 0),
  last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX throttle_by_last ON throttle (last_at);

CREATE TABLE setting (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE import_run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  began_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  line INTEGER NOT NULL,
  added INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  kept_out INTEGER NOT NULL,
  rejected INTEGER NOT NULL
) STRICT;

INSERT INTO topic (id, key, name, description, rank, retired_at) VALUES
  (1, 'newsletter', 'Newsletter', 'Stories and news, about once a month', 1, 0),
  (2, 'product_updates', 'Product Updates', 'What is new and what has changed', 2, 0),
  (3, 'marketing', 'Marketing', 'Offers, events and invitations', 3, 0),
  (4, 'system_alerts', 'System Alerts', 'Outages, security and account notices', 4, 0);

-- A row for each number, so that counting is only ever adding.
INSERT INTO counter (facet, contacts)
  WITH RECURSIVE n (value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM n WHERE value < 23)
  SELECT value, 0 FROM n;
INSERT INTO topic_counter (topic, contacts)
  WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 63)
  SELECT value, 0 FROM n;
