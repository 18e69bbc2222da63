// Requests that came by letter, phone or mail, from the command: noted, extended, closed, reopened, listed by deadline.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { folder } from './lib/command.mjs';

const SAMPLE = ['requests', 'add', '--kind', 'access', '--way', 'letter', '--received', '2026-01-31', '--who', 'Kim Poe', '--email', 'Kim@b.example', '--note', 'On paper'];

test('a request goes its whole way, and the ledger says each step', (t) => {
  const at = folder(t);
  assert.deepEqual(at.json(['requests', 'list', '--json']), []);
  const one = at.json([...SAMPLE, '--json']);
  assert.deepEqual(one, {
    id: 1, kind: 'access', way: 'letter', state: 'open', overdue: true, received_on: '2026-01-31', due_on: '2026-02-28', days_left: one.days_left,
    who: 'Kim Poe', email: 'Kim@b.example', person: null, note: 'On paper', extension: null, answer: null, closed_at: null, forgotten: false,
  });
  assert.ok(one.days_left < 0);
  at.run(['add', 'kim@b.example']);
  assert.equal(at.json(['requests', 'show', '1', '--json']).person, at.json(['show', 'kim@b.example']).public_id);
  assert.equal(at.json(['requests', 'extend', '1', '--reason', 'Many files', '--json']).due_on, '2026-04-30');
  assert.equal(at.try(['requests', 'extend', '1', '--reason', 'More']).code, 1);
  assert.equal(at.json(['requests', 'extend', '1', '--undo', '--json']).due_on, '2026-02-28');
  assert.equal(at.json(['requests', 'edit', '1', '--kind', 'erasure', '--received', '2024-01-31', '--json']).due_on, '2024-02-29');
  assert.equal(at.json(['requests', 'close', '1', '--json']).state, 'done');
  assert.deepEqual(at.json(['requests', 'list', '--json']), []);
  assert.equal(at.json(['requests', 'list', '--closed', '--json']).length, 1);
  assert.equal(at.json(['requests', 'reopen', '1', '--json']).state, 'open');
  assert.equal(at.json(['requests', 'close', '1', '--refused', '--reason', 'Not who they said', '--json']).answer, 'Not who they said');
  assert.match(at.run(['requests', 'list', '--closed']), /^1 +refused +due 2024-02-29 +erasure +Kim Poe$/m);
  assert.match(at.run(['requests', 'show', '1']), /^answer +Not who they said$/m);
  assert.equal(at.sql('SELECT group_concat(kind) FROM entry WHERE kind IN (29, 30)').trim(), '29,30,30,30,30,30,30');
});

test('those due first are listed first', (t) => {
  const at = folder(t);
  for (const day of ['2026-03-05', '2026-01-05', '2026-02-05']) at.run(['requests', 'add', '--kind', 'erasure', '--way', 'phone', '--who', day, '--received', day]);
  assert.deepEqual(at.json(['requests', 'list', '--json']).map((one) => one.due_on), ['2026-02-05', '2026-03-05', '2026-04-05']);
  assert.match(at.run(['requests', 'list']), /^2 +OVERDUE/);
});

test('what can not be right is refused with words, and nothing is written', (t) => {
  const at = folder(t);
  at.run(SAMPLE);
  const before = at.hash();
  for (const [args, code, words] of [
    [['requests', 'add', '--way', 'letter', '--who', 'K'], 2, /--kind and --way are needed/],
    [['requests', 'add', '--kind', 'wish', '--way', 'letter', '--who', 'K'], 1, /--kind takes access/],
    [['requests', 'add', '--kind', 'access', '--way', 'pigeon', '--who', 'K'], 1, /--way takes letter/],
    [['requests', 'add', '--kind', 'access', '--way', 'letter'], 1, /say who it was/],
    [['requests', 'add', '--kind', 'access', '--way', 'letter', '--email', 'x'], 1, /no mail address/],
    [['requests', 'add', '--kind', 'access', '--way', 'letter', '--who', 'K', '--received', '2999-01-01'], 1, /not one to come/],
    [['requests', 'extend', '1'], 1, /--reason is needed/],
    [['requests', 'close', '1', '--refused'], 1, /--reason is needed/],
    [['requests', 'reopen', '1'], 1, /can't be done/],
    [['requests', 'show', '7'], 1, /there is no request 7/],
    [['requests', 'show', 'x'], 2, /ID is the request's number/],
  ]) {
    const done = at.try(args);
    assert.equal(done.code, code, args.join(' '));
    assert.match(done.err, words, args.join(' '));
  }
  assert.equal(at.hash(), before);
});
