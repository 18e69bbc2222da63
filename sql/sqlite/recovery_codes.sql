-- Codes for who has lost the second factor.

-- name: recovery_codes_left
SELECT count(*) FROM recovery_code WHERE admin = ? AND used_at = 0;

-- name: recovery_codes_insert
INSERT INTO recovery_code (admin, hash, used_at) VALUES (?, ?, 0);

-- name: recovery_codes_use
UPDATE recovery_code SET used_at = ?3 WHERE admin = ?1 AND hash = ?2 AND used_at = 0;

-- name: recovery_codes_delete_of
DELETE FROM recovery_code WHERE admin = ?;
