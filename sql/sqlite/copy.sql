-- Copies of the database, and its file's own check.

-- What the copy is written with: the caller syncs it whole, and nobody else looks at it before.
-- script: copy_target
PRAGMA synchronous = OFF;
PRAGMA journal_mode = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA mmap_size = 0;
PRAGMA cache_size = -8000;

-- name: copy_quick_check
PRAGMA quick_check(1);

-- name: copy_integrity_check
PRAGMA integrity_check(1);
