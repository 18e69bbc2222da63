-- Requests of people's rights that came by letter, phone or mail. Reads of a row give the same columns.

-- name: data_requests_get
SELECT id, kind, way, state, received_at, due_at, extended_at, closed_at, who, email, email_key, note,
  extension, answer, is_forgotten, head
FROM data_request WHERE id = ?;

-- name: data_requests_open
SELECT id, kind, way, state, received_at, due_at, extended_at, closed_at, who, email, email_key, note,
  extension, answer, is_forgotten, head
FROM data_request WHERE state = 0 AND (due_at, id) > (?, ?) ORDER BY due_at, id LIMIT ?;

-- name: data_requests_closed
SELECT id, kind, way, state, received_at, due_at, extended_at, closed_at, who, email, email_key, note,
  extension, answer, is_forgotten, head
FROM data_request WHERE state <> 0 AND (closed_at, id) < (?, ?)
ORDER BY closed_at DESC, id DESC LIMIT ?;

-- name: data_requests_from
SELECT id, kind, way, state, received_at, due_at, extended_at, closed_at, who, email, email_key, note,
  extension, answer, is_forgotten, head
FROM data_request WHERE email_key = ? AND email_key <> '' LIMIT ?;

-- Those that are open and due before a day.
-- name: data_requests_due_before
SELECT count(*) FROM data_request WHERE state = 0 AND due_at < ?;

-- name: data_requests_any
SELECT EXISTS (SELECT 1 FROM data_request WHERE id > 0);

-- name: data_requests_insert
INSERT INTO data_request (kind, way, state, received_at, due_at, extended_at, closed_at, who, email,
  email_key, note, extension, answer, is_forgotten, head)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: data_requests_update
UPDATE data_request SET kind = ?, way = ?, state = ?, received_at = ?, due_at = ?, extended_at = ?,
  closed_at = ?, who = ?, email = ?, email_key = ?, note = ?, extension = ?, answer = ?,
  is_forgotten = ?, head = ?
WHERE id = ?;

-- name: data_requests_delete
DELETE FROM data_request WHERE id = ?;

-- name: data_requests_closed_before
SELECT id, kind, way, state, received_at, due_at, extended_at, closed_at, who, email, email_key, note,
  extension, answer, is_forgotten, head
FROM data_request WHERE state <> 0 AND closed_at < ? ORDER BY closed_at, id LIMIT ?;

-- name: data_requests_entries
SELECT position FROM data_request_entry WHERE request = ? ORDER BY position;

-- name: data_requests_entries_insert
INSERT INTO data_request_entry (request, position) VALUES (?, ?);

-- name: data_requests_entries_delete
DELETE FROM data_request_entry WHERE request = ?;
