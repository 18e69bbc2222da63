-- The list of people in order, a facet at a time, from a place on: the key and row of each. An empty
-- text or the smallest number begins at the start, a blob or the largest number at the end.
-- Written as ties and the rest, since a row value does not seek on the row number.

-- name: directory_by_name_up
SELECT id, name_key FROM contact WHERE facet = ?1 AND name_key = ?2 AND id > ?3
UNION ALL
SELECT id, name_key FROM contact WHERE facet = ?1 AND name_key > ?2
ORDER BY name_key, id LIMIT ?4;

-- name: directory_by_name_down
SELECT id, name_key FROM contact WHERE facet = ?1 AND name_key = ?2 AND id < ?3
UNION ALL
SELECT id, name_key FROM contact WHERE facet = ?1 AND name_key < ?2
ORDER BY name_key DESC, id DESC LIMIT ?4;

-- name: directory_by_email_up
SELECT id, email_key FROM contact WHERE facet = ?1 AND email_key = ?2 AND id > ?3
UNION ALL
SELECT id, email_key FROM contact WHERE facet = ?1 AND email_key > ?2
ORDER BY email_key, id LIMIT ?4;

-- name: directory_by_email_down
SELECT id, email_key FROM contact WHERE facet = ?1 AND email_key = ?2 AND id < ?3
UNION ALL
SELECT id, email_key FROM contact WHERE facet = ?1 AND email_key < ?2
ORDER BY email_key DESC, id DESC LIMIT ?4;

-- name: directory_by_updated_up
SELECT id, updated_at FROM contact WHERE facet = ?1 AND updated_at = ?2 AND id > ?3
UNION ALL
SELECT id, updated_at FROM contact WHERE facet = ?1 AND updated_at > ?2
ORDER BY updated_at, id LIMIT ?4;

-- name: directory_by_updated_down
SELECT id, updated_at FROM contact WHERE facet = ?1 AND updated_at = ?2 AND id < ?3
UNION ALL
SELECT id, updated_at FROM contact WHERE facet = ?1 AND updated_at < ?2
ORDER BY updated_at DESC, id DESC LIMIT ?4;

-- The only scans: for a search term. directory_match says whether a row matches; directory_keep
-- counts it, keeps it if it belongs on the page, and never says true, so that no row comes back.
-- name: directory_scan_up
SELECT id FROM contact
WHERE directory_match(facet, name_key, email_key) AND directory_keep(id, updated_at, paused_until)
ORDER BY id;

-- name: directory_scan_down
SELECT id FROM contact
WHERE directory_match(facet, name_key, email_key) AND directory_keep(id, updated_at, paused_until)
ORDER BY id DESC;

-- name: directory_get_pause
SELECT paused_until FROM contact WHERE id = ?;
