-- Imports by upload: the job, its columns, its examples.

-- name: import_jobs_insert
INSERT INTO import_job (state, admin, asked_at, moved_at, name, file, consent, bytes, bytes_done,
  total, added, updated, unchanged, kept_out, rejected, fault, run, first, last, undone, restored,
  left_alone, is_stopping)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, '', 0, 0, 0, 0, 0, 0, 0);

-- name: import_jobs_update
UPDATE import_job SET state = ?2, moved_at = ?3, file = ?4, bytes_done = ?5, total = ?6, added = ?7,
  updated = ?8, unchanged = ?9, kept_out = ?10, rejected = ?11, fault = ?12, run = ?13, first = ?14,
  last = ?15, undone = ?16, restored = ?17, left_alone = ?18, is_stopping = ?19, opts_in = ?20
WHERE id = ?1;

-- name: import_jobs_get
SELECT id, state, admin, asked_at, moved_at, name, file, consent, bytes, bytes_done, total, added,
  updated, unchanged, kept_out, rejected, fault, run, first, last, undone, restored, left_alone,
  is_stopping, opts_in
FROM import_job WHERE id = ?;

-- name: import_jobs_newest
SELECT id, state, admin, asked_at, moved_at, name, file, consent, bytes, bytes_done, total, added,
  updated, unchanged, kept_out, rejected, fault, run, first, last, undone, restored, left_alone,
  is_stopping, opts_in
FROM import_job WHERE id < ? ORDER BY id DESC LIMIT ?;

-- name: import_jobs_columns_insert
INSERT INTO import_column (job, number, kind, topic, title, sample) VALUES (?, ?, ?, ?, ?, ?);

-- name: import_jobs_columns_list
SELECT kind, topic, title, sample FROM import_column WHERE job = ? ORDER BY number LIMIT 1000;

-- name: import_jobs_columns_clear
DELETE FROM import_column WHERE job = ?;

-- name: import_jobs_examples_insert
INSERT INTO import_example (job, number, verdict, line, email, reason, status_before, status_after,
  choices_before, choices_after, edits)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: import_jobs_examples_list
SELECT verdict, line, email, reason, status_before, status_after, choices_before, choices_after,
  edits
FROM import_example WHERE job = ? ORDER BY number LIMIT 100;

-- name: import_jobs_examples_clear
DELETE FROM import_example WHERE job = ?;
