// Long bodies of programs: who may send them, where they lie meanwhile, and what is left of them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { serve } from './lib/server.mjs';
import { Visitor } from './lib/visitor.mjs';
import { Wire, compose } from './lib/wire.mjs';

const MB = 1 << 20;
const MAX = 32 * MB;
let server;
let token;
let folder;
before(async () => {
  server = await serve({
    before: ({ data }) => {
      mkdirSync(join(data, 'bodies'), { mode: 0o755 });
      writeFileSync(join(data, 'bodies', 'http_body.left00'), 'of a server that was killed');
    },
  });
  folder = join(server.data, 'bodies');
  token = server.json(['apikey', 'new', 'long', '--scopes', 'check', '--json']).key;
});
after(() => server?.stop());

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const post = (body, more = {}) =>
  ({ method: 'POST', path: '/api/v1/nothing', headers: { authorization: `Bearer ${token}`, ...more }, body });

async function settles(condition, what) {
  for (let i = 0; i < 100; i++) {
    if (condition()) {
      return;
    }
    await pause(20);
  }
  assert.fail(what);
}

test('S7: the folder of bodies is the owner\'s alone, and emptied at the start', () => {
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.deepEqual(readdirSync(folder), []);
});

test('a long body comes whole, whatever its pieces, and the connection goes on behind it', async () => {
  const wire = await Wire.open(server.port);
  for (const bytes of [65536, 65537, MB + 1, MAX]) {
    const reply = await wire.ask(post(Buffer.alloc(bytes, 'x')));
    assert.equal(reply.status, 404, String(bytes));
    assert.equal(reply.get('content-type'), 'application/problem+json');
  }
  // Two at once in one write: the second's beginning lies behind the first's body.
  const long = compose(post(Buffer.alloc(70000, 'y')));
  wire.write(Buffer.concat([long, compose({ path: '/healthz' }), long]));
  assert.equal((await wire.reply()).status, 404);
  assert.equal((await wire.reply()).status, 200);
  assert.equal((await wire.reply()).status, 404);
  wire.close();
  await settles(() => readdirSync(folder).length === 0, 'a file stayed');
});

test('the answer to Expect: 100-continue comes once there is room', async () => {
  const wire = await Wire.open(server.port);
  const body = Buffer.alloc(100000, 'z');
  const head = compose({ ...post(undefined, { expect: '100-continue', 'content-length': body.length }), length: false });
  wire.write(head);
  const go = await wire.reply('HEAD');
  assert.equal(go.status, 100);
  await settles(() => readdirSync(folder).length === 1, 'there is no room set aside');
  wire.write(body);
  assert.equal((await wire.reply()).status, 404);
  wire.close();
});

test('413 beyond 32 MB; 401 without a key, before a byte of the body was kept', async () => {
  const wire = await Wire.open(server.port);
  wire.write(compose({ ...post(undefined, { 'content-length': MAX + 1 }), length: false }));
  const long = await wire.reply();
  assert.equal(long.status, 413);
  assert.equal(long.get('content-type'), 'application/problem+json');
  const stranger = await Wire.open(server.port);
  stranger.write(compose({ ...post(undefined, { authorization: `Bearer ${token}x`, 'content-length': MB }), length: false }));
  assert.equal((await stranger.reply()).status, 401);
  await settles(() => readdirSync(folder).length === 0, 'a file was kept');
});

test('a client that goes in the middle leaves no file', async () => {
  const wire = await Wire.open(server.port);
  wire.write(compose({ ...post(undefined, { 'content-length': MB }), length: false }));
  wire.write(Buffer.alloc(MB / 2));
  await settles(() => readdirSync(folder).length === 1, 'nothing was kept');
  wire.close();
  await settles(() => readdirSync(folder).length === 0, 'the file stayed');
});

test('507 where the disk is full, before the body is sent; the server goes on', async (t) => {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', folder]);
  if (mounted.status !== 0) {
    t.skip('only root may mount a small disk');
    return;
  }
  try {
    const visitor = await new Visitor(server).login();
    const wire = await Wire.open(server.port);
    wire.write(compose({ ...post(undefined, { 'content-length': 2 * MB }), length: false }));
    const full = await wire.reply();
    assert.equal(full.status, 507);
    assert.equal(full.get('content-type'), 'application/problem+json');
    assert.equal(JSON.parse(full.body).status, 507);
    const headers = { Cookie: `assent=${visitor.cookies.get('assent')}`, Accept: 'text/html', 'Accept-Language': 'de', 'Content-Length': 2 * MB };
    const browser = await Wire.open(server.port);
    browser.write(compose({ method: 'POST', path: '/admin/import', headers, length: false }));
    const page = await browser.reply();
    assert.equal(page.get('retry-after'), '2');
    assert.match(String(page.body), /<h1>There is no room to save this<\/h1>/);
    assert.equal((await server.ask(post(Buffer.alloc(MB / 2)))).status, 404);
    await settles(() => readdirSync(folder).length === 0, 'the file stayed');
  } finally {
    spawnSync('umount', [folder]);
  }
});

test('a folder that was taken away costs the call, not the server', async () => {
  rmSync(folder, { recursive: true });
  const wire = await Wire.open(server.port);
  wire.write(compose({ ...post(undefined, { 'content-length': MB }), length: false }));
  assert.equal((await wire.reply()).status, 500);
  wire.close();
  assert.equal((await server.ask({ path: '/healthz' })).status, 200);
  mkdirSync(folder, { mode: 0o700 });
  assert.equal((await server.ask(post(Buffer.alloc(MB)))).status, 404);
  assert.ok(existsSync(folder));
});

test('the same under TLS', async () => {
  const secure = await serve({ admin: false, env: { ASSENT_TLS: '1' } });
  try {
    const { key } = secure.json(['apikey', 'new', 'long', '--scopes', 'check', '--json']);
    const wire = await Wire.open(secure.port, { secure: true });
    const lines = 'somebody@example.org\n'.repeat(90000);
    const request = { method: 'POST', path: '/api/v1/check?topic=newsletter', headers: { authorization: `Bearer ${key}`, 'content-type': 'text/plain' }, body: lines };
    wire.write(Buffer.concat([compose(request), compose({ path: '/healthz' })]));
    const reply = await wire.reply();
    assert.equal(reply.status, 200);
    assert.equal(reply.body, 'somebody@example.org\tunknown\n'.repeat(90000));
    assert.equal((await wire.reply()).status, 200);
    wire.close();
  } finally {
    await secure.stop();
  }
});
