// Every check of the doctor: fine as installed, and found where it is not.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, readFileSync, renameSync, rmSync, truncateSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { before, after, test } from 'node:test';
import { remove } from '../http/lib/remove.mjs';
import { Folder } from './lib/command.mjs';

let at;
let mail;
const data = (name) => join(at.data, name);

before(async () => {
  at = new Folder();
  at.run(['init']);
  at.run(['add', 'a@example.com', '--topics', 'newsletter']);
  mail = net.createServer((socket) => socket.end('220 ready\r\n')).listen(0, '127.0.0.1');
  await new Promise((done) => mail.once('listening', done));
});
after(async () => {
  mail?.close();
  await at?.end();
});

/** What was found of one check, the worst first. */
async function found(check, env = {}, args = []) {
  const child = spawn(join(process.env.ASSENT_BUILD ?? 'build', 'assent'), ['doctor', '--json', ...args], { env: { ...process.env, ...at.env, ...env } });
  let out = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  const code = await new Promise((done) => child.once('close', done));
  const { level, findings } = JSON.parse(out);
  assert.equal(code, { ok: 0, look: 1, broken: 2 }[level]);
  const rank = ['broken', 'look', 'ok'];
  const [worst] = findings.filter((row) => row.check === check).sort((a, b) => rank.indexOf(a.level) - rank.indexOf(b.level));
  if (worst && worst.level !== 'ok') {
    assert.ok(worst.mend, 'it says how to mend it');
  }
  return worst;
}

async function finds(check, level, words, env, args) {
  const row = await found(check, env, args);
  assert.equal(row?.level, level, `${check}: ${JSON.stringify(row)}`);
  assert.match(row.words, words);
}

/** A copy of the data folder to damage, put back afterwards. */
async function damaged(damage, look) {
  const kept = `${at.data}.kept`;
  execFileSync('cp', ['-a', at.data, kept]);
  try {
    await damage();
    await look();
  } finally {
    remove(at.data);
    renameSync(kept, at.data);
  }
}

const conf = (text) => ({ ASSENT_CONF: at.write('assent.conf', text) });

test('of a good installation all is fine, and the exit code says so', async () => {
  const env = { ...conf(`smtp smtp://127.0.0.1:${mail.address().port}\ntrusted_proxy 127.0.0.1\n`), ASSENT_PUBLIC_URL: 'https://lists.example.com' };
  for (const check of ['data_folder', 'keys_folder', 'settings', 'disk', 'clock', 'leftovers', 'log', 'database', 'master_key', 'link_keys', 'integrity', 'ledger', 'outbox', 'hooks', 'versions', 'public_url', 'proxies', 'certificate', 'smtp']) {
    assert.equal((await found(check, env))?.level, 'ok', check);
  }
  await finds('ledger', 'ok', /all \d+ entries are whole/, env, ['--full']);
  await finds('integrity', 'ok', /every index/, env, ['--full']);
});

test('files and folders that others can read are named', async () => {
  await damaged(() => chmodSync(at.data, 0o755), () => finds('data_folder', 'look', /open to others \(mode 755\)/));
  await damaged(() => chmodSync(data('assent.db'), 0o644), () => finds('data_folder', 'look', /assent\.db is open to others/));
  await damaged(() => chmodSync(data('keys'), 0o750), () => finds('keys_folder', 'look', /keys is open to others/));
  await damaged(() => chmodSync(data('keys/master.key'), 0o640), async () => {
    await finds('keys_folder', 'look', /master\.key is open to others/);
    await finds('master_key', 'broken', /others may read it/);
  });
  if (process.getuid() === 0) {
    await damaged(() => chownSync(data('keys'), 12345, 12345), () => finds('keys_folder', 'broken', /belongs to user 12345/));
  }
  const loose = conf('# nothing\n');
  chmodSync(loose.ASSENT_CONF, 0o666);
  await finds('settings', 'look', /may be written by others/, loose);
  chmodSync(loose.ASSENT_CONF, 0o600);
  await finds('settings', 'broken', /smtp_password_file .*No such file/, conf('smtp smtp://127.0.0.1:1\nsmtp_user a\nsmtp_password_file /nowhere/password\n'));
});

test('keys that are missing, other ones, or unfit are named', async () => {
  const key = at.json(['keys', 'list', '--json'])[0].id;
  await damaged(() => unlinkSync(data('keys/master.key')), () => finds('master_key', 'broken', /it is not there/));
  await damaged(() => writeFileSync(data('keys/master.key'), Buffer.alloc(32, 7)), () => finds('master_key', 'broken', /is not the key that/));
  await damaged(() => writeFileSync(data('keys/master.key'), 'short'), () => finds('master_key', 'broken', /not 32 bytes/));
  await damaged(() => unlinkSync(data(`keys/${key}.key`)), () => finds('link_keys', 'broken', /no key that signs links has its secret/));
  at.run(['keys', 'new']);
  await damaged(() => writeFileSync(data(`keys/${key}.key`), Buffer.alloc(64, 9)), () => finds('link_keys', 'broken', /does not hold the secret/));
});

test('a database that is missing, damaged, of another version, or rewritten is named', async () => {
  await damaged(() => ['', '-wal', '-shm'].forEach((end) => rmSync(data(`assent.db${end}`), { force: true })), () => finds('database', 'broken', /there is no database/));
  await damaged(() => at.sql('PRAGMA user_version = 99'), () => finds('database', 'broken', /has version 99/));
  await damaged(() => truncateSync(data('assent.db'), 8192), async () => {
    const rows = [await found('database'), await found('integrity')];
    assert.ok(rows.some((row) => row?.level === 'broken'));
  });
  await damaged(() => {
    const root = Number(at.sql("SELECT rootpage FROM sqlite_schema WHERE name = 'wording_text'"));
    const bytes = readFileSync(data('assent.db'));
    bytes.fill(0xff, (root - 1) * 4096, root * 4096);
    writeFileSync(data('assent.db'), bytes);
  }, () => finds('integrity', 'broken', /the database is damaged/));
  const rewrite = () => at.sql('DROP TRIGGER entry_is_never_updated; UPDATE entry SET at = at - 5 WHERE position = 2');
  await damaged(rewrite, () => finds('ledger', 'broken', /does not follow from the one before/));
  await damaged(() => {
    at.run(['ledger', 'checkpoint']);
    at.run(['add', 'b@example.com', '--topics', 'newsletter']);
    rewrite();
  }, async () => {
    assert.equal((await found('ledger')).level, 'ok', 'what stands before the checkpoint is looked at with --full');
    await finds('ledger', 'broken', /is not whole: entry 2/, {}, ['--full']);
  });
});

test('a clock that went back, and files that commands left, are named', async () => {
  const soon = Date.now() / 1000 + 86400;
  await damaged(() => utimesSync(data('assent.db'), soon, soon), () => finds('clock', 'broken', /the clock is behind/));
  const old = Date.now() / 1000 - 200 * 86400;
  const leave = (name) => damaged(() => {
    writeFileSync(data(name), '');
    utimesSync(data(name), old, old);
  }, () => finds('leftovers', 'look', new RegExp(name.replaceAll('.', '\\.'))));
  await leave('assent.db.restoring');
  await leave('copy.db.partial');
  await leave('assent.db.before-restore-20260101T000000Z');
  await finds('disk', 'broken', /^0 MB are left on the disk of \/proc/, { ASSENT_DATA: '/proc' });
  await damaged(() => {
    writeFileSync(data('assent.db-wal'), '');
    truncateSync(data('assent.db-wal'), 600 << 20);
  }, () => finds('log', 'look', /is 6\d\d MB long/));
});

test('mails that were given up, that nobody sends, and hooks that fail are named', async () => {
  const letter = (outcome, due) => `INSERT INTO letter (message_id, kind, contact, confirmation, address, language, created_at, due_at, tries, outcome, ended_at, fault)
    SELECT randomblob(16), kind, 0, 0, 'a@example.com', 'en', ${due}, ${due}, 3, ${outcome}, ${outcome ? due : 0}, 'no such user' FROM (SELECT 1 AS kind)`;
  const now = Math.floor(Date.now() / 1000);
  await damaged(() => at.sql(letter(2, now - 1000)), () => finds('outbox', 'look', /1 mail was given up/));
  await damaged(() => at.sql(letter(0, now - 1000)), () => finds('outbox', 'broken', /nobody tries to send/));
  await damaged(() => {
    at.run(['hooks', 'add', 'https://hooks.example.com/x']);
    at.sql(`UPDATE hook SET failing_since = ${now - 50}, tried_at = ${now}, tried_fault = 'connection refused'`);
  }, () => finds('hooks', 'look', /hook 1 \(https:\/\/hooks\.example\.com\/x\) fails: connection refused/));
});

test('what runs, how it is reached, and the mail server are looked at', async () => {
  await finds('server', 'look', /no server runs/);
  await finds('courier', 'look', /no courier runs/);
  const held = spawn('flock', [data('serve.lock'), 'sh', '-c', 'echo held; read x']);
  await new Promise((done) => held.stdout.once('data', done));
  await finds('server', 'ok', /a server runs/);
  await finds('courier', 'broken', /no courier runs/);
  const ended = new Promise((done) => held.once('close', done));
  held.stdin.end('x\n');
  await ended;
  await finds('public_url', 'look', /only this machine reaches/);
  await finds('public_url', 'broken', /can be read and changed on the way/, { ASSENT_PUBLIC_URL: 'http://lists.example.com' });
  await finds('public_url', 'look', /no name that others know/, { ASSENT_PUBLIC_URL: 'https://lists' });
  await finds('proxies', 'broken', /is not trusted/, { ASSENT_PUBLIC_URL: 'https://lists.example.com' });
  await finds('smtp', 'look', /mails become files/);
  await finds('smtp', 'broken', /refused/, { ASSENT_SMTP: 'smtp://127.0.0.1:1' });
  const mute = net.createServer((socket) => socket.end('HTTP/1.0 400\r\n')).listen(0, '127.0.0.1');
  await new Promise((done) => mute.once('listening', done));
  await finds('smtp', 'broken', /no mail server that answers: "HTTP/, { ASSENT_SMTP: `smtp://127.0.0.1:${mute.address().port}` });
  mute.close();
  await finds('versions', 'broken', /kore.*can't be started/, { PATH: '/nowhere' });
  const bin = at.write('kore', '#!/bin/sh\necho 5.0.0\n');
  chmodSync(bin, 0o755);
  await finds('versions', 'look', /kore 5\.0\.0/, { PATH: `${at.path}:${process.env.PATH}` });
});

test('a certificate that is over, ends soon, or has another key is named', async () => {
  const make = (name, days) => execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=x', '-days', String(days), '-keyout', join(at.path, `${name}.key`), '-out', join(at.path, `${name}.pem`)], { stdio: 'ignore' });
  const tls = (cert, key) => conf(`tls_cert ${join(at.path, `${cert}.pem`)}\ntls_key ${join(at.path, `${key}.key`)}\n`);
  make('good', 90);
  make('soon', 5);
  execFileSync('openssl', ['x509', '-in', join(at.path, 'good.pem'), '-signkey', join(at.path, 'good.key'), '-days', '-1', '-out', join(at.path, 'over.pem')], { stdio: 'ignore' });
  await finds('certificate', 'ok', /good until/, tls('good', 'good'));
  await finds('certificate', 'look', /in less than 14 days/, tls('soon', 'soon'));
  await finds('certificate', 'broken', /is not the key of/, tls('good', 'soon'));
  writeFileSync(join(at.path, 'none.pem'), 'no certificate');
  await finds('certificate', 'broken', /can't be read as a certificate/, tls('none', 'good'));
  await finds('proxies', 'look', /trusts 1 proxy, too/, conf(`tls_cert ${join(at.path, 'good.pem')}\ntls_key ${join(at.path, 'good.key')}\ntrusted_proxy 127.0.0.1\n`));
  await finds('certificate', 'broken', /ended on/, tls('over', 'good'));
});
