-- Connections and transactions.

-- Before the version is known to fit, so that no other statement could be prepared yet.
-- script: store_set_up
PRAGMA trusted_schema = OFF;
PRAGMA recursive_triggers = ON;
PRAGMA temp_store = MEMORY;
PRAGMA cell_size_check = ON;

-- No mmap: mapped pages count as resident, and the system caches the file anyway.
-- script: store_set_up_reader
PRAGMA query_only = ON;
PRAGMA mmap_size = 0;
PRAGMA cache_size = -2000;

-- Checkpoints are the writer's own work (store_checkpoint), never a commit's.
-- script: store_set_up_writer
PRAGMA synchronous = FULL;
PRAGMA secure_delete = ON;
PRAGMA mmap_size = 0;
PRAGMA cache_size = -8000;
PRAGMA wal_autocheckpoint = 0;
PRAGMA journal_size_limit = 268435456;

-- script: store_cache_small
PRAGMA cache_size = -8000;

-- script: store_cache_large
PRAGMA cache_size = -128000;

-- script: store_use_wal
PRAGMA journal_mode = WAL;

-- name: store_version
PRAGMA user_version;

-- name: store_application
PRAGMA application_id;

-- 0 for a file that nobody has used yet.
-- name: store_schema_size
SELECT count(*) FROM sqlite_schema;

-- name: store_position
SELECT coalesce(max(position), 0) FROM entry;

-- Differs from what it was for this connection if another one has committed meanwhile.
-- name: store_data_version
PRAGMA data_version;

-- name: store_begin_read
BEGIN;

-- name: store_begin_write
BEGIN IMMEDIATE;

-- name: store_commit
COMMIT;

-- name: store_rollback
ROLLBACK;
