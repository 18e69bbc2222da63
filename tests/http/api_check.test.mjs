// POST /api/v1/check: who of many may be mailed, and why the others may not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve } from './lib/server.mjs';
import { Wire, compose } from './lib/wire.mjs';

let server;
let token;
const JSON_TYPE = 'application/json';
const NDJSON = 'application/x-ndjson';
const LINES = 'text/plain';
before(async () => {
  server = await serve({ admin: false });
  const { run } = server;
  server.add('in@example.org');
  server.add('out@example.org');
  server.add('resting@example.org');
  server.add('jürgen@bücher.example', { topics: 'newsletter' });
  run.call(server, ['optout', 'out@example.org']);
  run.call(server, ['pause', 'resting@example.org', '--days', '5']);
  server.sql("UPDATE topic SET retired_at = 1 WHERE key = 'system_alerts'");
  server.sql("UPDATE topic SET offers_frequency = 1 WHERE key = 'product_updates'; UPDATE contact SET weekly = 4 WHERE email_key = 'in@example.org'");
  token = newKey('all');
});
after(() => server?.stop());

/** A key may call 600 times a minute: what calls often has its own. */
const newKey = (name, scopes = 'check') => server.json(['apikey', 'new', name, '--scopes', scopes, '--json']).key;

const request = (body, type, query = '?topic=newsletter', more = {}) => ({
  method: 'POST',
  path: `/api/v1/check${query}`,
  headers: { authorization: `Bearer ${token}`, ...(type && { 'content-type': type }), ...more },
  body,
});
const post = (...args) => server.ask(request(...args));
const rows = (reply) => reply.body.split('\n').slice(0, -1);
const position = () => Number(server.sql('SELECT max(position) FROM entry'));

function problem(reply, status, type, detail = /./) {
  assert.equal(reply.status, status, reply.body);
  assert.equal(reply.get('content-type'), 'application/problem+json');
  const body = JSON.parse(reply.body);
  assert.equal(body.type, `${server.origin}/api/v1/problems#${type}`);
  assert.match(body.detail, detail);
  return body;
}

const ASKED = ['out@example.org', 'in@example.org', 'nobody@example.org', 'no address', 'resting@example.org', 'IN@Example.ORG', 'in@example.org', 'JÜRGEN@xn--bcher-kva.example'];
const SAID = ['opted_out', 'allow', 'unknown', 'invalid', 'paused', 'allow', 'allow', 'allow'];

test('lines: each with its verdict, in order, as it came', async () => {
  const reply = await post(`${ASKED.join('\r\n')}\n\n  in@example.org  `, `${LINES}; charset=utf-8`);
  assert.equal(reply.status, 200);
  assert.equal(reply.get('content-type'), 'text/plain; charset=utf-8');
  assert.equal(reply.get('transfer-encoding'), 'chunked');
  assert.equal(Number(reply.get('assent-position')), position());
  assert.deepEqual(rows(reply), [...ASKED, 'in@example.org'].map((address, i) => `${address}\t${SAID[i] ?? 'allow'}`));
});

test('NDJSON: texts and objects alike', async () => {
  const body = ASKED.map((address, i) => JSON.stringify(i % 2 ? address : { address })).join('\n');
  const reply = await post(body, NDJSON);
  assert.equal(reply.get('content-type'), NDJSON);
  assert.equal(Number(reply.get('assent-position')), position());
  assert.deepEqual(rows(reply).map((line) => JSON.parse(line)), ASKED.map((address, i) => ({ address, verdict: SAID[i] })));
});

test('JSON: topic and position beside the results; the topic may stand behind, or in the address', async () => {
  const whole = { topic: 'newsletter', position: position(), results: ASKED.map((address, i) => ({ address, verdict: SAID[i] })) };
  for (const [body, query] of [
    [{ topic: 'newsletter', addresses: ASKED }, ''],
    [{ addresses: ASKED.map((address) => ({ address })), topic: 'newsletter' }, ''],
    [{ addresses: ASKED }, '?topic=newsletter'],
    [{ topic: 'newsletter', addresses: ASKED }, '?topic=newsletter'],
  ]) {
    const reply = await post(JSON.stringify(body), JSON_TYPE, query);
    assert.equal(reply.get('content-type'), JSON_TYPE);
    assert.deepEqual(JSON.parse(reply.body), whole);
    assert.equal(Number(reply.get('assent-position')), whole.position);
  }
  const none = await post('{"topic":"newsletter","addresses":[]}', JSON_TYPE, '');
  assert.deepEqual(JSON.parse(none.body).results, []);
});

test('?only=allowed: just the addresses to mail, in each form', async () => {
  const allowed = ASKED.filter((_, i) => SAID[i] === 'allow');
  const json = await post(JSON.stringify({ topic: 'newsletter', addresses: ASKED }), JSON_TYPE, '?only=allowed');
  assert.deepEqual(JSON.parse(json.body), { topic: 'newsletter', position: position(), addresses: allowed });
  const ndjson = await post(ASKED.map((one) => JSON.stringify(one)).join('\n'), NDJSON, '?only=allowed&topic=newsletter');
  assert.deepEqual(rows(ndjson).map((line) => JSON.parse(line)), allowed.map((address) => ({ address })));
  const lines = await post(ASKED.join('\n'), LINES, '?topic=newsletter&only=allowed');
  assert.deepEqual(rows(lines), allowed);
  assert.equal((await post('nobody@example.org', LINES, '?topic=newsletter&only=allowed')).body, '');
  problem(await post('a@b.example', LINES, '?topic=newsletter&only=yes'), 400, 'bad-request', /allowed/);
});

test('Accept chooses another form', async () => {
  const reply = await post('in@example.org', LINES, undefined, { accept: JSON_TYPE });
  assert.deepEqual(JSON.parse(reply.body).results, [{ address: 'in@example.org', verdict: 'allow' }]);
  assert.equal((await post('in@example.org', LINES, undefined, { accept: `${NDJSON}, ${LINES}` })).get('content-type'), 'text/plain; charset=utf-8');
  assert.equal((await post('in@example.org', LINES, undefined, { accept: '*/*' })).body, 'in@example.org\tallow\n');
});

test('every other reason', async () => {
  const ask = async (topic) => rows(await post('in@example.org\nout@example.org', LINES, `?topic=${topic}`)).map((line) => line.split('\t')[1]);
  assert.deepEqual(await ask('marketing'), ['topic_off', 'opted_out']);
  assert.deepEqual(await ask('system_alerts'), ['topic_retired', 'opted_out']);
});

test('where the topic offers it: how often they want it, and when it was last sent', async () => {
  server.run(['sent', 'product_updates', '--at', '2026-01-02T03:04:05Z'], 'out@example.org\n');
  const query = '?topic=product_updates';
  const asked = ['in@example.org', 'out@example.org', 'nobody@example.org'];
  const json = await post(JSON.stringify({ addresses: asked }), JSON_TYPE, query);
  const results = [
    { address: 'in@example.org', verdict: 'allow', frequency: 'weekly', last_sent_at: null },
    { address: 'out@example.org', verdict: 'opted_out', frequency: 'all', last_sent_at: '2026-01-02T03:04:05Z' },
    { address: 'nobody@example.org', verdict: 'unknown', frequency: 'all', last_sent_at: null },
  ];
  assert.deepEqual(JSON.parse(json.body).results, results);
  const lines = await post(asked.join('\n'), LINES, query);
  assert.deepEqual(rows(lines), results.map((one) => [one.address, one.verdict, one.frequency, one.last_sent_at ?? ''].join('\t')));
});

test('what is no address is invalid, never allowed, and shown as it came', async () => {
  const odd = ['', 'in@example.org\u0000', 'in@example.org\tx', '"in"@example.org', ' in@example.org', 'é"\\\u001f', 'in@example.org,out@example.org', 'a@b'];
  const reply = await post(odd.map((one) => JSON.stringify(one)).join('\n'), NDJSON);
  const said = rows(reply).map((line) => JSON.parse(line));
  assert.deepEqual(said.map((one) => one.address), odd);
  assert.deepEqual(said.map((one) => one.verdict), ['invalid', 'invalid', 'invalid', 'invalid', 'allow', 'invalid', 'invalid', 'invalid']);
  const tab = await post('in@example.org\tallow', LINES);
  assert.equal(tab.body, 'in@example.org allow\tinvalid\n');
});

test('a body that is broken at any place is one problem and no yes', async () => {
  const whole = JSON.stringify({ topic: 'newsletter', addresses: ['in@example.org', { address: 'in@example.org' }] });
  for (let end = 1; end < whole.length; end++) {
    problem(await post(whole.slice(0, end), JSON_TYPE), 400, 'bad-body', /^Line 1: /);
  }
  const bad = [
    '[]', '"in@example.org"', '{"addresses":{}}', '{"addresses":["in@example.org",1]}', '{"addresses":["in@example.org",null]}',
    '{"addresses":["in@example.org"],"more":1}', '{"addresses":["in@example.org"]}x', '{"addresses":["in@example.org",{"address":"a@b.example","x":1}]}',
    '{"addresses":["in@example.org",["a@b.example"]]}', '{"addresses":["in@example.org"],"addresses":[]}', '{"addresses":["in@example.org",{}]}',
  ];
  for (const body of bad) {
    problem(await post(body, JSON_TYPE), 400, 'bad-body');
  }
  const line = JSON.stringify({ address: 'in@example.org' });
  for (let end = 1; end < line.length; end++) {
    problem(await post(`${line}\n${line.slice(0, end)}`, NDJSON), 400, 'bad-body', /^Line 2: /);
  }
  problem(await post(Buffer.from('in@example.org\n\xff\n', 'latin1'), LINES), 400, 'bad-body', /^Line 2: .*UTF-8/);
  problem(await post(Buffer.from('"in@example.org"\n"\xff"\n', 'latin1'), NDJSON), 400, 'bad-body');
  problem(await post(`in@example.org\n${'x'.repeat(5000)}`, LINES), 400, 'bad-body', /longer/);
  problem(await post(`"in@example.org"\n"${'x'.repeat(5000)}"`, NDJSON), 400, 'bad-body', /longer/);
  problem(await post(`"in@example.org"\n"${'x'.repeat(300000)}"`, NDJSON), 400, 'bad-body', /no address in/);
  for (const type of [JSON_TYPE, NDJSON, LINES]) {
    problem(await post('', type), 400, 'bad-body', /empty/);
  }
});

test('topics: unknown, none, two', async () => {
  problem(await post('in@example.org', LINES, '?topic=news%22letter'), 422, 'unknown-topic', /news"letter/);
  problem(await post('in@example.org', LINES, ''), 422, 'unknown-topic', /\?topic/);
  problem(await post('in@example.org', LINES, '?topic='), 422, 'unknown-topic');
  problem(await post('{"addresses":["in@example.org"]}', JSON_TYPE, ''), 422, 'unknown-topic', /"topic"/);
  problem(await post('{"topic":"marketing","addresses":["in@example.org"]}', JSON_TYPE), 400, 'bad-request', /another/);
  problem(await post('{"addresses":["in@example.org"],"topic":"marketing"}', JSON_TYPE), 400, 'bad-request', /another/);
});

test('type, method, scope, HTTP/1.0', async () => {
  for (const type of [undefined, 'text/csv', 'application/jsonx', 'application/x-www-form-urlencoded']) {
    const reply = await post('in@example.org', type);
    problem(reply, 415, 'body-type');
    assert.equal(reply.get('accept-post'), 'application/json, application/x-ndjson, text/plain');
  }
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
    const reply = await server.ask({ ...request(undefined, LINES), method });
    assert.equal(reply.status, 405, method);
    assert.equal(reply.get('allow'), 'POST, OPTIONS');
  }
  const other = newKey('other', 'links');
  problem(await post('in@example.org', LINES, undefined, { authorization: `Bearer ${other}` }), 403, 'no-scope', /check/);
  problem(await post('in@example.org', LINES, undefined, { authorization: 'Bearer x' }), 401, 'key-refused');
  const wire = await Wire.open(server.port);
  wire.write(compose(request('in@example.org', LINES)).toString().replace('HTTP/1.1', 'HTTP/1.0'));
  problem(await wire.reply(), 400, 'bad-request', /HTTP\/1\.1/);
  wire.close();
});

test('100,000 addresses in a call, in each form; not one more', async () => {
  const many = Array.from({ length: 100000 }, (_, i) => (i % 10 === 3 ? 'in@example.org' : `person.number${99999 - i}@host${i % 977}.example`));
  const verdict = (i) => (i % 10 === 3 ? 'allow' : 'unknown');
  const lines = await post(many.join('\n'), LINES);
  assert.deepEqual(rows(lines), many.map((one, i) => `${one}\t${verdict(i)}`));
  const json = JSON.parse((await post(JSON.stringify({ addresses: many, topic: 'newsletter' }), JSON_TYPE, '')).body);
  assert.deepEqual(json.results, many.map((address, i) => ({ address, verdict: verdict(i) })));
  const ndjson = rows(await post(many.map((one) => JSON.stringify(one)).join('\n'), NDJSON));
  assert.deepEqual(ndjson, many.map((address, i) => JSON.stringify({ address, verdict: verdict(i) })));
  assert.equal(rows(await post(many.join('\n'), LINES, '?topic=newsletter&only=allowed')).length, 10000);
  many.push('in@example.org');
  problem(await post(many.join('\n'), LINES), 413, 'too-many-addresses', /100,000/);
  problem(await post(JSON.stringify({ topic: 'newsletter', addresses: many }), JSON_TYPE, ''), 413, 'too-many-addresses');
});

test('half a body and a closed socket: no answer, and the server goes on', async () => {
  const body = Array.from({ length: 5000 }, (_, i) => `p${i}@example.org`).join('\n');
  for (const more of [{}, { expect: '100-continue' }]) {
    const wire = await Wire.open(server.port);
    const whole = compose(request(body, LINES, undefined, more));
    wire.write(whole.subarray(0, whole.length - 1));
    wire.end();
    await assert.rejects(async () => {
      const reply = await wire.reply('HEAD');
      assert.equal(reply.status, 100);
      await wire.reply();
    });
  }
  assert.equal((await post('in@example.org', LINES)).status, 200);
});

test('a client that reads slowly, or goes in the middle, hinders nobody', async () => {
  const body = Array.from({ length: 100000 }, (_, i) => `somebody.with.a.long.name${i}@example.org`).join('\n');
  const slow = await Wire.open(server.port);
  const gone = await Wire.open(server.port);
  slow.pause();
  gone.pause();
  slow.write(compose(request(body, LINES)));
  gone.write(compose(request(body, LINES)));
  for (let i = 0; i < 20; i++) {
    assert.equal((await post('in@example.org', LINES)).body, 'in@example.org\tallow\n');
  }
  gone.close();
  slow.resume();
  const reply = await slow.reply();
  assert.equal(rows(reply).length, 100000);
  slow.close();
});

test('while people change, every call speaks of the one position that it names', async () => {
  const people = Array.from({ length: 3000 }, (_, i) => `change${i}@example.org`);
  server.import(`email,newsletter\n${people.map((one) => `${one},yes\n`).join('')}`);
  const first = position();
  const busy = newKey('busy');
  let isDone = false;
  const changing = Promise.all([0, 1].map((half) => {
    const some = people.filter((_, i) => i % 2 === half);
    return (async () => {
      for (const one of some.slice(0, 60)) {
        await server.runAsync(['optout', one]);
      }
    })();
  })).then(() => { isDone = true; });
  const replies = [];
  while (!isDone && replies.length < 500) {
    const reply = await post(people.join('\n'), LINES, undefined, { authorization: `Bearer ${busy}` });
    assert.equal(reply.status, 200);
    replies.push({ position: Number(reply.get('assent-position')), out: rows(reply).filter((row) => !row.endsWith('\tallow')) });
  }
  await changing;
  const entries = server.sql(`SELECT position, email_key FROM entry JOIN contact ON contact.id = entry.contact WHERE position > ${first}`)
    .trim().split('\n').map((line) => line.split('|'));
  assert.ok(replies.some((one) => one.out.length > 0 && one.out.length < 120), 'no call fell between the changes');
  for (const reply of replies) {
    const expected = entries.filter(([at]) => Number(at) <= reply.position).map(([, email]) => `${email}\topted_out`).sort();
    assert.deepEqual(reply.out.sort(), expected);
  }
});

test('S7: no address that was asked about is in the log', () => {
  assert.ok(!server.log.includes('example.org'));
});
