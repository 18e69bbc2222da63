-- Keys for programs. Every read gives the same columns in the same order.

-- name: api_keys_get
SELECT id, hash, hint, name, scopes, created_at, expires_at, used_at, revoked_at
FROM api_key WHERE id = ?;

-- name: api_keys_find
SELECT id, hash, hint, name, scopes, created_at, expires_at, used_at, revoked_at
FROM api_key WHERE hash = ?;

-- name: api_keys_list
SELECT id, hash, hint, name, scopes, created_at, expires_at, used_at, revoked_at
FROM api_key WHERE id < ? ORDER BY id DESC LIMIT ?;

-- name: api_keys_last_id
SELECT coalesce(max(id), 0) FROM api_key;

-- name: api_keys_insert
INSERT INTO api_key (id, hash, hint, name, scopes, created_at, expires_at, used_at, revoked_at)
VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0);

-- name: api_keys_revoke
UPDATE api_key SET revoked_at = ?2 WHERE id = ?1 AND revoked_at = 0;

-- name: api_keys_touch
UPDATE api_key SET used_at = ?2 WHERE id = ?1 AND used_at < ?2;
