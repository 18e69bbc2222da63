-- Pictures of the brand: checked and written anew before they come here.

-- name: brand_files_find
SELECT type, width, height, version, changed_at FROM brand_file WHERE name = ?;

-- name: brand_files_data
SELECT type, version, data FROM brand_file WHERE name = ?;

-- name: brand_files_put
INSERT INTO brand_file (name, type, width, height, version, changed_at, data) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET type = excluded.type, width = excluded.width, height = excluded.height,
  version = excluded.version, changed_at = excluded.changed_at, data = excluded.data;

-- In the place of the one of the new name, if there is one.
-- name: brand_files_rename
UPDATE OR REPLACE brand_file SET name = ?2 WHERE name = ?1;

-- name: brand_files_remove
DELETE FROM brand_file WHERE name = ?;
