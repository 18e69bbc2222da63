-- Mailers' reports that were taken.

-- name: feedback_find
SELECT report, outcome, position FROM feedback WHERE api_key = ? AND id = ?;

-- name: feedback_put
INSERT INTO feedback (api_key, id, report, at, outcome, position) VALUES (?, ?, ?, ?, ?, ?);
