// A clock that was ten years ahead and is right again: what was written meanwhile stays, nobody is
// locked out, no yes comes of it, and the doctor tells.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ADMIN, serve } from './lib/server.mjs';
import { Visitor } from './lib/visitor.mjs';

const YEARS = 10 * 365 * 86400;
const ONE_CLICK = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'List-Unsubscribe=One-Click' };
let server;
let key;
const kept = {};

before(async () => {
  server = await serve({ env: { ASSENT_CLOCK_OFFSET_S: String(YEARS) } });
  key = server.json(['apikey', 'new', 'program', '--scopes', 'check,contacts:write', '--json']).key;
});
after(() => server?.stop());

const check = async (emails) => (await server.ask({ path: '/api/v1/check?topic=newsletter', method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'text/plain' }, body: emails.join('\n') })).body.trim().split('\n').map((line) => line.split('\t')[1]);
const put = (email) => server.ask({ method: 'PUT', path: `/api/v1/contacts/${email}`, headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': `put-${email}` }, body: JSON.stringify({ name: 'Made Then', topics: { newsletter: true } }) });
const leave = (email) => server.ask({ path: kept[email], ...ONE_CLICK });

test('while it is ahead', async () => {
  for (const name of ['in', 'out', 'paused', 'later']) {
    server.add(`${name}@example.org`);
    kept[`${name}@example.org`] = server.links(`${name}@example.org`).unsubscribe;
  }
  assert.equal((await leave('out@example.org')).status, 200);
  server.run(['pause', 'paused@example.org', '--days', '20']);
  assert.equal((await put('made@example.org')).status, 201);
  kept.admin = new Visitor(server);
  await kept.admin.login();
  assert.equal((await kept.admin.get('/admin/people')).status, 200);
  const stranger = new Visitor(server);
  for (let i = 0; i < 7; i++) {
    await stranger.login({ ...ADMIN, password: 'not the password 1' }).catch(() => {});
  }
});

test('and when it is right again', async () => {
  await server.end();
  server.env.ASSENT_CLOCK_OFFSET_S = '0';
  await server.begin();
  assert.deepEqual(await check(['in@example.org', 'out@example.org', 'paused@example.org', 'made@example.org']), ['allow', 'opted_out', 'paused', 'allow']);
  assert.equal((await leave('later@example.org')).status, 200, 'a link of then says no');
  assert.equal(server.show('later@example.org').status, 'opted_out');
  assert.deepEqual(server.history('later@example.org').map((row) => row.position).sort((a, b) => a - b).length, 2);
  const again = await put('made@example.org');
  assert.ok([200, 201].includes(again.status), 'a call that is made again is answered');
  assert.notEqual((await kept.admin.get('/admin/people')).status, 200, 'a session of then is over');
  const admin = new Visitor(server);
  await admin.login();
  assert.equal((await admin.get('/admin/people')).status, 200, 'nobody waits for years');
  server.run(['ledger', 'verify']);
  const { findings } = JSON.parse(server.try(['doctor', '--json']).stdout);
  assert.ok(findings.some((row) => row.check === 'clock' && row.level !== 'ok'));
});
