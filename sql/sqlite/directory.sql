-- All people, for a search term or where nobody keeps them in order. directory_match says whether a row matches; directory_keep
-- counts it, keeps it if it belongs on the page, and never says true, so that no row comes back.
-- name: directory_scan_up
SELECT id FROM contact
WHERE directory_match(facet, name_key, email_key) AND directory_keep(id, updated_at, paused_until)
ORDER BY id;

-- name: directory_scan_down
SELECT id FROM contact
WHERE directory_match(facet, name_key, email_key) AND directory_keep(id, updated_at, paused_until)
ORDER BY id DESC;
