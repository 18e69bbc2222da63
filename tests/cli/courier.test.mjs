// The courier: each mail at least once, with one Message-ID, to a mail server that refuses, puts off
// and hangs up; without a server, as files.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Folder, assent } from './lib/command.mjs';

/** A mail server that takes everything, unless the recipient's name says otherwise. */
function sink() {
  const server = createServer((socket) => {
    let mode = 'commands';
    let text = '';
    let to = '';
    socket.on('error', () => {});
    socket.write('220 sink.example ESMTP\r\n');
    const say = (line) => socket.write(`${line}\r\n`);
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
      if (mode === 'data' && to.includes('hangup')) {
        socket.destroy();
        return;
      }
      for (;;) {
        const end = mode === 'data' ? text.indexOf('\r\n.\r\n') : text.indexOf('\r\n');
        if (end < 0) {
          return;
        }
        const part = text.slice(0, end);
        text = text.slice(end + (mode === 'data' ? 5 : 2));
        if (mode === 'data') {
          mode = 'commands';
          server.mails.push({ to, data: part.replace(/\r\n\.\./g, '\r\n.') });
          say('250 2.0.0 taken');
        } else if (/^(EHLO|HELO)/i.test(part)) {
          socket.write('250-sink.example\r\n250-SIZE 100000\r\n250 SMTPUTF8\r\n');
        } else if (/^MAIL/i.test(part)) {
          say('250 ok');
        } else if (/^RCPT/i.test(part)) {
          to = part.slice(9, -1);
          if (to.includes('never')) say('550 5.1.1 no such mailbox');
          else if (to.includes('later')) say('451 4.7.1 come again');
          else say('250 ok');
        } else if (/^DATA/i.test(part)) {
          mode = 'data';
          say('354 go on');
        } else if (/^QUIT/i.test(part)) {
          say('221 bye');
          socket.end();
        } else {
          say('250 ok');
        }
      }
    });
  });
  server.mails = [];
  return server;
}

let folder;
let server;
let env;
before(async () => {
  folder = new Folder();
  folder.run(['init']);
  server = sink();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  writeFileSync(join(folder.path, 'mail.conf'), 'smtp_tls off\n');
  env = {
    ...folder.env, ASSENT_CONF: join(folder.path, 'mail.conf'), ASSENT_PUBLIC_URL: 'https://mail.example.com',
    ASSENT_SMTP: `smtp://127.0.0.1:${server.address().port}`,
  };
});
after(async () => {
  server.close();
  await folder.end();
});

const sql = (text) => execFileSync('sqlite3', [join(folder.data, 'assent.db'), text], { encoding: 'utf8' }).trim();
const ask = (address, count = 1) => sql(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
  INSERT INTO letter (message_id, kind, contact, confirmation, address, language, created_at, due_at, tries, outcome, ended_at, fault)
  SELECT randomblob(16), 1, 0, 0, '${address}', '', unixepoch(), unixepoch(), 0, 0, 0, '' FROM n; SELECT last_insert_rowid();`);
const letter = (id) => sql(`SELECT outcome, tries, fault FROM letter WHERE id = ${id}`);
function courier(extra = {}) {
  const child = spawn(assent, ['courier', '--once'], { env: { ...process.env, ...env, ...extra }, cwd: folder.path });
  child.ended = new Promise((done) => child.once('close', (code) => done(code)));
  return child;
}
const ids = (mails) => mails.map(({ data }) => /^Message-ID: (.*)$/m.exec(data)[1].trim());

test('without a mail server a mail is a file that only its owner reads, the same when made again', async () => {
  folder.run(['add', 'ann@example.com', '--name', 'Ann']);
  const id = ask('Ann@Example.com');
  assert.equal(await courier({ ASSENT_SMTP: '' }).ended, 0);
  const path = join(folder.data, 'outbox', `${id}.eml`);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const mail = readFileSync(path, 'utf8');
  assert.match(mail, /^To: "Ann" <ann@example\.com>\r$/m);
  assert.match(mail, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
  assert.match(mail, /^Auto-Submitted: auto-generated\r$/m);
  assert.ok(mail.split('\r\n').every((line) => line.length <= 998 && !/[\r\n]/.test(line)));
  assert.equal(letter(id), '1|1|');
  assert.match(sql(`SELECT subject FROM letter WHERE id = ${id}`), /link/i);
  sql(`UPDATE letter SET outcome = 0 WHERE id = ${id}`);
  assert.equal(await courier({ ASSENT_SMTP: '' }).ended, 0);
  assert.deepEqual(ids([{ data: readFileSync(path, 'utf8') }]), ids([{ data: mail }]));
  assert.deepEqual(readdirSync(join(folder.data, 'outbox')), [`${id}.eml`]);
});

test('nobody’s address gets no mail, and is not kept', async () => {
  const id = ask('stranger@example.com');
  assert.equal(await courier().ended, 0);
  assert.equal(letter(id), '');
  assert.equal(server.mails.length, 0);
});

test('what the server says decides: taken, refused, put off, hung up', async () => {
  const outcome = {};
  for (const name of ['fine', 'never', 'later', 'hangup']) {
    folder.run(['add', `${name}@example.com`]);
    outcome[name] = ask(`${name}@example.com`);
  }
  assert.equal(await courier().ended, 0);
  assert.equal(letter(outcome.fine), '1|1|');
  assert.equal(letter(outcome.never), '2|1|550 5.1.1 no such mailbox');
  assert.equal(letter(outcome.later), '0|1|451 4.7.1 come again');
  assert.match(letter(outcome.hangup), /^0\|1\|./);
  assert.deepEqual(server.mails.map(({ to }) => to), ['<fine@example.com>'.slice(1, -1)]);
  sql('DELETE FROM letter WHERE outcome = 0');
});

test('a server that is away costs a try, and no letter', async () => {
  const id = ask('ann@example.com');
  assert.equal(await courier({ ASSENT_SMTP: 'smtp://127.0.0.1:1' }).ended, 0);
  assert.match(letter(id), /^0\|1\|./);
  sql('DELETE FROM letter WHERE outcome = 0');
});

test('killed at random: every mail at least once, with the same Message-ID, none lost', async () => {
  server.mails.length = 0;
  ask('ann@example.com', 400);
  const wanted = new Set(sql("SELECT lower(hex(message_id)) FROM letter WHERE outcome = 0").split('\n'));
  let clock = 0;
  for (let round = 0; round < 60 && sql('SELECT count(*) FROM letter WHERE outcome = 0') !== '0'; round += 1) {
    const child = courier({ ASSENT_CLOCK_OFFSET_S: String(clock) });
    const kill = round < 12 ? setTimeout(() => child.kill('SIGKILL'), 15 + Math.random() * 120) : null;
    await child.ended;
    clearTimeout(kill);
    clock += 86400;
  }
  const seen = new Set(ids(server.mails).map((id) => /^<assent\.([0-9a-f]{32})@mail\.example\.com>$/.exec(id)[1]));
  assert.deepEqual([...seen].sort(), [...wanted].sort());
  assert.equal(sql("SELECT count(*) FROM letter WHERE outcome = 2 AND fault NOT LIKE '550%'"), '0');
});

test('a password is not sent to a server that has not shown who it is', () => {
  writeFileSync(join(folder.path, 'bad'), 'smtp smtp://mail.example.com\nsmtp_user a\nsmtp_password_file /etc/hostname\nsmtp_tls optional\n');
  const done = folder.try(['courier', '--once'], '', { ASSENT_CONF: join(folder.path, 'bad') });
  assert.equal(done.code, 1);
  assert.match(done.err, /smtp_tls required/);
});
