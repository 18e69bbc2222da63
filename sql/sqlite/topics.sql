-- What one can subscribe to.

-- name: topics_list
SELECT id, key, name, description, rank, retired_at FROM topic;

-- A topic's key never changes.
-- name: topics_put
INSERT INTO topic (id, key, name, description, rank, retired_at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description,
  rank = excluded.rank, retired_at = excluded.retired_at;

-- name: topics_in_use
SELECT id FROM topic WHERE retired_at = 0;
