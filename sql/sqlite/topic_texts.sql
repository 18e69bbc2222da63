-- What topics are called in further languages: one row a topic and language.

-- name: topic_texts_list
SELECT topic, language, name, description FROM topic_text;

-- name: topic_texts_in
SELECT topic, name, description FROM topic_text WHERE language = ?;

-- name: topic_texts_put
INSERT INTO topic_text (topic, language, name, description) VALUES (?, ?, ?, ?)
ON CONFLICT (topic, language) DO UPDATE SET name = excluded.name, description = excluded.description;

-- name: topic_texts_remove
DELETE FROM topic_text WHERE topic = ? AND language = ?;
