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
