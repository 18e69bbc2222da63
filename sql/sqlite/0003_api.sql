-- What programs and admins ask for, beside what is kept already.

ALTER TABLE letter ADD COLUMN subject TEXT NOT NULL DEFAULT '';
CREATE INDEX letter_to ON letter (address COLLATE NOCASE);

-- What senders note on links.

ALTER TABLE entry_private ADD COLUMN campaign TEXT;

-- Keys for programs.

CREATE TABLE api_key (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  hint TEXT NOT NULL,
  name TEXT NOT NULL,
  scopes INTEGER NOT NULL CHECK (scopes BETWEEN 1 AND 31),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL,
  revoked_at INTEGER NOT NULL
) STRICT;

-- What programs' writes were answered, for those who ask again under the same Idempotency-Key.

CREATE TABLE api_call (
  id INTEGER PRIMARY KEY,
  api_key INTEGER NOT NULL,
  key BLOB NOT NULL CHECK (length(key) = 32),
  request BLOB NOT NULL CHECK (length(request) = 32),
  at INTEGER NOT NULL,
  until INTEGER NOT NULL,
  code INTEGER NOT NULL,
  contact INTEGER NOT NULL,
  tag TEXT NOT NULL,
  location TEXT NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX api_call_of ON api_call (api_key, key);
CREATE INDEX api_call_by_at ON api_call (at);
CREATE INDEX api_call_about ON api_call (contact) WHERE contact <> 0;

-- Whose address was another once, by the notes of their entries.

ALTER TABLE contact ADD COLUMN moved INTEGER NOT NULL DEFAULT 0;
UPDATE contact SET moved = 1 WHERE id IN (SELECT e.contact FROM entry_private AS p
  JOIN entry AS e ON e.position = p.position WHERE instr(p.note, 'email: ') > 0);
-- Imports by upload: the file, what it would do, how far it is, and its undoing.

CREATE TABLE import_job (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  state INTEGER NOT NULL,
  admin INTEGER NOT NULL,
  asked_at INTEGER NOT NULL,
  moved_at INTEGER NOT NULL,
  name TEXT NOT NULL,
  file TEXT NOT NULL,
  consent TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  bytes_done INTEGER NOT NULL,
  total INTEGER NOT NULL,
  added INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  kept_out INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  fault TEXT NOT NULL,
  run INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  undone INTEGER NOT NULL,
  restored INTEGER NOT NULL,
  left_alone INTEGER NOT NULL,
  is_stopping INTEGER NOT NULL
) STRICT;

CREATE TABLE import_column (
  job INTEGER NOT NULL,
  number INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  topic INTEGER NOT NULL,
  title TEXT NOT NULL,
  sample TEXT NOT NULL,
  PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_example (
  job INTEGER NOT NULL,
  number INTEGER NOT NULL,
  verdict INTEGER NOT NULL,
  line INTEGER NOT NULL,
  email TEXT NOT NULL,
  reason TEXT NOT NULL,
  status_before INTEGER NOT NULL,
  status_after INTEGER NOT NULL,
  choices_before INTEGER NOT NULL,
  choices_after INTEGER NOT NULL,
  edits TEXT NOT NULL,
  PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;

-- What mailers reported.

CREATE TABLE feedback (
  api_key INTEGER NOT NULL,
  id BLOB NOT NULL CHECK (length(id) = 32),
  report BLOB NOT NULL CHECK (length(report) = 32),
  at INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (api_key, id)
) STRICT, WITHOUT ROWID;
