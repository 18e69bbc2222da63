-- What was counted on each day, and how far a ledger of before there were counts has been counted.

-- name: day_counts_add
INSERT INTO day_count (day, what, way, type, count) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (day, what, way, type) DO UPDATE SET count = count + excluded.count;

-- name: day_counts_list
SELECT day, what, way, type, count FROM day_count WHERE day >= ? AND day <= ?
ORDER BY day, what, way, type;

-- name: day_counts_first
SELECT coalesce(min(day), 9223372036854775807) FROM day_count;

-- name: day_counts_mark
SELECT below FROM day_count_mark WHERE id = 1;

-- name: day_counts_set_mark
UPDATE day_count_mark SET below = ? WHERE id = 1;

-- name: day_counts_type
SELECT type FROM contact WHERE id = ?;

-- What is asked of an entry, and of the one that it takes back.
-- name: day_counts_get
SELECT position, at, kind, contact, undoes, status_before, status_after, choices_before,
  choices_after, actor, proof_kind, proof, leave_reason
FROM entry WHERE position = ?;

-- name: day_counts_walk
SELECT position, at, kind, contact, undoes, status_before, status_after, choices_before,
  choices_after, actor, proof_kind, proof, leave_reason
FROM entry WHERE position >= ? AND position < ? ORDER BY position DESC;
