// Backups of the database: made beside writers, whole or not at all; put back with every no kept.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readFileSync, readdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, after, test } from 'node:test';
import { Folder, folder } from './lib/command.mjs';

const list = ['out', 'off', 'paused', 'gone', 'stays', 'own'].map((name) => `${name}@example.com`);
let at;

before(() => {
  at = new Folder();
  at.run(['init']);
  at.run(['import', at.write('people.csv', `email,newsletter,marketing\n${list.map((email) => `${email},yes,yes`).join('\n')}\n`), '--consent', 'a form']);
  at.run(['ledger', 'checkpoint']);
});
after(() => at?.end());

const file = (name) => join(at.path, name);
const verdicts = (folder, topic, emails) =>
  Object.fromEntries(folder.run(['check', topic, '-'], `${emails.join('\n')}\n`).trim().split('\n').map((line) => line.split('\t')));

test('a backup is made while others write, is whole, and says what it holds', async () => {
  const writer = spawn('sh', ['-c', 'i=0; while [ $i -lt 400 ]; do i=$((i+1)); sqlite3 -cmd ".timeout 5000" "$1" "UPDATE meta SET value = value WHERE key = \'public_id_key\'"; done', '-', join(at.data, 'assent.db')]);
  const made = at.json(['backup', file('one.db'), '--json']);
  writer.kill();
  assert.equal(made.people, list.length);
  assert.equal(made.checkpoint > 0, true);
  assert.equal(statSync(file('one.db')).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(at.path).filter((name) => name.startsWith('one.db')), ['one.db']);
});

test('a file is not overwritten unasked, the database itself never', () => {
  const old = readFileSync(file('one.db'));
  const refused = at.try(['backup', file('one.db')]);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /is there already\. Name another, or give --force/);
  assert.deepEqual(readFileSync(file('one.db')), old);
  at.run(['backup', file('one.db'), '--force', '--full-speed']);
  assert.match(at.try(['backup', join(at.data, 'assent.db'), '--force']).err, /is the database itself/);
  assert.match(at.try(['backup', at.path]).err, /is a folder; name a file in it/);
});

test('where there is no room the words say so, and nothing half is left', () => {
  const done = spawnSync('sh', ['-c', 'trap "" XFSZ; ulimit -f 64; exec "$0" backup "$1"', process.env.ASSENT_BUILD ? join(process.env.ASSENT_BUILD, 'assent') : 'build/assent', file('small.db')],
    { env: { ...process.env, ...at.env }, encoding: 'utf8' });
  assert.equal(done.status, 1);
  assert.match(done.stderr, /small\.db.*No backup was made/);
  assert.deepEqual(readdirSync(at.path).filter((name) => name.startsWith('small')), []);
});

test('what a killed run left is taken over, and two at once on one file are told', () => {
  writeFileSync(file('killed.db.partial'), 'half');
  at.run(['backup', file('killed.db')]);
  assert.equal(existsSync(file('killed.db.partial')), false);
  const held = spawnSync('flock', [file('two.db.partial'), join(process.env.ASSENT_BUILD ?? 'build', 'assent'), 'backup', file('two.db')],
    { env: { ...process.env, ...at.env }, encoding: 'utf8' });
  assert.equal(held.status, 1);
  assert.match(held.stderr, /another process writes/);
});

test('every no that was said since is carried over, and no yes', () => {
  at.run(['admin', 'add', 'owner@example.com', '--generate']);
  at.run(['admin', 'add', 'fired@example.com', '--generate']);
  at.run(['backup', file('before.db')]);
  at.run(['admin', 'disable', 'fired@example.com']);
  at.run(['optout', 'out@example.com']);
  at.run(['optout', 'off@example.com', '--topic', 'newsletter']);
  at.run(['pause', 'paused@example.com', '--days', '20']);
  at.run(['erase', 'gone@example.com', '--reason', 'they asked', '--yes']);
  at.run(['add', 'stranger@example.com', '--topics', 'newsletter']);
  at.run(['optout', 'stranger@example.com']);
  at.run(['add', 'joined@example.com', '--topics', 'newsletter']);
  const token = at.json(['link', 'own@example.com', '--topic', 'marketing', '--json']).unsubscribe.split('/u/')[1];
  at.run(['mailto', `unsubscribe+${token}@example.com`], `From: own@example.com\nTo: unsubscribe+${token}@example.com\nSubject: unsubscribe ${token}\n\n`);
  const key = at.json(['keys', 'new', '--json']).id;
  const spare = at.json(['keys', 'list', '--json']).find((row) => row.id !== key).id;
  at.run(['keys', 'revoke', spare, '--yes']);

  const done = at.json(['restore', file('before.db'), '--yes', '--json']);
  assert.deepEqual(done.carried, { opted_out: 1, narrowed: 3, strangers: 1, erased: 1, blocked: 0, link_keys: 2, api_keys: 0, admins: 1 });
  assert.deepEqual(verdicts(at, 'newsletter', [...list, 'stranger@example.com', 'joined@example.com']), {
    'out@example.com': 'opted_out', 'off@example.com': 'topic_off', 'paused@example.com': 'paused', 'gone@example.com': 'suppressed',
    'stays@example.com': 'allow', 'own@example.com': 'allow', 'stranger@example.com': 'opted_out', 'joined@example.com': 'unknown',
  });
  assert.equal(verdicts(at, 'marketing', ['own@example.com'])['own@example.com'], 'topic_off');
  assert.deepEqual(at.json(['keys', 'list', '--json']).map((row) => [row.id, row.state]), [[key, 'signing'], [spare, 'revoked']]);
  assert.match(at.run(['history', 'out@example.com']), /carried over when a backup was put back/);
  at.run(['ledger', 'verify']);
  // An old file brings nobody back: the topic that a person turned off by their own hand stays off, too.
  at.try(['import', at.write('old.csv', `email,newsletter,marketing\n${['own', 'out', 'stranger', 'gone'].map((name) => `${name}@example.com,yes,yes`).join('\n')}\n`)]);
  assert.equal(verdicts(at, 'marketing', ['own@example.com'])['own@example.com'], 'topic_off');
  assert.equal(verdicts(at, 'newsletter', ['stranger@example.com'])['stranger@example.com'], 'opted_out');

  const undone = at.json(['restore', done.aside, '--yes', '--json', '--without-noes']);
  assert.equal(verdicts(at, 'newsletter', ['joined@example.com'])['joined@example.com'], 'allow');
  assert.ok(undone.aside);
  at.run(['ledger', 'verify']);
});

test('a file that is not sound is refused in words, and nothing changes', () => {
  const whole = readFileSync(file('before.db'));
  const hash = at.hash();
  const cases = [
    [Buffer.from('no database at all'), /no database of this program, or cut off/],
    [whole.subarray(0, whole.length - 8192), /no database of this program, or cut off/],
    [Buffer.concat([whole.subarray(0, 60), Buffer.from([0, 0, 0, 99]), whole.subarray(64)]), /made by a newer one/],
  ];
  for (const [bytes, words] of cases) {
    writeFileSync(file('bad.db'), bytes);
    const done = at.try(['restore', file('bad.db'), '--yes']);
    assert.equal(done.code, 1);
    assert.match(done.err, words);
    assert.match(done.err, /Nothing was changed/);
  }
  copyFileSync(file('before.db'), file('rewritten.db'));
  spawnSync('sqlite3', [file('rewritten.db'), 'DROP TRIGGER entry_is_never_updated; UPDATE entry SET at = at - 5 WHERE position = 4; PRAGMA wal_checkpoint(TRUNCATE)']);
  const done = at.try(['restore', file('rewritten.db'), '--yes']);
  assert.match(done.err, /ledger of .* is not whole: entry \d+/);
  assert.match(at.try(['restore', file('nothing.db'), '--yes']).err, /there is no file/);
  assert.equal(at.hash(), hash);
  assert.deepEqual(readdirSync(at.data).filter((name) => name.includes('restoring')), []);
});

test('another installation\'s backup is refused by its keys', (t) => {
  const other = folder(t);
  assert.match(other.try(['restore', file('before.db'), '--yes']).err, /does not fit the keys/);
});

test('keys go into a file that its passphrase alone opens, and come back on a new machine', (t) => {
  const words = 'five words of a dictionary\n';
  const made = at.try(['keys', 'backup', file('keys.box')], words);
  assert.match(made.out, /holds 3 keys, encrypted/);
  assert.equal(statSync(file('keys.box')).mode & 0o777, 0o600);
  assert.equal(readFileSync(file('keys.box')).includes(readFileSync(join(at.data, 'keys', 'master.key'))), false);
  assert.match(at.try(['keys', 'backup', file('keys.box')], words).err, /is there already/);
  assert.match(at.try(['keys', 'backup', file('weak.box')], 'elevenchars\n').err, /12 characters at least/);
  const secret = at.write('passphrase', words);
  chmodSync(secret, 0o644);
  assert.match(at.try(['keys', 'backup', file('other.box'), '--passphrase-file', secret]).err, /others can read/);
  chmodSync(secret, 0o600);

  const fresh = folder(t, { init: false });
  assert.match(fresh.try(['keys', 'restore', file('keys.box')], 'six words of a dictionary\n').err, /the passphrase is another one, or .* was changed since/);
  assert.equal(existsSync(fresh.data), false);
  fresh.run(['keys', 'restore', file('keys.box'), '--passphrase-file', secret]);
  fresh.run(['restore', file('before.db'), '--yes']);
  fresh.run(['ledger', 'verify']);
  assert.ok(fresh.json(['link', 'stays@example.com', '--json']).manage);

  const other = folder(t);
  const key = readFileSync(join(other.data, 'keys', 'master.key'));
  assert.match(other.try(['keys', 'restore', file('keys.box')], words).err, /is another key\. Nothing was written/);
  assert.deepEqual(readFileSync(join(other.data, 'keys', 'master.key')), key);
  assert.match(other.run(['keys', 'restore', file('keys.box'), '--force'], words), /1 that differed are kept/);
  assert.equal(readdirSync(join(other.data, 'keys')).filter((name) => name.startsWith('master.key.before-restore')).length, 1);
  writeFileSync(file('keys.box'), 'not a box');
  assert.match(other.try(['keys', 'restore', file('keys.box')], words).err, /no backup of keys/);
});

test('a present file that can not be read is kept aside all the same', () => {
  const db = join(at.data, 'assent.db');
  const page = Buffer.alloc(4096 * 3, 0xff);
  const bytes = readFileSync(db);
  page.copy(bytes, 4096 * 2);
  writeFileSync(db, bytes);
  const done = at.try(['restore', file('before.db'), '--yes']);
  assert.equal(done.code, 0, done.err);
  assert.match(done.out, /NOTHING CAN BE CARRIED OVER/);
  const [, aside] = done.out.match(/kept as (\S+)\.\n/);
  assert.deepEqual(readFileSync(aside), bytes);
  at.run(['ledger', 'verify']);
});

test('nothing is restored while a process has the database, and without a word nothing at all', async () => {
  const holder = spawn('sqlite3', [join(at.data, 'assent.db')], { stdio: ['pipe', 'pipe', 'ignore'] });
  const opened = new Promise((done) => holder.stdout.once('data', done));
  holder.stdin.write('SELECT count(*) FROM contact;\n');
  await opened;
  const refused = at.try(['restore', file('before.db'), '--yes']);
  assert.equal(refused.code, 1);
  assert.match(refused.err, new RegExp(`process ${holder.pid} has .*Stop it first`));
  const ended = new Promise((done) => holder.once('exit', done));
  holder.stdin.end();
  await ended;
  assert.equal(at.try(['restore', file('before.db')]).code, 2);
  unlinkSync(file('before.db'));
});

test('a no that comes while a backup is put back is either refused or kept', async (t) => {
  const own = folder(t);
  const people = Array.from({ length: 40 }, (_, i) => `p${i}@example.com`);
  own.run(['import', own.write('people.csv', `email,newsletter\n${people.map((email) => `${email},yes`).join('\n')}\n`), '--consent', 'a form']);
  own.run(['backup', join(own.path, 'all.db')]);
  const restoring = own.start(['restore', join(own.path, 'all.db'), '--yes']);
  for (const draft = join(own.data, 'assent.db.restoring'); restoring.exitCode === null && !existsSync(draft); ) {
    await new Promise((done) => setTimeout(done, 2));
  }
  const said = [];
  for (const email of people) {
    const child = own.start(['optout', email]);
    said.push(child.ended.then(({ code }) => (code === 0 ? email : undefined)));
    await new Promise((done) => setTimeout(done, 4));
  }
  const noes = (await Promise.all(said)).filter(Boolean);
  assert.equal((await restoring.ended).code, 0, restoring.text.err);
  const now = verdicts(own, 'newsletter', noes);
  assert.deepEqual(noes.filter((email) => now[email] === 'allow'), []);
});
