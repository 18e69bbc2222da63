// The API's description of itself is true: linted, complete, and every call is as it says.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { Description } from './lib/openapi.mjs';
import { remove } from './lib/remove.mjs';
import { serve } from './lib/server.mjs';

let server;
let api;
let key; // of every scope
before(async () => {
  server = await serve();
  api = await Description.of(server);
  ({ key } = server.json(['apikey', 'new', 'all', '--scopes', 'check,links,contacts:read,contacts:write,events', '--json']));
});
after(() => server?.stop());

const call = (id, given) => api.call(server, id, { key, ...given });

/** Each operation, called as a sender would: what is asked and answered is held to the description. */
const calls = {
  async listTopics() {
    assert.equal((await call('listTopics')).status, 200);
    assert.equal((await call('listTopics', { key: undefined })).status, 401);
  },
  async checkAddresses() {
    const asked = ['in@example.org', 'nobody@example.org', 'none'];
    const body = { topic: 'newsletter', addresses: [asked[0], { address: asked[1] }, asked[2]] };
    const ask = async (status, given) => assert.equal((await call('checkAddresses', given)).status, status);
    await ask(200, { body });
    await ask(200, { body, query: { only: 'allowed' } });
    await ask(200, { body: asked.map((one) => JSON.stringify(one)).join('\n'), type: 'application/x-ndjson', query: { topic: 'newsletter' } });
    await ask(200, { body: asked.join('\n'), type: 'text/plain', query: { topic: 'newsletter' } });
    await ask(200, { body, query: { at: new Date().toISOString() } });
    await ask(200, { body, query: { at: '2020-01-31', only: 'allowed' } });
    await ask(200, { body: asked.map((one) => JSON.stringify(one)).join('\n'), type: 'application/x-ndjson', query: { topic: 'newsletter', at: '2020-01-31' } });
    await ask(400, { body, query: { at: '2999-01-31T12:00:00+01:00' } });
    await ask(422, { body: { ...body, topic: 'nothing' } });
    await ask(413, { body: 'a@b.example\n'.repeat(100001), type: 'text/plain', query: { topic: 'newsletter' } });
    await ask(401, { body, key: undefined });
  },
  async makeLinks() {
    server.add('linked@example.org');
    const asked = ['linked@example.org', 'nobody@example.org', 'none'];
    const body = { topic: 'newsletter', campaign: 'spring', addresses: [asked[0], { address: asked[1] }, asked[2]] };
    assert.equal((await call('makeLinks', { body })).status, 200);
    assert.equal((await call('makeLinks', { body: asked.join('\n'), type: 'text/plain', query: { topic: 'newsletter', campaign: 'spring' } })).status, 200);
    assert.equal((await call('makeLinks', { body: { ...body, topic: 'nothing' } })).status, 422);
    assert.equal((await call('makeLinks', { body: 'a@b.example\n'.repeat(10001), type: 'text/plain', query: { topic: 'newsletter' } })).status, 413);
    assert.equal((await call('makeLinks', { body, key: undefined })).status, 401);
  },
  async reportFeedback() {
    server.add('bounced@example.org');
    const report = { id: 'report-1', type: 'hard_bounce', address: 'bounced@example.org' };
    assert.equal((await call('reportFeedback', { body: report })).status, 200);
    assert.equal((await call('reportFeedback', { body: { reports: [report, { ...report, id: 'report-2', type: 'soft_bounce' }, { ...report, type: 'complaint' }, { ...report, address: 'none' }] } })).status, 200);
    assert.equal((await call('reportFeedback', { body: { ...report, type: 'complaint' } })).status, 409);
    assert.equal((await call('reportFeedback', { body: { ...report, address: 'none' } })).status, 422);
    assert.equal((await call('reportFeedback', { body: report, key: undefined })).status, 401);
  },
  async putContact() {
    const first = await call('putContact', { path: { who: 'anna@example.com' }, body: { name: 'Anna', topics: { newsletter: true, marketing: { frequency: 'weekly' } } }, headers: { 'If-None-Match': '*' } });
    assert.equal(first.status, 201);
    assert.equal((await call('putContact', { path: { who: 'anna@example.com' }, body: JSON.parse(first.body), headers: { 'If-Match': first.get('etag') } })).status, 200);
    assert.equal((await call('putContact', { path: { who: 'anna@example.com' }, body: {}, headers: { 'If-Match': '"x"' } })).status, 412);
    assert.equal((await call('putContact', { path: { who: 'anna@example.com' }, body: {}, key: undefined })).status, 401);
  },
  async getContact() {
    const first = await call('getContact', { path: { who: 'anna@example.com' } });
    assert.equal(first.status, 200);
    assert.equal((await call('getContact', { path: { who: JSON.parse(first.body).id }, headers: { 'If-None-Match': first.get('etag') } })).status, 304);
    assert.equal((await call('getContact', { path: { who: 'nobody@example.com' } })).status, 404);
  },
  async patchContact() {
    const given = { path: { who: 'anna@example.com' }, body: { status: 'opted_out', name: null }, type: 'application/merge-patch+json', headers: { 'Idempotency-Key': 'a-key' } };
    assert.equal((await call('patchContact', given)).status, 200);
    assert.equal((await call('patchContact', given)).get('idempotency-replayed'), 'true');
    assert.equal((await call('patchContact', { ...given, headers: {}, body: { topics: { newsletter: true } } })).status, 422);
    assert.equal((await call('patchContact', { ...given, headers: {}, body: { topics: { newsletter: true }, consent: 'by phone' } })).status, 200);
  },
  async listContacts() {
    const first = await call('listContacts', { query: { limit: '1', sort: 'name', status: 'opted_in', type: 'client', subscribed: 'true', topic: 'newsletter' } });
    assert.equal(first.status, 200);
    assert.equal((await call('listContacts', { query: { search: 'example', fields: 'email,topics' } })).status, 200);
    assert.equal((await call('listContacts', { query: { after: 'nowhere' } })).status, 400);
  },
  async writeContacts() {
    const rows = [{ email: 'ben@example.com', name: 'Ben' }, { email: 'anna@example.com', topics: { newsletter: true } }, { name: 'nobody' }];
    const given = { body: { contacts: rows }, headers: { 'Idempotency-Key': 'many' } };
    assert.deepEqual(JSON.parse((await call('writeContacts', given)).body).results.map((row) => row.result), ['created', 'unchanged', 'refused']);
    assert.equal((await call('writeContacts', given)).get('idempotency-replayed'), 'true');
    assert.equal((await call('writeContacts', { body: rows.map((row) => JSON.stringify(row)).join('\n'), type: 'application/x-ndjson' })).status, 200);
  },
  async eraseContact() {
    assert.equal((await call('eraseContact', { path: { who: 'anna@example.com' } })).status, 204);
    assert.equal((await call('eraseContact', { path: { who: 'anna@example.com' } })).status, 404);
  },
  async followEvents() {
    server.add('events@example.org');
    assert.ok(JSON.parse((await call('followEvents')).body).length);
    await call('followEvents', { query: { after: 'latest', kinds: 'contact.added,topic.edited', limit: 3, wait: 1 } });
    await call('followEvents', { headers: { Accept: 'application/x-ndjson' } });
    assert.equal((await call('followEvents', { query: { after: '999999999' } })).status, 422);
    assert.equal((await call('followEvents', { key: undefined })).status, 401);
  },
  async getAudience() {
    const topic = 'newsletter';
    server.add('reader@example.org');
    for (const format of [undefined, 'ndjson', 'csv', 'lines']) {
      assert.equal((await call('getAudience', { path: { topic }, query: format ? { format } : {} })).status, 200);
    }
    assert.equal((await call('getAudience', { path: { topic: 'nothing' } })).status, 422);
    assert.equal((await call('getAudience', { path: { topic }, key: undefined })).status, 401);
  },
  async explainProblems() {
    assert.equal((await call('explainProblems', { key: undefined })).status, 200);
  },
  async getDescription() {
    const first = await call('getDescription', { key: undefined });
    assert.equal(first.status, 200);
    const again = await call('getDescription', { key: undefined, headers: { 'If-None-Match': first.get('etag') } });
    assert.equal(again.status, 304);
  },
};

test('every operation is called, and asked and answered as it is described', async (t) => {
  assert.deepEqual(api.operations.map((one) => one.operationId).sort(), Object.keys(calls).sort());
  for (const [id, run] of Object.entries(calls)) {
    await t.test(id, run);
  }
});

test('the addresses in kore.conf and those that are described are the same', () => {
  const routes = [...readFileSync('kore.conf', 'utf8').matchAll(/^\s*route\s+(\S+)\s+(\S+)/gm)]
    .map(([, path]) => path.replace(/^\^|\$$/g, ''))
    .filter((path) => path.startsWith('/api/v1/'))
    .map((path) => path.replace(/\[[^\]]+\][+*]?/g, '{}').replaceAll('\\', ''));
  const described = Object.keys(api.document.paths).map((path) => path.replace(/\{[^}]+\}/g, '{}'));
  assert.deepEqual([...new Set(routes)].sort(), described.sort());
});

test('each address takes the methods that are described, and no other', async () => {
  for (const [path, item] of Object.entries(api.document.paths)) {
    const reply = await server.ask({ method: 'OPTIONS', path: path.replace(/\{[^}]+\}/g, 'x') });
    const wanted = Object.keys(item).filter((name) => ['get', 'post', 'put', 'patch', 'delete'].includes(name)).map((name) => name.toUpperCase());
    const taken = (reply.get('allow') ?? '').split(', ').filter((name) => !['HEAD', 'OPTIONS'].includes(name));
    assert.deepEqual(taken.sort(), wanted.sort(), path);
  }
});

test('its server is this one; it is the same until it changes', async () => {
  const reply = await server.ask({ path: '/api/v1/openapi.json' });
  assert.equal(reply.get('content-type'), 'application/json');
  assert.equal(JSON.parse(reply.body).servers[0].url, server.origin);
  assert.equal((await server.ask({ path: '/assets/openapi.json' })).status, 404); // there it would name another server
});

test('Redocly’s linter finds nothing to say', (t) => {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    t.skip('@redocly/cli needs Node 20');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'assent-openapi-'));
  t.after(() => remove(folder));
  writeFileSync(join(folder, 'openapi.json'), JSON.stringify(api.document, null, 1));
  // The server is this test's own, on this machine.
  writeFileSync(join(folder, 'redocly.yaml'), 'extends: [recommended-strict]\nrules:\n  no-server-example.com: off\n');
  const cli = join(dirname(createRequire(import.meta.url).resolve('@redocly/cli/package.json')), 'bin/cli.js');
  try {
    execFileSync(process.execPath, [cli, 'lint', '--config', 'redocly.yaml', 'openapi.json'], {
      cwd: folder, stdio: 'pipe', timeout: 60000, env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    });
  } catch (error) {
    assert.fail(`${error.stdout}${error.stderr}`);
  }
});
