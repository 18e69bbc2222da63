// receipt verify: what is valid, what is not and why, what it says, and where the ledger differs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { remove } from '../http/lib/remove.mjs';
import { serve } from '../http/lib/server.mjs';
import { command } from './lib/command.mjs';

let server;
let folder;
let text; // a receipt as it is saved
let keys;

const write = (name, content) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const verify = (...args) => server.try(['receipt', 'verify', ...args]);

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assent-receipt-'));
  server = await serve({ admin: false });
  server.add('anna@example.org', { topics: 'newsletter,marketing' });
  const { manage } = server.links('anna@example.org');
  const saved = await server.ask({ method: 'POST', path: manage, body: 'do=save&shown=marketing', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
  const [, entry] = /receipt\?entry=(\d+)/.exec(saved.body);
  text = (await server.ask({ path: `${manage}/receipt?entry=${entry}&format=json` })).body;
  keys = (await server.ask({ path: '/.well-known/assent/keys.json' })).body;
  write('receipt.json', text);
  write('keys.json', keys);
});
after(async () => {
  await server?.stop();
  remove(folder);
});

test('a valid receipt: exit 0, and what it says in words, with the person and the ledger here', () => {
  const { receipt } = JSON.parse(text);
  for (const done of [verify(join(folder, 'receipt.json')), server.try(['receipt', 'verify', '-'], text),
    verify(write('indented.json', `\ufeff${JSON.stringify(JSON.parse(text), null, 2).replaceAll('\n', '\r\n')}`))]) {
    assert.equal(done.status, 0, done.stderr);
    assert.equal(done.stderr, '');
    assert.match(done.stdout, /^Valid: signed with the key [0-9a-f]{8} of this installation/);
    assert.match(done.stdout, /Marketing: withdrawn/);
    assert.match(done.stdout, /choices, by recipient; consent given/);
    assert.match(done.stdout, /that hash; the person is a•••••@example.org/);
    assert.ok(done.stdout.includes(receipt.receipt_id) && done.stdout.includes(receipt.pii_principal_id));
  }
  const json = server.json(['receipt', 'verify', '--json', join(folder, 'receipt.json')]);
  assert.deepEqual([json.valid, json.verdict, json.receipt_id, json.principal, json.time, json.hash],
    [true, 'valid', receipt.receipt_id, receipt.pii_principal_id, receipt.event.time, receipt.ledger.hash]);
  assert.deepEqual(json.ledger, { entry: 'fits', blanked: false, erased: false, address: 'a•••••@example.org' });
});

test('with keys from elsewhere no data folder is needed', () => {
  const env = { ASSENT_DATA: join(folder, 'none') };
  const [{ x, kid }] = JSON.parse(keys).keys;
  for (const key of [join(folder, 'keys.json'), x]) {
    const done = command(['receipt', 'verify', '--key', key, join(folder, 'receipt.json')], { env });
    assert.equal(done.code, 0, done.err);
    assert.match(done.out, new RegExp(`^Valid: signed with the key ${kid}, `));
    assert.doesNotMatch(done.out, /Here|example\.org/);
  }
  const other = command(['receipt', 'verify', '--key', 'A'.repeat(43), join(folder, 'receipt.json')], { env });
  assert.equal(other.code, 1);
  assert.match(other.err, new RegExp(`names the key ${kid}, which is not among those given`));
});

test('what is not valid: exit 1, nothing of what it says, and the reason', () => {
  const wrapped = text.replace(/(.{76})/g, '$1\n');
  for (const [content, reason] of [
    ['', /empty/], ['{', /ends too early/], ['[1]', /no receipt/], ['{"a":1}', /no receipt/], ['no', /not JSON/], [wrapped, /line break/],
    [`${text}x`, /behind the receipt/], [text.replace('given', 'taken'), /did not sign this/], [text.replace('"state"', '"type":"x","state"'), /twice/],
    [text.replace(/"position":(\d+)/, '"position":$1.0'), /fraction/], [Buffer.from([0x7b, 0xff]), /UTF-8/], ['['.repeat(99), /nested/],
    [' '.repeat(50000) + text, /longer/], [text.replace('"Ed25519"', '"none"'), /Ed25519/],
    [text.replace(/"key":"[0-9a-f]{8}"/, '"key":"00000000"'), /names the key 00000000, which is not this installation/],
  ]) {
    const path = write('bad.json', content);
    const done = verify(path);
    const where = String(content).slice(0, 60);
    assert.deepEqual([done.status, done.stdout], [1, ''], `${where}: ${done.stderr}`);
    assert.match(done.stderr, /not valid/, where);
    assert.match(done.stderr, reason, where);
    const json = verify('--json', path);
    assert.equal(json.status, 1);
    assert.deepEqual(Object.keys(JSON.parse(json.stdout)).filter((key) => !['valid', 'verdict', 'fault', 'key'].includes(key)), []);
    assert.equal(JSON.parse(json.stdout).valid, false);
  }
});

test('misuse: exit 2; what can’t be read: exit 1', () => {
  const receipt = join(folder, 'receipt.json');
  for (const args of [[], [receipt, receipt], ['--key', join(folder, 'none'), receipt], ['--key', receipt, receipt], ['--key', 'AAAA', receipt], ['--keys', 'x', receipt]]) {
    const done = verify(...args);
    assert.equal(done.status, 2, `${args}: ${done.stderr}`);
    assert.equal(done.stdout, '');
    assert.match(done.stderr, /assent receipt verify: /);
  }
  assert.equal(verify(join(folder, 'none')).status, 1);
  assert.equal(verify(folder).status, 1);
});

test('what README says about openssl and jq holds as it stands there', () => {
  const readme = readFileSync('README.md', 'utf8');
  const [, script] = /```sh\n(curl -s https:\/\/mail\.example\.org\/\.well-known\/assent\/keys\.json >keys\.json\n[^`]+)```/.exec(readme);
  const commands = script.replace(/^curl.*\n/, '');
  const run = () => execFileSync('sh', ['-ec', commands], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  assert.match(run(), /Verified Successfully/);
  write('receipt.json', JSON.stringify(JSON.parse(text), null, 2));
  assert.match(run(), /Verified Successfully/);
  write('receipt.json', text.replace('given', 'taken'));
  assert.throws(run);
  write('receipt.json', text);
});

test('a good signature over an entry that the ledger here has not, or has otherwise: exit 1, and which', () => {
  // The same key with another history: as after a restore from an older copy, and after tampering.
  const hash = JSON.parse(text).receipt.ledger;
  const rows = server.sql(`SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'entry'`);
  assert.match(rows, /entry/);
  const triggers = server.sql(`SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'entry'`).trim().split('\n');
  server.sql(`${triggers.map((name) => `DROP TRIGGER ${name};`).join('')} UPDATE entry SET hash = zeroblob(32) WHERE position = ${hash.position}`);
  const altered = verify(join(folder, 'receipt.json'));
  assert.equal(altered.status, 1);
  assert.match(altered.stderr, /signature is good, but the ledger's entry here has another hash/);
  server.sql(`PRAGMA foreign_keys = OFF; DELETE FROM entry WHERE position = ${hash.position}`);
  const gone = verify('--json', join(folder, 'receipt.json'));
  assert.equal(gone.status, 1);
  assert.deepEqual([JSON.parse(gone.stdout).valid, JSON.parse(gone.stdout).ledger.entry], [true, 'absent']);
  assert.match(verify(join(folder, 'receipt.json')).stderr, /no such entry/);
});
