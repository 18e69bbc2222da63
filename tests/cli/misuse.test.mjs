// Help, exit codes, and arguments that no one should give.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { command, folder } from './lib/command.mjs';

/** A sender's public key. */
const PUBLIC = 'X96BKfWPdRjaJRnjToWVScfCusdqILAVNWpQx1o3_v4';
const VERBS = [
  'init', 'serve', 'certificate', 'import', 'add', 'show', 'history', 'activity', 'data', 'erase', 'optout', 'pause', 'overview', 'stats', 'topics', 'topics set', 'wording list', 'wording show', 'link', 'links', 'check', 'asof', 'audience', 'sent', 'mailto',
  'keys list', 'keys new', 'keys rotate', 'keys add', 'keys retire', 'keys revoke', 'keys backup', 'keys restore', 'approvals list', 'approvals on', 'approvals off',
  'courier', 'hooks list', 'hooks add', 'hooks test', 'hooks secret', 'hooks rotate', 'hooks stop', 'hooks resume', 'hooks replay', 'hooks remove', 'hooks restore', 'apikey new', 'apikey list', 'apikey revoke',
  'requests list', 'requests show', 'requests add', 'requests edit', 'requests extend', 'requests close', 'requests reopen',
  'admin add', 'admin passwd', 'admin list', 'admin invite', 'admin role', 'admin disable', 'admin enable', 'admin factor', 'admin remove', 'receipt verify', 'settings list', 'settings set', 'version',
  'backup', 'restore', 'doctor', 'ledger', 'ledger verify', 'ledger export', 'ledger checkpoint',
];
/** Arguments that are enough for the verb to try its work. */
const WORDS = {
  import: ['people.csv'], add: ['a@b.example'], show: ['a@b.example'], history: ['a@b.example'], optout: ['a@b.example'], pause: ['a@b.example', '--days', '7'],
  link: ['a@b.example'], links: ['people.csv'], check: ['newsletter', 'people.csv'], asof: ['a@b.example', 'newsletter', '2026-01-31'], audience: ['newsletter'], sent: ['newsletter', 'people.csv'], 'keys add': ['--public', PUBLIC, '--owner', 'x'], 'keys retire': ['00000000'],
  'keys revoke': ['00000000', '--yes'], 'admin add': ['a@b.example', '--generate'], 'admin passwd': ['--generate'], 'admin remove': ['a@b.example'], 'admin factor': ['a@b.example'],
  'admin invite': ['a@b.example'], 'admin role': ['a@b.example', 'viewer'], 'admin disable': ['a@b.example'], 'admin enable': ['a@b.example'],
  'settings set': ['brand_name', 'x'], 'topics set': ['newsletter', '--on-join', 'no'],
  'hooks add': ['https://example.com/'], 'hooks test': ['1'], 'hooks secret': ['1'], 'hooks rotate': ['1'], 'hooks stop': ['1'], 'hooks resume': ['1'], 'hooks replay': ['1'], 'hooks remove': ['1'], 'hooks restore': ['1'],
  data: ['a@b.example'], erase: ['a@b.example', '--reason', 'by letter', '--yes'], 'wording show': ['1'],
  'requests show': ['1'], 'requests add': ['--kind', 'erasure', '--way', 'letter', '--who', 'A'], 'requests edit': ['1', '--note', 'x'],
  'requests extend': ['1', '--reason', 'x'], 'requests close': ['1', '--reason', 'x'], 'requests reopen': ['1'],
  'keys backup': ['k.box'], 'keys restore': ['k.box'], backup: ['a.db'], restore: ['a.db', '--yes'], 'apikey new': ['JMS', '--scopes', 'check'], 'apikey revoke': ['1'], 'receipt verify': ['receipt.json'],
};

test('every verb has help on standard output and exits 0', () => {
  const list = command(['--help']);
  assert.equal(list.code, 0);
  for (const verb of VERBS) {
    assert.match(list.out, new RegExp(`^  ${verb} `, 'm'), `${verb} stands in the list`);
    for (const flag of ['--help', '-h']) {
      const help = command([...verb.split(' '), flag]);
      assert.equal(help.code, 0, verb);
      assert.equal(help.err, '');
      assert.match(help.out, new RegExp(`^Usage: assent ${verb}`));
      assert.match(help.out, /--help/);
    }
  }
  const listed = list.out.split('\n').filter((line) => /^ {2}\S/.test(line)).length;
  assert.equal(listed, VERBS.length, 'no verb is listed that is not tested here');
});

test('no verb, an unknown verb and half a verb are misuse: exit 2, words on standard error only', () => {
  for (const args of [[], ['frobnicate'], ['keys'], ['keys', 'eat'], ['admin'], ['settings', 'listt'], [''], ['--frob'], ['-x']]) {
    const done = command(args);
    assert.equal(done.code, 2, JSON.stringify(args));
    assert.equal(done.out, '');
    assert.notEqual(done.err, '');
  }
  for (const family of ['keys', 'admin', 'settings']) {
    assert.equal(command([family, '--help']).code, 0);
  }
});

test('wrong options and numbers of arguments are misuse, and say where the help is', (t) => {
  const at = folder(t);
  const before = at.hash();
  for (const args of [
    ['show'], ['show', 'a@b.example', 'c@d.example'], ['show', '--bogus', 'a@b.example'], ['stats', 'now'], ['overview', '--by', 'year'], ['overview', '--span', '1'], ['overview', '--of', 'x'], ['overview', '--plot', 'ways'], ['overview', '--csv', '--json'], ['add'], ['add', 'a@b.example', '--name'],
    ['add', 'a@b.example', '--name', 'A', '--name', 'B'], ['add', 'a@b.example', '--type', 'robot'], ['add', 'a@b.example', '--consent', '  '],
    ['stats', '--json=yes'], ['history', 'a@b.example', '--limit', '0'], ['history', 'a@b.example', '--limit', '1e3'], ['history', 'a@b.example', '--limit', '-1'],
    ['keys', 'add', '--owner', 'x'], ['keys', 'add', '--public', 'AAAA', '--owner', 'x'], ['keys', 'add', '--public', '!'.repeat(43), '--owner', 'x'],
    ['keys', 'add', '--public', PUBLIC], ['keys', 'add', '--public', PUBLIC, '--owner', ' '], ['keys', 'add', '--public', 'A'.repeat(43), '--owner', 'of small order'], ['keys', 'revoke', '00000000'], ['keys', 'retire'], ['keys', 'retire', 'xyz'],
    ['keys', 'revoke', '123456789'], ['links', 'f', '--threads', '0'], ['links', 'f', '--threads', 'many'], ['import'], ['import', 'f', '--consent', ''],
    ['settings', 'set', 'brand_name'], ['serve', '--port', '0'], ['serve', '--port', '65536'], ['serve', '--port', '80 80'], ['serve', 'now'],
  ]) {
    const done = at.try(args);
    assert.equal(done.code, 2, `${args.join(' ')}: ${done.err}`);
    assert.equal(done.out, '');
    assert.match(done.err, /--help/);
  }
  assert.equal(at.hash(), before, 'misuse writes nothing');
});

test('what is missing is named, and nothing else', (t) => {
  const at = folder(t);
  for (const [args, missing] of [
    [['admin', 'role'], 'EMAIL ROLE'], [['admin', 'role', 'a@b.example'], 'ROLE'], [['settings', 'set', 'brand_name'], 'VALUE'],
    [['asof', 'a@b.example'], 'TOPIC TIME'], [['asof', 'a@b.example', 'newsletter'], 'TIME'], [['check'], 'TOPIC'], [['show'], 'EMAIL'],
  ]) {
    const done = at.try(args);
    assert.equal(done.code, 2);
    assert.ok(done.err.includes(`: ${missing} is missing.\n`), done.err);
  }
});

test('without a data folder every verb that needs one refuses, says how to make one, and makes none', (t) => {
  const at = folder(t, { init: false });
  at.write('people.csv', 'email\na@b.example\n');
  for (const verb of VERBS.filter((verb) => !['init', 'version', 'certificate'].includes(verb))) {
    const done = at.try([...verb.split(' '), ...(WORDS[verb] ?? [])]);
    assert.equal(done.code, verb === 'mailto' ? 75 : 1, `${verb}: ${done.err}`);
    assert.equal(done.out, '', verb);
    assert.match(done.err, /assent init/, verb);
  }
  assert.equal(at.try(['version']).code, 0);
  assert.equal(existsSync(at.data), false);
});

test('hostile addresses are refused with a reason, by every verb that takes one', (t) => {
  const at = folder(t);
  at.run(['admin', 'add', 'root@b.example', '--generate']);
  const before = at.hash();
  const long = `${'a'.repeat(400)}@b.example`;
  for (const email of ['', ' ', 'plain', '@', 'a@', '@b.example', 'a b@c.example', 'a@b..example', "a@b.example'; DROP TABLE contact; --", 'a@@b.example', 'a@b.example\nBcc: x@y.example', long, '%s%n%d@', 'a\u0000b'.replace('\u0000', '\x01') + '@b.example', '\ufeff']) {
    for (const verb of [['add'], ['show'], ['history'], ['data'], ['erase', '--reason', 'by letter', '--yes'], ['optout'], ['link'], ['admin', 'add', '--generate'], ['admin', 'remove'], ['admin', 'passwd', '--generate']]) {
      const done = at.try([...verb, '--', email]);
      assert.equal(done.code, 1, `${verb.join(' ')} ${JSON.stringify(email)}: ${done.err}`);
      assert.equal(done.out, '');
      assert.notEqual(done.err, '');
    }
  }
  assert.equal(at.hash(), before);
});

test('an option-like address goes behind --', (t) => {
  const at = folder(t);
  assert.equal(at.try(['add', '-dash@b.example']).code, 2);
  at.run(['add', '--json', '--', '-dash@b.example']);
  assert.equal(at.json(['show', '--', '-dash@b.example']).email, '-dash@b.example');
});

test('bytes that are no UTF-8 are refused and never written', (t) => {
  const at = folder(t);
  const before = at.hash();
  // Node can't pass broken UTF-8 in arguments; a shell can.
  const script = at.write('broken.sh', `bad=$(printf 'A\\377B')\nfor run in "add a@b.example --name $bad" "add $bad@b.example" "add a@b.example --topics $bad" "show $bad" "optout $bad" "add a@b.example --consent $bad" "add a@b.example --language $bad" "settings set brand_name $bad" "admin add a@b.example --generate --name $bad"; do\n"$1" $run >/dev/null 2>&1; echo $?\ndone\n`);
  const done = at.sh(script);
  const codes = done.trim().split('\n');
  assert.equal(codes.length, 9);
  for (const code of codes) {
    assert.match(code, /^[12]$/);
  }
  assert.equal(at.hash(), before);
});

test('control characters in what others wrote never reach the terminal', (t) => {
  const at = folder(t);
  const done = at.try(['show', 'x\x1b[31m@b.example']);
  assert.equal(done.code, 1);
  assert.doesNotMatch(done.err, /\x1b/);
  const key = at.json(['keys', 'add', '--public', PUBLIC, '--owner', 'Evil\x1b]0;owned\x07\u202eName', '--json']);
  const list = at.run(['keys', 'list']);
  assert.match(list, new RegExp(key.id));
  assert.doesNotMatch(list, /[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e]/);
});

test('an answer that can not be written is a failure', (t) => {
  const at = folder(t);
  assert.equal(at.sh(at.write('full.sh', '"$1" stats --json >/dev/full 2>/dev/null; echo $?\n')).trim(), '1');
  const pipe = at.write('pipe.sh', '{ sleep 0.2; "$1" stats 2>/dev/null; echo $? >&3; } 3>code | true; cat code\n');
  assert.equal(at.sh(pipe).trim(), '1', 'nobody reads any more');
});

test('settings that make no sense stop every verb with the line at fault', (t) => {
  const at = folder(t);
  mkdirSync(join(at.path, 'conf'));
  writeFileSync(join(at.path, 'conf', 'assent.conf'), '# fine\n\nfrobnicate yes\n');
  const done = at.try(['stats']);
  assert.equal(done.code, 1);
  assert.match(done.err, /line 3/);
  assert.equal(at.try(['stats'], '', { ASSENT_CONF: '/nonexistent.conf' }).code, 1);
});

test('a master key that others may read is refused', (t) => {
  const at = folder(t);
  chmodSync(join(at.data, 'keys', 'master.key'), 0o644);
  const done = at.try(['stats']);
  assert.equal(done.code, 1);
  assert.match(done.err, /master\.key/);
});

test('ASSENT_DATA decides the folder; conf/assent.conf does where it is not set; var otherwise', (t) => {
  const at = folder(t, { init: false });
  const bare = (args, env = {}) => command(args, { cwd: at.path, env });
  assert.equal(bare(['init']).code, 0);
  assert.equal(JSON.parse(bare(['init', '--json']).out).data, 'var');
  mkdirSync(join(at.path, 'conf'));
  writeFileSync(join(at.path, 'conf', 'assent.conf'), 'data other\n');
  assert.deepEqual(JSON.parse(bare(['init', '--json']).out), { data: 'other', created: true });
  assert.deepEqual(JSON.parse(bare(['init', '--json'], { ASSENT_DATA: 'var' }).out), { data: 'var', created: false });
});
