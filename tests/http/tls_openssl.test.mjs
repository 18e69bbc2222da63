// The server's own TLS, as openssl and curl see it.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { serve } from './lib/server.mjs';
import { Wire } from './lib/wire.mjs';

let server;
before(async () => {
  server = await serve({ admin: false, env: { ASSENT_TLS: '1' } });
});
after(() => server?.stop());

function client(...options) {
  return spawnSync('openssl', ['s_client', '-connect', `127.0.0.1:${server.port}`, '-servername', 'localhost', '-brief', ...options], {
    input: 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    encoding: 'latin1',
    timeout: 10000,
  });
}

const curl = (...options) =>
  execFileSync('curl', ['-sS', '--cacert', join(server.data, 'tls/cert.pem'), ...options], { encoding: 'utf8', stdio: 'pipe' });

test('openssl shakes hands and is answered in TLS 1.2 and in TLS 1.3', () => {
  for (const [option, name] of [['-tls1_2', 'TLSv1.2'], ['-tls1_3', 'TLSv1.3']]) {
    const { stdout, stderr } = client(option, '-ign_eof');
    assert.match(stderr, new RegExp(`Protocol version: ${name}`));
    assert.match(stdout, /^HTTP\/1\.1 200 OK/);
  }
});

test('older versions of TLS are refused', () => {
  for (const option of ['-tls1', '-tls1_1']) {
    const { stdout, status } = client(option, '-cipher', 'DEFAULT@SECLEVEL=0');
    assert.notEqual(status, 0);
    assert.doesNotMatch(stdout, /200 OK/);
  }
});

test('curl trusts the certificate that was made, by name and by address', () => {
  for (const host of ['localhost', '127.0.0.1']) {
    assert.equal(curl('--ipv4', `https://${host}:${server.port}/healthz`), 'ok\n');
  }
});

test('S5: HSTS stands on answers and refusals, under TLS', async () => {
  const page = await server.ask({ path: '/' });
  assert.match(page.get('strict-transport-security'), /^max-age=31536000/);
  const refusal = await server.ask({ path: '/', host: null });
  assert.equal(refusal.status, 400);
  assert.match(refusal.get('strict-transport-security'), /^max-age=31536000/);
});

test('a host other than the handshake named is refused with 421', async () => {
  assert.equal((await server.ask({ path: '/healthz', host: 'other.example' })).status, 421);
  assert.equal((await server.ask({ path: '/healthz', host: 'LOCALHOST:99' })).status, 200);
});

test('one connection carries many requests, bodies and writes', async () => {
  const wire = await Wire.open(server.port, { secure: true });
  for (let i = 0; i < 20; i++) {
    assert.equal((await wire.ask({ path: '/readyz' })).status, 200);
    assert.equal((await wire.ask({ method: 'POST', path: '/nowhere', body: 'x'.repeat(60000) })).status, 404);
  }
  wire.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  assert.equal((await wire.reply()).body, 'ok\n');
  assert.equal((await wire.reply()).body, 'ready\n');
  wire.close();
});

test('plain HTTP on the TLS port harms nobody', async () => {
  const wire = await Wire.open(server.port);
  wire.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await assert.rejects(wire.reply());
  assert.equal((await server.ask({ path: '/healthz' })).status, 200);
});

test('a worker that was killed comes back with the certificate', async () => {
  const workers = () =>
    execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(server.child.pid)], { encoding: 'utf8' })
      .split('\n').filter((line) => line.includes('[wrk')).map((line) => Number(line.trim().split(/\s+/)[0]));
  const old = workers();
  for (const pid of old) {
    process.kill(pid, 'SIGKILL');
  }
  for (let i = 0; i < 100 && workers().filter((pid) => !old.includes(pid)).length < 2; i++) {
    await new Promise((done) => setTimeout(done, 50));
  }
  for (let i = 0; i < 10; i++) {
    assert.equal((await server.ask({ path: '/readyz' })).status, 200);
  }
});
