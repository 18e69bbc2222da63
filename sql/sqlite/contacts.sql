-- People. Every read gives the same columns in the same order: contacts.c reads them in one place.

-- name: contacts_get
SELECT id, public_id, email_key, email, name, name_key, language, type, status, choices, paused_until,
  epoch, created_at, updated_at, head, daily, weekly
FROM contact WHERE id = ?;

-- name: contacts_find_email
SELECT id, public_id, email_key, email, name, name_key, language, type, status, choices, paused_until,
  epoch, created_at, updated_at, head, daily, weekly
FROM contact WHERE email_key = ?;

-- What a verdict needs.
-- name: contacts_find_choices
SELECT id, status, choices, paused_until, daily, weekly FROM contact WHERE email_key = ?;

-- Who may be mailed of a topic, a window of rows at a time.
-- name: contacts_audience
SELECT id, email_key, email, daily, weekly FROM contact
WHERE id > ? AND id <= ? AND status = 1 AND choices & ? <> 0 AND paused_until <= ?
ORDER BY id;

-- name: contacts_walk
SELECT id, public_id, email_key, email, name, name_key, language, type, status, choices, paused_until,
  epoch, created_at, updated_at, head, daily, weekly
FROM contact WHERE id > ? ORDER BY id LIMIT ?;

-- name: contacts_last_id
SELECT coalesce(max(id), 0) FROM contact;

-- name: contacts_insert
INSERT INTO contact (id, public_id, email_key, email, name, name_key, language, type, status, choices,
  paused_until, epoch, created_at, updated_at, head, daily, weekly, facet)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: contacts_get_facet
SELECT facet FROM contact WHERE id = ?;

-- Four ways to write a row: each touches only the indexes that it must. That of addresses lies all
-- over the file, and is searched and written to wherever a statement so much as names the address.
-- name: contacts_update_same_facet
UPDATE contact SET status = ?2, choices = ?3, epoch = ?4, updated_at = ?5, head = ?6
WHERE id = ?1;

-- name: contacts_update_choices
UPDATE contact SET status = ?2, choices = ?3, epoch = ?4, updated_at = ?5, head = ?6,
  paused_until = ?7, daily = ?8, weekly = ?9, facet = ?10
WHERE id = ?1;

-- name: contacts_update_details
UPDATE contact SET status = ?2, choices = ?3, epoch = ?4, updated_at = ?5, head = ?6,
  paused_until = ?7, daily = ?8, weekly = ?9, facet = ?10,
  name = ?11, name_key = ?12, language = ?13, type = ?14
WHERE id = ?1;

-- name: contacts_update_address
UPDATE contact SET status = ?2, choices = ?3, epoch = ?4, updated_at = ?5, head = ?6,
  paused_until = ?7, daily = ?8, weekly = ?9, facet = ?10,
  name = ?11, name_key = ?12, language = ?13, type = ?14, email_key = ?15, email = ?16,
  moved = moved OR email_key <> ?15 OR email IS NOT ?16
WHERE id = ?1;

-- name: contacts_facets
SELECT id, type, status, choices, paused_until, facet
FROM contact WHERE id > ? ORDER BY id LIMIT ?;

-- Rows that don't say what their newest entry says, or stand in a facet that is not theirs; which
-- topics are in use may have changed since a facet was written.
-- name: contacts_odd
SELECT c.public_id FROM contact AS c LEFT JOIN entry AS e ON e.position = c.head
WHERE c.id > ? AND c.id <= ? AND (e.position IS NULL OR e.contact <> c.id
  OR e.status_after <> c.status OR e.choices_after <> c.choices OR e.paused_after <> c.paused_until
  OR e.daily_after <> c.daily OR e.weekly_after <> c.weekly
  OR c.facet & ~2 <> c.type * 8 + c.status * 4 + (c.paused_until <> 0)
  OR (c.facet & 2 <> 0 AND c.choices = 0))
ORDER BY c.id;

-- name: contacts_set_facet
UPDATE contact SET facet = ?2 WHERE id = ?1;

-- name: contacts_delete
DELETE FROM contact WHERE id = ?;
