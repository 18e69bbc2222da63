-- When senders last sent: one row a person and topic.

-- name: sent_reports_get
SELECT at FROM sent_report WHERE contact = ? AND topic = ?;

-- A report that comes late never hides a newer one.
-- name: sent_reports_put
INSERT INTO sent_report (contact, topic, at) VALUES (?, ?, ?)
ON CONFLICT (contact, topic) DO UPDATE SET at = max(at, excluded.at);

-- name: sent_reports_delete
DELETE FROM sent_report WHERE contact = ?;
