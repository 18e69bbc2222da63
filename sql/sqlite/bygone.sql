-- What was at an earlier moment, where the ledger's entries alone can't say it.

-- name: bygone_clock_back
INSERT INTO bygone_clock (position, at) VALUES (?, ?);

-- The entry after which the clock was set back last.
-- name: bygone_clock_last
SELECT position, at FROM entry WHERE position = (SELECT max(position) FROM bygone_clock) - 1;

-- The newest stretch in which the clock went on and that begins at or before a time.
-- name: bygone_stretch
SELECT position FROM bygone_clock WHERE at <= ? ORDER BY position DESC LIMIT 1;

-- name: bygone_stretch_after
SELECT min(position) FROM bygone_clock WHERE position > ?;

-- name: bygone_step
SELECT at, kind, contact, previous, status_before, status_after, choices_before, choices_after,
  daily_after, weekly_after, paused_before, paused_after
FROM entry WHERE position = ?;

-- name: bygone_topic_put
INSERT INTO bygone_topic (topic, position, retired, offers_frequency)
SELECT ?1, ?2, ?3, ?4
WHERE (?3, ?4) IS NOT (SELECT retired, offers_frequency FROM bygone_topic
  WHERE topic = ?1 ORDER BY position DESC LIMIT 1)
ON CONFLICT (topic, position) DO UPDATE SET retired = excluded.retired,
  offers_frequency = excluded.offers_frequency;

-- name: bygone_topics
SELECT position, retired, offers_frequency FROM bygone_topic WHERE topic = ? ORDER BY position;

-- name: bygone_suppressed
INSERT INTO bygone_address (hash, since, until, contact) VALUES (?, ?, 0, 0)
ON CONFLICT (hash, since, contact) DO UPDATE SET until = 0;

-- name: bygone_lifted
UPDATE bygone_address SET until = ?2 WHERE hash = ?1 AND contact = 0 AND until = 0;

-- name: bygone_moved
INSERT INTO bygone_address (hash, since, until, contact)
VALUES (?1, coalesce((SELECT max(until) FROM bygone_address WHERE contact = ?3 AND contact <> 0), 0),
  ?2, ?3)
ON CONFLICT (hash, since, contact) DO NOTHING;

-- name: bygone_forget
DELETE FROM bygone_address WHERE contact = ? AND contact <> 0;

-- name: bygone_addresses
SELECT since, until, contact FROM bygone_address WHERE hash = ? ORDER BY since;

-- name: bygone_address_since
SELECT coalesce(max(until), 0) FROM bygone_address WHERE contact = ? AND contact <> 0;

-- name: bygone_any
SELECT EXISTS (SELECT 1 FROM bygone_address);

-- Whether anybody's address was another once.
-- name: bygone_any_moved
SELECT EXISTS (SELECT 1 FROM bygone_address WHERE contact > 0 AND contact <> 0);

-- People whose address may have been another, by the notes of entries written before it was kept.
-- name: bygone_unread
SELECT id FROM contact WHERE id > ? AND moved = 1 ORDER BY id LIMIT 1;
