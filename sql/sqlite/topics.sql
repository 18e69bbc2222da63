-- What one can subscribe to.

-- name: topics_list
SELECT id, key, name, description, rank, retired_at, offers_frequency, double_opt_in, on_join FROM topic;

-- A topic's key never changes.
-- name: topics_put
INSERT INTO topic (id, key, name, description, rank, retired_at, offers_frequency, double_opt_in,
  on_join) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description,
  rank = excluded.rank, retired_at = excluded.retired_at,
  offers_frequency = excluded.offers_frequency, double_opt_in = excluded.double_opt_in,
  on_join = excluded.on_join;

-- name: topics_in_use
SELECT id, offers_frequency FROM topic WHERE retired_at = 0;
