-- The public half of the key ring.

-- name: link_keys_get
SELECT id, public_key, owner, state, created_at, changed_at FROM link_key WHERE id = ?;

-- name: link_keys_list
SELECT id, public_key, owner, state, created_at, changed_at FROM link_key ORDER BY number DESC;

-- name: link_keys_insert
INSERT INTO link_key (id, public_key, owner, state, created_at, changed_at)
VALUES (?, ?, ?, ?, ?, ?);

-- name: link_keys_set_state
UPDATE link_key SET state = ?2, changed_at = ?3 WHERE id = ?1;
