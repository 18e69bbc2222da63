-- Messages to hooks, with their tries.

-- name: hook_deliveries_insert
INSERT INTO hook_delivery (hook, position, message_id, created_at, due_at, tries, outcome, ended_at,
  code, fault) VALUES (?, ?, ?, ?, ?, 0, 0, 0, 0, '');

-- name: hook_deliveries_get
SELECT id, hook, position, message_id, created_at, due_at, tries, outcome, ended_at, code, fault
FROM hook_delivery WHERE id = ?;

-- name: hook_deliveries_due
SELECT id, hook, position, message_id, created_at, due_at, tries, outcome, ended_at, code, fault
FROM hook_delivery WHERE hook = ? AND outcome = 0 AND due_at <= ? ORDER BY due_at, id LIMIT ?;

-- The newest first.
-- name: hook_deliveries_page
SELECT id, hook, position, message_id, created_at, due_at, tries, outcome, ended_at, code, fault
FROM hook_delivery WHERE hook = ? AND id < ? ORDER BY id DESC LIMIT ?;

-- name: hook_deliveries_update
UPDATE hook_delivery SET due_at = ?2, tries = ?3, outcome = ?4, ended_at = ?5, code = ?6, fault = ?7
WHERE id = ?1;

-- name: hook_deliveries_waiting
SELECT count(*), min(due_at) FROM hook_delivery WHERE hook = ? AND outcome = 0;

-- name: hook_deliveries_lost
SELECT count(*) FROM hook_delivery WHERE hook = ? AND outcome = 2;

-- Given up ones wait again, with a schedule of their own.
-- name: hook_deliveries_replay_lost
UPDATE hook_delivery SET outcome = 0, due_at = ?2, tries = 0, ended_at = 0
WHERE hook = ?1 AND outcome = 2;

-- Of a hook that goes on after it had stopped.
-- name: hook_deliveries_hasten
UPDATE hook_delivery SET due_at = ?2 WHERE hook = ?1 AND outcome = 0 AND due_at > ?2;

-- Those that a wrong clock put off.
-- name: hook_deliveries_mend_due
UPDATE hook_delivery SET due_at = ?1 WHERE id IN
  (SELECT d.id FROM hook CROSS JOIN hook_delivery AS d ON d.hook = hook.id AND d.outcome = 0
   WHERE d.due_at > ?2);

-- Of hooks that were removed.
-- name: hook_deliveries_drop
DELETE FROM hook_delivery WHERE id IN
  (SELECT d.id FROM hook CROSS JOIN hook_delivery AS d ON d.hook = hook.id AND d.outcome = 0
   WHERE hook.removed_at <> 0 AND hook.removed_at < ? LIMIT ?);

-- name: hook_deliveries_prune
DELETE FROM hook_delivery WHERE id IN
  (SELECT id FROM hook_delivery WHERE outcome <> 0 AND outcome = ? AND ended_at < ?
   ORDER BY ended_at LIMIT ?);
