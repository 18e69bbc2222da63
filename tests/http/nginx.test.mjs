// The site in conf/nginx-site.conf, under a real nginx, in front of a real server.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { remove } from './lib/remove.mjs';
import { freePort, serve } from './lib/server.mjs';
import { SMUGGLED, bodies, heads, lengths, lines as requestLines } from './lib/smuggling.mjs';
import { Visitor } from './lib/visitor.mjs';
import { Wire, ask, compose } from './lib/wire.mjs';

const place = mkdtempSync(join(tmpdir(), 'assent-nginx-'));
const ONE_CLICK = { method: 'POST', body: 'List-Unsubscribe=One-Click', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } };
let server;
let nginx;
let site; // what a browser sees: the same calls as of a server
let people = 0;

const someone = () => {
  const email = `n${people++}@example.org`;
  server.add(email);
  return { email, ...server.links(email, 'newsletter') };
};
const lastAddress = () => server.sql('SELECT address FROM entry_private ORDER BY position DESC LIMIT 1').trim();

before(async () => {
  const [port, plain] = [await freePort(), await freePort()];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost',
    '-keyout', join(place, 'privkey.pem'), '-out', join(place, 'fullchain.pem')], { stdio: 'pipe' });
  writeFileSync(join(place, 'assent.conf'), 'trusted_proxy 127.0.0.1\n');
  server = await serve({ env: { ASSENT_CONF: join(place, 'assent.conf'), ASSENT_PUBLIC_URL: `https://localhost:${port}` } });

  // Names, ports and folders are the test's own; all else is the site as it is.
  const lines = readFileSync('conf/nginx-site.conf', 'utf8')
    .replaceAll('/etc/letsencrypt/live/mail.example.com', place)
    .replaceAll('/var/log/nginx', place)
    .replaceAll('mail.example.com', 'localhost')
    .replace('server 127.0.0.1:8888', `server 127.0.0.1:${server.port}`)
    .replace(/^ *listen \[::\].*\n/gm, '')
    .replace('listen 443', `listen ${port}`)
    .replace('listen 80;', `listen ${plain};`)
    // Beside its log one that says which requests were passed on: what Assent may have seen, and no more.
    .replace('log_format assent', "log_format passed '$request_method $request_uri $upstream_addr $upstream_status';\nlog_format assent")
    .replace('access_log /var/log/nginx/assent'.replace('/var/log/nginx', place), `access_log ${place}/passed.log passed;\n    $&`);
  writeFileSync(join(place, 'site.conf'), lines);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${place}/${name};`).join(' ');
  writeFileSync(join(place, 'nginx.conf'), `${process.getuid() === 0 ? 'user root;' : ''} daemon off; pid ${place}/pid; error_log ${place}/main.log;
events {} http { ${temporary} include ${place}/site.conf; }`);
  nginx = spawn('/usr/sbin/nginx', ['-p', place, '-c', join(place, 'nginx.conf'), '-e', join(place, 'main.log')], { stdio: ['ignore', 'inherit', 'inherit'] });
  const host = `localhost:${port}`;
  site = { port, plain, host, origin: `https://${host}`, ask: (request) => ask(port, { secure: true, host, ...request }) };
  for (let i = 0; ; i++) {
    try {
      await site.ask({ path: '/healthz' });
      break;
    } catch (error) {
      assert.ok(i < 100, error);
      await new Promise((done) => setTimeout(done, 50));
    }
  }
});
after(async () => {
  if (nginx) {
    nginx.kill('SIGTERM');
    await new Promise((done) => nginx.once('exit', done));
  }
  await server?.stop();
  remove(place);
});

test('HTTP/2 over TLS; the plain port leads there', () => {
  const told = execFileSync('curl', ['-s', '--http2', '--cacert', join(place, 'fullchain.pem'), '-o', '/dev/null', '-D', '-', '-w', '%{http_version}', `${site.origin}/`], { encoding: 'utf8' });
  assert.match(told, /^HTTP\/2 200/);
  assert.match(told, /2$/);
  assert.equal(told.match(/strict-transport-security/gi).length, 1);
  const plain = execFileSync('curl', ['-s', '-o', '/dev/null', '-w', '%{http_code} %{redirect_url}', '-H', 'Host: localhost', `http://127.0.0.1:${site.plain}/p/x`], { encoding: 'utf8' });
  assert.equal(plain, '301 https://localhost/p/x');
});

test('U2 U15: one-click POSTs act over HTTP/2, and hundreds at once from one address are all taken', async () => {
  const one = someone();
  const code = execFileSync('curl', ['-s', '--http2', '--cacert', join(place, 'fullchain.pem'), '-o', '/dev/null', '-w', '%{http_code}', '-d', ONE_CLICK.body, site.origin + one.unsubscribe], { encoding: 'utf8' });
  assert.equal(code, '200');
  assert.equal(server.show(one.email).topics.newsletter, false);
  const { unsubscribe } = someone();
  const codes = await Promise.all(Array.from({ length: 64 }, async () => {
    const wire = await Wire.open(site.port, { secure: true });
    const all = [];
    for (let i = 0; i < 8; i++) {
      all.push((await wire.ask({ path: unsubscribe, host: site.host, ...ONE_CLICK })).status);
    }
    wire.close();
    return all;
  }));
  assert.deepEqual([...new Set(codes.flat())], [200]);
});

test('a person manages what they get, and an admin logs in, by forms of the https site', async () => {
  const { email, manage } = someone();
  const visitor = new Visitor(site);
  const page = await visitor.get(manage);
  assert.equal(page.status, 200);
  assert.equal((await visitor.press(page, 'save', { topic: 'marketing' })).status, 200);
  assert.equal(server.show(email).topics.marketing, true);
  const admin = new Visitor(site);
  await admin.login();
  assert.ok(admin.cookies.has('__Host-assent'), 'the server knows that the browser came by https');
  assert.equal((await admin.get('/admin/people')).status, 200);
});

test('events come as they happen', async () => {
  const { key } = server.json(['apikey', 'new', 'feed', '--scopes', 'events', '--json']);
  let text = '';
  const request = https.get({ host: '127.0.0.1', port: site.port, servername: 'localhost', rejectUnauthorized: false, path: '/api/v1/events?after=latest', agent: false,
    headers: { Host: site.host, Accept: 'text/event-stream', Authorization: `Bearer ${key}` } });
  const reply = await new Promise((done, fail) => request.once('response', done).once('error', fail));
  assert.equal(reply.statusCode, 200);
  reply.on('data', (chunk) => {
    text += chunk;
  });
  reply.on('error', () => {});
  const { email } = someone();
  for (let i = 0; i < 100 && !text.includes('contact.added'); i++) {
    await new Promise((done) => setTimeout(done, 50));
  }
  assert.match(text, /contact\.added/, `${email} was told of while the stream was open`);
  request.destroy();
});

test('a large file is uploaded and passed on; elsewhere a long body is refused', async () => {
  const admin = new Visitor(site);
  await admin.login();
  const csrf = await admin.csrf();
  const rows = ['email,name'];
  for (let i = 0; i < 400000; i++) {
    rows.push(`large${i}@example.net,Somebody with a name of some length`);
  }
  const boundary = 'b0undary';
  const body = `--${boundary}\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n${csrf}\r\n--${boundary}\r\n`
    + `Content-Disposition: form-data; name="file"; filename="large.csv"\r\nContent-Type: text/csv\r\n\r\n${rows.join('\n')}\r\n--${boundary}--\r\n`;
  assert.ok(body.length > 20e6);
  const sent = await admin.post('/admin/import', body, { 'Content-Type': `multipart/form-data; boundary=${boundary}` });
  assert.equal(sent.status, 303, sent.text);
  assert.match(sent.get('location'), /^\/admin\/import\/\d+$/);
  const long = await site.ask({ method: 'POST', path: '/join', body: 'x'.repeat(70000), headers: ONE_CLICK.headers });
  assert.equal(long.status, 413);
  assert.match(long.get('strict-transport-security'), /max-age/, 'also on what nginx answers by itself');
});

/** A request from another address of this machine. */
async function askFrom(localAddress, port, secure, request) {
  const path = compose(request);
  const to = { host: '127.0.0.1', port, localAddress, rejectUnauthorized: false, servername: 'localhost' };
  const socket = secure ? tls.connect(to) : net.connect(to);
  socket.write(path);
  let text = '';
  for await (const chunk of socket) {
    text += chunk;
  }
  return Number(text.split(' ')[1]);
}

test('X-Forwarded-For is believed of the proxy alone, and of the proxy only what it saw itself', async () => {
  const headers = { ...ONE_CLICK.headers, 'X-Forwarded-For': '203.0.113.9', Connection: 'close' };
  assert.equal(await askFrom('127.0.0.2', site.port, true, { ...ONE_CLICK, path: someone().unsubscribe, host: site.host, headers }), 200);
  assert.equal(lastAddress(), '127.0.0.2', 'through the proxy: who called it, and not what they said');
  assert.equal(await askFrom('127.0.0.3', server.port, false, { ...ONE_CLICK, path: someone().unsubscribe, headers }), 200);
  assert.equal(lastAddress(), '127.0.0.3', 'past the proxy: what is said counts for nothing');
});

test('logins are bounded by address, nothing else is; what watches the server is for this machine', async () => {
  const codes = await Promise.all(Array.from({ length: 40 }, () => site.ask({ path: '/admin/login' }).then((reply) => reply.status)));
  assert.ok(codes.includes(429), 'forty at once are too many');
  assert.equal((await site.ask({ path: someone().unsubscribe, ...ONE_CLICK })).status, 200);
  assert.equal((await site.ask({ path: '/metrics' })).status, 200);
  assert.equal(await askFrom('127.0.0.2', site.port, true, { path: '/metrics', host: site.host, headers: { Connection: 'close' } }), 403);
});

test('no link stands in the log', async () => {
  const { manage, unsubscribe } = someone();
  await site.ask({ path: manage });
  await site.ask({ path: unsubscribe, ...ONE_CLICK });
  const log = () => readFileSync(join(place, 'assent.access.log'), 'utf8') + readFileSync(join(place, 'assent.error.log'), 'utf8');
  for (let i = 0; i < 40 && !log().includes('/p/'); i++) {
    await new Promise((done) => setTimeout(done, 50));
  }
  assert.match(log(), /GET \/p\/- 200/);
  assert.doesNotMatch(log(), /\/[puc]\/[A-Za-z0-9_-]{20}/);
});

/** All that comes back, by TLS, until the site closes or has been silent for a while. */
function raw(bytes) {
  return new Promise((done) => {
    const socket = tls.connect({ host: '127.0.0.1', port: site.port, rejectUnauthorized: false, servername: 'localhost' }, () => socket.write(bytes, 'latin1'));
    let text = '';
    socket.setTimeout(400, () => socket.destroy());
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => done(text));
  });
}
/** How many requests Assent saw, whatever became of them. */
async function seen() {
  const { body } = await server.ask({ path: '/metrics' });
  return [...body.matchAll(/^assent_requests_total\{[^}]*\} (\d+)/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
}
/** Those that nginx passed on; of them those that were answered before who asked had gone. */
const passed = () => readFileSync(join(place, 'passed.log'), 'latin1').split('\n').filter((line) => line && !line.endsWith(' - -'));
const answered = (lines) => lines.filter((line) => !line.endsWith(' -'));

test('what two readers could read in two ways: Assent never sees a request that nginx did not pass on', { timeout: 60000 }, async () => {
  const [within, behind] = [someone(), someone()];
  const own = 'Host: localhost\r\n';
  const [inside, after] = [SMUGGLED(within.unsubscribe, own).slice(0, -26), SMUGGLED(behind.unsubscribe, own)];
  const all = [...requestLines, ...heads, ...lengths, ...bodies].map(([, , bytes]) => bytes.replaceAll('Host: a.example\r\n', own));
  const [before, logged] = [await seen(), passed().length];
  for (let from = 0; from < all.length; from += 32) {
    await Promise.all(all.slice(from, from + 32).map((bytes) => {
      // In a body that has no honest end, no reading may make a request of it. Behind a head alone
      // nginx may take it for one; then its log says so.
      const at = bytes.indexOf('abc');
      return raw(at < 0 ? bytes + after : bytes.slice(0, at) + inside + bytes.slice(at));
    }));
    // What answers on connections kept to Assent is what was asked there, and not what lay behind.
    const [health, how, left] = await Promise.all([site.ask({ path: '/healthz' }), site.ask({ path: '/how' }), site.ask({ path: `/p/${from}x` })]);
    assert.equal(health.body, 'ok\n');
    assert.match(how.body, /<html/);
    assert.equal(left.status, 404);
  }
  const asked = 3 * Math.ceil(all.length / 32);
  let told = [];
  let saw = 0;
  const fits = () => answered(told).length <= saw && saw <= told.length;
  for (let tries = 0; tries < 20 && (!tries || !fits()); tries++) { // the log is written a moment later
    await new Promise((done) => setTimeout(done, tries * 10));
    saw = await seen() - before - 1 - tries; // without those that ask how many
    told = passed().slice(logged);
  }
  assert.ok(answered(told).length >= asked, `${told.length} passed on`);
  assert.ok(fits(), `${saw} seen of\n${told.join('\n')}`);
  assert.equal(server.show(within.email).topics.newsletter, true);
  const acts = (line) => line.startsWith(`POST ${behind.unsubscribe} `);
  const { newsletter } = server.show(behind.email).topics;
  assert.ok(newsletter ? !answered(told).some(acts) : told.some(acts), `newsletter: ${newsletter}`);
});
