-- Keyed hashes of addresses that stay refused.

-- name: suppressions_any
SELECT EXISTS (SELECT 1 FROM suppression);

-- name: suppressions_get
SELECT at FROM suppression WHERE hash = ?;

-- name: suppressions_walk
SELECT hash, at FROM suppression WHERE hash > ? ORDER BY hash LIMIT ?;

-- name: suppressions_put
INSERT INTO suppression (hash, at) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING;

-- name: suppressions_remove
DELETE FROM suppression WHERE hash = ?;
