-- How many people stand in each facet, and how many have each topic on.

-- name: counters_add
UPDATE counter SET contacts = contacts + ?2 WHERE facet = ?1;

-- name: counters_add_topic
UPDATE topic_counter SET contacts = contacts + ?2 WHERE topic = ?1;

-- name: counters_list
SELECT facet, contacts FROM counter;

-- name: counters_list_topics
SELECT topic, contacts FROM topic_counter;

-- Pauses of a facet that have not ended.
-- name: counters_paused
SELECT count(*) FROM contact WHERE facet = ? AND paused_until > ? AND paused_until <> 0;
