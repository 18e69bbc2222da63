-- Acts that need a second admin. Every read gives the same columns in the same order.

-- name: approvals_insert
INSERT INTO approval (kind, target, detail, least, admin, asked_at, expires_at, asked, state, decider,
  decided_at)
VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0);

-- name: approvals_set_asked
UPDATE approval SET asked = ?2 WHERE id = ?1 AND asked = 0;

-- name: approvals_get
SELECT id, kind, target, detail, least, admin, asked_at, expires_at, asked, state, decider, decided_at
FROM approval WHERE id = ?;

-- name: approvals_find
SELECT id, kind, target, detail, least, admin, asked_at, expires_at, asked, state, decider, decided_at
FROM approval WHERE kind = ? AND target = ? AND state = 0;

-- name: approvals_waiting
SELECT id, kind, target, detail, least, admin, asked_at, expires_at, asked, state, decider, decided_at
FROM approval WHERE state = 0 ORDER BY id LIMIT ?;

-- name: approvals_newest
SELECT id, kind, target, detail, least, admin, asked_at, expires_at, asked, state, decider, decided_at
FROM approval WHERE id < ? ORDER BY id DESC LIMIT ?;

-- Those that admin ?1, of role ?2, may decide at ?3.
-- name: approvals_count
SELECT count(*) FROM approval WHERE state = 0 AND admin <> ?1 AND least <= ?2 AND expires_at > ?3;

-- name: approvals_decide
UPDATE approval SET state = ?2, decider = ?3, decided_at = ?4 WHERE id = ?1 AND state = 0;

-- name: approvals_expire
UPDATE approval SET state = 4, decided_at = expires_at WHERE state = 0 AND expires_at <= ?;
