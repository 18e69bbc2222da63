-- What the map of the directory is fed from.

-- name: directory_map_all
SELECT id, head, type, status, choices, updated_at, paused_until, name_key, email_key
FROM contact ORDER BY id;

-- name: directory_map_some
SELECT id, head, type, status, choices, updated_at, paused_until, name_key, email_key
FROM contact WHERE id > ? ORDER BY id LIMIT ?;

-- name: directory_map_people
SELECT coalesce(max(id), 0) FROM contact;

-- Who is named by the entries of a stretch, as they are now; nothing behind the number of those who
-- are gone.
-- name: directory_map_changed
SELECT e.contact, c.head, c.type, c.status, c.choices, c.updated_at, c.paused_until, c.name_key,
  c.email_key, e.position
FROM entry AS e LEFT JOIN contact AS c ON c.id = e.contact
WHERE e.position > ? AND e.position <= ? AND e.contact <> 0
ORDER BY e.position;

-- name: directory_map_hash
SELECT hash FROM entry WHERE position = ?;
