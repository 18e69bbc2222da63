-- Failed logins, by bucket.

-- name: throttles_get
SELECT failures, last_at FROM throttle WHERE bucket = ?;

-- name: throttles_put
INSERT INTO throttle (bucket, failures, last_at) VALUES (?, ?, ?)
ON CONFLICT (bucket) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at;

-- name: throttles_delete
DELETE FROM throttle WHERE bucket = ?;

-- name: throttles_delete_stale
DELETE FROM throttle WHERE last_at < ?;
