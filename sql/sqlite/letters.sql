-- Mails to be sent, and for some days those that were.

-- name: letters_insert
INSERT INTO letter (message_id, kind, contact, confirmation, address, language, created_at, due_at,
  tries, outcome, ended_at, fault)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, '');

-- name: letters_get
SELECT id, message_id, kind, contact, confirmation, address, language, created_at, due_at, tries,
  outcome, ended_at, fault, subject
FROM letter WHERE id = ?;

-- name: letters_due
SELECT id, message_id, kind, contact, confirmation, address, language, created_at, due_at, tries,
  outcome, ended_at, fault, subject
FROM letter WHERE outcome = 0 AND due_at <= ? ORDER BY due_at, id LIMIT ?;

-- name: letters_try
UPDATE letter SET tries = ?2, due_at = ?3 WHERE id = ?1 AND outcome = 0;

-- name: letters_fail
UPDATE letter SET fault = ?2, subject = ?3 WHERE id = ?1 AND outcome = 0;

-- name: letters_end
UPDATE letter SET outcome = ?2, ended_at = ?3, fault = ?4, subject = ?5
WHERE id = ?1 AND outcome = 0;

-- name: letters_again
UPDATE letter SET outcome = 0, ended_at = 0, tries = 0, due_at = ?2 WHERE id = ?1 AND outcome = 2;

-- name: letters_again_all
UPDATE letter SET outcome = 0, ended_at = 0, tries = 0, due_at = ?1
WHERE id IN (SELECT id FROM letter WHERE outcome = 2 AND outcome <> 0 ORDER BY ended_at LIMIT ?2);

-- name: letters_hasten
UPDATE letter SET due_at = ?2 WHERE id = ?1 AND outcome = 0;

-- name: letters_discard
DELETE FROM letter WHERE id = ? AND outcome = 2;

-- Those that a wrong clock put off: none waits for longer than a day.
-- name: letters_mend_due
UPDATE letter SET due_at = ?1 WHERE outcome = 0 AND due_at > ?2;

-- name: letters_delete
DELETE FROM letter WHERE id = ?;

-- name: letters_ended_before
SELECT id FROM letter WHERE outcome = ? AND outcome <> 0 AND ended_at < ?
ORDER BY ended_at, id LIMIT ?;

-- name: letters_count_waiting
SELECT id FROM letter WHERE outcome = 0 AND due_at >= 0 LIMIT ?;

-- name: letters_count_ended
SELECT id FROM letter WHERE outcome = ? AND outcome <> 0 LIMIT ?;

-- name: letters_list_all
SELECT id, message_id, kind, contact, confirmation, address, language, created_at, due_at, tries,
  outcome, ended_at, fault, subject
FROM letter WHERE id < ? ORDER BY id DESC LIMIT ?;

-- name: letters_list_all_back
SELECT id, message_id, kind, contact, confirmation, address, language, created_at, due_at, tries,
  outcome, ended_at, fault, subject
FROM letter WHERE id > ? ORDER BY id LIMIT ?;

-- name: letters_list_to
SELECT id, message_id, kind, contact, confirmation, address, language, created_at, due_at, tries,
  outcome, ended_at, fault, subject
FROM letter WHERE address = ?1 COLLATE NOCASE AND id < ?2 AND ?4 IN (-1, outcome)
ORDER BY id DESC LIMIT ?3;

-- name: letters_list_to_back
SELECT id, message_id, kind, contact, confirmation, address, language, created_at, due_at, tries,
  outcome, ended_at, fault, subject
FROM letter WHERE address = ?1 COLLATE NOCASE AND id > ?2 AND ?4 IN (-1, outcome)
ORDER BY id LIMIT ?3;

-- name: letters_list_waiting
SELECT id, message_id, kind, contact, confirmation, address, language, created_at, due_at, tries,
  outcome, ended_at, fault, subject
FROM letter WHERE outcome = 0 AND (due_at, id) > (?, ?) ORDER BY due_at, id LIMIT ?;

-- name: letters_list_waiting_back
SELECT id, message_id, kind, contact, confirmation, address, language, created_at, due_at, tries,
  outcome, ended_at, fault, subject
FROM letter WHERE outcome = 0 AND (due_at, id) < (?, ?)
ORDER BY due_at DESC, id DESC LIMIT ?;

-- name: letters_list_ended
SELECT id, message_id, kind, contact, confirmation, address, language, created_at, due_at, tries,
  outcome, ended_at, fault, subject
FROM letter WHERE outcome = ? AND outcome <> 0 AND (ended_at, id) < (?, ?)
ORDER BY ended_at DESC, id DESC LIMIT ?;

-- name: letters_list_ended_back
SELECT id, message_id, kind, contact, confirmation, address, language, created_at, due_at, tries,
  outcome, ended_at, fault, subject
FROM letter WHERE outcome = ? AND outcome <> 0 AND (ended_at, id) > (?, ?)
ORDER BY ended_at, id LIMIT ?;

-- name: letters_delete_to
DELETE FROM letter WHERE address = ? COLLATE NOCASE;

-- name: letters_delete_about
DELETE FROM letter WHERE contact = ? AND contact <> 0;

-- name: letters_list_about
SELECT id, message_id, kind, contact, confirmation, address, language, created_at, due_at, tries,
  outcome, ended_at, fault, subject
FROM letter WHERE contact = ?1 AND contact <> 0 AND id < ?2 ORDER BY id DESC LIMIT ?3;
