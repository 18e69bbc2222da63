// POST /api/v1/feedback: what mailers report takes people out, once, with its reason; they may come back by themselves.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve } from './lib/server.mjs';
import { Visitor } from './lib/visitor.mjs';

const PATH = '/api/v1/feedback';
let server;
let token;
let n = 0;

const newKey = (name, scopes = 'contacts:write,check') => server.json(['apikey', 'new', name, '--scopes', scopes, '--json']).key;
before(async () => {
  server = await serve();
  token = newKey('mailer');
});
after(() => server?.stop());

const send = (body, { key = token, headers = {}, type = 'application/json' } = {}) =>
  server.ask({ method: 'POST', path: PATH, headers: { authorization: `Bearer ${key}`, 'content-type': type, ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body) });
const taken = async (report) => {
  const reply = await send(report);
  assert.equal(reply.status, 200, reply.body);
  return JSON.parse(reply.body);
};
function problem(reply, status, type, detail = /./) {
  assert.equal(reply.status, status, reply.body);
  const body = JSON.parse(reply.body);
  assert.equal(body.type, `${server.origin}/api/v1/problems#${type}`);
  assert.match(body.detail, detail);
}
function someone() {
  const address = `fb${++n}@example.org`;
  server.add(address, { topics: 'newsletter,marketing' });
  return address;
}
const verdict = async (address) => {
  const reply = await server.ask({ method: 'POST', path: '/api/v1/check?topic=newsletter', headers: { authorization: `Bearer ${token}`, 'content-type': 'text/plain' }, body: address });
  return reply.body.trim().split('\t')[1];
};

for (const [type, reason, words] of [['hard_bounce', 'bounce', /reported by the mailer: mail can’t be delivered/], ['complaint', 'complaint', /reported by the mailer: marked as spam/]]) {
  test(`a ${type} takes the person out of all, with that reason in ledger, history and stats, and the key as actor`, async () => {
    const address = someone();
    const before = server.json(['stats', '--json']).reports;
    const result = await taken({ id: `m-${type}`, type, address: address.toUpperCase() });
    const [entry] = server.history(address);
    assert.deepEqual(result, { id: `m-${type}`, result: 'opted_out', position: entry.position });
    assert.equal(server.show(address).status, 'opted_out');
    assert.deepEqual(server.on(address), []);
    assert.equal(await verdict(address), 'opted_out');
    assert.deepEqual([entry.actor, entry.reason, entry.note], ['api', reason, `report m-${type}`]);
    assert.match(entry.what, words);
    const after = server.json(['stats', '--json']).reports;
    assert.equal(after[type === 'complaint' ? 'complaints' : 'bounces'], before[type === 'complaint' ? 'complaints' : 'bounces'] + 1);
    assert.match(server.run(['stats']), /Hard bounces +\d+\n +Complaints +\d+/);
    const admin = await new Visitor(server).login();
    assert.ok((await admin.get(`/admin/people/${server.show(address).public_id}`)).says(words));
  });
}

test('the same report again is answered as the first time, and nothing is written twice', async () => {
  const address = someone();
  const report = { id: 'again-1', type: 'complaint', address };
  const first = await taken(report);
  const state = server.state();
  const reports = server.json(['stats', '--json']).reports;
  assert.deepEqual(await taken(report), first);
  assert.deepEqual(await taken({ ...report, address: address.toUpperCase() }), first);
  // Also after the person came back by themselves: the old report is not a new one.
  const visitor = new Visitor(server);
  await visitor.post(server.links(address).manage, [['do', 'save'], ['shown', 'newsletter'], ['topic', 'newsletter']]);
  assert.equal(await verdict(address), 'allow');
  assert.deepEqual(await taken(report), first);
  assert.equal(await verdict(address), 'allow');
  assert.notEqual(server.state(), state);
  assert.deepEqual(server.json(['stats', '--json']).reports, reports);
  // A new report counts again.
  assert.equal((await taken({ ...report, id: 'again-2' })).result, 'opted_out');
  assert.equal(await verdict(address), 'opted_out');
  assert.equal((await taken({ ...report, id: 'again-3' })).result, 'already_opted_out');
});

test('the same id with another report is refused with 409, and writes nothing; another key has ids of its own', async () => {
  const [one, two] = [someone(), someone()];
  await taken({ id: 'taken', type: 'hard_bounce', address: one });
  const state = server.state();
  problem(await send({ id: 'taken', type: 'hard_bounce', address: two }), 409, 'report-id-used');
  problem(await send({ id: 'taken', type: 'complaint', address: one }), 409, 'report-id-used');
  const many = JSON.parse((await send({ reports: [{ id: 'taken', type: 'complaint', address: one }] })).body);
  assert.deepEqual(many.results, [{ id: 'taken', result: 'id_used' }]);
  assert.equal(server.state(), state);
  const reply = await send({ id: 'taken', type: 'complaint', address: two }, { key: newKey('other') });
  assert.equal(JSON.parse(reply.body).result, 'opted_out');
});

test('S9: an address that nobody has is refused from now on to import, admin and program; its owner can sign up', async () => {
  const address = 'Unknown@Example.net';
  const first = await taken({ id: 'unknown', type: 'complaint', address });
  assert.equal(first.result, 'suppressed');
  assert.equal(server.sql(`SELECT kind, contact, subject, actor FROM entry WHERE position = ${first.position}`), '26|0|7|7\n');
  assert.ok(!server.sql(`SELECT coalesce(note, '') FROM entry_private WHERE position = ${first.position}`).includes('example.net'));
  assert.equal(await verdict(address), 'suppressed');
  assert.equal(JSON.parse((await send({ id: 'unknown-2', type: 'hard_bounce', address })).body).result, 'suppressed');
  server.import('email,newsletter\nunknown@example.net,yes\nother@example.net,yes\n');
  assert.equal(await verdict(address), 'suppressed');
  assert.equal(await verdict('other@example.net'), 'allow');
  assert.throws(() => server.add('unknown@example.net'));
  const put = await server.ask({ method: 'PUT', path: '/api/v1/contacts/unknown%40example.net', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: '{"topics":{"newsletter":true}}' });
  problem(put, 422, 'suppressed');
});

test('soft bounces are taken and change nothing', async () => {
  const address = someone();
  const state = server.state();
  assert.deepEqual(await taken({ id: 'soft', type: 'soft_bounce', address }), { id: 'soft', result: 'ignored' });
  assert.equal(server.state(), state);
  assert.equal(await verdict(address), 'allow');
});

test('many in a call: each has its own result, in order; one that can’t be taken stops no other', async () => {
  const [one, two] = [someone(), someone()];
  const reports = [
    { id: 'b1', type: 'hard_bounce', address: one },
    { id: 'b2', type: 'spam', address: two },
    { id: 'b3', type: 'complaint', address: 'none' },
    { type: 'complaint', address: two },
    7,
    { id: 'b4', type: 'complaint', address: two, more: 1 },
    { id: 'b1', type: 'hard_bounce', address: one },
    { id: 'b5', type: 'soft_bounce', address: two },
    { id: 'b6', type: 'complaint', address: two },
  ];
  const reply = await send({ reports });
  assert.equal(reply.status, 200, reply.body);
  const { results } = JSON.parse(reply.body);
  assert.deepEqual(results.map((one) => [one.id, one.result]), [['b1', 'opted_out'], ['b2', 'refused'], ['b3', 'refused'], [null, 'refused'], [null, 'refused'], ['b4', 'refused'], ['b1', 'opted_out'], ['b5', 'ignored'], ['b6', 'opted_out']]);
  assert.equal(results[6].position, results[0].position);
  assert.match(results[1].detail, /hard_bounce, complaint or soft_bounce/);
  assert.match(results[2].detail, /^address: /);
  assert.match(results[3].detail, /your own id/);
  assert.equal(reply.body.includes(one), false, 'answers, which may be kept, hold no address');
});

test('1,000 are taken in a call, durable when answered; one more is refused whole', async () => {
  const reports = Array.from({ length: 1000 }, (_, i) => ({ id: `big${i}`, type: 'complaint', address: `big${i}@example.org` }));
  server.import(`email,newsletter\n${reports.map((one) => `${one.address},yes`).join('\n')}\n`);
  const { results } = JSON.parse((await send({ reports })).body);
  assert.equal(results.length, 1000);
  assert.ok(results.every((one, i) => one.id === `big${i}` && one.result === 'opted_out'));
  assert.equal(server.sql("SELECT count(*) FROM contact WHERE email_key LIKE 'big%' AND choices <> 0"), '0\n');
  problem(await send({ reports: [...reports, reports[0]] }), 413, 'too-many-reports', /1,000/);
  const address = someone();
  problem(await send({ reports: Array.from({ length: 5000 }, () => ({ id: 'x'.repeat(100), type: 'complaint', address })) }), 413, 'body-too-long');
  assert.equal(await verdict(address), 'allow');
});

test('an Idempotency-Key is honoured', async () => {
  const report = { id: 'idem', type: 'complaint', address: someone() };
  const headers = { 'idempotency-key': 'feedback-1' };
  const first = await send(report, { headers });
  const again = await send(report, { headers });
  assert.equal(again.body, first.body);
  assert.equal(again.get('idempotency-replayed'), 'true');
  problem(await send({ ...report, id: 'idem2' }, { headers }), 422, 'idempotency-key-used');
});

test('U13: what is wrong is a problem of its own, and nothing is written', async () => {
  const address = someone();
  const reader = newKey('reader', 'contacts:read,check,links,events');
  const state = server.state();
  const report = { id: 'u13', type: 'complaint', address };
  problem(await send({ ...report, type: 'bounce' }), 422, 'bad-member', /^type/);
  problem(await send({ ...report, address: 'a b' }), 422, 'bad-member', /^address/);
  for (const id of ['', 'x'.repeat(129), 'two\nlines', 7, null]) {
    problem(await send({ ...report, id }), 422, 'bad-member', /^id/);
  }
  problem(await send({ ...report, extra: true }), 422, 'bad-member', /no other/);
  problem(await send({ reports: {} }), 400, 'bad-body', /"reports"/);
  problem(await send({ reports: [], id: 'x' }), 400, 'bad-body', /"reports"/);
  problem(await send('[]'), 400, 'bad-body');
  problem(await send('{"id":"a"'), 400, 'bad-body');
  problem(await send(''), 400, 'bad-body');
  problem(await send(report, { type: 'text/plain' }), 415, 'body-type');
  problem(await send(report, { key: reader }), 403, 'no-scope', /contacts:write/);
  assert.equal(server.state(), state);
});
