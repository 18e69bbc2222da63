-- The ledger as it is verified: in its order, in parts, and held against what should follow from it.

-- name: ledger_rows_walk
SELECT position, at, kind, contact, subject, previous, undoes, status_before, status_after,
  choices_before, choices_after, paused_before, paused_after, actor, actor_id, proof_kind, proof,
  wording, leave_reason, private_hash, hash, daily_before, daily_after, weekly_before, weekly_after
FROM entry WHERE position > ? AND position <= ? ORDER BY position;

-- name: ledger_rows_hashes
SELECT position, hash FROM entry WHERE position > ? AND position <= ? ORDER BY position;

-- name: ledger_rows_state
SELECT contact, kind, status_after, choices_after, paused_after, daily_after, weekly_after
FROM entry WHERE position = ?;

-- Private texts, each with what its entry says of them.
-- name: ledger_rows_private
SELECT p.position, p.salt, p.note, p.address, p.agent, p.campaign, p.client_salt, p.client_hash,
  e.position, e.private_hash
FROM entry_private AS p LEFT JOIN entry AS e ON e.position = p.position
WHERE p.position > ? AND p.position <= ? ORDER BY p.position;

-- Entries of people who are on the list, that had private texts and have none.
-- name: ledger_rows_bare
SELECT e.position FROM entry AS e JOIN contact AS c ON c.id = e.contact
  LEFT JOIN entry_private AS p ON p.position = e.position
WHERE e.position > ? AND e.position <= ? AND e.private_hash IS NOT NULL AND p.position IS NULL
ORDER BY e.position LIMIT 1;

-- People, each with their newest entry.
-- name: ledger_rows_people
SELECT c.id, c.public_id, c.head, c.status, c.choices, c.paused_until, c.daily, c.weekly,
  e.position, e.contact, e.kind, e.status_after, e.choices_after, e.paused_after, e.daily_after,
  e.weekly_after
FROM contact AS c LEFT JOIN entry AS e ON e.position = c.head
WHERE c.id > ? AND c.id <= ? ORDER BY c.id;

-- The triggers that refuse changes, as far as they still do.
-- name: ledger_rows_guards
SELECT count(*) FROM sqlite_master
WHERE type = 'trigger' AND instr(sql, 'SELECT RAISE(ABORT,') > 0 AND (
  (name = 'entry_is_only_appended' AND instr(sql, 'BEFORE INSERT ON entry') > 0)
  OR (instr(sql, 'WHEN') = 0 AND (
    (name = 'entry_is_never_updated' AND instr(sql, 'BEFORE UPDATE ON entry') > 0)
    OR (name = 'entry_is_never_deleted' AND instr(sql, 'BEFORE DELETE ON entry') > 0)
    OR (name = 'checkpoint_is_never_updated' AND instr(sql, 'BEFORE UPDATE ON checkpoint') > 0)
    OR (name = 'checkpoint_is_never_deleted' AND instr(sql, 'BEFORE DELETE ON checkpoint') > 0)
    OR (name = 'wording_text_is_never_updated' AND instr(sql, 'BEFORE UPDATE ON wording_text') > 0)
    OR (name = 'wording_text_is_never_deleted' AND instr(sql, 'BEFORE DELETE ON wording_text') > 0)
    OR (name = 'wording_set_is_never_updated' AND instr(sql, 'BEFORE UPDATE ON wording_set') > 0)
    OR (name = 'wording_set_is_never_deleted' AND instr(sql, 'BEFORE DELETE ON wording_set') > 0))));
