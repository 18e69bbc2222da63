-- The ledger: append and read, nothing else; private texts may go. Both reads give the same columns.

-- name: entries_head
SELECT position, hash, at FROM entry WHERE position = (SELECT max(position) FROM entry);

-- name: entries_append
INSERT INTO entry (position, at, kind, contact, subject, previous, undoes, status_before,
  status_after, choices_before, choices_after, paused_before, paused_after, actor, actor_id,
  proof_kind, proof, wording, leave_reason, private_hash, hash, daily_before, daily_after,
  weekly_before, weekly_after)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: entries_append_private
INSERT INTO entry_private (position, salt, note, address, agent, campaign, client_salt)
VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: entries_get
SELECT e.position, e.at, e.kind, e.contact, e.subject, e.previous, e.undoes, e.status_before,
  e.status_after, e.choices_before, e.choices_after, e.paused_before, e.paused_after, e.actor,
  e.actor_id, e.proof_kind, e.proof, e.wording, e.leave_reason, e.private_hash, e.hash,
  e.daily_before, e.daily_after, e.weekly_before, e.weekly_after, p.note, p.address, p.agent,
  p.campaign, p.salt, p.client_salt, p.client_hash
FROM entry AS e LEFT JOIN entry_private AS p ON p.position = e.position
WHERE e.position = ?;

-- name: entries_walk
SELECT e.position, e.at, e.kind, e.contact, e.subject, e.previous, e.undoes, e.status_before,
  e.status_after, e.choices_before, e.choices_after, e.paused_before, e.paused_after, e.actor,
  e.actor_id, e.proof_kind, e.proof, e.wording, e.leave_reason, e.private_hash, e.hash,
  e.daily_before, e.daily_after, e.weekly_before, e.weekly_after, p.note, p.address, p.agent,
  p.campaign, p.salt, p.client_salt, p.client_hash
FROM entry AS e LEFT JOIN entry_private AS p ON p.position = e.position
WHERE e.position > ? ORDER BY e.position LIMIT ?;

-- name: entries_blank
DELETE FROM entry_private WHERE position = ?;

-- name: entries_blank_client
UPDATE entry_private SET address = NULL, agent = NULL, client_salt = NULL, client_hash = ?2
WHERE position = ?1;

-- How old the entries behind a position are.
-- name: entries_times
SELECT position, at FROM entry WHERE position > ? ORDER BY position LIMIT ?;

-- Those between two positions whose client stands.
-- name: entries_clients
SELECT e.position, e.private_hash, p.note, p.address, p.agent, p.campaign, p.salt, p.client_salt,
  p.client_hash
FROM entry_private AS p CROSS JOIN entry AS e ON e.position = p.position
WHERE p.position > ?1 AND p.position <= ?2 AND (p.address IS NOT NULL OR p.agent IS NOT NULL)
ORDER BY p.position LIMIT ?3;

-- What the feed tells: entries of the kinds in the mask ?3, with the person as they are now.
-- name: entries_told
SELECT e.position, e.at, e.kind, e.contact, e.subject, e.undoes, e.status_before, e.status_after,
  e.choices_before, e.choices_after, e.paused_before, e.paused_after, e.actor, e.leave_reason,
  e.daily_before, e.daily_after, e.weekly_before, e.weekly_after, p.note,
  p.campaign, c.public_id, c.head,
  coalesce(c.email, c.email_key), c.moved
FROM entry AS e LEFT JOIN entry_private AS p ON p.position = e.position
  LEFT JOIN contact AS c ON c.id = e.contact
WHERE e.position > ?1 AND e.position <= ?2 AND (?3 >> e.kind) & 1 = 1
ORDER BY e.position LIMIT ?4;

-- name: entries_next
SELECT e.position FROM entry AS e
WHERE e.position > ?1 AND e.position <= ?2 AND (?3 >> e.kind) & 1 = 1
ORDER BY e.position LIMIT 1;
