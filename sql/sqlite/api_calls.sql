-- Answers kept under an Idempotency-Key.

-- name: api_calls_find
SELECT request, at, until, code, contact, tag, location, length(body), body
FROM api_call WHERE api_key = ? AND key = ?;

-- name: api_calls_put
INSERT INTO api_call (api_key, key, request, at, until, code, contact, tag, location, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (api_key, key) DO UPDATE SET request = excluded.request, at = excluded.at,
  until = excluded.until, code = excluded.code, contact = excluded.contact, tag = excluded.tag,
  location = excluded.location, body = excluded.body;

-- name: api_calls_delete_about
DELETE FROM api_call WHERE contact = ? AND contact <> 0;

-- name: api_calls_delete_old
DELETE FROM api_call WHERE id IN (SELECT id FROM api_call WHERE at <= ? LIMIT ?);
