// serve and `make run`: one server a folder, links and changes of the command beside it, Ctrl-C,
// what a killed server leaves behind, TLS.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { freePort } from '../http/lib/server.mjs';
import { assent, folder } from './lib/command.mjs';

function ask(url, { method = 'GET', body, type, ca } = {}) {
  return new Promise((done, fail) => {
    const request = (url.startsWith('https:') ? https : http).request(url, { method, ca, agent: false, timeout: 5000, headers: type ? { 'content-type': type } : {} }, (reply) => {
      let text = '';
      reply.setEncoding('utf8').on('data', (chunk) => (text += chunk)).on('end', () => done({ status: reply.statusCode, text, headers: reply.headers }));
    });
    request.on('error', fail).on('timeout', () => request.destroy(new Error('timeout')));
    request.end(body);
  });
}

const oneClick = (url, more) => ask(url, { method: 'POST', body: 'List-Unsubscribe=One-Click', type: 'application/x-www-form-urlencoded', ...more });
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function ready(child, url, more = () => ({})) {
  for (let i = 0; i < 600 && child.exitCode === null; i++) {
    try {
      if ((await ask(`${url}/readyz`, more())).status === 200) {
        return;
      }
    } catch {
      // not listening yet
    }
    await pause(50);
  }
  throw new Error(`no answer: ${child.text.out}${child.text.err}`);
}

/** A server on a folder; ended with the test. */
async function serve(at, { words = [], more, on } = {}) {
  on ??= await freePort();
  const child = at.start(['serve', '--port', String(on), ...words]);
  at.ends.push(async () => {
    child.kill('SIGTERM');
    await child.ended;
  });
  const url = `${words.includes('--tls') ? 'https' : 'http'}://127.0.0.1:${on}`;
  await ready(child, url, more);
  return { child, url, port: on };
}

/** Process ids of the workers under a server. */
function workers(child) {
  return readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ').map(Number);
}

test('the command and the server share one list: each sees the other\'s changes at once', async (t) => {
  const at = folder(t);
  at.run(['add', 'ann@b.example', '--topics', 'newsletter,marketing']);
  const { url } = await serve(at);
  const links = at.json(['link', 'ann@b.example', '--topic', 'marketing', '--json']);
  assert.ok(links.manage.startsWith(`${url}/p/`), 'links lead to the server that runs');
  assert.equal((await ask(links.manage)).status, 200);
  assert.equal((await ask(links.unsubscribe)).status, 200);
  assert.equal(at.json(['show', 'ann@b.example']).topics.marketing, true, 'looking changes nothing');
  assert.equal((await oneClick(links.unsubscribe)).status, 200);
  assert.deepEqual(at.json(['show', 'ann@b.example']).topics, { newsletter: true, product_updates: false, marketing: false, system_alerts: false });
  assert.equal(at.json(['history', 'ann@b.example', '--json'])[0].actor, 'one_click');
  at.run(['optout', 'ann@b.example']);
  assert.doesNotMatch((await ask(links.manage)).text, /checked/, 'the page shows what the command did');
});

test('the sample links are of people who read the language of the site, where there are such', async (t) => {
  const at = folder(t);
  at.run(['add', 'aaf@b.example', '--name', 'Aaf', '--language', 'nl', '--topics', 'newsletter']);
  at.run(['add', 'bea@b.example', '--name', 'Bea', '--language', 'en-GB', '--topics', 'newsletter']);
  const { child } = await serve(at, { words: ['--sample-links'] });
  const link = /A client's choices +(\S+)/.exec(child.text.out)[1];
  assert.match((await ask(link)).text, /b•+@b\.example/);
});

test('links made for a whole list are all accepted', async (t) => {
  const at = folder(t);
  at.run(['import', resolve('assets/sample-people.csv')]);
  await serve(at);
  const made = at.run(['links', resolve('assets/sample-people.csv'), '--json']).trim().split('\n').map((line) => JSON.parse(line));
  assert.equal(made.length, 200);
  for (const row of made) {
    assert.equal((await ask(row.manage)).status, 200, row.email);
    assert.equal((await oneClick(row.unsubscribe)).status, 200, row.email);
  }
  assert.equal(at.json(['stats', '--json']).opted_in, 0);
});

test('a key revoked while the server runs: its links are refused from the next request on', async (t) => {
  const at = folder(t);
  at.run(['add', 'ann@b.example', '--topics', 'newsletter']);
  await serve(at);
  const before = at.json(['link', 'ann@b.example', '--json']);
  assert.equal((await ask(before.manage)).status, 200);
  const [{ id }] = at.json(['keys', 'list', '--json']);
  at.run(['keys', 'new']);
  const after = at.json(['link', 'ann@b.example', '--json']);
  at.run(['keys', 'revoke', id, '--yes']);
  assert.match((await ask(before.manage)).text, /no longer accepted/);
  await oneClick(before.unsubscribe);
  assert.equal(at.json(['show', 'ann@b.example']).status, 'opted_in', 'a revoked link acts no more');
  assert.equal((await ask(after.manage)).status, 200, 'links of other keys live on');
});

test('two commands at once and one-click posts beside them: nothing is lost', async (t) => {
  const at = folder(t);
  const people = Array.from({ length: 40 }, (_, i) => `p${i}@b.example`);
  at.run(['import', at.write('p.csv', `email,newsletter\n${people.map((email) => `${email},yes`).join('\n')}\n`)]);
  await serve(at);
  const links = at.run(['links', at.write('l.csv', people.join('\n')), '--json']).trim().split('\n').map((line) => JSON.parse(line));
  const csv = at.write('more.csv', `email,newsletter\n${Array.from({ length: 30000 }, (_, i) => `m${i}@b.example,yes`).join('\n')}\n`);
  const imported = at.start(['import', csv, '--json']);
  const posts = links.slice(0, 20).map((row) => oneClick(row.unsubscribe));
  const commands = people.slice(20).map((email) => at.start(['optout', email]));
  for (const reply of await Promise.all(posts)) {
    assert.equal(reply.status, 200);
  }
  for (const command of commands) {
    assert.equal((await command.ended).code, 0, command.text.err);
  }
  assert.equal((await imported.ended).code, 0, imported.text.err);
  const stats = at.json(['stats', '--json']);
  assert.deepEqual([stats.total, stats.opted_out, stats.topics.newsletter], [30040, 40, 30000]);
  assert.equal(at.sql('SELECT count(*) = max(position) FROM entry').trim(), '1');
});

test('a second server on the same data, and one on a taken port, are refused with the way out', async (t) => {
  const at = folder(t);
  const first = await serve(at);
  const second = at.try(['serve', '--port', String(await freePort())]);
  assert.equal(second.code, 1);
  assert.match(second.err, new RegExp(`process ${first.child.pid}, at ${first.url}\\.`));
  const other = folder(t);
  const taken = other.try(['serve', '--port', String(first.port)]);
  assert.equal(taken.code, 1);
  assert.match(taken.err, /taken.*PORT=/);
  assert.equal(taken.out, '');
});

test('Ctrl-C ends the server and its workers, and it starts again', async (t) => {
  const at = folder(t);
  const { child, url } = await serve(at);
  const below = workers(child);
  assert.ok(below.length >= 2);
  for (const one of [child.pid, ...below]) {
    process.kill(one, 'SIGINT'); // as a terminal does
  }
  const began = Date.now();
  assert.equal((await child.ended).code, 0, child.text.err);
  assert.ok(Date.now() - began < 5000);
  for (const one of below) {
    assert.throws(() => process.kill(one, 0), 'no worker is left');
  }
  await assert.rejects(ask(`${url}/healthz`));
  await serve(at);
});

test('a killed worker is replaced; a server killed outright can be started again at once, nothing acknowledged is lost', async (t) => {
  const at = folder(t);
  const people = Array.from({ length: 60 }, (_, i) => `p${i}@b.example`);
  at.run(['import', at.write('p.csv', `email,newsletter\n${people.map((email) => `${email},yes`).join('\n')}\n`)]);
  const { child, url } = await serve(at);
  const links = at.run(['links', at.write('l.csv', people.join('\n')), '--json']).trim().split('\n').map((line) => JSON.parse(line));
  const acknowledged = [];
  const load = (async () => {
    for (const row of links) {
      try {
        if ((await oneClick(row.unsubscribe)).status === 200) {
          acknowledged.push(row.email);
        }
      } catch {
        // the server is gone
      }
    }
  })();
  const reached = async (count) => {
    for (let i = 0; i < 500 && acknowledged.length < count; i++) {
      await pause(10);
    }
  };
  await reached(5);
  process.kill(workers(child)[0], 'SIGKILL');
  await reached(15);
  workers(child).forEach((pid) => process.kill(pid, 'SIGSTOP')); // else they end by themselves
  child.kill('SIGKILL');
  await child.gone;
  const again = await serve(at, { on: Number(new URL(url).port) });
  assert.match(again.child.text.err, /left workers behind/);
  await load;
  assert.ok(acknowledged.length > 0);
  for (const email of acknowledged) {
    assert.equal(at.json(['show', email]).status, 'opted_out', email);
  }
});

test('TLS: https with a certificate made on the spot, for localhost, kept for the next start', async (t) => {
  const at = folder(t);
  at.run(['add', 'ann@b.example', '--topics', 'newsletter']);
  const cert = join(at.data, 'tls', 'cert.pem');
  const { child, url } = await serve(at, { words: ['--tls'], more: () => ({ ca: readFileSync(cert) }) });
  assert.equal(statSync(join(at.data, 'tls', 'key.pem')).mode & 0o077, 0);
  const ca = readFileSync(cert);
  const { manage, unsubscribe } = at.json(['link', 'ann@b.example', '--json']);
  assert.ok(manage.startsWith(`${url}/p/`) && url.startsWith('https:'));
  assert.equal((await ask(manage, { ca })).status, 200);
  assert.equal((await ask(manage.replace('127.0.0.1', 'localhost'), { ca })).status, 200);
  assert.equal((await oneClick(unsubscribe, { ca })).status, 200);
  assert.equal(at.json(['show', 'ann@b.example']).status, 'opted_out');
  child.kill('SIGTERM');
  await child.ended;
  await serve(at, { words: ['--tls'], more: () => ({ ca }) });
  assert.deepEqual(readFileSync(cert), ca);
});

test('the public URL of the settings wins over the address that is served', async (t) => {
  const at = folder(t);
  at.run(['add', 'ann@b.example']);
  at.env.ASSENT_PUBLIC_URL = 'https://mail.company.example';
  await serve(at);
  assert.match(at.json(['link', 'ann@b.example', '--json']).manage, /^https:\/\/mail\.company\.example\/p\//);
});

/** What `make run` does once all is built. */
function run(at, on, env = {}) {
  const child = spawn('sh', ['conf/run.sh', assent], { env: { ...process.env, DATA: at.data, PORT: String(on), ...env } });
  child.text = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (child.text.out += chunk));
  child.stderr.on('data', (chunk) => (child.text.err += chunk));
  child.ended = new Promise((done) => child.once('close', (code, signal) => done({ code, signal })));
  at.ends.push(async () => {
    child.kill('SIGTERM');
    await child.ended;
  });
  return child;
}

test('the first run fills the list, makes an admin, prints address, login and three links that work; the next starts with what is there', async (t) => {
  const at = folder(t, { init: false });
  const on = await freePort();
  const url = `http://127.0.0.1:${on}`;
  const first = run(at, on);
  await ready(first, url);
  const stats = at.json(['stats', '--json']);
  assert.equal(stats.total, 200);
  const [, password] = first.text.out.match(/^Password +(\S+) {2}/m);
  assert.match(first.text.out, new RegExp(`${url}/admin$`, 'm'));
  const links = first.text.out.match(/http:\S+\/[pu]\/\S{112}/g);
  assert.equal(links.length, 3);
  assert.deepEqual(links.map((link) => new URL(link).pathname[1]), ['p', 'u', 'u']);
  for (const link of links) {
    assert.equal((await ask(link)).status, 200);
  }
  assert.equal((await oneClick(links[2])).status, 200);
  const id = Buffer.from(links[2].slice(-112), 'base64url').subarray(5, 13).toString('hex');
  const type = at.sql(`SELECT type FROM contact WHERE printf('%016x', public_id) = '${id}'`).trim();
  assert.equal(type, '1', 'the third is a partner\'s');
  assert.equal(first.text.err, '');
  first.kill('SIGINT');
  assert.equal((await first.ended).code, 0);

  const before = at.sql('SELECT * FROM contact; SELECT * FROM admin');
  const next = run(at, on);
  await ready(next, url);
  assert.equal(at.sql('SELECT * FROM contact; SELECT * FROM admin'), before);
  assert.ok(!next.text.out.includes(password), 'a password is shown once');
  assert.match(next.text.out, /assent admin passwd/);
  assert.equal(next.text.out.match(/http:\S+\/[pu]\/\S{112}/g).length, 3);
});

test('a folder with blanks in its name serves as well', async (t) => {
  const at = folder(t, { init: false });
  at.env.ASSENT_DATA = at.data = join(at.path, 'my data, "quoted"');
  at.run(['init']);
  const { url } = await serve(at);
  assert.equal((await ask(`${url}/healthz`)).status, 200);
});

test('the server listens on 127.0.0.1 alone', async (t) => {
  const at = folder(t);
  const on = await serve(at);
  const refused = await new Promise((done) => {
    const probe = net.connect({ host: '127.0.0.2', port: on.port });
    probe.once('connect', () => done(false)).once('error', () => done(true));
  });
  assert.ok(refused);
});

/** The couriers at work on a folder: process ids. */
function couriers(at) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('assent\0courier\0')
        && readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`ASSENT_DATA=${at.data}`);
    } catch {
      return false; // gone meanwhile, or somebody else's
    }
  });
}

test('serve has one courier beside it, another when that is killed, and none when it ends', async (t) => {
  const at = folder(t);
  const { child } = await serve(at);
  const found = async (is) => {
    for (let i = 0; i < 200 && !is(couriers(at)); i++) {
      await pause(50);
    }
    return couriers(at);
  };
  const [first, ...others] = await found((all) => all.length === 1);
  assert.ok(first);
  assert.deepEqual(others, []);
  process.kill(first, 'SIGKILL');
  const [second] = await found((all) => all.length === 1 && all[0] !== first);
  assert.ok(second && second !== first);
  child.kill('SIGTERM');
  await child.gone;
  assert.deepEqual(await found((all) => all.length === 0), []);
});

test('told so, serve starts no courier: by option, setting or environment; one of its own then sends', async (t) => {
  const at = folder(t);
  const none = async (more, words = []) => {
    Object.assign(at.env, more);
    const { child } = await serve(at, { words });
    await pause(500);
    assert.deepEqual(couriers(at), []);
    assert.match(child.text.out, /not started: mails and hooks wait until "assent courier" runs/);
    child.kill('SIGTERM');
    await child.ended;
  };
  await none({}, ['--no-courier']);
  await none({ ASSENT_COURIER: 'no' });
  const conf = join(at.path, 'apart.conf');
  writeFileSync(conf, 'courier no\n');
  await none({ ASSENT_COURIER: '', ASSENT_CONF: conf });
  at.run(['add', 'ann@b.example']);
  const { url } = await serve(at);
  const asked = await ask(`${url}/join`, { method: 'POST', body: 'email=bob%40b.example&topic=newsletter&language=en', type: 'application/x-www-form-urlencoded' });
  assert.equal(asked.status, 200);
  at.run(['courier', '--once']);
  assert.match(readFileSync(join(at.data, 'outbox', '1.eml'), 'utf8'), /^To: bob@b\.example\r$/m);
});

test('a server that is killed takes its courier with it', async (t) => {
  const at = folder(t);
  const { child } = await serve(at);
  child.kill('SIGKILL');
  await child.gone;
  for (let i = 0; i < 200 && couriers(at).length > 0; i++) {
    await pause(50);
  }
  assert.deepEqual(couriers(at), []);
});
