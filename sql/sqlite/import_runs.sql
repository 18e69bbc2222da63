-- Imports, as far as they have come.

-- name: import_runs_get
SELECT id, name, began_at, ended_at, line, added, updated, unchanged, kept_out, rejected
FROM import_run WHERE id = ?;

-- name: import_runs_insert
INSERT INTO import_run (name, began_at, ended_at, line, added, updated, unchanged, kept_out, rejected)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: import_runs_update
UPDATE import_run SET name = ?2, began_at = ?3, ended_at = ?4, line = ?5, added = ?6, updated = ?7,
  unchanged = ?8, kept_out = ?9, rejected = ?10
WHERE id = ?1;
