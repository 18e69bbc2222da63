-- The texts that people choose by, and the sets of them that stood at a time.

-- name: wordings_put_text
INSERT INTO wording_text (hash, text) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING;

-- name: wordings_text
SELECT text FROM wording_text WHERE hash = ?;

-- name: wordings_put
INSERT INTO wording_set (number, at, position, hash, pages) VALUES (?, ?, ?, ?, ?);

-- name: wordings_get
SELECT number, at, position, hash, pages FROM wording_set WHERE number = ?;

-- name: wordings_newest
SELECT number, at, position, hash, pages FROM wording_set
WHERE number = (SELECT max(number) FROM wording_set);

-- name: wordings_newest_of
SELECT number, at, position, hash, pages FROM wording_set
WHERE pages = ? ORDER BY number DESC LIMIT 1;

-- name: wordings_before
SELECT number, at, position, hash, pages FROM wording_set
WHERE number < ? ORDER BY number DESC LIMIT ?;
