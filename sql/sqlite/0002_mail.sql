-- What sending and receiving mail needs, and what a person may choose beside on and off.

ALTER TABLE contact ADD COLUMN daily INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contact ADD COLUMN weekly INTEGER NOT NULL DEFAULT 0 CHECK (daily & weekly = 0);

ALTER TABLE topic ADD COLUMN offers_frequency INTEGER NOT NULL DEFAULT 0 CHECK (offers_frequency IN (0, 1));
ALTER TABLE topic ADD COLUMN double_opt_in INTEGER NOT NULL DEFAULT 1 CHECK (double_opt_in IN (0, 1));
ALTER TABLE topic ADD COLUMN on_join INTEGER NOT NULL DEFAULT 1 CHECK (on_join IN (0, 1));

CREATE TABLE topic_text (
  topic INTEGER NOT NULL CHECK (topic BETWEEN 1 AND 63),
  language TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  PRIMARY KEY (topic, language)
) STRICT, WITHOUT ROWID;

ALTER TABLE entry ADD COLUMN daily_before INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN daily_after INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN weekly_before INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN weekly_after INTEGER NOT NULL DEFAULT 0;

CREATE TABLE sent_report (
  contact INTEGER NOT NULL,
  topic INTEGER NOT NULL CHECK (topic BETWEEN 1 AND 63),
  at INTEGER NOT NULL,
  PRIMARY KEY (contact, topic)
) STRICT, WITHOUT ROWID;

CREATE TABLE confirmation (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id INTEGER NOT NULL UNIQUE,
  kind INTEGER NOT NULL CHECK (kind IN (1, 2)),
  contact INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  email_key TEXT NOT NULL,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  language TEXT NOT NULL,
  choices INTEGER NOT NULL,
  asked_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  outcome INTEGER NOT NULL CHECK (outcome BETWEEN 0 AND 2),
  address TEXT NOT NULL,
  agent TEXT NOT NULL
) STRICT;
CREATE INDEX confirmation_of_email ON confirmation (email_key);
CREATE INDEX confirmation_of_contact ON confirmation (contact) WHERE contact <> 0;
CREATE INDEX confirmation_by_expiry ON confirmation (expires_at);

CREATE TABLE letter (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id BLOB NOT NULL CHECK (length(message_id) = 16),
  kind INTEGER NOT NULL,
  contact INTEGER NOT NULL,
  confirmation INTEGER NOT NULL,
  address TEXT NOT NULL,
  language TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  outcome INTEGER NOT NULL CHECK (outcome BETWEEN 0 AND 3),
  ended_at INTEGER NOT NULL,
  fault TEXT NOT NULL
) STRICT;
CREATE INDEX letter_due ON letter (due_at) WHERE outcome = 0;
CREATE INDEX letter_ended ON letter (outcome, ended_at) WHERE outcome <> 0;

CREATE TABLE hook (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  url TEXT NOT NULL,
  about TEXT NOT NULL,
  kinds INTEGER NOT NULL,
  signing INTEGER NOT NULL CHECK (signing BETWEEN 1 AND 3),
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
  fault TEXT NOT NULL,
  generation INTEGER NOT NULL,
  older_until INTEGER NOT NULL,
  position INTEGER NOT NULL,
  failing_since INTEGER NOT NULL,
  tried_at INTEGER NOT NULL,
  tried_code INTEGER NOT NULL,
  tried_fault TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  removed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE hook_delivery (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  hook INTEGER NOT NULL,
  position INTEGER NOT NULL,
  message_id BLOB NOT NULL CHECK (length(message_id) = 16),
  created_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  outcome INTEGER NOT NULL CHECK (outcome BETWEEN 0 AND 2),
  ended_at INTEGER NOT NULL,
  code INTEGER NOT NULL,
  fault TEXT NOT NULL
) STRICT;
CREATE INDEX hook_delivery_due ON hook_delivery (hook, due_at) WHERE outcome = 0;
CREATE INDEX hook_delivery_of ON hook_delivery (hook, id);
CREATE INDEX hook_delivery_ended ON hook_delivery (outcome, ended_at) WHERE outcome <> 0;
CREATE INDEX hook_delivery_lost ON hook_delivery (hook, id) WHERE outcome = 2;

CREATE TABLE brand_file (
  name TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  width INTEGER NOT NULL CHECK (width BETWEEN 1 AND 2000),
  height INTEGER NOT NULL CHECK (height BETWEEN 1 AND 2000),
  version TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  data BLOB NOT NULL
) STRICT;
