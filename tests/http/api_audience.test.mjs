// GET /api/v1/audience/TOPIC: everyone who may be mailed, at one position.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { serve } from './lib/server.mjs';

const PEOPLE = 40000; // more than two steps
let server;
let token;
before(async () => {
  server = await serve({ admin: false });
  server.add('Ann@example.org', { topics: 'newsletter' });
  server.add('out@example.org');
  server.run(['optout', 'out@example.org']);
  server.add('resting@example.org', { topics: 'newsletter' });
  server.run(['pause', 'resting@example.org', '--days', '5']);
  server.add('other@example.org', { topics: 'product_updates' });
  server.add('=cmd@example.org', { topics: 'newsletter' });
  server.import(`email,newsletter,marketing\n${Array.from({ length: PEOPLE }, (_, i) => `p${i}@example.org,${i % 2 ? 'yes' : 'no'},yes\n`).join('')}`);
  token = server.json(['apikey', 'new', 'reader', '--scopes', 'contacts:read', '--json']).key;
});
after(() => server?.stop());

const request = (topic, more = {}, method = 'GET') => ({ method, path: `/api/v1/audience/${topic}`, headers: { authorization: `Bearer ${token}`, ...more } });
const get = (...args) => server.ask(request(...args));
const position = () => Number(server.sql('SELECT max(position) FROM entry'));
const wanted = () => ['Ann@example.org', '=cmd@example.org', ...Array.from({ length: PEOPLE / 2 }, (_, i) => `p${2 * i + 1}@example.org`)].sort();

test('NDJSON: each once, as written, and a last line that says it is whole', async () => {
  const reply = await get('newsletter');
  assert.equal(reply.status, 200);
  assert.equal(reply.get('content-type'), 'application/x-ndjson');
  const lines = reply.body.trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(lines.pop(), { end: { position: position(), count: PEOPLE / 2 + 2 } });
  assert.deepEqual(lines.map((one) => one.address).sort(), wanted());
  assert.equal(Number(reply.get('assent-position')), position());
  assert.equal(Number(reply.get('assent-count')), PEOPLE / 2 + 2);
});

test('CSV and lines, by format or Accept; no sign is put before an address', async () => {
  const csv = await get('newsletter?format=csv');
  assert.equal(csv.get('content-type'), 'text/csv; charset=utf-8; header=present');
  const rows = csv.body.split('\r\n');
  assert.deepEqual([rows.shift(), rows.pop()], ['address', '']);
  assert.deepEqual(rows.sort(), wanted());
  assert.equal((await get('newsletter', { accept: 'text/csv' })).body, csv.body);
  const lines = await get('newsletter', { accept: 'text/plain' });
  assert.equal(lines.get('content-type'), 'text/plain; charset=utf-8');
  assert.deepEqual(lines.body.trimEnd().split('\n').sort(), wanted());
  assert.equal((await get('newsletter?format=ndjson', { accept: 'text/csv' })).get('content-type'), 'application/x-ndjson');
});

test('it is whom the check allows', async () => {
  const checker = server.json(['apikey', 'new', 'checker', '--scopes', 'check', '--json']).key;
  const everyone = server.sql('SELECT email_key FROM contact');
  const reply = await server.ask({ method: 'POST', path: '/api/v1/check?topic=newsletter&only=allowed', body: everyone,
    headers: { authorization: `Bearer ${checker}`, 'content-type': 'text/plain' } });
  assert.deepEqual(reply.body.trimEnd().split('\n').sort(), wanted().map((one) => one.toLowerCase()).sort());
  const refused = await get('newsletter', { authorization: `Bearer ${checker}` });
  assert.equal(refused.status, 403);
  assert.match(JSON.parse(refused.body).detail, /contacts:read/);
});

test('advice where the topic offers it; nobody of a retired topic; unknown topics and formats', async () => {
  server.sql("UPDATE topic SET offers_frequency = 1 WHERE key = 'product_updates'; UPDATE contact SET daily = 4 WHERE email_key = 'other@example.org'");
  server.run(['sent', 'product_updates', '--at', '2026-01-02T03:04:05Z'], 'other@example.org\n');
  const [other] = (await get('product_updates')).body.split('\n');
  assert.deepEqual(JSON.parse(other), { address: 'other@example.org', frequency: 'daily', last_sent_at: '2026-01-02T03:04:05Z' });
  assert.equal((await get('product_updates?format=csv')).body, 'address,frequency,last_sent_at\r\nother@example.org,daily,2026-01-02T03:04:05Z\r\n');
  server.sql("UPDATE topic SET retired_at = 1 WHERE key = 'system_alerts'");
  assert.equal((await get('system_alerts')).body, `{"end":{"position":${position()},"count":0}}\n`);
  for (const [topic, status, type] of [['nothing', 422, 'unknown-topic'], ['%00', 422, 'unknown-topic'], ['newsletter?format=xml', 400, 'bad-request']]) {
    const reply = await get(topic);
    assert.equal(reply.status, status, topic);
    assert.equal(JSON.parse(reply.body).type, `${server.origin}/api/v1/problems#${type}`);
  }
  assert.equal((await get('newsletter', {}, 'POST')).status, 405);
  const head = await get('newsletter', {}, 'HEAD');
  assert.deepEqual([head.status, Number(head.get('assent-count')), head.body], [200, PEOPLE / 2 + 2, '']);
});

test('what changes while a slow client reads is not in it; the file is gone from its folder', async () => {
  const at = position();
  const { path, headers } = request('newsletter');
  const open = () => new Promise((done, fail) => {
    http.get({ port: server.port, path, headers, agent: false }, done).on('error', fail); // reads nothing of the answer yet
  });
  const [slow, gone] = [await open(), await open()];
  server.run(['optout', 'ann@example.org']);
  gone.destroy();
  assert.deepEqual(readdirSync(join(server.data, 'bodies')), []);
  const lines = (await slow.toArray()).join('').trimEnd().split('\n');
  assert.deepEqual(JSON.parse(lines.at(-1)), { end: { position: at, count: PEOPLE / 2 + 2 } });
  assert.ok(lines.includes('{"address":"Ann@example.org"}'));
  assert.ok(!(await get('newsletter')).body.includes('"Ann@example.org"'));
});
