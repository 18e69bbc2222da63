-- Finding entries of the ledger by what they have: blocks of it are skipped, the others read.

-- Entries between two positions as far as filters ask, of the actors in the mask ?3.
-- name: activity_scan_down
SELECT position, at, kind, contact, subject, status_before, status_after, choices_before,
  choices_after, paused_before, paused_after, actor, actor_id, leave_reason, daily_before,
  daily_after, weekly_before, weekly_after
FROM entry WHERE position >= ?1 AND position <= ?2 AND (?3 >> actor) & 1 = 1
ORDER BY position DESC;

-- name: activity_scan_up
SELECT position, at, kind, contact, subject, status_before, status_after, choices_before,
  choices_after, paused_before, paused_after, actor, actor_id, leave_reason, daily_before,
  daily_after, weekly_before, weekly_after
FROM entry WHERE position >= ?1 AND position <= ?2 AND (?3 >> actor) & 1 = 1
ORDER BY position;

-- The nearest block from ?1 up to ?2 that may have some: of times ?3 to ?4, topics ?5 and who ?6 (0:
-- any), and traits by actor.
-- name: activity_block_down
SELECT block FROM entry_block WHERE block >= ?1 AND block <= ?2
  AND last_at >= ?3 AND first_at <= ?4 AND (?5 = 0 OR topics & ?5 <> 0) AND (?6 = 0 OR who & ?6 <> 0)
  AND ((by_system & ?7) | (by_recipient & ?8) | (by_one_click & ?9) | (by_mailto & ?10)
    | (by_admin & ?11) | (by_operator & ?12) | (by_import & ?13) | (by_api & ?14)) <> 0
ORDER BY block DESC LIMIT 1;

-- name: activity_block_up
SELECT block FROM entry_block WHERE block >= ?1 AND block <= ?2
  AND last_at >= ?3 AND first_at <= ?4 AND (?5 = 0 OR topics & ?5 <> 0) AND (?6 = 0 OR who & ?6 <> 0)
  AND ((by_system & ?7) | (by_recipient & ?8) | (by_one_click & ?9) | (by_mailto & ?10)
    | (by_admin & ?11) | (by_operator & ?12) | (by_import & ?13) | (by_api & ?14)) <> 0
ORDER BY block LIMIT 1;

-- Rows stand without gaps between these two; -1: there is none.
-- name: activity_first_block
SELECT coalesce(min(block), -1) FROM entry_block;

-- name: activity_last_block
SELECT coalesce(max(block), -1) FROM entry_block;

-- name: activity_put_block
INSERT INTO entry_block (block, first_at, last_at, topics, who, by_system, by_recipient,
  by_one_click, by_mailto, by_admin, by_operator, by_import, by_api)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (block) DO NOTHING;
