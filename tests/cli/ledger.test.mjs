// The ledger: verified, exported, and an export verified by another program that knows README.md alone.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { before, after, test } from 'node:test';
import { blake2b } from 'blakejs';
import nacl from 'tweetnacl';
import { Folder, command } from './lib/command.mjs';

const PEOPLE = 300;
let at;
let lines;
let file;

before(() => {
  at = new Folder();
  at.run(['init']);
  const rows = Array.from({ length: PEOPLE }, (_, i) => `p${i}@example.org,yes,${i % 3 ? 'weekly' : 'all'}`);
  at.run(['topics', 'set', 'newsletter', '--frequency', 'yes']);
  at.run(['import', at.write('people.csv', `email,newsletter,newsletter_frequency\n${rows.join('\n')}\n`), '--consent', 'ticked the box']);
  at.run(['optout', 'p7@example.org', '--note', 'said so by telephone']);
  at.run(['pause', 'p8@example.org', '--days', '7']);
  at.run(['ledger', 'checkpoint']);
  at.run(['add', 'later@example.org', '--topics', 'newsletter']);
  file = join(at.path, 'ledger.ndjson');
  at.run(['ledger', 'export', file]);
  lines = readFileSync(file, 'utf8').trimEnd().split('\n');
});
after(() => at?.end());

const verify = (...args) => at.try(['ledger', 'verify', ...args]);
const found = (...args) => JSON.parse(verify('--json', ...args).out).findings;

/** The export with its lines changed, verified from the file alone: what is found first. */
function changed(change, ...args) {
  const copy = [...lines];
  change(copy);
  const path = at.write('changed.ndjson', `${copy.join('\n')}\n`);
  const done = command(['ledger', 'verify', '--file', path, '--json', ...args], { cwd: at.path });
  const said = JSON.parse(done.out);
  assert.equal(done.code, said.whole ? 0 : 1);
  return said.findings.map(({ damage, position }) => [damage, position])[0];
}

// What follows is written from the README's section "The ledger's proof, for other programs".
const big = (value, bytes) => {
  const out = Buffer.alloc(bytes);
  let rest = BigInt.asUintN(bytes * 8, BigInt(value));
  for (let i = bytes - 1; i >= 0; i--, rest >>= 8n) {
    out[i] = Number(rest & 255n);
  }
  return out;
};
const hex = (text) => Buffer.from(text, 'hex');

function encoding(e) {
  const rates = [e.daily_before, e.daily_after, e.weekly_before, e.weekly_after];
  return Buffer.concat([
    big(e.position, 8), big(e.at, 8), big(e.kind, 2), big(e.contact, 8), hex(e.subject), big(e.previous, 8), big(e.undoes, 8),
    big(e.status_before, 1), big(e.status_after, 1), hex(e.choices_before), hex(e.choices_after),
    big(e.paused_before, 8), big(e.paused_after, 8), big(e.actor, 1), big(e.actor_id, 8),
    big(e.proof_kind, 1), big(e.proof.length / 2, 1), hex(e.proof), big(e.wording, 4), big(e.leave_reason, 1), hex(e.private_hash),
    ...(rates.some((rate) => !/^0+$/.test(rate)) ? rates.map(hex) : []),
  ]);
}

function anotherVerifier(text) {
  const all = text.trimEnd().split('\n').map((line) => JSON.parse(line));
  const { end } = all.pop();
  const hashes = [Buffer.alloc(32)];
  for (const entry of all) {
    assert.equal(entry.position, hashes.length);
    const hash = Buffer.from(blake2b(Buffer.concat([Buffer.from('assent-ledger-v1\0'), hashes.at(-1), encoding(entry)]), undefined, 32));
    assert.equal(hash.toString('hex'), entry.hash, `entry ${entry.position}`);
    hashes.push(hash);
  }
  assert.deepEqual([end.position, end.hash], [all.length, hashes.at(-1).toString('hex')]);
  const [body, seal] = end.checkpoint.split('\n\n');
  const [origin, position, hash] = body.split('\n');
  const [, name, sealed] = /^\u2014 (\S+) (\S+)\n$/.exec(seal);
  const key = Buffer.from(end.key, 'base64url');
  const bytes = Buffer.from(sealed, 'base64');
  assert.equal(origin, `assent-checkpoint-v1/${Buffer.from(blake2b(key, undefined, 32)).subarray(0, 4).toString('hex')}`);
  assert.equal(name, origin);
  assert.deepEqual(bytes.subarray(0, 4), createHash('sha256').update(`${name}\n\x01`).update(key).digest().subarray(0, 4));
  assert.ok(nacl.sign.detached.verify(Buffer.from(`${body}\n`), bytes.subarray(4), key));
  assert.equal(Buffer.from(hash, 'base64').toString('hex'), hashes[position].toString('hex'));
  return all.length;
}

test('an export and its checkpoint are verified by a program that knows the description alone', () => {
  assert.equal(anotherVerifier(readFileSync(file, 'utf8')), at.json(['ledger', '--json']).position);
  assert.throws(() => anotherVerifier(readFileSync(file, 'utf8').replace('"actor":5', '"actor":4')), /entry \d+/);
});

test('a whole ledger is said to be whole, with counts; the same from its export, with no database', () => {
  const done = verify();
  assert.equal(done.code, 0);
  assert.match(done.out, /^The ledger is whole: \d+ entries up to .*, 301 people, \d+ private texts, 1 checkpoint\.\nSigned up to entry \d+, /);
  const said = JSON.parse(verify('--json', '--threads', '3').out);
  const other = JSON.parse(command(['ledger', 'verify', '--file', file, '--json'], { cwd: at.path }).out);
  assert.ok(said.whole && other.whole);
  assert.deepEqual([said.entries, said.hash, said.checkpoint], [other.entries, other.hash, other.checkpoint]);
});

test('an export holds no name, address or note unless --private; it is for its owner’s eyes and replaces no file', () => {
  const text = readFileSync(file, 'utf8');
  assert.doesNotMatch(text, /example\.org|telephone|ticked|"private"/);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const again = at.try(['ledger', 'export', file]);
  assert.equal(again.code, 1);
  assert.match(again.err, /is there already/);
  assert.equal(readFileSync(file, 'utf8'), text);
  const all = at.run(['ledger', 'export', '--private']);
  assert.match(all, /"note":"said so by telephone"/);
  assert.equal(all.replaceAll(/,"private":\{.*?\}\}$/gm, '}'), text);
  assert.equal(command(['ledger', 'verify', '--file', at.write('private.ndjson', all)], { cwd: at.path }).code, 0);
  assert.ok(!existsSync(join(at.path, 'none')));
});

test('whatever is done to an export’s lines is found and named', () => {
  const middle = 150;
  const edit = (find, put) => (all) => (all[middle - 1] = all[middle - 1].replace(find, put));
  assert.equal(changed(() => {}), undefined);
  const entry = JSON.parse(lines[middle - 1]);
  for (const [name, value] of Object.entries(entry)) {
    const other = typeof value === 'number' ? value + 1 : value === '' ? '00' : value.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    const [damage, position] = changed((all) => (all[middle - 1] = JSON.stringify({ ...entry, [name]: other })));
    assert.deepEqual([damage, position], name === 'position' ? ['missing', middle] : ['altered', middle], name);
  }
  assert.deepEqual(changed((all) => all.splice(middle - 1, 1)), ['missing', middle]);
  assert.deepEqual(changed((all) => all.splice(0, 1)), ['missing', 1]);
  assert.deepEqual(changed((all) => all.splice(middle, 0, all[middle - 1])), ['reordered', middle]);
  assert.deepEqual(changed((all) => ([all[middle - 1], all[middle]] = [all[middle], all[middle - 1]])), ['reordered', middle]);
  assert.deepEqual(changed((all) => all.pop()), ['cut_short', lines.length]);
  assert.deepEqual(changed((all) => all.splice(-4)), ['cut_short', lines.length - 3]);
  assert.deepEqual(changed((all) => all.splice(-3, 2)), ['cut_short', lines.length - 2]);
  assert.deepEqual(changed(edit('"kind"', '"Kind"')), ['altered', middle]);
  assert.deepEqual(changed(edit('{', '{ ')), ['altered', middle], 'one entry has one line');
  assert.deepEqual(changed((all) => all.splice(middle, 0, 'more words')), ['altered', middle + 1]);
  assert.deepEqual(changed((all) => all.splice(0)), ['altered', 1], 'an empty line');
  const nothing = JSON.parse(command(['ledger', 'verify', '--file', at.write('nothing', ''), '--json'], { cwd: at.path }).out);
  assert.equal(nothing.findings[0].damage, 'cut_short');
});

test('a checkpoint in an export that was altered, or that another key should have signed, is told', () => {
  const end = JSON.parse(lines.at(-1)).end;
  assert.equal(changed((all) => all.push(all.pop().replace(/Z\\n\\n/, 'z\\n\\n')))[0], 'checkpoint_forged');
  const position = JSON.parse(verify('--json').out).checkpoint;
  assert.deepEqual(changed((all) => all.push(all.pop().replace(`\\n${position}\\n`, `\\n${position - 1}\\n`))), ['checkpoint_forged', position - 1]);
  assert.equal(changed(() => {}, '--key', end.key), undefined);
  const jwk = { keys: [{ purpose: 'assent-receipt-v1', x: 'A'.repeat(43) }, { purpose: 'assent-checkpoint-v1', x: end.key }] };
  assert.equal(changed(() => {}, '--key', at.write('keys.json', JSON.stringify(jwk))), undefined);
  assert.equal(changed(() => {}, '--key', Buffer.alloc(32, 7).toString('base64url'))[0], 'checkpoint_foreign');
  for (const key of ['nonsense', at.write('not.json', '{"keys":[]}')]) {
    assert.equal(verify('--file', file, '--key', key).code, 2);
  }
});

test('verify names what was altered in a database, when and how, and exits 1; nothing else is said to be whole', (t) => {
  const other = new Folder();
  t.after(() => other.end());
  other.run(['init']);
  for (const name of ['ann', 'bob', 'cyd']) {
    other.run(['add', `${name}@example.org`, '--topics', 'newsletter', '--consent', 'signed']);
  }
  const note = other.write('kept.txt', other.run(['ledger', 'checkpoint']));
  assert.equal(other.try(['ledger', 'verify', '--from-checkpoint', note]).code, 0);
  const head = other.json(['ledger', '--json']).position;
  other.sql("DROP TRIGGER entry_is_never_updated; UPDATE entry SET choices_after = 30 WHERE position = 3; CREATE TRIGGER entry_is_never_updated BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END");
  const done = other.try(['ledger', 'verify']);
  assert.equal(done.code, 1);
  assert.equal(done.out, '');
  assert.match(done.err, /^assent ledger verify: entry 3 of \d+ \w+ \d{4}, \d\d:\d\d UTC was altered: it does not fit the chain\.\n/);
  assert.match(done.err, /THE LEDGER IS NOT WHOLE/);
  const backup = join(other.data, 'assent.db');
  other.sql(`VACUUM INTO '${join(other.path, 'old.db')}'`);
  other.sql(`DROP TRIGGER entry_is_never_updated; UPDATE entry SET choices_after = 2 WHERE position = 3; DROP TRIGGER entry_is_never_deleted; DELETE FROM entry WHERE position = ${head}`);
  assert.ok(existsSync(backup));
  const [first] = JSON.parse(other.try(['ledger', 'verify', '--json', '--from-checkpoint', note]).out).findings;
  assert.deepEqual([first.damage, first.position, first.other], ['cut_short', head, head]);
});

test('the file of checkpoints beside the database is held against it without being asked', (t) => {
  const other = new Folder();
  t.after(() => other.end());
  other.run(['init']);
  other.run(['add', 'ann@example.org']);
  other.sql(`VACUUM INTO '${join(other.path, 'old.db')}'`);
  other.run(['add', 'bob@example.org']);
  other.run(['ledger', 'checkpoint']);
  const head = other.json(['ledger', '--json']).position;
  writeFileSync(join(other.data, 'assent.db'), readFileSync(join(other.path, 'old.db')));
  for (const end of ['-wal', '-shm']) {
    writeFileSync(join(other.data, `assent.db${end}`), '');
  }
  const [first] = JSON.parse(other.try(['ledger', 'verify', '--json']).out).findings;
  assert.deepEqual([first.damage, first.position], ['cut_short', head]);
});

test('files that are not there, hold nothing or can’t be read in pieces are told so', () => {
  for (const [args, code, words] of [
    [['--file', 'none.ndjson'], 1, /there is no file none\.ndjson/],
    [['--file', '/dev/null'], 1, /save it first/],
    [['--from-checkpoint', 'none.txt'], 1, /none\.txt/],
    [['--from-checkpoint', at.write('empty.txt', 'nothing here\n')], 1, /holds no checkpoint/],
    [['--threads', '0'], 2, /--threads must be a number/],
    [['--key', 'A'.repeat(43)], 2, /--key goes with --file/],
  ]) {
    const done = verify(...args);
    assert.equal(done.code, code, args.join(' '));
    assert.match(done.err, words);
    assert.equal(done.out, '');
  }
  assert.equal(found().length, 0);
});
