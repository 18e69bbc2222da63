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
