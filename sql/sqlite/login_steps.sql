-- Logins between password and code.

-- name: login_steps_get
SELECT hash, admin, password, created_at, failures FROM login_step WHERE hash = ?;

-- name: login_steps_insert
INSERT INTO login_step (hash, admin, password, created_at, failures) VALUES (?, ?, ?, ?, 0);

-- name: login_steps_fail
UPDATE login_step SET failures = failures + 1 WHERE hash = ?;

-- name: login_steps_delete
DELETE FROM login_step WHERE hash = ?;

-- name: login_steps_delete_of
DELETE FROM login_step WHERE admin = ?;

-- name: login_steps_delete_stale
DELETE FROM login_step WHERE created_at < ?;
