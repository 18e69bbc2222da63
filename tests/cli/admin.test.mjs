// init, version, admin, settings.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { folder } from './lib/command.mjs';

const GOOD = 'nine purple kettles sing';

test('init makes the folder for its owner alone, once, and harms nothing later', async (t) => {
  const at = folder(t, { init: false });
  assert.deepEqual(at.json(['init', '--json']), { data: at.data, created: true });
  for (const name of ['.', 'keys', 'keys/master.key', 'assent.db']) {
    assert.equal(statSync(join(at.data, name)).mode & 0o077, 0, name);
  }
  const key = readFileSync(join(at.data, 'keys', 'master.key'));
  assert.equal(key.length, 32);
  at.run(['add', 'a@b.example']);
  const before = at.hash();
  assert.deepEqual(at.json(['init', '--json']), { data: at.data, created: false });
  assert.equal(at.hash(), before);
  assert.deepEqual(readFileSync(join(at.data, 'keys', 'master.key')), key);
});

test('init many times at once makes one list with one key', async (t) => {
  const at = folder(t, { init: false });
  const all = Array.from({ length: 8 }, () => at.start(['init']));
  for (const child of all) {
    assert.equal((await child.ended).code, 0, child.text.err);
  }
  assert.equal(at.json(['keys', 'list', '--json']).length, 1);
  assert.equal(readdirSync(join(at.data, 'keys')).length, 2);
});

test('init refuses a folder that can not be made, and a database whose key is gone', (t) => {
  const at = folder(t);
  at.write('file', '');
  assert.equal(at.try(['init'], '', { ASSENT_DATA: join(at.path, 'file') }).code, 1);
  rmSync(join(at.data, 'keys', 'master.key'));
  const lost = at.try(['init']);
  assert.equal(lost.code, 1);
  assert.match(lost.err, /master\.key/);
});

test('version', (t) => {
  const at = folder(t, { init: false });
  const version = at.json(['version', '--json']);
  assert.match(version.version, /^\d+\.\d+\.\d+$/);
  assert.ok(Number.isInteger(version.schema) && version.schema >= 1);
  assert.match(at.run(['--version']), /^assent \d/);
});

test('S1: an admin\'s password comes on standard input or is made here; its rules hold', (t) => {
  const at = folder(t);
  at.run(['admin', 'add', 'Ada@B.example', '--name', 'Ada'], `${GOOD}\n`);
  const made = at.json(['admin', 'add', 'bob@b.example', '--generate', '--json']);
  assert.ok(made.password.length >= 16);
  assert.deepEqual(at.json(['admin', 'list', '--json']).map(({ email, name }) => [email, name]), [['Ada@B.example', 'Ada'], ['bob@b.example', '']]);
  at.run(['admin', 'add', 'eve@b.example', '--generate', '--role', 'viewer']);
  assert.deepEqual(at.json(['admin', 'list', '--json']).map(({ role }) => role), ['owner', 'owner', 'viewer']);
  assert.equal(at.try(['admin', 'add', 'cy@b.example', '--generate', '--role', 'king']).code, 2);
  at.run(['admin', 'remove', 'eve@b.example']);
  const stored = at.sql('SELECT password FROM admin');
  assert.match(stored, /^\$argon2id\$/);
  assert.ok(!stored.includes(GOOD) && !stored.includes(made.password));
  const before = at.hash();
  for (const bad of ['', '\n', 'short\n', 'password1234\n', `${'x'.repeat(129)}\n`, `${'x'.repeat(5000)}\n`, 'nul\0inside the password\n']) {
    const done = at.try(['admin', 'add', 'cy@b.example'], bad);
    assert.equal(done.code, 1, JSON.stringify(bad.slice(0, 20)));
    assert.equal(at.try(['admin', 'passwd', 'ada@b.example'], bad).code, 1);
    assert.ok(bad.length < 6 || !done.err.includes(bad.trim()), 'a password is never repeated');
  }
  assert.equal(at.hash(), before);
  const taken = at.try(['admin', 'add', 'ada@b.EXAMPLE', '--generate']);
  assert.deepEqual([taken.code, taken.out], [1, '']);
  assert.match(taken.err, /already/);
});

test('admin passwd changes the hash and ends sessions; whose it is may be left out while there is one', (t) => {
  const at = folder(t);
  assert.equal(at.try(['admin', 'passwd', '--generate']).code, 1);
  at.run(['admin', 'add', 'ada@b.example', '--generate']);
  const before = at.sql('SELECT password FROM admin');
  at.sql("INSERT INTO session VALUES (zeroblob(32), 1, 1, 1, '', '')");
  assert.ok(at.json(['admin', 'passwd', '--generate', '--json']).password);
  assert.notEqual(at.sql('SELECT password FROM admin'), before);
  assert.equal(at.sql('SELECT count(*) FROM session').trim(), '0');
  at.run(['admin', 'add', 'bob@b.example', '--generate']);
  assert.equal(at.try(['admin', 'passwd', '--generate']).code, 2);
  at.run(['admin', 'passwd', 'bob@b.example'], GOOD);
  assert.equal(at.try(['admin', 'passwd', 'nobody@b.example', '--generate']).code, 1);
});

test('admin remove: not the last one', (t) => {
  const at = folder(t);
  at.run(['admin', 'add', 'ada@b.example', '--generate']);
  assert.match(at.try(['admin', 'remove', 'ada@b.example']).err, /last owner/);
  at.run(['admin', 'add', 'bob@b.example', '--generate']);
  at.run(['admin', 'remove', 'ADA@b.example']);
  assert.deepEqual(at.json(['admin', 'list', '--json']).map((admin) => admin.email), ['bob@b.example']);
  assert.equal(at.try(['admin', 'remove', 'ada@b.example']).code, 1);
  assert.equal(at.try(['admin', 'remove', 'bob@b.example']).code, 1);
  at.run(['admin', 'add', 'ada@b.example', '--generate']);
  assert.equal(at.json(['admin', 'list', '--json']).length, 2, 'one who was removed may come back');
});

test('admin invite, role, disable, enable: told, refused with the reason, and in the ledger', (t) => {
  const at = folder(t);
  at.run(['admin', 'add', 'ada@b.example', '--generate']);
  const invited = at.json(['admin', 'invite', 'Bo@b.example', '--name', 'Bo', '--json']);
  assert.match(invited.link, /\/admin\/invite\/[A-Za-z0-9_-]{43}$/);
  assert.equal(invited.role, 'viewer');
  const renewed = at.run(['admin', 'invite', 'bo@b.example']);
  assert.match(renewed, /shown this once/);
  assert.ok(!renewed.includes(invited.link), 'a new link');
  assert.match(at.try(['admin', 'invite', 'bo@b.example', '--role', 'owner']).err, /already/);
  assert.match(at.try(['admin', 'disable', 'bo@b.example']).err, /not taken the invitation up/);
  const list = () => at.json(['admin', 'list', '--json']).map(({ email, role, state, sees_addresses: sees }) => [email, role, state, sees]);
  assert.deepEqual(list(), [['ada@b.example', 'owner', 'active', true], ['Bo@b.example', 'viewer', 'invited', false]]);
  at.run(['admin', 'passwd', 'bo@b.example', '--generate']);
  at.run(['admin', 'role', 'bo@b.example', 'viewer', '--addresses', 'whole']);
  assert.deepEqual(list()[1], ['Bo@b.example', 'viewer', 'active', true]);
  for (const args of [['role', 'ada@b.example', 'manager'], ['disable', 'ada@b.example'], ['remove', 'ada@b.example']]) {
    assert.match(at.try(['admin', ...args]).err, /last owner/);
  }
  at.run(['admin', 'role', 'bo@b.example', 'owner']);
  at.run(['admin', 'disable', 'ada@b.example']);
  assert.match(at.run(['admin', 'disable', 'ada@b.example']), /as before/);
  assert.deepEqual(list()[0], ['ada@b.example', 'owner', 'disabled', true]);
  at.run(['admin', 'enable', 'ada@b.example']);
  assert.match(at.run(['admin', 'list']), /active +never signed in +Bo/);
  for (const args of [['role', 'bo@b.example', 'king'], ['role', 'bo@b.example', 'owner', '--addresses', 'whole'], ['invite', 'x@b.example', '--addresses', 'none']]) {
    assert.equal(at.try(['admin', ...args]).code, 2, args.join(' '));
  }
  assert.equal(at.try(['admin', 'role', 'nobody@b.example', 'owner']).code, 1);
  const notes = at.sql('SELECT note FROM entry_private ORDER BY position');
  assert.match(notes, /Bo@b\.example; role: viewer → owner/);
  assert.match(notes, /ada@b\.example; disabled\nada@b\.example; enabled/);
  at.run(['ledger', 'verify']);
});

test('settings: listed with their defaults, checked, recorded in the ledger', (t) => {
  const at = folder(t);
  const first = at.json(['settings', 'list', '--json']);
  assert.deepEqual(first, {
    brand_name: 'Assent', brand_postal_address: '', brand_privacy_url: '', brand_color: '#1f5fd6', brand_color_dark: '', welcome_words: '', goodbye_words: '', jurisdiction: '', retention: '', third_parties: '', factor_required: 'no',
    sender_name: '', sender_address: '', mailto_address: '', link_life_days: '400', join_open: 'yes', confirm_days: '7', client_days: '400', site_language: 'en',
  });
  at.run(['settings', 'set', 'brand_name', '  Brød & Brot  ']);
  at.run(['settings', 'set', 'link_life_days', '30']);
  assert.deepEqual(at.json(['settings', 'list', '--json']), { ...first, brand_name: 'Brød & Brot', link_life_days: '30' });
  assert.match(at.sql('SELECT note FROM entry_private ORDER BY position DESC LIMIT 1'), /^link_life_days: 400 → 30\n?$/);
  const before = at.hash();
  for (const [key, value] of [['link_life_days', '0'], ['link_life_days', '-5'], ['link_life_days', '10x'], ['link_life_days', '99999'], ['brand_privacy_url', 'javascript:alert(1)'], ['brand_privacy_url', 'https://x"onclick='], ['brand_name', 'x'.repeat(400)], ['no_such', 'x'],
    ['brand_color', 'red'], ['brand_color', '#ffcc00'], ['brand_color_dark', '#0b1f4d'], ['site_language', 'tlh'], ['join_open', 'maybe'], ['confirm_days', '91'], ['sender_address', 'ünï@b.example'], ['sender_address', 'nobody']]) {
    const done = at.try(['settings', 'set', '--', key, value]);
    assert.equal(done.code, 1, `${key} ${value}`);
  }
  assert.equal(at.hash(), before);
  at.run(['settings', 'set', 'link_life_days', '']);
  at.run(['settings', 'set', 'brand_name', '']);
  assert.deepEqual(at.json(['settings', 'list', '--json']), first);
});
