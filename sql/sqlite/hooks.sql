-- Where other systems hear of changes.

-- name: hooks_list
SELECT id, url, about, kinds, signing, state, fault, generation, older_until, position,
  failing_since, tried_at, tried_code, tried_fault, created_at, removed_at
FROM hook WHERE removed_at = 0;

-- name: hooks_get
SELECT id, url, about, kinds, signing, state, fault, generation, older_until, position,
  failing_since, tried_at, tried_code, tried_fault, created_at, removed_at
FROM hook WHERE id = ?;

-- name: hooks_insert
INSERT INTO hook (url, about, kinds, signing, state, fault, generation, older_until, position,
  failing_since, tried_at, tried_code, tried_fault, created_at, removed_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: hooks_update
UPDATE hook SET url = ?2, about = ?3, kinds = ?4, signing = ?5, state = ?6, fault = ?7,
  generation = ?8, older_until = ?9, position = ?10, failing_since = ?11, tried_at = ?12,
  tried_code = ?13, tried_fault = ?14, created_at = ?15, removed_at = ?16
WHERE id = ?1;
