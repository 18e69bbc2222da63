// The feed: every change in the ledger's order, nothing missed and nothing twice, as one answer,
// with a wait, and as a stream.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { get as httpGet } from 'node:http';
import { after, before, test } from 'node:test';
import { endpoint, pause, until } from './lib/endpoint.mjs';
import { Description } from './lib/openapi.mjs';
import { serve } from './lib/server.mjs';
import { Visitor } from './lib/visitor.mjs';

let server;
let api;
let key;
const newKey = (scopes = 'events', ...more) => server.json(['apikey', 'new', 'feed', '--scopes', scopes, ...more, '--json']);
before(async () => {
  server = await serve({ env: { ASSENT_HOOKS_PRIVATE: '1' } });
  api = await Description.of(server);
  ({ key } = newKey());
});
after(() => server?.stop());

const call = (given) => api.call(server, 'followEvents', { key, ...given });
const told = async (given) => JSON.parse((await call(given)).body);
const head = async () => Number((await call({ query: { after: 'latest' } })).get('assent-position'));
/** What the ledger holds after a position of what is told, by the database itself. */
const ledger = (position) => server.sql(`SELECT position FROM entry WHERE position > ${position} AND kind IN (1,2,3,4,5,6,7,8,9,10,16,17,22) ORDER BY position`)
  .split('\n').filter(Boolean);

/** A stream of server-sent events, read as it comes. */
function follow({ query = '', token = key, headers = {}, port = server.port } = {}) {
  const stream = { events: [], text: '', status: 0, ended: null };
  stream.begun = new Promise((begun, failed) => {
    stream.request = httpGet({ host: '127.0.0.1', port, path: `/api/v1/events${query}`, agent: false,
      headers: { Accept: 'text/event-stream', Authorization: `Bearer ${token}`, ...headers } }, (reply) => {
      stream.status = reply.statusCode;
      stream.headers = reply.headers;
      let rest = '';
      reply.setEncoding('utf8').on('data', (chunk) => {
        stream.text += chunk;
        rest += chunk;
        for (let end; (end = rest.indexOf('\n\n')) >= 0; rest = rest.slice(end + 2)) {
          const event = { data: '' };
          for (const line of rest.slice(0, end).split('\n')) {
            const [, name, value] = /^([a-z]*): ?(.*)$/.exec(line);
            event[name] = name === 'data' ? event.data + value : value;
          }
          stream.last = event.id ?? stream.last;
          if (event.data) {
            stream.events.push({ ...event, data: JSON.parse(event.data) });
          }
        }
      });
      stream.over = new Promise((done) => {
        reply.on('end', () => done('whole')).on('error', () => done('cut')).on('aborted', () => done('cut'));
      });
      begun(stream);
    });
    stream.request.on('error', failed);
  });
  stream.close = () => stream.request.destroy();
  return stream.begun;
}

test('a change is a CloudEvent whose data is what a hook is sent', async (t) => {
  const receiver = await endpoint(t);
  const from = await head();
  server.run(['hooks', 'add', receiver.url]);
  server.add('ada@example.org', { topics: 'newsletter' });
  server.run(['optout', 'ada@example.org']);
  server.run(['pause', 'ada@example.org', '--days', '3']);
  server.run(['topics', 'set', 'newsletter', '--frequency', 'yes']);
  await until('the hook was told', () => receiver.got.length >= 4);
  const events = await told({ query: { after: String(from) } });
  assert.deepEqual(events.map((one) => one.type), ['contact.added', 'contact.choices_changed', 'contact.paused', 'topic.edited']);
  const id = server.show('ada@example.org').public_id;
  assert.deepEqual(events.map((one) => one.subject), [id, id, id, 'newsletter']);
  for (const event of events) {
    const message = receiver.got.find((one) => one.data.data.position === Number(event.id)).data;
    assert.deepEqual({ type: event.type, timestamp: event.time, data: event.data }, message);
    assert.equal(event.source, server.origin);
  }
  assert.equal(events[1].data.email, 'ada@example.org');
  server.run(['topics', 'set', 'newsletter', '--frequency', 'no']);
});

test('an address is as it was with the change, whatever it is now', async () => {
  const from = await head();
  const ada = await new Visitor(server).login();
  const edit = async (id, fields) => ada.press(await ada.get(`/admin/people/${id}`), 'save', fields);
  server.add('before@example.org', { topics: 'newsletter' });
  server.run(['optout', 'before@example.org']);
  const id = server.show('before@example.org').public_id;
  await edit(id, { email: 'Before@example.org' }); // the same mailbox, written otherwise
  await edit(id, { email: 'after@example.org' });
  server.run(['pause', 'after@example.org', '--days', '3']);
  const events = (await told({ query: { after: String(from) } })).filter((one) => one.subject === id);
  assert.deepEqual(events.map(({ data }) => [data.email, data.previous_email]), [
    ['before@example.org', undefined], ['before@example.org', undefined], ['Before@example.org', 'before@example.org'],
    ['after@example.org', 'Before@example.org'], ['after@example.org', undefined],
  ]);
});

test('page after page: all of the ledger that is told, in order, each once', async () => {
  server.import(`email,newsletter\n${Array.from({ length: 2500 }, (_, i) => `p${i}@example.org,yes`).join('\n')}\n`);
  const all = ledger(0);
  for (const limit of [1000000, 1001, 997]) {
    const ids = [];
    let path = `/api/v1/events?after=0&limit=${limit}`;
    for (let last = -1; ;) {
      const reply = api.reply('followEvents', await server.ask({ path, headers: { authorization: `Bearer ${key}` } }));
      const position = Number(reply.get('assent-position'));
      if (position === last) {
        break;
      }
      assert.ok(position > last && position - Math.max(last, 0) <= limit);
      last = position;
      ids.push(...JSON.parse(reply.body).map((one) => one.id));
      const next = new URL(/<(.*)>/.exec(reply.get('link'))[1]);
      assert.equal(next.origin, server.origin);
      path = `${next.pathname}${next.search}&limit=${limit}`;
    }
    assert.deepEqual(ids, all);
  }
  const lines = (await call({ query: { limit: 1000000 }, headers: { Accept: 'application/x-ndjson' } })).body.trimEnd().split('\n');
  assert.deepEqual(lines.map((line) => JSON.parse(line).id), all);
});

test('kinds chooses; what is passed over is not looked at again', async () => {
  const reply = await call({ query: { kinds: 'topic.retired' } });
  assert.equal(reply.body, '[]\n');
  assert.equal(Number(reply.get('assent-position')), await head());
  assert.match(reply.get('link'), /kinds=topic\.retired>; rel="next"$/);
  const some = await told({ query: { kinds: 'import.ended,contact.paused', limit: 1000000 } });
  assert.deepEqual([...new Set(some.map((one) => one.type))].sort(), ['contact.paused', 'import.ended']);
});

test('U13: a position that is none, or is not yet; a kind that is none; numbers out of bounds', async () => {
  const newest = await head();
  const cases = [
    ['after=-1', 'bad-request'], ['after=', 'bad-request'], ['after=1e3', 'bad-request'], ['after=99999999999999999999', 'bad-request'],
    ['after=%00', 'bad-request'], ['after=latest%20', 'bad-request'], [`after=${newest + 1}`, 'position-ahead'], ['after=999999999999999999', 'position-ahead'],
    ['kinds=', 'bad-request'], ['kinds=contact.added,', 'bad-request'], ['kinds=contact.resumed', 'bad-request'], ['kinds=%0d%0a', 'bad-request'],
    ['limit=0', 'bad-request'], ['limit=1000001', 'bad-request'], ['limit=x', 'bad-request'], ['wait=31', 'bad-request'], ['wait=-1', 'bad-request'], ['wait=1.5', 'bad-request'],
  ];
  for (const [query, type] of cases) {
    const reply = api.reply('followEvents', await server.ask({ path: `/api/v1/events?${query}`, headers: { authorization: `Bearer ${key}` } }));
    assert.equal(JSON.parse(reply.body).type, `${server.origin}/api/v1/problems#${type}`, query);
  }
  for (const [query, headers] of [['?wait=3', {}], ['?limit=3', {}], ['', { 'Last-Event-ID': 'x' }]]) {
    const stream = await follow({ query, headers });
    assert.equal(stream.status, 400);
  }
  assert.equal((await follow({ headers: { 'Last-Event-ID': String(newest + 1) } })).status, 422);
  assert.equal((await call({ key: newKey('check').key })).status, 403);
});

test('a wait ends at once with a change, whoever made it; the server answers others meanwhile', async () => {
  const from = await head();
  const waiting = Array.from({ length: 6 }, () => call({ query: { after: String(from), wait: 30 } })); // over both workers
  await pause(300);
  assert.equal((await server.ask({ path: '/healthz' })).status, 200);
  const began = Date.now();
  server.add('waited@example.org');
  for (const reply of await Promise.all(waiting)) {
    assert.deepEqual(JSON.parse(reply.body).map((one) => one.data.email), ['waited@example.org']);
  }
  assert.ok(Date.now() - began < 15000); // and not by the end of the wait
});

test('a wait whose kinds do not come ends empty, at the newest position', async () => {
  const from = await head();
  const waiting = call({ query: { after: String(from), wait: 2, kinds: 'topic.retired' } });
  await pause(200);
  server.add('otherwise@example.org');
  const reply = await waiting;
  assert.equal(reply.body, '[]\n');
  assert.equal(Number(reply.get('assent-position')), from + 1);
});

test('a stream tells what was and what comes, and goes on from Last-Event-ID', async () => {
  const from = await head();
  server.add('s1@example.org');
  const first = await follow({ query: `?after=${from}` });
  assert.equal(first.status, 200);
  assert.match(first.headers['content-type'], /^text\/event-stream/);
  await until('what was', () => first.events.length === 1);
  assert.match(first.text, /^retry: \d+\n\n/);
  server.add('s2@example.org');
  await until('what comes', () => first.events.length === 2);
  assert.deepEqual(first.events.map((one) => one.id), first.events.map((one) => one.data.id));
  first.close();
  server.add('s3@example.org');
  const again = await follow({ query: `?after=${from}`, headers: { 'Last-Event-ID': first.last } });
  await until('what was missed', () => again.events.length === 1);
  assert.equal(again.events[0].data.data.email, 's3@example.org');
  api.reply('followEvents', { status: 200, get: (name) => again.headers[name], body: again.text });
  again.close();
});

test('a stream says where it is while it has nothing to tell', async () => {
  const newest = await head();
  const stream = await follow({ query: '?after=0&kinds=topic.retired' });
  await until('its place', () => Number(stream.last) === newest);
  assert.deepEqual(stream.events, []);
  stream.close();
});

test('nobody who is cut off again and again misses a change or hears one twice', async () => {
  let last = String(await head());
  const from = Number(last);
  const heard = [];
  let isDone = false;
  const writing = (async () => {
    for (let i = 0; i < 60; i++) {
      await server.runAsync(['add', `cut${i}@example.org`, '--name', 'x', '--type', 'client', '--topics', 'newsletter', '--consent', 'asked']);
    }
    isDone = true;
  })();
  while (!isDone || heard.length < ledger(from).length) {
    const stream = await follow({ headers: { 'Last-Event-ID': last } });
    await pause(20 + Math.random() * 150);
    stream.close();
    heard.push(...stream.events.map((one) => one.id));
    last = stream.last ?? last;
    if (heard.length > 60) {
      break;
    }
  }
  await writing;
  assert.deepEqual(heard, ledger(from));
});

test('a key that is revoked ends its streams, with the reason, and its waits', async () => {
  const mine = newKey();
  const stream = await follow({ query: '?after=latest', token: mine.key });
  const waiting = call({ key: mine.key, query: { after: 'latest', wait: 30 } });
  await pause(200);
  server.run(['apikey', 'revoke', String(mine.id)]);
  assert.equal(await stream.over, 'whole');
  const end = stream.events.at(-1);
  assert.equal(end.event, 'problem');
  assert.equal(end.data.type, `${server.origin}/api/v1/problems#key-refused`);
  assert.equal((await waiting).status, 401);
});

test('a key has eight waits and streams at once, over both workers; one that leaves makes room', async () => {
  const mine = newKey().key;
  const streams = [];
  for (let i = 0; i < 8; i++) {
    streams.push(await follow({ query: '?after=latest', token: mine }));
  }
  assert.deepEqual(streams.map((one) => one.status), Array(8).fill(200));
  const refused = await call({ key: mine, query: { after: 'latest', wait: 5 } });
  assert.equal(refused.status, 429);
  assert.equal(JSON.parse(refused.body).type, `${server.origin}/api/v1/problems#too-many-streams`);
  assert.ok(Number(refused.get('retry-after')) > 0);
  assert.equal((await call({ key: mine })).status, 200); // what does not wait has its answer
  const other = await follow({ query: '?after=latest' });
  assert.equal(other.status, 200);
  other.close();
  streams.pop().close();
  await until('a place is free', async () => {
    const stream = await follow({ query: '?after=latest', token: mine });
    streams.push(stream);
    return stream.status === 200;
  });
  streams.forEach((one) => one.close());
});

test('a worker that dies takes its places with it', async () => {
  const mine = newKey().key;
  const streams = [];
  for (let i = 0; i < 8; i++) {
    streams.push(await follow({ query: '?after=latest', token: mine }));
  }
  const workers = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(server.child.pid)], { encoding: 'utf8' })
    .split('\n').filter((line) => line.includes('[wrk')).map((line) => Number(line.trim().split(/\s+/)[0]));
  assert.equal(workers.length, 2);
  workers.forEach((pid) => process.kill(pid, 'SIGKILL'));
  await Promise.all(streams.map((one) => one.over));
  await until('others serve, and have room', async () => {
    const stream = await follow({ query: '?after=latest', token: mine }).catch(() => null);
    stream?.close();
    return stream?.status === 200;
  });
});

test('HEAD neither waits nor streams', async () => {
  for (const accept of ['*/*', 'text/event-stream']) {
    const reply = await server.ask({ method: 'HEAD', path: '/api/v1/events?wait=30&after=latest'.replace(accept === '*/*' ? '' : 'wait=30&', ''), headers: { Accept: accept, Authorization: `Bearer ${key}` } });
    assert.equal(reply.status, 200);
  }
});

test('a stop ends streams and waits whole', async () => {
  const stream = await follow({ query: '?after=latest' });
  const waiting = call({ query: { after: 'latest', wait: 30 } });
  await until('the stream began', () => stream.text.length > 0);
  await pause(200);
  await server.hasRead();
  await server.end();
  assert.equal(await stream.over, 'whole');
  const reply = await waiting;
  assert.equal(reply.status, 200);
  assert.equal(reply.body, '[]\n');
});
