-- What waits for somebody to press the button behind a link that was mailed to them.

-- name: confirmations_insert
INSERT INTO confirmation (public_id, kind, contact, epoch, email_key, email, name, language, choices,
  asked_at, expires_at, ended_at, outcome, address, agent)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?);

-- All reads give the same columns in the same order.
-- name: confirmations_get
SELECT id, public_id, kind, contact, epoch, email_key, email, name, language, choices, asked_at,
  expires_at, ended_at, outcome, address, agent
FROM confirmation WHERE id = ?;

-- name: confirmations_find
SELECT id, public_id, kind, contact, epoch, email_key, email, name, language, choices, asked_at,
  expires_at, ended_at, outcome, address, agent
FROM confirmation WHERE public_id = ?;

-- name: confirmations_list_of_email
SELECT id, public_id, kind, contact, epoch, email_key, email, name, language, choices, asked_at,
  expires_at, ended_at, outcome, address, agent
FROM confirmation WHERE email_key = ? LIMIT ?;

-- name: confirmations_list_of_contact
SELECT id, public_id, kind, contact, epoch, email_key, email, name, language, choices, asked_at,
  expires_at, ended_at, outcome, address, agent
FROM confirmation WHERE contact = ? AND contact <> 0 LIMIT ?;

-- name: confirmations_end
UPDATE confirmation SET outcome = ?2, ended_at = ?3, expires_at = ?4 WHERE id = ?1;

-- name: confirmations_waiting
SELECT choices FROM confirmation
WHERE email_key = ? AND kind = 1 AND outcome = 0 AND expires_at > ?;

-- name: confirmations_waited
SELECT choices FROM confirmation
WHERE email_key = ?1 AND kind = 1 AND asked_at <= ?2 AND expires_at > ?2
  AND (outcome = 0 OR ended_at > ?2);

-- name: confirmations_asked
SELECT coalesce(max(asked_at), 0), coalesce(max(expires_at), 0) FROM confirmation
WHERE email_key = ? AND kind = 1 AND outcome = 0 AND expires_at > ?;

-- name: confirmations_any
SELECT 1 FROM confirmation WHERE expires_at > ? LIMIT 1;

-- name: confirmations_declined
SELECT 1 FROM confirmation
WHERE email_key = ? AND kind = ? AND outcome = 2 AND expires_at > ? LIMIT 1;

-- name: confirmations_drop_open
DELETE FROM confirmation WHERE contact = ? AND contact <> 0 AND kind = 2 AND outcome = 0;

-- name: confirmations_delete_expired
DELETE FROM confirmation
WHERE id IN (SELECT id FROM confirmation WHERE expires_at <= ? LIMIT ?);

-- name: confirmations_delete_of_email
DELETE FROM confirmation WHERE email_key = ?;

-- name: confirmations_delete_of_contact
DELETE FROM confirmation WHERE contact = ? AND contact <> 0;
