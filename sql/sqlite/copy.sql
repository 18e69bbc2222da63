-- Copies of the database, and its file's own check.

-- Where the trees of a file begin.
-- name: copy_roots
SELECT rootpage FROM sqlite_master WHERE rootpage > 0;

-- name: copy_quick_check
PRAGMA quick_check(1);

-- name: copy_integrity_check
PRAGMA integrity_check(1);
