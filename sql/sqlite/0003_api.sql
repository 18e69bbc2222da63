-- What programs and admins ask for, beside what is kept already.

ALTER TABLE letter ADD COLUMN subject TEXT NOT NULL DEFAULT '';
CREATE INDEX letter_to ON letter (address COLLATE NOCASE);

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
