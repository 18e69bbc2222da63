-- The schema as it is after all migrations, to read. Not compiled; a test compares it with what the
-- migrations make, and wants a comment on every table and column. Times are UTC seconds.

-- Small values of the database itself.
CREATE TABLE meta (
  key TEXT PRIMARY KEY, -- what it is, e.g. last_contact_id
  value BLOB NOT NULL   -- numbers as 8 bytes, big-endian; else as its owner says
) STRICT, WITHOUT ROWID;

-- The people, one row each. What a search reads comes first, since SQLite decodes a row from the
-- front.
CREATE TABLE contact (
  id INTEGER PRIMARY KEY,                                       -- never leaves the program, never given twice
  facet INTEGER NOT NULL CHECK (facet BETWEEN 0 AND 23),        -- what lists filter by: type * 8 + status * 4 + 2 if a choice among the topics in use is on + 1 if a pause is set
  name_key TEXT NOT NULL,                                       -- name, folded: what is searched and sorted by
  email_key TEXT NOT NULL,                                      -- address as compared: NFC, folded, domain as A-labels
  updated_at INTEGER NOT NULL,                                  -- when the row changed last
  paused_until INTEGER NOT NULL,                                -- receives nothing before; 0: no pause was set
  email TEXT,                                                   -- address as written; NULL: same as email_key
  name TEXT NOT NULL,                                           -- as written, may be empty
  language TEXT NOT NULL,                                       -- BCP 47 tag, empty when not known
  type INTEGER NOT NULL CHECK (type BETWEEN 0 AND 2),           -- 0 client, 1 partner, 2 franchisee
  status INTEGER NOT NULL CHECK (status IN (0, 1)),             -- 0 opted out, 1 opted in
  choices INTEGER NOT NULL CHECK (status = 1 OR choices = 0),   -- bit n: topic n is on
  epoch INTEGER NOT NULL CHECK (epoch BETWEEN 0 AND 65535),     -- manage links of other epochs are void
  created_at INTEGER NOT NULL,                                  -- when the row was added
  head INTEGER NOT NULL,                                        -- position of the person's newest entry: the row's version
  public_id INTEGER NOT NULL,                                   -- what links and pages show, 64 bits, unsigned
  daily INTEGER NOT NULL DEFAULT 0,                             -- bit n: of topic n they want one message a day at most
  weekly INTEGER NOT NULL DEFAULT 0 CHECK (daily & weekly = 0), -- bit n: one a week at most; in neither: every message
  moved INTEGER NOT NULL DEFAULT 0                              -- 1: the address was another once; what was told of them then is found in the ledger
) STRICT;
CREATE UNIQUE INDEX contact_email ON contact (email_key);
-- For counting pauses that run or have ended.
CREATE INDEX contact_paused ON contact (facet, paused_until) WHERE paused_until <> 0;

-- How many people stand in each facet; changes with them, in the same transaction.
CREATE TABLE counter (
  facet INTEGER PRIMARY KEY CHECK (facet BETWEEN 0 AND 23), -- as in contact
  contacts INTEGER NOT NULL CHECK (contacts >= 0)           -- people in it
) STRICT;

-- What one can subscribe to.
CREATE TABLE topic (
  id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 63), -- bit number in choices
  key TEXT NOT NULL UNIQUE,                           -- name for files and the API; never changes
  name TEXT NOT NULL,                                 -- for people
  description TEXT NOT NULL,                          -- one line for people, may be empty
  rank INTEGER NOT NULL,                              -- order on pages, from 1
  retired_at INTEGER NOT NULL,                        -- 0: in use
  offers_frequency INTEGER NOT NULL DEFAULT 0 CHECK (offers_frequency IN (0, 1)), -- 1: people may ask for one message a day or a week at most
  double_opt_in INTEGER NOT NULL DEFAULT 1 CHECK (double_opt_in IN (0, 1)), -- 1: who signs up for it must confirm by mail
  on_join INTEGER NOT NULL DEFAULT 1 CHECK (on_join IN (0, 1)) -- 1: the sign-up form offers it
) STRICT;

-- A topic in other languages than the site's.
CREATE TABLE topic_text (
  topic INTEGER NOT NULL CHECK (topic BETWEEN 1 AND 63), -- topic's id
  language TEXT NOT NULL,                                -- tag of base/locale, e.g. de
  name TEXT NOT NULL,                                    -- for people
  description TEXT NOT NULL,                             -- one line for people, may be empty
  PRIMARY KEY (topic, language)                          -- one text a language
) STRICT, WITHOUT ROWID;

-- How many people have each topic on, retired topics too.
CREATE TABLE topic_counter (
  topic INTEGER PRIMARY KEY CHECK (topic BETWEEN 1 AND 63), -- topic's id
  contacts INTEGER NOT NULL CHECK (contacts >= 0)           -- people with the choice on
) STRICT;

-- The ledger: every change, appended and hash-chained, never altered. base/ledger.h has the words.
CREATE TABLE entry (
  position INTEGER PRIMARY KEY,                              -- 1, 2, 3… without gaps
  at INTEGER NOT NULL,                                       -- when
  kind INTEGER NOT NULL,                                     -- enum entry_kind
  contact INTEGER NOT NULL,                                  -- whom it is about; 0: not a person
  subject INTEGER NOT NULL,                                  -- what else it is about, by kind; 0: nothing
  previous INTEGER NOT NULL,                                 -- position of the person's entry before; 0: none
  undoes INTEGER NOT NULL,                                   -- position of the entry that it takes back or explains; 0: none
  status_before INTEGER NOT NULL,                            -- contact.status before the change
  status_after INTEGER NOT NULL,                             -- and after
  choices_before INTEGER NOT NULL,                           -- contact.choices before
  choices_after INTEGER NOT NULL,                            -- and after
  paused_before INTEGER NOT NULL,                            -- contact.paused_until before
  paused_after INTEGER NOT NULL,                             -- and after
  actor INTEGER NOT NULL,                                    -- who: enum actor_kind
  actor_id INTEGER NOT NULL,                                 -- which admin or import; 0: none
  proof_kind INTEGER NOT NULL,                               -- enum proof_kind
  proof BLOB NOT NULL CHECK (length(proof) <= 8),            -- which link, session or line
  wording INTEGER NOT NULL,                                  -- version of the texts that the person saw; 0: none
  leave_reason INTEGER NOT NULL,                             -- enum leave_reason
  private_hash BLOB CHECK (length(private_hash) = 32),       -- salted hash of what entry_private holds; NULL: nothing
  hash BLOB NOT NULL CHECK (length(hash) = 32),              -- of this entry and the hash before it: crypto/chain.h
  daily_before INTEGER NOT NULL DEFAULT 0,                   -- contact.daily before the change
  daily_after INTEGER NOT NULL DEFAULT 0,                    -- and after
  weekly_before INTEGER NOT NULL DEFAULT 0,                  -- contact.weekly before
  weekly_after INTEGER NOT NULL DEFAULT 0                    -- and after
) STRICT;
CREATE TRIGGER entry_is_only_appended BEFORE INSERT ON entry
WHEN NEW.position <> (SELECT coalesce(max(position), 0) + 1 FROM entry)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entry_is_never_updated BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

-- What of an entry is personal: may be blanked later, the chain stays whole.
CREATE TABLE entry_private (
  position INTEGER PRIMARY KEY,                   -- entry.position
  salt BLOB NOT NULL CHECK (length(salt) = 16),   -- goes into private_hash, so that it can't be guessed
  note TEXT,                                      -- consent statement, comment, what was edited
  address TEXT,                                   -- IP address of the client
  agent TEXT,                                     -- User-Agent of the client
  campaign TEXT,                                  -- the sender's reference on the link that was used
  client_salt BLOB CHECK (length(client_salt) = 16), -- goes into the hash of address and agent; NULL: they share salt, or went
  client_hash BLOB CHECK (length(client_hash) = 32)  -- that hash, once they were blanked; NULL: they stand, or share salt
) STRICT;

-- What to skip when the ledger is searched: a row for each 1,024 positions that are full.
CREATE TABLE entry_block (
  block INTEGER PRIMARY KEY,     -- positions from 1024 * block up to 1024 * block + 1023
  first_at INTEGER NOT NULL,     -- the smallest entry.at of them
  last_at INTEGER NOT NULL,      -- and the largest
  topics INTEGER NOT NULL,       -- bit n: an entry is about topic n
  who INTEGER NOT NULL,          -- a bit of 64 for each actor and actor_id: base/ledger_filter
  by_system INTEGER NOT NULL,    -- what the system did: bits of base/ledger_filter's traits
  by_recipient INTEGER NOT NULL, -- the same of people on their pages
  by_one_click INTEGER NOT NULL, -- of mail programs' buttons
  by_mailto INTEGER NOT NULL,    -- of mails
  by_admin INTEGER NOT NULL,     -- of admins
  by_operator INTEGER NOT NULL,  -- of the command
  by_import INTEGER NOT NULL,    -- of imports
  by_api INTEGER NOT NULL        -- of programs
) STRICT;

-- How many were opted in and out on each day, by base/ledger_count: for plots, so that nothing scans
-- the ledger.
CREATE TABLE day_count (
  day INTEGER NOT NULL,             -- since 1970-01-01, UTC
  what INTEGER NOT NULL,            -- COUNT_…: opted in or out, a topic turned on or off, after how long
  way INTEGER NOT NULL,             -- enum count_way
  type INTEGER NOT NULL,            -- of people as in contact; 3: not known, or not told apart
  count INTEGER NOT NULL,           -- less what was taken back
  PRIMARY KEY (day, what, way, type) -- one of each
) STRICT, WITHOUT ROWID;

-- How far a ledger of before there were counts has been counted, from its end on.
CREATE TABLE day_count_mark (
  id INTEGER PRIMARY KEY CHECK (id = 1), -- there is one
  below INTEGER NOT NULL                 -- entries below this position are not counted yet
) STRICT;

-- Addresses that stay refused, whoever brings them again.
CREATE TABLE suppression (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32), -- keyed hash of email_key
  at INTEGER NOT NULL                              -- since when
) STRICT, WITHOUT ROWID;

-- The public half of the key ring for links. Secrets are files.
CREATE TABLE link_key (
  number INTEGER PRIMARY KEY,                              -- in the order of adding: the newest signs
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 4),          -- first four bytes of BLAKE2b-256 of public_key
  public_key BLOB NOT NULL CHECK (length(public_key) = 32), -- Ed25519
  owner TEXT NOT NULL,                                     -- who signs with it, for people
  state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),    -- 1 signing, 2 verifying, 3 revoked
  created_at INTEGER NOT NULL,                             -- when it was added
  changed_at INTEGER NOT NULL                              -- when state changed last
) STRICT;

-- Who may log in.
CREATE TABLE admin (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: the ledger names it
  email_key TEXT NOT NULL UNIQUE,       -- address as compared
  email TEXT NOT NULL,                  -- address as written
  name TEXT NOT NULL,                   -- for people
  role INTEGER NOT NULL,                -- enum admin_role
  password TEXT NOT NULL,               -- Argon2id, libsodium's encoding; empty: invited, none set yet
  created_at INTEGER NOT NULL,          -- when added
  removed_at INTEGER NOT NULL,          -- 0: was not taken off
  disabled_at INTEGER NOT NULL DEFAULT 0, -- 0: may log in
  sees_addresses INTEGER NOT NULL DEFAULT 0 CHECK (sees_addresses IN (0, 1)), -- 1: a viewer to whom addresses are shown whole
  signed_in_at INTEGER NOT NULL DEFAULT 0 -- when last; 0: never
) STRICT;

-- Links by which those who were invited set their first password.
CREATE TABLE invitation (
  admin INTEGER PRIMARY KEY,                           -- admin.id: who was invited
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32), -- BLAKE2b-256 of the link's token
  created_at INTEGER NOT NULL,                         -- when the link was made
  expires_at INTEGER NOT NULL                          -- from when on it is refused
) STRICT;

-- Logins that are open.
CREATE TABLE session (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32), -- BLAKE2b-256 of the cookie's token
  admin INTEGER NOT NULL,                          -- admin.id
  created_at INTEGER NOT NULL,                     -- login
  seen_at INTEGER NOT NULL,                        -- latest request, about
  address TEXT NOT NULL,                           -- IP address at login
  agent TEXT NOT NULL                              -- User-Agent at login
) STRICT, WITHOUT ROWID;
CREATE INDEX session_of ON session (admin);
CREATE INDEX session_by_seen ON session (seen_at);
CREATE INDEX session_by_created ON session (created_at);

-- An admin's second factor: an authenticator app.
CREATE TABLE factor (
  admin INTEGER PRIMARY KEY,                        -- admin.id
  secret BLOB NOT NULL CHECK (length(secret) = 60), -- 160 bits, encrypted with a key of keys/master.key
  begun_at INTEGER NOT NULL,                        -- when the secret was made
  since INTEGER NOT NULL,                           -- when it was turned on; 0: a code is still to be typed
  last_step INTEGER NOT NULL                        -- of the newest code taken: none up to it is taken again
) STRICT;

-- Codes for who has lost it.
CREATE TABLE recovery_code (
  admin INTEGER NOT NULL,                       -- admin.id
  hash BLOB NOT NULL CHECK (length(hash) = 32), -- keyed BLAKE2b-256 of admin and code
  used_at INTEGER NOT NULL,                     -- 0: still good
  PRIMARY KEY (admin, hash)                     -- no two of an admin's are the same
) STRICT, WITHOUT ROWID;

-- Logins whose password was right and whose code is still to come.
CREATE TABLE login_step (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),      -- BLAKE2b-256 of the cookie's token
  admin INTEGER NOT NULL,                               -- admin.id
  password BLOB NOT NULL CHECK (length(password) = 32), -- BLAKE2b-256 of admin.password as it was compared
  created_at INTEGER NOT NULL,                          -- when the password was right
  failures INTEGER NOT NULL                             -- wrong codes since
) STRICT, WITHOUT ROWID;
CREATE INDEX login_step_of ON login_step (admin);
CREATE INDEX login_step_by_created ON login_step (created_at);

-- Failed logins, to slow guessing down.
CREATE TABLE throttle (
  bucket BLOB PRIMARY KEY CHECK (length(bucket) = 32), -- hash of address and network
  failures INTEGER NOT NULL CHECK (failures > 0),      -- since the last success
  last_at INTEGER NOT NULL                             -- when the last one was
) STRICT, WITHOUT ROWID;
CREATE INDEX throttle_by_last ON throttle (last_at);

-- What admins change, as text.
CREATE TABLE setting (
  key TEXT PRIMARY KEY,        -- e.g. brand_name
  value TEXT NOT NULL,         -- as its owner reads it
  changed_at INTEGER NOT NULL  -- when
) STRICT, WITHOUT ROWID;

-- Imports, as far as they have come.
CREATE TABLE import_run (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: the ledger names it
  name TEXT NOT NULL,                   -- of the file
  began_at INTEGER NOT NULL,            -- when
  ended_at INTEGER NOT NULL,            -- 0: not ended, or killed
  line INTEGER NOT NULL,                -- last line that is done
  added INTEGER NOT NULL,               -- rows that became new people
  updated INTEGER NOT NULL,             -- rows that changed someone
  unchanged INTEGER NOT NULL,           -- rows that said what was so already
  kept_out INTEGER NOT NULL,            -- rows of people who stay opted out for want of consent
  rejected INTEGER NOT NULL             -- rows that could not be used
) STRICT;

-- Imports by upload, newest last; at most one is under way. What it did is also its import_run's.
CREATE TABLE import_job (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- in the order of asking
  state INTEGER NOT NULL,               -- enum import_state
  admin INTEGER NOT NULL,               -- admin.id: who asked
  asked_at INTEGER NOT NULL,            -- when
  moved_at INTEGER NOT NULL,            -- when state changed last
  name TEXT NOT NULL,                   -- of the file, as the browser had it
  file TEXT NOT NULL,                   -- in imports/ of the data folder; '': not kept any more
  consent TEXT NOT NULL,                -- how those agreed who had opted out; '': they stay out
  bytes INTEGER NOT NULL,               -- the file's length
  bytes_done INTEGER NOT NULL,          -- of the step that goes on
  total INTEGER NOT NULL,               -- rows of the file, as checked
  added INTEGER NOT NULL,               -- rows that would become, or became, new people
  updated INTEGER NOT NULL,             -- and change someone
  unchanged INTEGER NOT NULL,           -- and say what is so already
  kept_out INTEGER NOT NULL,            -- and are of people who stay opted out for want of consent
  rejected INTEGER NOT NULL,            -- and can't be used
  fault TEXT NOT NULL,                  -- why it can't be read, or why it ended early; '' for none
  run INTEGER NOT NULL,                 -- import_run.id; 0: nothing written yet
  first INTEGER NOT NULL,               -- entry.position before its first entry
  last INTEGER NOT NULL,                -- and of its last
  undone INTEGER NOT NULL,              -- and up to which it is taken back
  restored INTEGER NOT NULL,            -- people who stand as before
  left_alone INTEGER NOT NULL,          -- people who, or others for them, chose since
  is_stopping INTEGER NOT NULL, -- 1: an admin wants it to end
  opts_in INTEGER NOT NULL DEFAULT 0 -- people that it would opt in, by the check
) STRICT;

-- What each column of an uploaded file is taken for.
CREATE TABLE import_column (
  job INTEGER NOT NULL,    -- import_job.id
  number INTEGER NOT NULL, -- from 0, as in the file
  kind INTEGER NOT NULL,   -- enum import_column_kind
  topic INTEGER NOT NULL,  -- topic.id; 0: none
  title TEXT NOT NULL,     -- as in the file
  sample TEXT NOT NULL,    -- a cell that is not blank
  PRIMARY KEY (job, number) -- rows of one job, in order
) STRICT, WITHOUT ROWID;

-- Rows of an uploaded file that stand for the others.
CREATE TABLE import_example (
  job INTEGER NOT NULL,            -- import_job.id
  number INTEGER NOT NULL,         -- from 0
  verdict INTEGER NOT NULL,        -- enum import_verdict
  line INTEGER NOT NULL,           -- of the file
  email TEXT NOT NULL,             -- as in the row
  reason TEXT NOT NULL,            -- why it can't be used
  status_before INTEGER NOT NULL,  -- contact.status before
  status_after INTEGER NOT NULL,   -- and after
  choices_before INTEGER NOT NULL, -- contact.choices before
  choices_after INTEGER NOT NULL,  -- and after
  edits TEXT NOT NULL,             -- what of name, type and language changes, a line each
  PRIMARY KEY (job, number) -- rows of one job, in order
) STRICT, WITHOUT ROWID;

-- When a sender last said that it sent a topic to a person.
CREATE TABLE sent_report (
  contact INTEGER NOT NULL,                              -- contact.id
  topic INTEGER NOT NULL CHECK (topic BETWEEN 1 AND 63), -- topic's id
  at INTEGER NOT NULL,                                   -- when it was sent
  PRIMARY KEY (contact, topic)                           -- the latest alone
) STRICT, WITHOUT ROWID;

-- What waits for a person's word by mail: nobody is a contact, and no address is changed, before it.
CREATE TABLE confirmation (
  id INTEGER PRIMARY KEY AUTOINCREMENT,        -- never given twice: letters name it
  public_id INTEGER NOT NULL UNIQUE,           -- random 64 bits: what its link holds in the contact's place
  kind INTEGER NOT NULL CHECK (kind IN (1, 2)), -- 1 sign-up, 2 change of address
  contact INTEGER NOT NULL,                    -- whose address changes; 0 with a sign-up
  epoch INTEGER NOT NULL,                      -- contact.epoch when asked: voided links take it with them
  email_key TEXT NOT NULL,                     -- the address to confirm, as compared
  email TEXT NOT NULL,                         -- as written
  name TEXT NOT NULL,                          -- as typed, may be empty
  language TEXT NOT NULL,                      -- of the page that was used
  choices INTEGER NOT NULL,                    -- bit n: asked for topic n
  asked_at INTEGER NOT NULL,                   -- when
  expires_at INTEGER NOT NULL,                 -- the row goes then; while it waits, its link is good until then
  ended_at INTEGER NOT NULL,                   -- when it was answered; 0: it waits
  outcome INTEGER NOT NULL CHECK (outcome BETWEEN 0 AND 2), -- 0 waits, 1 confirmed, 2 declined
  address TEXT NOT NULL,                       -- IP address of who asked
  agent TEXT NOT NULL                          -- User-Agent of who asked
) STRICT;
CREATE INDEX confirmation_of_email ON confirmation (email_key);
CREATE INDEX confirmation_of_contact ON confirmation (contact) WHERE contact <> 0;
CREATE INDEX confirmation_by_expiry ON confirmation (expires_at);

-- Mails to be sent, and for some days those that were. Their words and links are made when they are
-- sent, so that no link stands here.
CREATE TABLE letter (
  id INTEGER PRIMARY KEY AUTOINCREMENT,                        -- in the order of asking
  message_id BLOB NOT NULL CHECK (length(message_id) = 16),    -- random: the same with every try
  kind INTEGER NOT NULL,                                       -- enum letter_kind
  contact INTEGER NOT NULL,                                    -- contact.id that it is about; 0: nobody's
  confirmation INTEGER NOT NULL,                               -- confirmation.id; 0: none
  address TEXT NOT NULL,                                       -- where it goes, as written
  language TEXT NOT NULL,                                      -- that it was asked in; empty: the person's
  created_at INTEGER NOT NULL,                                 -- when it was asked for
  due_at INTEGER NOT NULL,                                     -- not to be tried before
  tries INTEGER NOT NULL,                                      -- so far
  outcome INTEGER NOT NULL CHECK (outcome BETWEEN 0 AND 3),    -- 0 waits, 1 sent, 2 dead: given up, 3 dropped: nobody to tell
  ended_at INTEGER NOT NULL,                                   -- when; 0: it waits
  fault TEXT NOT NULL,                                         -- what the mail server said last, or empty
  subject TEXT NOT NULL DEFAULT ''                             -- as it was last made, in the reader's language; empty: not made yet
) STRICT;
CREATE INDEX letter_due ON letter (due_at) WHERE outcome = 0;
CREATE INDEX letter_ended ON letter (outcome, ended_at) WHERE outcome <> 0;
CREATE INDEX letter_to ON letter (address COLLATE NOCASE);
CREATE INDEX letter_about ON letter (contact) WHERE contact <> 0;

-- Where other systems hear of changes. Their secrets are derived, not kept: see service/hooks.
CREATE TABLE hook (
  id INTEGER PRIMARY KEY AUTOINCREMENT,                       -- never given twice: secrets come of it
  url TEXT NOT NULL,                                          -- https, or http where the operator allows it
  about TEXT NOT NULL,                                        -- for admins, may be empty
  kinds INTEGER NOT NULL,                                     -- bit n: wants entries of kind n; 0: all
  signing INTEGER NOT NULL CHECK (signing BETWEEN 1 AND 3),   -- 1 Ed25519, 2 HMAC, 3 both
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),       -- 0 stopped by an admin, 1 on, 2 stopped since it kept failing or said 410
  fault TEXT NOT NULL,                                        -- why, with state 2; else empty
  generation INTEGER NOT NULL,                                -- of its secret, from 1
  older_until INTEGER NOT NULL,                               -- the generation before signs too until then
  position INTEGER NOT NULL,                                  -- entries up to here have their deliveries
  failing_since INTEGER NOT NULL,                             -- first failed try since the last good one; 0: the last one was good
  tried_at INTEGER NOT NULL,                                  -- last try; 0: none yet
  tried_code INTEGER NOT NULL,                                -- HTTP status of the last try; 0: none came
  tried_fault TEXT NOT NULL,                                  -- what went wrong with it, or empty
  created_at INTEGER NOT NULL,                                -- when
  removed_at INTEGER NOT NULL                                 -- 0: in use
) STRICT;

-- One message to one hook, with its tries.
CREATE TABLE hook_delivery (
  id INTEGER PRIMARY KEY AUTOINCREMENT,                     -- in order
  hook INTEGER NOT NULL,                                    -- hook.id
  position INTEGER NOT NULL,                                -- of the entry that it tells; 0: a test
  message_id BLOB NOT NULL CHECK (length(message_id) = 16), -- random: webhook-id, the same with every try
  created_at INTEGER NOT NULL,                              -- when
  due_at INTEGER NOT NULL,                                  -- not to be tried before
  tries INTEGER NOT NULL,                                   -- so far
  outcome INTEGER NOT NULL CHECK (outcome BETWEEN 0 AND 2), -- 0 waits, 1 delivered, 2 given up
  ended_at INTEGER NOT NULL,                                -- when; 0: it waits
  code INTEGER NOT NULL,                                    -- HTTP status of the last try; 0: none came
  fault TEXT NOT NULL                                       -- what went wrong last, or empty
) STRICT;
CREATE INDEX hook_delivery_due ON hook_delivery (hook, due_at) WHERE outcome = 0;
CREATE INDEX hook_delivery_of ON hook_delivery (hook, id);
CREATE INDEX hook_delivery_ended ON hook_delivery (outcome, ended_at) WHERE outcome <> 0;
CREATE INDEX hook_delivery_lost ON hook_delivery (hook, id) WHERE outcome = 2;

-- Pictures of the brand, already checked and written anew by us.
CREATE TABLE brand_file (
  name TEXT PRIMARY KEY,                                   -- logo
  type TEXT NOT NULL,                                      -- image/png or image/svg+xml
  width INTEGER NOT NULL CHECK (width BETWEEN 1 AND 2000),   -- in pixels, as browsers lay it out
  height INTEGER NOT NULL CHECK (height BETWEEN 1 AND 2000), -- the same
  version TEXT NOT NULL,                                   -- hash of data, in its address
  changed_at INTEGER NOT NULL,                             -- when
  data BLOB NOT NULL                                       -- the file; last, so that the rest is read without it
) STRICT;

-- Programs that may ask and write over the API.
CREATE TABLE api_key (
  id INTEGER PRIMARY KEY AUTOINCREMENT,                -- never given twice: the ledger names it
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32), -- BLAKE2b-256 of the key's random bytes; the key itself is nowhere
  hint TEXT NOT NULL,                                  -- its first characters, to tell keys apart
  name TEXT NOT NULL,                                  -- which program, for people
  scopes INTEGER NOT NULL CHECK (scopes BETWEEN 1 AND 31), -- bits of enum api_scope
  created_at INTEGER NOT NULL,                         -- when
  expires_at INTEGER NOT NULL,                         -- refused from then on; 0: never
  used_at INTEGER NOT NULL,                            -- last use, about; 0: never
  revoked_at INTEGER NOT NULL                          -- 0: in use
) STRICT;

-- What programs' writes were answered: kept for a day, for those who ask again under the same
-- Idempotency-Key.
CREATE TABLE api_call (
  id INTEGER PRIMARY KEY,                                    -- of no meaning
  api_key INTEGER NOT NULL,                                  -- api_key.id: keys of one program are not another's
  key BLOB NOT NULL CHECK (length(key) = 32),                -- hash of the Idempotency-Key
  request BLOB NOT NULL CHECK (length(request) = 32),        -- hash of all that was asked under it
  at INTEGER NOT NULL,                                       -- when it was asked first
  until INTEGER NOT NULL,                                    -- with code 0: who asks again before is told to wait
  code INTEGER NOT NULL,                                     -- HTTP status of the answer; 0: the work goes on, or its server died
  contact INTEGER NOT NULL,                                  -- contact.id whose data the answer holds, to go with them; 0: nobody's
  tag TEXT NOT NULL,                                         -- ETag of the answer, or empty
  location TEXT NOT NULL,                                    -- Location of the answer, or empty
  body BLOB NOT NULL                                         -- the answer; of a batch its results, packed: service/batch_results
) STRICT;
CREATE UNIQUE INDEX api_call_of ON api_call (api_key, key);
CREATE INDEX api_call_by_at ON api_call (at);
CREATE INDEX api_call_about ON api_call (contact) WHERE contact <> 0;

-- What mailers reported, so that the same report twice is one.
CREATE TABLE feedback (
  api_key INTEGER NOT NULL,                         -- api_key.id: ids of one program are not another's
  id BLOB NOT NULL CHECK (length(id) = 32),         -- keyed hash of the mailer's own id
  report BLOB NOT NULL CHECK (length(report) = 32), -- keyed hash of what it reported: type and address
  at INTEGER NOT NULL,                              -- when it was taken
  outcome INTEGER NOT NULL,                         -- enum feedback_outcome
  position INTEGER NOT NULL,                        -- of the entry that it made; 0: none
  PRIMARY KEY (api_key, id)                         -- a report is known by its id
) STRICT, WITHOUT ROWID;

-- How far the ledger had come, signed: crypto/checkpoint.h has the form. Only appended to.
CREATE TABLE checkpoint (
  position INTEGER PRIMARY KEY, -- of the newest entry then
  at INTEGER NOT NULL,          -- when it was signed
  note TEXT NOT NULL            -- the signed note itself
) STRICT;
CREATE TRIGGER checkpoint_is_never_updated BEFORE UPDATE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER checkpoint_is_never_deleted BEFORE DELETE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
-- Where the clock was set back: entries before them are later by the clock. So a moment is found by
-- halving.
CREATE TABLE bygone_clock (
  position INTEGER PRIMARY KEY, -- of the first entry whose time lies before that of the one before it
  at INTEGER NOT NULL           -- that time
) STRICT;

-- What topics were, to tell what could be mailed at a moment.
CREATE TABLE bygone_topic (
  topic INTEGER NOT NULL CHECK (topic BETWEEN 1 AND 63),                       -- topic's id
  position INTEGER NOT NULL,                                                   -- of the entry with which it became so; 0: always was
  retired INTEGER NOT NULL CHECK (retired IN (0, 1)),                          -- 1: retired from then on
  offers_frequency INTEGER NOT NULL CHECK (offers_frequency IN (0, 1)),        -- topic.offers_frequency from then on
  PRIMARY KEY (topic, position)                                                -- newest last
) STRICT, WITHOUT ROWID;

-- Whose an address was before, and when it was suppressed. Goes with the person.
CREATE TABLE bygone_address (
  hash BLOB NOT NULL CHECK (length(hash) = 32), -- keyed hash of email_key, as in suppression
  since INTEGER NOT NULL,                       -- position of the entry with which it became so; 0: from the person's first
  contact INTEGER NOT NULL,                     -- contact.id of who had it; 0: it was suppressed
  until INTEGER NOT NULL,                       -- position of the entry with which it ended; 0: it is so
  PRIMARY KEY (hash, since, contact)            -- of one address, oldest first
) STRICT, WITHOUT ROWID;
CREATE INDEX bygone_address_of ON bygone_address (contact, until) WHERE contact <> 0;

-- The texts that people choose by, each kept once: pages, topics, the brand's words, and the lists
-- that hold them together (service/wording). Added, never altered.
CREATE TABLE wording_text (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32), -- BLAKE2b-256 of text
  text TEXT NOT NULL                               -- lines "name = words", or "what hash"
) STRICT;

-- Which of them stood at a time. An entry's wording names a set, a page of it and a language.
CREATE TABLE wording_set (
  number INTEGER PRIMARY KEY CHECK (number > 0),   -- 1, 2, 3… without gaps
  at INTEGER NOT NULL,                             -- since when
  position INTEGER NOT NULL,                       -- of the ledger's entry that says so, and covers hash
  hash BLOB NOT NULL CHECK (length(hash) = 32),    -- wording_text.hash of the list of its parts
  pages BLOB NOT NULL CHECK (length(pages) = 32)   -- wording_text.hash of the list of its pages: the same for all sets of one release
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

-- What people asked for by letter, phone or mail, to be answered within a month (GDPR 12(3)). Days
-- are kept as their first second, UTC.
CREATE TABLE data_request (
  id INTEGER PRIMARY KEY AUTOINCREMENT,                          -- never given twice: the ledger names it
  kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 6),            -- enum data_request_kind
  way INTEGER NOT NULL CHECK (way BETWEEN 1 AND 5),              -- enum data_request_way: how it came
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),          -- 0 open, 1 done, 2 refused
  received_at INTEGER NOT NULL,                                  -- the day it came
  due_at INTEGER NOT NULL,                                       -- the last day to answer
  extended_at INTEGER NOT NULL,                                  -- when two months were added; 0: not
  closed_at INTEGER NOT NULL,                                    -- when it was done or refused; 0: open
  who TEXT NOT NULL,                                             -- name or address as they gave it
  email TEXT NOT NULL,                                           -- their mail address as written, or empty
  email_key TEXT NOT NULL,                                       -- the same as compared
  note TEXT NOT NULL,                                            -- words of who noted it
  extension TEXT NOT NULL,                                       -- why it was extended
  answer TEXT NOT NULL,                                          -- what was done, or why it was refused
  is_forgotten INTEGER NOT NULL CHECK (is_forgotten IN (0, 1)),  -- 1: the person was erased, and all words here with them
  head INTEGER NOT NULL                                          -- position of its newest entry: the row's version
) STRICT;
CREATE INDEX data_request_due ON data_request (due_at, id) WHERE state = 0;
CREATE INDEX data_request_closed ON data_request (closed_at, id) WHERE state <> 0;
CREATE INDEX data_request_from ON data_request (email_key) WHERE email_key <> '';

-- The entries about each of them, to be blanked with it.
CREATE TABLE data_request_entry (
  request INTEGER NOT NULL,       -- data_request.id
  position INTEGER NOT NULL,      -- entry.position
  PRIMARY KEY (request, position) -- of one request, in order
) STRICT, WITHOUT ROWID;

-- How often links signed with each key came back, by the day: counts, and nothing of who.
CREATE TABLE link_use (
  key BLOB NOT NULL CHECK (length(key) = 4), -- link_key.id
  day INTEGER NOT NULL,                      -- days since 1970, UTC
  opened INTEGER NOT NULL,                   -- pages that people opened; may be below zero until all that adds to it is written
  acted INTEGER NOT NULL,                    -- forms sent, one-click POSTs and mails
  machine INTEGER NOT NULL,                  -- pages opened by what looks like a machine
  refused INTEGER NOT NULL,                  -- uses after the key was revoked
  PRIMARY KEY (key, day)                     -- of one key, in order
) STRICT, WITHOUT ROWID;

-- Acts that need a second admin, from the asking on. What was asked never changes; a decision is final.
CREATE TABLE approval (
  id INTEGER PRIMARY KEY AUTOINCREMENT,                -- never given twice: the ledger names it
  kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 5),  -- enum approval_kind
  target TEXT NOT NULL,                                -- what it is about: an id, as text
  detail TEXT NOT NULL,                                -- the rest of exactly what was asked
  least INTEGER NOT NULL CHECK (least BETWEEN 0 AND 2), -- the role that may do and approve it
  admin INTEGER NOT NULL,                              -- admin.id of who asked
  asked_at INTEGER NOT NULL,                           -- when
  expires_at INTEGER NOT NULL,                         -- from then on nobody can approve it
  asked INTEGER NOT NULL,                              -- position of the entry that tells what was asked
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5), -- 0 waits, 1 approved, 2 declined, 3 withdrawn, 4 expired, 5 void: it could not be done any more
  decider INTEGER NOT NULL,                            -- admin.id of who decided; 0: nobody
  decided_at INTEGER NOT NULL                          -- when; 0: it waits
) STRICT;
CREATE UNIQUE INDEX approval_of ON approval (kind, target) WHERE state = 0;
CREATE INDEX approval_by_state ON approval (state, id);
CREATE TRIGGER approval_is_frozen BEFORE UPDATE OF id, kind, target, detail, least, admin, asked_at, expires_at ON approval
BEGIN SELECT RAISE(ABORT, 'what was asked is never changed'); END;
CREATE TRIGGER approval_is_decided_once BEFORE UPDATE ON approval WHEN old.state <> 0
BEGIN SELECT RAISE(ABORT, 'a decision is final'); END;
CREATE TRIGGER approval_is_never_deleted BEFORE DELETE ON approval
BEGIN SELECT RAISE(ABORT, 'who approved what is kept'); END;
