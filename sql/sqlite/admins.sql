-- Who may log in.

-- name: admins_get
SELECT id, email, email_key, name, role, password, created_at, removed_at, disabled_at,
  sees_addresses, signed_in_at
FROM admin WHERE id = ?;

-- name: admins_find_email
SELECT id, email, email_key, name, role, password, created_at, removed_at, disabled_at,
  sees_addresses, signed_in_at
FROM admin WHERE email_key = ?;

-- name: admins_list
SELECT id, email, email_key, name, role, password, created_at, removed_at, disabled_at,
  sees_addresses, signed_in_at
FROM admin WHERE id > 0 ORDER BY id;

-- name: admins_insert
INSERT INTO admin (email, email_key, name, role, password, created_at, removed_at, disabled_at,
  sees_addresses)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: admins_update
UPDATE admin SET email = ?2, email_key = ?3, name = ?4, role = ?5, password = ?6, created_at = ?7,
  removed_at = ?8, disabled_at = ?9, sees_addresses = ?10
WHERE id = ?1;

-- name: admins_signed_in
UPDATE admin SET signed_in_at = ?2 WHERE id = ?1;
