// The courier against Postfix's smtp-sink, a second real mail server: each way it can refuse or hang
// up, and a courier that is killed while it sends mails and tells hooks.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { createConnection } from 'node:net';
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { remove } from '../http/lib/remove.mjs';
import { freePort } from '../http/lib/server.mjs';
import { strict } from './lib/strict.mjs';
import { office, until } from './lib/post.mjs';

const program = resolve('build/sink/usr/sbin/smtp-sink');
const env = { ...process.env, LD_LIBRARY_PATH: resolve('build/sink/usr/lib/postfix') };

const answers = (port) => new Promise((done) => {
  const probe = createConnection(port, '127.0.0.1');
  probe.once('connect', () => probe.destroy());
  probe.once('error', () => done(false));
  probe.once('close', () => done(true));
});

/** smtp-sink until the test ends; what it takes becomes a file each. */
async function sink(t, ...args) {
  assert.ok(existsSync(program), 'make build/sink/usr/sbin/smtp-sink');
  const folder = mkdtempSync(join(tmpdir(), 'assent-sink-'));
  chmodSync(folder, 0o777); // as root it becomes somebody else
  const port = await freePort();
  const user = process.getuid() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn(program, [...user, ...args, '-d', join(folder, 'mail.'), `127.0.0.1:${port}`, '100'], { env, cwd: folder, stdio: 'ignore' });
  const gone = new Promise((done) => child.once('exit', done));
  t.after(async () => {
    child.kill('SIGKILL');
    await gone;
    remove(folder);
  });
  await until('smtp-sink answers', () => answers(port));
  /** Each mail taken whole: { envelope, raw }. */
  const mails = () => readdirSync(folder).map((name) => {
    const text = readFileSync(join(folder, name), 'latin1');
    const at = text.indexOf('\nDate: ') + 1;
    return { envelope: text.slice(0, at), raw: Buffer.from(text.slice(at).replace(/\n$/, '').replace(/\n/g, '\r\n'), 'latin1') };
  });
  return { port, url: `smtp://127.0.0.1:${port}`, mails };
}

test('what it takes is each mail, whole, once', async (t) => {
  const server = await sink(t);
  const at = office(t, server.url);
  at.ask('ann@example.com', 150);
  await at.send();
  const mails = server.mails();
  assert.equal(mails.length, 150);
  assert.equal(new Set(mails.map(({ raw }) => strict(raw).fields.get('message-id'))).size, 150);
  assert.match(mails[0].envelope, /<noreply@mail\.example\.com>/);
  assert.match(mails[0].envelope, /<ann@example\.com>/);
  assert.match(mails[0].envelope, /mail\.example\.com/, 'it names itself');
});

for (const [what, args, outcome, fault] of [
  ['no ESMTP at all', ['-e'], 'sent', /^$/],
  ['a refusal for good of MAIL', ['-f', 'MAIL'], 'dead', /^500 5\.3\.0/],
  ['a refusal for good of RCPT', ['-f', 'RCPT'], 'dead', /^500 5\.3\.0/],
  ['a refusal for good of DATA', ['-f', 'DATA'], 'dead', /^500 5\.3\.0/],
  ['a refusal for good of the data', ['-f', '.'], 'dead', /^500 5\.3\.0/],
  ['a refusal for now of MAIL', ['-r', 'MAIL'], 'waits', /^450 4\.3\.0/],
  ['a refusal for now of RCPT', ['-r', 'RCPT'], 'waits', /^450 4\.3\.0/],
  ['a refusal for now of DATA', ['-r', 'DATA'], 'waits', /^450 4\.3\.0/],
  ['a refusal for now of the data', ['-r', '.'], 'waits', /^450 4\.3\.0/],
  ['a refusal at the door, for now', ['-r', 'CONNECT'], 'waits', /^450/],
  ['a refusal at the door, for good', ['-f', 'CONNECT'], 'waits', /^500/],
  ['a refusal of EHLO and HELO', ['-f', 'EHLO,HELO'], 'waits', /^500/],
  ['421 at the door', ['-Q', 'CONNECT'], 'waits', /^421/],
  ['421 after RCPT', ['-Q', 'RCPT'], 'waits', /^421/],
  ['421 after the data', ['-Q', '.'], 'waits', /^421/],
  ['hanging up at the door', ['-q', 'CONNECT'], 'waits', /./],
  ['hanging up after EHLO', ['-q', 'EHLO'], 'waits', /./],
  ['hanging up after MAIL', ['-q', 'MAIL'], 'waits', /./],
  ['hanging up after RCPT', ['-q', 'RCPT'], 'waits', /./],
  ['hanging up after DATA', ['-q', 'DATA'], 'waits', /./],
  ['hanging up after the data', ['-q', '.'], 'waits', /./],
]) {
  test(`${what}: ${outcome}`, async (t) => {
    const server = await sink(t, ...args);
    const at = office(t, server.url);
    const id = at.ask();
    await at.send();
    const letter = at.letter(id);
    assert.equal(letter.outcome, outcome, letter.fault);
    assert.equal(letter.tries, 1);
    assert.match(letter.fault, fault);
  });
}

test('killed at random while it sends mails and tells hooks: all come, each with its own id', async (t) => {
  const server = await sink(t);
  const told = [];
  const hook = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      told.push({ id: request.headers['webhook-id'], body, ...JSON.parse(body) });
      response.end();
    });
  });
  await new Promise((done) => hook.listen(0, '127.0.0.1', done));
  t.after(() => {
    hook.closeAllConnections();
    hook.close();
  });
  const at = office(t, server.url);
  at.env.ASSENT_HOOKS_PRIVATE = '1';
  at.run(['hooks', 'add', `http://127.0.0.1:${hook.address().port}/in`]);
  let kills = 0;
  let interrupted = 0;
  for (let round = 0; round < 12; round++) {
    at.run(['import', at.write('people.csv', ['email', ...Array.from({ length: 20 }, (_, i) => `r${round}p${i}@example.com`)].join('\n'))]);
    at.ask('ann@example.com', 150);
    at.hasten(); // else one that was under way waits for its minute
    const child = at.courier([]);
    await new Promise((done) => setTimeout(done, 20 + Math.random() * 120));
    child.kill('SIGKILL');
    kills += (await child.ended).signal === 'SIGKILL';
    interrupted += Number(at.sql('SELECT EXISTS (SELECT 1 FROM letter WHERE outcome = 0)'));
  }
  const ids = at.sql('SELECT lower(hex(message_id)) FROM letter').trim().split('\n').sort();
  assert.equal(kills, 12);
  assert.ok(interrupted > 3, `it was killed on the way: ${interrupted} times`);
  at.hasten();
  const last = at.courier([]);
  await until('no mail waits', () => at.sql('SELECT count(*) FROM letter WHERE outcome = 0').trim() === '0');
  await until('no hook waits', () => at.sql(`SELECT (SELECT position FROM hook) = (SELECT max(position) FROM entry)
    AND NOT EXISTS (SELECT 1 FROM hook_delivery WHERE outcome = 0)`).trim() === '1');
  last.kill('SIGTERM');
  await last.ended;
  assert.equal(at.sql('SELECT count(*) FROM letter WHERE outcome <> 1').trim(), '0');
  const seen = server.mails().filter(({ raw }) => raw.toString('latin1').endsWith('--\r\n')).map(({ raw }) => strict(raw).fields.get('message-id').slice(8, 40));
  assert.deepEqual([...new Set(seen)].sort(), ids, 'every mail at least once, under its own id');
  assert.ok(seen.length <= ids.length + 12 * 64, 'and not over and over');
  const byPosition = new Map();
  for (const { id, body, data } of told) {
    assert.deepEqual(byPosition.get(data.position) ?? { id, body }, { id, body }, 'the same message when it comes again');
    byPosition.set(data.position, { id, body });
  }
  const added = new Set(told.filter(({ type }) => type === 'contact.added').map(({ data }) => data.email));
  assert.equal(added.size, 12 * 20 + 1, 'no hook was lost');
});
