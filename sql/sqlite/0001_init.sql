-- Version 1: the permission list. Readable result with a comment on every column: schema.sql.

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE contact (
  id INTEGER PRIMARY KEY,
  public_id INTEGER NOT NULL,
  email_key TEXT NOT NULL,
  email TEXT,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  language TEXT NOT NULL DEFAULT '',
  type INTEGER NOT NULL CHECK (type BETWEEN 0 AND 2),
  status INTEGER NOT NULL CHECK (status IN (0, 1)),
  choices INTEGER NOT NULL,
  paused_until INTEGER NOT NULL DEFAULT 0,
  facet INTEGER NOT NULL,
  epoch INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  head INTEGER NOT NULL,
  CHECK (status = 1 OR choices = 0)
) STRICT;
CREATE UNIQUE INDEX contact_email ON contact (email_key);
CREATE INDEX contact_by_name ON contact (facet, name_key, id);
CREATE INDEX contact_by_email ON contact (facet, email_key, id);
CREATE INDEX contact_by_updated ON contact (facet, updated_at, id);

CREATE TABLE topic (
  id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 63),
  key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  rank INTEGER NOT NULL,
  retired_at INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE counter (
  facet INTEGER PRIMARY KEY,
  contacts INTEGER NOT NULL
) STRICT;

CREATE TABLE topic_counter (
  topic INTEGER PRIMARY KEY,
  contacts INTEGER NOT NULL
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
  proof BLOB NOT NULL,
  wording INTEGER NOT NULL,
  leave_reason INTEGER NOT NULL,
  private_hash BLOB NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE TRIGGER entry_is_never_updated BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TABLE entry_private (
  position INTEGER PRIMARY KEY,
  salt BLOB NOT NULL,
  note TEXT,
  address TEXT,
  agent TEXT
) STRICT;

CREATE TABLE suppression (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE link_key (
  id BLOB PRIMARY KEY CHECK (length(id) = 4),
  public_key BLOB NOT NULL CHECK (length(public_key) = 32),
  owner TEXT NOT NULL,
  state INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE admin (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  email_key TEXT NOT NULL UNIQUE,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  role INTEGER NOT NULL,
  password TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  removed_at INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE session (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
  admin INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  address TEXT NOT NULL,
  agent TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE login_throttle (
  bucket BLOB PRIMARY KEY,
  failures INTEGER NOT NULL,
  last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE import_run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  began_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL DEFAULT 0,
  line INTEGER NOT NULL DEFAULT 0,
  added INTEGER NOT NULL DEFAULT 0,
  updated INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0,
  kept_out INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO topic (id, key, name, description, rank) VALUES
  (1, 'newsletter', 'Newsletter', 'Stories and news, about once a month', 1),
  (2, 'product_updates', 'Product Updates', 'What is new and what has changed', 2),
  (3, 'marketing', 'Marketing', 'Offers, events and invitations', 3),
  (4, 'system_alerts', 'System Alerts', 'Outages, security and account notices', 4);
