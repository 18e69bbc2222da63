// POST /api/v1/check?at=: who could be mailed at an earlier moment, with the entry that decided.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { resolve } from 'node:path';
import { serve } from './lib/server.mjs';

const DAY = 86400;
const when = (days) => new Date(Date.now() - days * DAY * 1000).toISOString();
const rows = (reply) => reply.body.split('\n').slice(0, -1);
let server;
let token;
const entries = {};

before(async () => {
  server = await serve({ admin: false });
  token = server.json(['apikey', 'new', 'past', '--scopes', 'check', '--json']).key;
  then('in', 30, ['add', 'in@example.org', '--topics', 'newsletter']);
  then('late', 15, ['add', 'late@example.org', '--topics', 'newsletter']);
  then('out', 10, ['optout', 'in@example.org']);
});
after(() => server?.stop());

/** Runs the command with the clock so many days back. */
function then(name, days, args) {
  execFileSync(resolve(process.env.ASSENT_BUILD ?? 'build', 'assent'), args, { env: { ...server.env, ASSENT_CLOCK_OFFSET_S: String(-days * DAY) }, stdio: 'pipe' });
  entries[name] = Number(server.sql('SELECT max(position) FROM entry'));
}

const post = (at, body, type = 'text/plain', query = '') => server.ask({
  method: 'POST',
  path: `/api/v1/check?topic=newsletter&at=${encodeURIComponent(at)}${query}`,
  headers: { authorization: `Bearer ${token}`, 'content-type': type },
  body,
});

const ASKED = ['in@example.org', 'nobody@example.org', 'no address', 'late@example.org', 'IN@example.org'];

test('lines, NDJSON and JSON: each verdict of then with the entry that decided', async () => {
  const said = [['allow', entries.in], ['unknown', null], ['invalid', null], ['unknown', entries.late], ['allow', entries.in]];
  const lines = await post(when(20), ASKED.join('\n'));
  assert.equal(lines.status, 200, lines.body);
  assert.equal(Number(lines.get('assent-position')), entries.in);
  assert.deepEqual(rows(lines), ASKED.map((one, i) => `${one}\t${said[i][0]}\t${said[i][1] ?? ''}`));
  const results = ASKED.map((address, i) => ({ address, verdict: said[i][0], entry: said[i][1] }));
  const ndjson = await post(when(20), ASKED.map((one) => JSON.stringify(one)).join('\n'), 'application/x-ndjson');
  assert.deepEqual(rows(ndjson).map((line) => JSON.parse(line)), results);
  const at = when(20);
  const json = await post(at, JSON.stringify({ addresses: ASKED }), 'application/json');
  assert.deepEqual(JSON.parse(json.body), { topic: 'newsletter', at: at.replace(/\.\d+/, ''), position: entries.in, results });
});

test('each moment has its own answer; only=allowed gives the addresses alone', async () => {
  const verdicts = async (at) => rows(await post(at, 'in@example.org\nlate@example.org')).map((line) => line.split('\t')[1]);
  assert.deepEqual(await verdicts(when(40)), ['unknown', 'unknown']);
  assert.deepEqual(await verdicts(when(12)), ['allow', 'allow']);
  assert.deepEqual(await verdicts(when(9)), ['opted_out', 'allow']);
  assert.deepEqual(await verdicts('2001-02-03'), ['unknown', 'unknown']);
  const offset = new Date(Date.now() - 12 * DAY * 1000 + 3600e3).toISOString().replace('Z', '+01:00');
  assert.deepEqual(await verdicts(offset), ['allow', 'allow']);
  assert.deepEqual(rows(await post(when(9), 'in@example.org\nlate@example.org', 'text/plain', '&only=allowed')), ['late@example.org']);
  assert.deepEqual(rows(await post(when(9), '"late@example.org"\n"in@example.org"', 'application/x-ndjson', '&only=allowed')).map((line) => JSON.parse(line)), [{ address: 'late@example.org' }]);
});

test('a time that is none, or is yet to come, is a problem of its own and no verdict', async () => {
  for (const at of ['', 'yesterday', '2026-02-30', '2026-01-31T12:00', '1769860800', '2026-01-31T12:00:00+99:00']) {
    const reply = await post(at, 'in@example.org');
    assert.equal(reply.status, 400, at);
    assert.equal(JSON.parse(reply.body).type, `${server.origin}/api/v1/problems#bad-time`);
    assert.match(JSON.parse(reply.body).detail, /RFC 3339/);
  }
  const future = await post('2999-01-31', 'in@example.org');
  assert.equal(future.status, 400);
  assert.equal(JSON.parse(future.body).type, `${server.origin}/api/v1/problems#bad-time`);
  assert.match(JSON.parse(future.body).detail, /in the future: it is \d{4}-/);
  assert.match((await server.ask({ path: '/api/v1/problems' })).body, /id="bad-time"/);
});

test('a hundred thousand addresses of then, in order', async () => {
  const many = Array.from({ length: 100000 }, (_, i) => (i % 3 ? `n${i}@example.org` : 'in@example.org'));
  const reply = await post(when(20), many.join('\n'));
  assert.equal(reply.status, 200);
  const said = rows(reply);
  assert.equal(said.length, many.length);
  assert.ok(said.every((line, i) => line === `${many[i]}\t${i % 3 ? 'unknown\t' : `allow\t${entries.in}`}`));
});
