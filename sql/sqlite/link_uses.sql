-- How often links of each key came back, by the day.

-- name: link_uses_add
INSERT INTO link_use (key, day, opened, acted, machine, refused) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (key, day) DO UPDATE SET
  opened = opened + excluded.opened, acted = acted + excluded.acted,
  machine = machine + excluded.machine, refused = refused + excluded.refused;

-- name: link_uses_list
SELECT day, opened, acted, machine, refused FROM link_use WHERE key = ? AND day >= ? ORDER BY day;

-- name: link_uses_trim
DELETE FROM link_use WHERE key = ? AND day < ?;
