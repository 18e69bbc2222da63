// How often people want a topic, and when a sender last sent it: advice beside the verdict.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { command, folder } from './lib/command.mjs';

const NEWSLETTER = 1 << 1;
const rows = (csv) => csv.trim().split('\n').map((line) => line.split(','));

/** Two people on the list; ann wants the newsletter weekly at most, and the topic offers that. */
function list(t) {
  const at = folder(t);
  at.run(['add', 'ann@b.example', '--topics', 'newsletter']);
  at.run(['add', 'bob@b.example', '--topics', 'newsletter']);
  at.sql(`UPDATE topic SET offers_frequency = 1 WHERE key = 'newsletter';
          UPDATE contact SET weekly = ${NEWSLETTER} WHERE email_key = 'ann@b.example'`);
  return at;
}

const last = (at, email) => at.json(['link', email, '--topic', 'newsletter', '--json']).advice.last_sent_at;

test('links and link say how often a person wants the topic, and the verdict stays allow', (t) => {
  const at = list(t);
  const file = at.write('l.csv', 'ann@b.example\nbob@b.example\n');
  at.run(['sent', 'newsletter', file, '--at', '2026-01-02T03:04:05Z']);
  const [header, ann, bob] = rows(at.run(['links', file, '--topic', 'newsletter']));
  assert.deepEqual(header, ['email', 'status', 'manage', 'unsubscribe', 'verdict', 'frequency', 'last_sent']);
  assert.deepEqual([ann.slice(4), bob.slice(4)], [['allow', 'weekly', '2026-01-02T03:04:05Z'], ['allow', 'all', '2026-01-02T03:04:05Z']]);
  const [first] = at.run(['links', file, '--topic', 'newsletter', '--json']).trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual([first.verdict, first.frequency, first.last_sent], ['allow', 'weekly', '2026-01-02T03:04:05Z']);
  const one = at.json(['link', 'ann@b.example', '--topic', 'newsletter', '--json']);
  assert.deepEqual([one.verdict, one.advice], ['allow', { frequency: 'weekly', last_sent_at: '2026-01-02T03:04:05Z' }]);
  assert.match(at.run(['link', 'ann@b.example', '--topic', 'newsletter']), /^Wanted: +weekly at most; last sent 2 Jan 2026, 03:04 UTC$/m);
  assert.doesNotMatch(at.run(['link', 'bob@b.example', '--topic', 'newsletter']), /Wanted/);
  assert.deepEqual(at.json(['link', 'ann@b.example', '--topic', 'marketing', '--json']).advice, { frequency: 'all', last_sent_at: null });
  assert.deepEqual(at.json(['show', 'ann@b.example']).frequency, { newsletter: 'weekly' });
});

test('sent: counts what is unknown and what is no address; a late report hides no newer one', (t) => {
  const at = list(t);
  const said = at.json(['sent', 'newsletter', '--at', '2026-05-01', '--json'], 'email,name\nANN@b.example,Ann\nnobody@b.example,N\nrubbish,R\n"broken\n');
  assert.deepEqual(said, { topic: 'newsletter', at: '2026-05-01T00:00:00Z', reported: 1, unknown: 1, invalid: 2 });
  assert.equal(last(at, 'ann@b.example'), '2026-05-01T00:00:00Z');
  assert.equal(last(at, 'bob@b.example'), null);
  const late = at.run(['sent', 'newsletter', '-', '--at', '2026-04-01T12:00:00Z'], 'ann@b.example\nbob@b.example\n');
  assert.match(late, /^Newsletter sent to 2 people, 1 Apr 2026, 12:00 UTC\.$/m);
  assert.equal(last(at, 'ann@b.example'), '2026-05-01T00:00:00Z');
  assert.equal(last(at, 'bob@b.example'), '2026-04-01T12:00:00Z');
  at.run(['sent', 'newsletter'], 'ann@b.example\n');
  assert.ok(Math.abs(Date.parse(last(at, 'ann@b.example')) - Date.now()) < 60000);
});

test('sent: more than one batch, and nothing of it in the ledger', (t) => {
  const at = folder(t);
  const emails = Array.from({ length: 2500 }, (_, i) => `p${i}@b.example`);
  at.run(['import', at.write('p.csv', `email,newsletter\n${emails.map((email) => `${email},yes`).join('\n')}\n`)]);
  const entries = at.sql('SELECT count(*) FROM entry');
  assert.equal(at.json(['sent', 'newsletter', at.write('l.txt', emails.join('\n')), '--json']).reported, 2500);
  assert.equal(at.sql('SELECT count(*), count(DISTINCT contact) FROM sent_report').trim(), '2500|2500');
  assert.equal(at.sql('SELECT count(*) FROM entry'), entries);
});

test('sent: misuse is told, and writes nothing', (t) => {
  const at = list(t);
  const file = at.write('l.csv', 'ann@b.example\n');
  const before = at.hash();
  for (const time of ['yesterday', '2026-02-30', '2026-01-01T25:00:00Z', '2026-01-01T00:00:00', '1969-12-31', new Date(Date.now() + 3600000).toISOString().replace(/\.\d+/, '')]) {
    const done = at.try(['sent', 'newsletter', file, '--at', time]);
    assert.deepEqual([done.code, done.out], [2, ''], time);
  }
  assert.equal(at.try(['sent', 'nothing', file]).code, 1);
  assert.equal(at.try(['sent', 'newsletter', 'missing.csv']).code, 1);
  assert.equal(at.try(['sent', 'newsletter', '-'], '').code, 1);
  assert.equal(at.try(['sent']).code, 2);
  assert.equal(at.hash(), before);
  assert.match(command(['sent', '--help']).out, /the verdict stays "allow"/);
});
