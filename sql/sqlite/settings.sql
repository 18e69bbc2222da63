-- What admins change, as text by key.

-- name: settings_get
SELECT value FROM setting WHERE key = ?;

-- name: settings_put
INSERT INTO setting (key, value, changed_at) VALUES (?, ?, ?)
ON CONFLICT (key) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at;
