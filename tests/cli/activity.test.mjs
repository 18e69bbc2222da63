// activity: the ledger by who, what, topic, day and person, as lines, CSV and JSON.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { spawnSync } from 'node:child_process';
import { assent, folder } from './lib/command.mjs';

let at;
const cleanups = [];
const positions = (text) => text.split('\n').filter((line) => /^\d/.test(line)).map((line) => Number(/^\d+/.exec(line)[0]));
const json = (args) => at.run(['activity', '--json', ...args]).split('\n').filter(Boolean).map((line) => JSON.parse(line));
const ledger = (where = '1') => at.sql(`SELECT position FROM entry WHERE ${where} ORDER BY position DESC`).trim().split('\n').filter(Boolean).map(Number);

before(() => {
  at = folder({ after: (end) => cleanups.push(end) });
  at.run(['import', at.write('people.csv', `email,name,newsletter\n${Array.from({ length: 130 }, (_, i) => `p${i}@b.example,Person ${i},yes`).join('\n')}\n`)]);
  at.run(['add', 'ann@b.example', '--name', 'Ann Smith', '--topics', 'marketing']);
  at.run(['add', 'bob@b.example', '--name', 'Bob Smith', '--topics', 'newsletter']);
  at.run(['optout', 'ann@b.example', '--note', 'On the \u001b[31mphone']);
});
after(() => cleanups.forEach((end) => end()));

test('activity: the newest hundred, newest first, with who and what; --limit and --before go on', () => {
  const text = at.run(['activity']);
  const all = ledger();
  assert.deepEqual(positions(text), all.slice(0, 100));
  assert.match(text, /^\d+ +\d+ \w+ \d{4}, \d\d:\d\d UTC +Opted out; Marketing off\n +of Ann Smith <ann@b\.example>\n +by the operator, command on the server\n/);
  assert.ok(!text.includes('\u001b'), 'no control character reaches the terminal');
  assert.deepEqual(positions(at.run(['activity', '--limit', '3'])), all.slice(0, 3));
  assert.deepEqual(positions(at.run(['activity', '--limit', '2', '--before', String(all[2])])), all.slice(3, 5));
  assert.deepEqual(positions(at.run(['activity', '--limit', '100000'])), all);
});

test('activity --json and --csv: all that fits, an entry a line', () => {
  assert.deepEqual(json([]).map((one) => one.position), ledger());
  const [out] = json(['--kind', 'opted_out']);
  assert.deepEqual([out.what, out.actor, out.person.email, out.before.topics, out.note], ['Opted out; Marketing off', 'operator', 'ann@b.example', ['marketing'], 'On the \u001b[31mphone']);
  const lines = at.run(['activity', '--csv', '--kind', 'added']).trimEnd().split('\r\n');
  assert.match(lines[0], /position,at,kind,/);
  assert.deepEqual(lines.slice(1).map((line) => Number(line.split(',')[0])), ledger('kind = 1'));
});

test('activity: filters combine', () => {
  const views = [
    [['--actor', 'import', '--topic', 'newsletter'], 'actor = 6 AND choices_after & 2'],
    [['--actor', 'import:1', '--kind', 'imports'], 'actor = 6 AND kind IN (16, 17)'],
    [['--person', 'ann@b.example'], "contact = (SELECT id FROM contact WHERE email_key = 'ann@b.example')"],
    [['--person', 'Ann Sm', '--kind', 'added'], "kind = 1 AND contact = (SELECT id FROM contact WHERE email_key = 'ann@b.example')"],
    [['--from', '2020-01-01', '--to', '2999-12-31', '--actor', 'operator'], 'actor = 5'],
    [['--to', '2020-01-01T00:00:00Z'], '0'],
  ];
  for (const [args, where] of views) {
    assert.deepEqual(json(args).map((one) => one.position), ledger(where), args.join(' '));
  }
  const id = json(['--person', 'ann@b.example'])[0].person.public_id;
  assert.equal(json(['--person', id]).length, 2);
  const none = at.try(['activity', '--actor', 'mailto']);
  assert.deepEqual([none.code, none.out], [0, '']);
  assert.match(none.err, /nothing matches/);
});

test('activity: what can’t be read is said, and nothing shown', () => {
  const refusals = [
    [['--actor', 'gossip'], 2, /--actor must be/], [['--kind', 'gossip'], 2, /--kind is none/],
    [['--topic', 'nosuch'], 2, /--topic is none/], [['--from', 'soon'], 2, /--from must be a day/],
    [['--to', '2026-02-30'], 2, /--to must be a day/], [['--from', '2026-02-02', '--to', '2026-02-01'], 2, /--to is before --from/],
    [['--before', '1'], 2, /--before must be/], [['--before', 'x'], 2, /--before must be/], [['--limit', '0'], 2, /--limit must be/],
    [['--csv', '--json'], 2, /can't be had at once/], [['--person', 'nobody here'], 1, /nobody is "nobody here"/],
    [['--person', 'smith'], 1, /several people are "smith"[\s\S]*ann@b\.example[\s\S]*bob@b\.example/], [['extra'], 2, /one argument too many/],
  ];
  for (const [args, code, words] of refusals) {
    const said = at.try(['activity', ...args]);
    assert.deepEqual([said.code, said.out], [code, ''], args.join(' '));
    assert.match(said.err, words);
  }
});

test('activity: a full disk is no whole list', () => {
  const done = spawnSync('sh', ['-c', `"${assent}" activity --csv > /dev/full`], { cwd: at.path, env: { ...process.env, ...at.env }, encoding: 'utf8' });
  assert.equal(done.status, 1);
  assert.match(done.stderr, /not whole/);
});
