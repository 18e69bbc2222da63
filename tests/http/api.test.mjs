// What every call of the API has in common: keys, scopes, limits, errors.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve } from './lib/server.mjs';

let server;
const key = (name, scopes, ...more) => server.json(['apikey', 'new', name, '--scopes', scopes, ...more, '--json']);
before(async () => {
  server = await serve();
});
after(() => server?.stop());

const get = (path, token, headers = {}) =>
  server.ask({ path, headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers } });

/** U13: an error is a problem with a type of its own, and the status says the same as the body. */
function problem(reply, status, type) {
  assert.equal(reply.status, status, reply.body);
  assert.equal(reply.get('content-type'), 'application/problem+json');
  const body = JSON.parse(reply.body);
  assert.equal(body.status, status);
  assert.equal(body.type, `${server.origin}/api/v1/problems#${type}`);
  assert.ok(body.title.length > 5);
  return body;
}

test('a key reads the topics', async () => {
  const reply = await get('/api/v1/topics', key('reader', 'check').key);
  assert.equal(reply.status, 200);
  assert.equal(reply.get('content-type'), 'application/json');
  const { topics } = JSON.parse(reply.body);
  assert.deepEqual(topics.map((topic) => topic.key), ['newsletter', 'product_updates', 'marketing', 'system_alerts']);
  assert.deepEqual(topics[0], {
    key: 'newsletter',
    name: 'Newsletter',
    description: 'Stories and news, about once a month',
    retired: false,
    offers_frequency: false,
    double_opt_in: true,
  });
});

test('U13: without a key, or with one that is not accepted, the answer is a problem that says so', async () => {
  const { key: token, id } = key('gone', 'check');
  const missing = await get('/api/v1/topics');
  problem(missing, 401, 'no-key');
  assert.equal(missing.get('www-authenticate'), 'Bearer');
  for (const wrong of ['x', `${token}A`, token.slice(0, -1), `assent_${'A'.repeat(43)}`, 'ü']) {
    problem(await get('/api/v1/topics', wrong), 401, 'key-refused');
  }
  problem(await get('/api/v1/topics', undefined, { authorization: `Basic ${token}` }), 401, 'no-key');
  assert.equal((await get('/api/v1/topics', token)).status, 200);
  server.run(['apikey', 'revoke', String(id)]);
  problem(await get('/api/v1/topics', token), 401, 'key-refused');
});

test('U13: an unknown address, a wrong method', async () => {
  const { key: token } = key('lost', 'check');
  problem(await get('/api/v1/nothing', token), 404, 'not-found');
  problem(await get('/api/', token), 404, 'not-found');
  const wrong = await server.ask({ method: 'POST', path: '/api/v1/topics', body: 'x', headers: { authorization: `Bearer ${token}` } });
  problem(wrong, 405, 'method');
  assert.equal(wrong.get('allow'), 'GET, HEAD, OPTIONS');
});

test('a key has 600 calls a minute, counted over all workers; another key has its own', async () => {
  const busy = key('busy', 'check').key;
  const other = key('other', 'check').key;
  const first = await get('/api/v1/topics', busy);
  assert.equal(first.get('ratelimit-policy'), '"key";q=600;w=60');
  assert.match(first.get('ratelimit'), /^"key";r=599;t=([1-9]|[1-5]\d|60)$/);
  let refused = 0;
  for (let i = 0; i < 1250 && !refused; i++) { // a minute may end meanwhile, two can't
    const reply = await get('/api/v1/topics', busy);
    if (reply.status === 429) {
      problem(reply, 429, 'too-many-calls');
      assert.ok(Number(reply.get('retry-after')) >= 1);
      refused++;
    }
  }
  assert.equal(refused, 1);
  assert.equal((await get('/api/v1/topics', other)).status, 200);
});

test('the last use of a key is kept, about', async () => {
  const { key: token, id } = key('used', 'check');
  await get('/api/v1/topics', token);
  for (let i = 0; i < 50; i++) {
    const [found] = server.json(['apikey', 'list', '--json']).filter((one) => one.id === id);
    if (found.used_at) {
      return;
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  assert.fail('never written');
});

test('S7: neither a key nor what it asked for is in the log', async () => {
  const { key: token } = key('quiet', 'check');
  await get('/api/v1/topics', token);
  await get('/api/v1/topics', `${token}x`);
  assert.ok(!server.log.includes(token.slice(7, 20)));
});
