// https by Kore itself, with the certificate that serve makes on the spot.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { ADMIN, serve } from './lib/server.mjs';
import { SMUGGLED, bodies, heads, lengths, lines } from './lib/smuggling.mjs';
import { Visitor } from './lib/visitor.mjs';

let server;

before(async () => {
  server = await serve({ env: { ASSENT_TLS: '1' } });
  server.add('someone@example.com');
});
after(() => server?.stop());

for (const version of ['TLSv1.2', 'TLSv1.3']) {
  test(`${version} is spoken`, async () => {
    const socket = tls.connect({ host: '127.0.0.1', port: server.port, rejectUnauthorized: false, servername: 'localhost',
      minVersion: version, maxVersion: version });
    await new Promise((resolve, reject) => {
      socket.once('secureConnect', resolve);
      socket.once('error', reject);
    });
    assert.equal(socket.getProtocol(), version);
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    let text = '';
    for await (const chunk of socket) {
      text += chunk;
    }
    assert.match(text, /^HTTP\/1\.1 200 /);
  });
}

test('TLS 1.1 is refused', async () => {
  const socket = tls.connect({ host: '127.0.0.1', port: server.port, rejectUnauthorized: false,
    minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
  await assert.rejects(new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
  }));
});

test('S3: the session cookie is __Host- and Secure; the dashboard works with it, and not with the plain name', async () => {
  const visitor = new Visitor(server);
  const reply = await visitor.post('/admin/login', { email: ADMIN.email, password: ADMIN.password });
  assert.equal(reply.status, 303);
  const cookie = reply.all('set-cookie')[0];
  assert.match(cookie, /^__Host-assent=[A-Za-z0-9_-]{43};/);
  assert.match(cookie, /; ?Secure/i);
  assert.doesNotMatch(cookie, /Domain/i);
  assert.equal((await visitor.get('/admin/people')).status, 200);
  visitor.cookies.set('assent', visitor.cookies.get('__Host-assent'));
  visitor.cookies.delete('__Host-assent');
  assert.equal((await visitor.get('/admin/people')).status, 303);
});

test('S5: HSTS on every answer', async () => {
  for (const path of ['/', '/admin/login', '/u/broken', '/nowhere', '/healthz']) {
    assert.match((await server.ask({ path })).get('strict-transport-security') ?? '', /^max-age=\d{7,}/, path);
  }
});

test('U1 U3: the links are https, and a bare one-click POST over TLS acts', async () => {
  const { urls, unsubscribe } = server.links('someone@example.com', 'newsletter');
  assert.match(urls.headers['List-Unsubscribe'], /^<https:\/\/[^>]+>$/);
  const reply = await server.ask({ method: 'POST', path: unsubscribe, body: 'List-Unsubscribe=One-Click' });
  assert.equal(reply.status, 200);
  assert.equal(server.show('someone@example.com').topics.newsletter, false);
});

test('what two readers could read in two ways is refused over TLS as well, and nothing behind it is read', async () => {
  server.add('victim@example.com');
  const smuggled = SMUGGLED(server.links('victim@example.com').unsubscribe);
  const raw = (...pieces) => new Promise((done) => {
    const socket = tls.connect({ host: '127.0.0.1', port: server.port, rejectUnauthorized: false }, () => pieces.forEach((piece) => socket.write(piece, 'latin1')));
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => done([...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map((found) => Number(found[1]))));
  });
  const all = [...lines, ...heads, ...lengths, ...bodies];
  for (let from = 0; from < all.length; from += 40) {
    await Promise.all(all.slice(from, from + 40).map(async ([what, code, bytes], i) => {
      const cut = (7 * (from + i)) % bytes.length; // in two records of TLS
      assert.deepEqual(await raw(bytes.slice(0, cut), bytes.slice(cut) + smuggled), [code], what);
    }));
  }
  assert.equal(server.show('victim@example.com').status, 'opted_in');
  assert.deepEqual(await raw(smuggled.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')), [200]);
  assert.equal(server.show('victim@example.com').status, 'opted_out');
});

test('a large export comes whole over TLS', async () => {
  const rows = ['email'];
  for (let i = 0; i < 20000; i++) {
    rows.push(`tls${i}@example.com`);
  }
  server.import(rows.join('\n'));
  const visitor = await new Visitor(server).login();
  const reply = await visitor.take('/admin/people/export');
  assert.equal(reply.body.trimEnd().split('\r\n').length, 20003);
});
