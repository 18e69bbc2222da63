-- Links by which those who were invited set their first password.

-- name: invitations_get
SELECT admin, hash, created_at, expires_at FROM invitation WHERE admin = ?;

-- name: invitations_find
SELECT admin, hash, created_at, expires_at FROM invitation WHERE hash = ?;

-- name: invitations_put
INSERT INTO invitation (admin, hash, created_at, expires_at) VALUES (?, ?, ?, ?)
ON CONFLICT (admin) DO UPDATE SET hash = excluded.hash, created_at = excluded.created_at,
  expires_at = excluded.expires_at;

-- name: invitations_delete
DELETE FROM invitation WHERE admin = ?;
