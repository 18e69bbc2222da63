// Every error of every call is a problem whose type is explained; limits hold over both workers.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { after, before, test } from 'node:test';
import * as html from './lib/html.mjs';
import { Description } from './lib/openapi.mjs';
import { serve } from './lib/server.mjs';
import { Wire } from './lib/wire.mjs';

let server;
let api;
let explained;
let page;
const newKey = (scopes) => server.json(['apikey', 'new', 'x', '--scopes', scopes, '--json']).key;
before(async () => {
  server = await serve();
  api = await Description.of(server);
  page = html.parse((await server.ask({ path: '/api/v1/problems' })).body);
  explained = html.all(page, (node) => node.attrs.id).map((node) => node.attrs.id);
});
after(() => server?.stop());

/** U13: an error is a problem, its type is explained, and the body says the same status. */
function holds(reply, what) {
  assert.ok(reply.status >= 400, `${what}: ${reply.status}`);
  assert.equal(reply.get('content-type'), 'application/problem+json', `${what}: ${reply.status} ${reply.body.slice(0, 200)}`);
  const body = JSON.parse(reply.body);
  assert.equal(body.status, reply.status, what);
  const [base, key] = body.type.split('#');
  assert.equal(base, `${server.origin}/api/v1/problems`, what);
  assert.ok(explained.includes(key), `${what}: ${key} is not explained`);
  assert.ok(body.title, what);
  if (reply.status === 405) {
    assert.ok(reply.get('allow'), what);
  }
  if (reply.status === 401) {
    assert.equal(reply.get('www-authenticate'), 'Bearer', what);
  }
  if (reply.status === 503 || reply.status === 429) {
    assert.ok(Number(reply.get('retry-after')) > 0, what);
  }
  return key;
}

const paths = () => Object.keys(api.document.paths).map((path) => path.replace(/\{[^}]+\}/g, 'nobody@example.org'));
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

test('the page explains each problem: what it means and what to do', () => {
  assert.ok(explained.length > 15);
  assert.equal(new Set(explained).size, explained.length);
  for (const id of explained) {
    const node = html.byId(page, id);
    assert.ok(html.tidy(html.byTag(node, 'dd')[0]).length > 40, id);
    assert.match(html.tidy(html.byTag(node, 'dt')[0]), new RegExp(`[45]\\d\\d ${id}$`));
  }
});

test('the types that the program gives, those on the page and those in the description are the same', () => {
  const sources = ['src/web', 'src/view'].flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
    .filter((path) => path.endsWith('.c')).map((path) => readFileSync(path, 'utf8')).join('\n');
  const rows = [...sources.matchAll(/\[(PROBLEM_[A-Z_]+)\] = \{\s*"([a-z-]+)",/g)];
  const types = rows.map(([, , type]) => type);
  assert.deepEqual([...types].sort(), [...explained].sort());
  for (const [, name, type] of rows) {
    assert.ok(sources.match(new RegExp(`\\b${name}\\b`, 'g')).length > 1, `nothing gives ${type}`);
  }
  const { type } = api.document.components.schemas.Problem.properties;
  assert.deepEqual(/\(([a-z|-]+)\)\$$/.exec(type.pattern)[1].split('|').sort(), [...types].sort());
  const reasons = JSON.stringify(api.document).match(/"reason":\{"type":"string","enum":\[[^\]]*needs-consent[^\]]*\]/)[0].match(/(?<=")[a-z]+-[a-z-]+(?=")/g);
  for (const one of [...reasons, ...JSON.stringify(api.document).match(/(?<=4\d\d `)[a-z-]+(?=`)/g)]) {
    assert.ok(types.includes(one), `${one} is described, and there is no such problem`);
  }
});

test('U13: every address and method of the API, asked wrongly in every way: a problem that is explained', async () => {
  const full = newKey('check,links,contacts:read,contacts:write,events');
  const seen = new Set();
  const open = new Set(api.operations.filter((one) => one.security?.length === 0).map((one) => one.path));
  const bodies = [
    [undefined, undefined], ['application/json', '{'], ['application/json', '[]'], ['application/json', '{"a":"\ud800"}'], ['application/json', '\0'],
    ['application/json', `{"a":${'['.repeat(5000)}`], ['application/x-ndjson', '{}\n{'], ['text/plain', 'x\ny'], ['image/png', 'x'], ['application/json; charset=x', '{}'],
    ['application/x-www-form-urlencoded', 'a=%'], ['multipart/form-data', 'x'], ['application/merge-patch+json', '7'], ['', ''],
  ];
  for (const path of [...paths(), '/api/', '/api/v1', '/api/v1/', '/api/v2/topics', '/api/v1/contacts/%00', `/api/v1/contacts/${'x'.repeat(1500)}`]) {
    for (const method of METHODS) {
      const item = Object.entries(api.document.paths).find(([one]) => one.replace(/\{[^}]+\}/g, 'nobody@example.org') === path)?.[1] ?? {};
      const isMethod = method.toLowerCase() in item;
      for (const [type, body] of method === 'GET' || method === 'DELETE' ? [bodies[0]] : bodies) {
        for (const query of ['', '?%', '?a=%ff', '?topic=nothing', '?after=x', '?cursor=%00', `?${'a=1&'.repeat(200)}`]) {
          const reply = await server.ask({ method, path: path + query, body, headers: { Authorization: `Bearer ${full}`, ...(type !== undefined && { 'Content-Type': type }) } });
          if (reply.status === 429) { // other windows go on; this one is over
            await new Promise((done) => setTimeout(done, Number(reply.get('retry-after')) * 1000));
          }
          if (reply.status >= 400) {
            seen.add(holds(reply, `${method} ${path}${query} ${type}`));
          } else {
            assert.ok(isMethod, `${method} ${path}${query}: ${reply.status}`);
          }
          if (query && !isMethod) {
            break; // the address says no before its query is read
          }
        }
      }
      if (isMethod && !open.has(path)) {
        assert.equal(holds(await server.ask({ method, path }), path), 'no-key');
        assert.equal(holds(await server.ask({ method, path, headers: { Authorization: `Bearer ${full}x` } }), path), 'key-refused');
      }
    }
  }
  for (const type of ['no-key', 'not-found', 'method', 'bad-request', 'bad-body', 'body-type']) {
    assert.ok(seen.has(type) || type === 'no-key', `nothing led to ${type}`);
  }
});

test('U13: a key without the scope of a call is told which it needs', async () => {
  const none = { check: newKey('events'), events: newKey('check') };
  for (const operation of api.operations) {
    if (operation.security?.length === 0 || operation.operationId === 'listTopics') {
      continue;
    }
    const key = operation.operationId === 'followEvents' ? none.events : none.check;
    const reply = await server.ask({ method: operation.method.toUpperCase(), path: operation.path.replace(/\{[^}]+\}/g, 'newsletter'),
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' }, body: ['get', 'delete'].includes(operation.method) ? undefined : '{}' });
    assert.equal(holds(reply, operation.operationId), 'no-scope');
    assert.match(JSON.parse(reply.body).detail, /scope (check|links|contacts:read|contacts:write|events)/);
  }
});

test('U13: what is refused before it is read, for its head or its length, is a problem too', async () => {
  const key = newKey('check');
  const refuse = async (bytes, status) => {
    const wire = await Wire.open(server.port);
    wire.write(bytes);
    const reply = await wire.reply();
    wire.close();
    assert.equal(reply.status, status, bytes.slice(0, 60));
    return holds(reply, bytes.slice(0, 60));
  };
  const head = (line, more = '') => `${line} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\n${more}\r\n`;
  await refuse(head(`GET /api/v1/topics?${'x'.repeat(1990)}`), 414);
  await refuse(head('GET /api/v1/topics', `X: ${'x'.repeat(70000)}\r\n`), 431);
  await refuse(head('GET /api/v1/topics', 'X: \x01\r\n'), 400);
  await refuse(head('GET /api/v1/topics', 'Content-Length: 3\r\n') + 'abc', 400);
  await refuse(head('POST /api/v1/check', 'Transfer-Encoding: chunked\r\n'), 411);
  await refuse(head('POST /api/v1/check', 'Content-Length: 99999999999\r\n'), 413);
  await refuse(head('BREW /api/v1/topics'), 501);
  await refuse(head('GET /api/v1/topics').replace('HTTP/1.1', 'HTTP/2.0'), 505);
  assert.equal(await refuse(`POST /api/v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n`, 401), 'no-key');
});

test('a key has 600 calls in a minute, however many connections and whichever worker; then 429 with Retry-After', async () => {
  const key = newKey('check');
  const headers = { Authorization: `Bearer ${key}` };
  const left = (reply) => Object.fromEntries(/r=(\d+);t=(\d+)/.exec(reply.get('ratelimit')).slice(1).map((n, i) => [['r', 't'][i], Number(n)]));
  const first = left(await server.ask({ path: '/api/v1/topics', headers }));
  if (first.t < 20) { // begin with a minute that lasts
    await new Promise((done) => setTimeout(done, (first.t + 1) * 1000));
  }
  const before = left(await server.ask({ path: '/api/v1/topics', headers })).r;
  const workers = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(server.child.pid)], { encoding: 'utf8' })
    .split('\n').filter((line) => line.includes('[wrk')).map((line) => line.trim().split(/\s+/)[0]);
  const sockets = (pid) => readdirSync(`/proc/${pid}/fd`).filter((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;
  assert.equal(workers.length, 2);
  // Which worker takes a connection is chance, and on a busy machine one may take many in a row.
  const wires = [];
  for (let i = 0; i === 0 || (i < 20 && !workers.every((pid) => sockets(pid) > 5)); i++) {
    wires.push(...await Promise.all(Array.from({ length: 24 }, () => Wire.open(server.port))));
    await Promise.all(wires.slice(-24).map((wire) => wire.ask({ path: '/healthz' })));
  }
  const most = 720;
  let asked = 0;
  let granted = 0;
  let refused = 0;
  await Promise.all(wires.map(async (wire) => {
    while (asked < most) {
      asked++;
      const reply = await wire.ask({ path: '/api/v1/topics', headers });
      assert.equal(reply.get('ratelimit-policy'), '"key";q=600;w=60');
      if (reply.status === 200) {
        granted++;
      } else {
        assert.equal(holds(reply, 'too many'), 'too-many-calls');
        assert.equal(left(reply).r, 0);
        assert.equal(Number(reply.get('retry-after')), left(reply).t);
        refused++;
      }
    }
  }));
  workers.forEach((pid) => assert.ok(sockets(pid) > 5, `worker ${pid} had no part in it`));
  wires.forEach((wire) => wire.close());
  assert.equal(granted, before);
  assert.equal(granted + refused, most);
});
