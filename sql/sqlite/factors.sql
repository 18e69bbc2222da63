-- Second factors of admins.

-- name: factors_get
SELECT admin, secret, begun_at, since, last_step FROM factor WHERE admin = ?;

-- name: factors_put
INSERT INTO factor (admin, secret, begun_at, since, last_step) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (admin) DO UPDATE SET secret = excluded.secret, begun_at = excluded.begun_at,
  since = excluded.since, last_step = excluded.last_step;

-- name: factors_delete
DELETE FROM factor WHERE admin = ?;
