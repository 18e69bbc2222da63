-- Signed statements of how far the ledger had come: put and read, nothing else.

-- name: checkpoints_put
INSERT INTO checkpoint (position, at, note) VALUES (?, ?, ?);

-- name: checkpoints_newest
SELECT position, at, note FROM checkpoint
WHERE position = (SELECT max(position) FROM checkpoint);

-- name: checkpoints_walk
SELECT position, at, note FROM checkpoint WHERE position > ? ORDER BY position LIMIT ?;
