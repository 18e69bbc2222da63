// check and audience: who may be mailed now, without a server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { folder } from './lib/command.mjs';

const rows = (text) => text.split('\n').slice(0, -1);

function list(t) {
  const at = folder(t);
  at.run(['add', 'ann@b.example', '--topics', 'newsletter']);
  at.run(['add', 'Bob+x@b.example', '--topics', 'newsletter']);
  at.run(['add', 'off@b.example', '--topics', 'marketing']);
  at.run(['add', 'gone@b.example', '--topics', 'newsletter']);
  at.run(['optout', 'gone@b.example']);
  at.run(['add', 'away@b.example', '--topics', 'newsletter']);
  at.run(['pause', 'away@b.example', '--days', '3']);
  return at;
}

const ASKED = ['gone@b.example', 'ANN@B.example', 'nobody@b.example', 'rubbish', 'away@b.example', 'bob+x@b.example', 'off@b.example', 'ann@b.example'];
const SAID = ['opted_out', 'allow', 'unknown', 'invalid', 'paused', 'allow', 'topic_off', 'allow'];

test('check: lines in the order of the file, as they came; the counts beside them', (t) => {
  const at = list(t);
  const said = at.try(['check', 'newsletter'], `${ASKED.join('\n')}\n`);
  assert.equal(said.code, 0, said.err);
  assert.deepEqual(rows(said.out), ASKED.map((one, i) => `${one}\t${SAID[i]}`));
  const position = at.sql('SELECT max(position) FROM entry').trim();
  assert.equal(said.err, `assent check: 3 of 8 may be mailed, at position ${position}; unknown 1; opted_out 1; topic_off 1; paused 1; invalid 1.\n`);
  assert.equal(at.try(['check', 'newsletter', '--quiet'], 'ann@b.example\n').err, '');
});

test('check: CSV in, CSV or JSON out, the allowed alone', (t) => {
  const at = list(t);
  const file = at.write('l.csv', `name,Email\n${ASKED.map((one) => `"A, B",${one}\n`).join('')}`);
  assert.deepEqual(rows(at.run(['check', 'newsletter', file, '--csv'])), ['email,verdict', ...ASKED.map((one, i) => `${one},${SAID[i]}`)]);
  assert.deepEqual(rows(at.run(['check', 'newsletter', file, '--json'])).map((line) => JSON.parse(line)), ASKED.map((address, i) => ({ address, verdict: SAID[i] })));
  const allowed = ASKED.filter((_, i) => SAID[i] === 'allow');
  assert.deepEqual(rows(at.run(['check', 'newsletter', file, '--only-allowed'])), allowed);
  assert.deepEqual(rows(at.run(['check', 'newsletter', file, '--only-allowed', '--csv'])), ['email', ...allowed]);
  assert.deepEqual(rows(at.run(['check', 'newsletter', file, '--only-allowed', '--json'])).map((line) => JSON.parse(line)), allowed.map((address) => ({ address })));
});

test('check and audience: how often, and when last, where the topic offers it', (t) => {
  const at = list(t);
  at.sql("UPDATE topic SET offers_frequency = 1 WHERE key = 'newsletter'; UPDATE contact SET weekly = 2 WHERE email_key = 'ann@b.example'");
  at.run(['sent', 'newsletter', '--at', '2026-01-02T03:04:05Z'], 'bob+x@b.example\n');
  assert.deepEqual(rows(at.run(['check', 'newsletter', '--csv'], 'ann@b.example\nbob+x@b.example\n')),
    ['email,verdict,frequency,last_sent', 'ann@b.example,allow,weekly,', 'bob+x@b.example,allow,all,2026-01-02T03:04:05Z']);
  assert.deepEqual(at.run(['audience', 'newsletter', '--csv']).split('\r\n'),
    ['address,frequency,last_sent_at', 'ann@b.example,weekly,', 'Bob+x@b.example,all,2026-01-02T03:04:05Z', '']);
});

test('audience: whom check allows, and no other; the last line says that it is whole', (t) => {
  const at = list(t);
  const said = at.try(['audience', 'newsletter']);
  assert.deepEqual(rows(said.out), ['ann@b.example', 'Bob+x@b.example']);
  const position = Number(at.sql('SELECT max(position) FROM entry'));
  assert.equal(said.err, `assent audience: 2 may be mailed, at position ${position}.\n`);
  assert.deepEqual(rows(at.run(['audience', 'newsletter', '--json'])).map((line) => JSON.parse(line)),
    [{ address: 'ann@b.example' }, { address: 'Bob+x@b.example' }, { end: { position, count: 2 } }]);
  assert.deepEqual(rows(at.run(['audience', 'product_updates'])), []);
});

test('check: more than one batch, and what is asked twice', (t) => {
  const at = list(t);
  const many = Array.from({ length: 250000 }, (_, i) => (i % 1000 === 7 ? 'ann@b.example' : `p${(i * 7919) % 250000}@c.example`));
  assert.deepEqual(rows(at.run(['check', 'newsletter'], many.join('\n'))), many.map((one) => `${one}\t${one === 'ann@b.example' ? 'allow' : 'unknown'}`));
});

test('check and audience: what is misused or broken is said, with exit code 1 or 2', (t) => {
  const at = list(t);
  const broken = at.try(['check', 'newsletter'], 'ann@b.example\n"half\n');
  assert.equal(broken.code, 0);
  assert.match(broken.err, /line 2: a quoted field is not closed/);
  assert.deepEqual(rows(broken.out), ['ann@b.example\tallow', '\tinvalid']);
  for (const [args, input, status, words] of [
    [['check', 'news'], 'a@b.example', 1, /no topic "news"; there are: newsletter/],
    [['check', 'newsletter'], '', 1, /empty/],
    [['check', 'newsletter'], 'name,type\nx,y\n', 1, /no column named email/],
    [['check', 'newsletter', '/no/such/file'], '', 1, /No such file/],
    [['check', 'newsletter', '--csv', '--json'], 'a@b.example', 2, /--csv and --json/],
    [['audience', 'newsletter', '--csv', '--json'], '', 2, /--csv and --json/],
    [['check'], '', 2, /./],
    [['audience', 'news'], '', 1, /no topic/],
  ]) {
    const said = at.try(args, input);
    assert.equal(said.code, status, args.join(' '));
    assert.match(said.err, words);
    assert.equal(said.out, '');
  }
  assert.match(at.run(['check', '--help']), /--only-allowed/);
});
