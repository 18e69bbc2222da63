-- What shows, years later, who said what: proof that stands when private things are gone.

-- The client's part of what is private goes sooner than the words: it has a salt of its own, and
-- its hash stays when it went.

ALTER TABLE entry_private ADD COLUMN client_salt BLOB CHECK (length(client_salt) = 16);
ALTER TABLE entry_private ADD COLUMN client_hash BLOB CHECK (length(client_hash) = 32);

-- How far the ledger had come, signed. Like the ledger itself: only appended to.

CREATE TABLE checkpoint (
  position INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  note TEXT NOT NULL
) STRICT;
CREATE TRIGGER checkpoint_is_never_updated BEFORE UPDATE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER checkpoint_is_never_deleted BEFORE DELETE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

-- What was at a moment long ago, where the entries alone can't say it: they name no address, and
-- what a topic was stands among millions of others.

CREATE TABLE bygone_clock (
  position INTEGER PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT;
INSERT INTO bygone_clock (position, at)
  SELECT e.position, e.at FROM entry AS e JOIN entry AS before ON before.position = e.position - 1
  WHERE e.at < before.at;

CREATE TABLE bygone_topic (
  topic INTEGER NOT NULL CHECK (topic BETWEEN 1 AND 63),
  position INTEGER NOT NULL,
  retired INTEGER NOT NULL CHECK (retired IN (0, 1)),
  offers_frequency INTEGER NOT NULL CHECK (offers_frequency IN (0, 1)),
  PRIMARY KEY (topic, position)
) STRICT, WITHOUT ROWID;
-- Kinds 8, 9 and 10: topics added, edited, retired. How often was offered when was not kept.
INSERT INTO bygone_topic (topic, position, retired, offers_frequency)
  SELECT e.subject, e.position, e.kind = 10, t.offers_frequency
  FROM entry AS e JOIN topic AS t ON t.id = e.subject
    LEFT JOIN entry_private AS p ON p.position = e.position
  WHERE e.kind IN (8, 10) OR (e.kind = 9 AND p.note = 'restored');
-- The others were there from the beginning.
INSERT INTO bygone_topic (topic, position, retired, offers_frequency)
  SELECT t.id, 0, 0, t.offers_frequency FROM topic AS t
  WHERE coalesce((SELECT b.retired FROM bygone_topic AS b WHERE b.topic = t.id
    ORDER BY b.position LIMIT 1), 1) = 1;

-- The columns of its key come first: otherwise PRAGMA integrity_check of SQLite 3.40 says that the
-- column between them holds NULL.
CREATE TABLE bygone_address (
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  since INTEGER NOT NULL,
  contact INTEGER NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (hash, since, contact)
) STRICT, WITHOUT ROWID;
CREATE INDEX bygone_address_of ON bygone_address (contact, until) WHERE contact <> 0;
-- Kinds 25 and 26: erased, suppressed.
INSERT INTO bygone_address (hash, since, until, contact)
  SELECT s.hash, coalesce(e.position, 0), 0, 0 FROM suppression AS s
    LEFT JOIN (SELECT min(position) AS position, at FROM entry WHERE kind IN (25, 26) GROUP BY at)
      AS e ON e.at = s.at;
-- Addresses that people had before are in notes: the program reads them when it first opens this.
INSERT INTO meta (key, value)
  SELECT 'bygone_unread', X'0000000000000001' WHERE EXISTS (SELECT 1 FROM contact WHERE moved = 1);

-- Who is erased takes the mails about them along, wherever those went.
CREATE INDEX letter_about ON letter (contact) WHERE contact <> 0;

-- What imports showed of their files before they began, which nobody looks at any more: only the one
-- that is checked and waits keeps its own.
DELETE FROM import_example WHERE job NOT IN (SELECT id FROM import_job WHERE state = 2);
DELETE FROM import_column WHERE job NOT IN (SELECT id FROM import_job WHERE state = 2);

-- What to skip when the ledger is searched: a row for each 1,024 positions that are full. store/activity
-- writes it with the last of them, and makes up for those of before.

CREATE TABLE entry_block (
  block INTEGER PRIMARY KEY,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  topics INTEGER NOT NULL,
  who INTEGER NOT NULL,
  by_system INTEGER NOT NULL,
  by_recipient INTEGER NOT NULL,
  by_one_click INTEGER NOT NULL,
  by_mailto INTEGER NOT NULL,
  by_admin INTEGER NOT NULL,
  by_operator INTEGER NOT NULL,
  by_import INTEGER NOT NULL,
  by_api INTEGER NOT NULL
) STRICT;

-- The texts that people choose by, each kept once by its hash, and the sets of them that stood at a
-- time. Evidence like the ledger: added, never altered.

CREATE TABLE wording_text (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
  text TEXT NOT NULL
) STRICT;

CREATE TABLE wording_set (
  number INTEGER PRIMARY KEY CHECK (number > 0),
  at INTEGER NOT NULL,
  position INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  pages BLOB NOT NULL CHECK (length(pages) = 32)
) STRICT;
CREATE INDEX wording_set_of ON wording_set (pages);

CREATE TRIGGER wording_text_is_never_updated BEFORE UPDATE ON wording_text
BEGIN SELECT RAISE(ABORT, 'texts that were shown are kept'); END;
CREATE TRIGGER wording_text_is_never_deleted BEFORE DELETE ON wording_text
BEGIN SELECT RAISE(ABORT, 'texts that were shown are kept'); END;
CREATE TRIGGER wording_set_is_never_updated BEFORE UPDATE ON wording_set
BEGIN SELECT RAISE(ABORT, 'texts that were shown are kept'); END;
CREATE TRIGGER wording_set_is_never_deleted BEFORE DELETE ON wording_set
BEGIN SELECT RAISE(ABORT, 'texts that were shown are kept'); END;

-- What people asked for by letter, phone or mail, to be answered within a month.
CREATE TABLE data_request (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 6),
  way INTEGER NOT NULL CHECK (way BETWEEN 1 AND 5),
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
  received_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  extended_at INTEGER NOT NULL,
  closed_at INTEGER NOT NULL,
  who TEXT NOT NULL,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  note TEXT NOT NULL,
  extension TEXT NOT NULL,
  answer TEXT NOT NULL,
  is_forgotten INTEGER NOT NULL CHECK (is_forgotten IN (0, 1)),
  head INTEGER NOT NULL
) STRICT;
CREATE INDEX data_request_due ON data_request (due_at, id) WHERE state = 0;
CREATE INDEX data_request_closed ON data_request (closed_at, id) WHERE state <> 0;
CREATE INDEX data_request_from ON data_request (email_key) WHERE email_key <> '';
CREATE TABLE data_request_entry (
  request INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (request, position)
) STRICT, WITHOUT ROWID;
