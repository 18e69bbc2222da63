-- Logins that are open.

-- name: sessions_get
SELECT hash, admin, created_at, seen_at, address, agent FROM session WHERE hash = ?;

-- name: sessions_insert
INSERT INTO session (hash, admin, created_at, seen_at, address, agent) VALUES (?, ?, ?, ?, ?, ?);

-- name: sessions_touch
UPDATE session SET seen_at = ?2 WHERE hash = ?1;

-- name: sessions_delete
DELETE FROM session WHERE hash = ?;

-- name: sessions_delete_of
DELETE FROM session WHERE admin = ?;

-- name: sessions_delete_stale
DELETE FROM session WHERE seen_at < ? OR created_at < ?;

-- name: sessions_list_of
SELECT hash, admin, created_at, seen_at, address, agent FROM session WHERE admin = ?;
