// Many people in one call: each row has its result, all is on disk when it is answered, others write
// meanwhile, and a call that broke off goes on where it stood.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { serve } from './lib/server.mjs';
import { Wire, compose } from './lib/wire.mjs';

let server, key;
const newKey = (name, scopes = 'contacts:write') => server.json(['apikey', 'new', name, '--scopes', scopes, '--json']).key;
before(async () => {
  server = await serve();
  key = newKey('batch', 'contacts:read contacts:write');
});
after(() => server?.stop());

const PATH = '/api/v1/contacts:batch';
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const headersOf = (type, more = {}) => ({ Authorization: `Bearer ${key}`, 'Content-Type': type, ...more });
const send = (body, { type = 'application/json', headers } = {}) => server.ask({ method: 'POST', path: PATH, headers: headersOf(type, headers), body });
const asJson = (rows, more) => send(JSON.stringify({ contacts: rows }), more);
const asLines = (rows, more) => send(rows.map((row) => `${JSON.stringify(row)}\n`).join(''), { type: 'application/x-ndjson', ...more });

function json(reply) {
  assert.equal(reply.status, 200, reply.body);
  assert.equal(reply.get('content-type'), 'application/json');
  return JSON.parse(reply.body);
}
function problem(reply, status, type) {
  assert.equal(reply.status, status, reply.body);
  const body = JSON.parse(reply.body);
  assert.equal(body.type, `${server.origin}/api/v1/problems#${type}`);
  return body;
}
const said = (reply) => json(reply).results.map((row) => row.reason ?? row.result);
const some = (count, name, more = {}) => Array.from({ length: count }, (_, n) => ({ email: `${name}${n}@example.com`, ...more }));

describe('rows', () => {
  test('each has its result, in order, in both forms', async () => {
    server.add('known@example.com', { topics: 'newsletter' });
    const rows = [
      { email: 'new@example.com', name: 'New', topics: { newsletter: true } },
      { email: 'known@example.com', topics: { marketing: { subscribed: true, frequency: 'daily' } } },
      { email: 'KNOWN@example.com', name: 'Test Person' },
      { email: 'new@example.com', name: 'Newer' },
      { name: 'nobody' },
      { email: 'no' },
      { email: 'x@example.com', colour: 'red' },
      { email: 'x@example.com', topics: { nothing: true } },
    ];
    const wanted = ['created', 'updated', 'unchanged', 'updated', 'bad-member', 'bad-member', 'bad-member', 'unknown-topic'];
    const first = json(await asJson(rows));
    assert.deepEqual(first.results.map((row) => row.reason ?? row.result), wanted);
    assert.deepEqual([first.created, first.updated, first.unchanged, first.refused], [1, 2, 1, 4]);
    assert.match(first.results[4].detail, /email is missing/);
    assert.match(first.results[6].detail, /"colour"/);
    assert.match(first.results[7].detail, /"nothing"/);
    assert.equal(first.position, Number(server.sql('SELECT max(position) FROM entry')));
    assert.equal(server.show('new@example.com').name, 'Newer');
    assert.deepEqual(server.on('known@example.com'), ['marketing', 'newsletter']);
    const again = await asLines(rows.map((row) => ({ ...row, email: row.email?.replace('new@', 'line@') })));
    assert.deepEqual(said(again), ['created', 'unchanged', 'unchanged', 'updated', ...wanted.slice(4)]);
  });

  test('an opt-out never falls to bulk work', async () => {
    server.add('out@example.com');
    server.run(['optout', 'out@example.com']);
    server.add('hand@example.com', { topics: 'newsletter,marketing' });
    await server.ask({ method: 'POST', path: server.links('hand@example.com', 'newsletter').unsubscribe, headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'List-Unsubscribe=One-Click' });
    assert.deepEqual(said(await asJson([
      { email: 'out@example.com', status: 'opted_in' },
      { email: 'out@example.com', topics: { newsletter: true }, name: 'Changed' },
      { email: 'hand@example.com', topics: { newsletter: true } },
      { email: 'out@example.com', name: 'Only A Name' },
      { email: 'hand@example.com', status: 'opted_out', topics: { marketing: true } },
    ])), ['needs-consent', 'needs-consent', 'needs-consent', 'updated', 'updated']);
    assert.equal(server.show('out@example.com').name, 'Only A Name');
    assert.deepEqual([server.on('out@example.com'), server.on('hand@example.com')], [[], []]);
    assert.deepEqual(said(await asJson([{ email: 'out@example.com', topics: { newsletter: true }, consent: 'signed a form on paper' }])), ['updated']);
    assert.deepEqual(server.on('out@example.com'), ['newsletter']);
    await server.ask({ method: 'DELETE', path: '/api/v1/contacts/hand%40example.com', headers: { Authorization: `Bearer ${key}` } });
    assert.deepEqual(said(await asJson([{ email: 'Hand@example.com', consent: 'they said so' }])), ['suppressed']);
  });

  test('10,000 are taken, one more is not, and then none is written', async () => {
    const before = server.state();
    problem(await asLines(some(10001, 'toomany')), 413, 'too-many-contacts');
    assert.equal(server.state(), before);
    const full = json(await asJson(some(10000, 'many', { topics: { newsletter: true } })));
    assert.equal(full.created, 10000);
    assert.equal(Number(server.sql("SELECT count(*) FROM contact WHERE email_key LIKE 'many%'")), 10000);
    assert.equal(json(await asLines(some(10000, 'many', { topics: { newsletter: true } }))).unchanged, 10000);
    assert.deepEqual(json(await asJson([])).results, []);
  });

  test('what is not of the form is refused before anything is written, and said where', async () => {
    const before = server.state();
    const good = '{"email":"form@example.com"}';
    for (const body of ['', '[]', '{}', `[${good}]`, '{"people":[]}', '{"contacts":{}}', `{"contacts":[${good}`, `{"contacts":[${good},]}`, `{"contacts":[${good} ${good}]}`,
      `{"contacts":[${good}],"more":1}`, `{"contacts":[${good}]} x`, `{"contacts":[${good}, 1]}`, `{"contacts":[${good}, {"email":"a","email":"b"}]}`, `{"contacts":[${good}, {"a":"\\ud800"}]}`,
      `{"contacts":[${good}, {"a":${'['.repeat(50)}]}]}`, `{"contacts":[${good}, {"a":"${'x'.repeat(66000)}"}]}`, `{"contacts":[${good}, {"a":1`, `{"contacts"\0:[]}`]) {
      assert.ok(problem(await send(body), 400, 'bad-body').detail, body.slice(0, 60));
    }
    const line = problem(await send(`${good}\n\n${good}\n{"email":\n`, { type: 'application/x-ndjson' }), 400, 'bad-body');
    assert.match(line.detail, /line 4/);
    problem(await send(`${good}\nnull\n`, { type: 'application/x-ndjson' }), 400, 'bad-body');
    problem(await send(good, { type: 'text/plain' }), 415, 'body-type');
    assert.equal(server.state(), before);
    assert.equal(json(await send(`\n  ${good}\r\n\n${good}`, { type: 'application/x-ndjson' })).results.length, 2); // the last line without its end
  });

  test('S10: it needs contacts:write', async () => {
    for (const scopes of ['contacts:read', 'check links events']) {
      const reply = await server.ask({ method: 'POST', path: PATH, headers: { Authorization: `Bearer ${newKey(scopes, scopes)}`, 'Content-Type': 'application/json' }, body: '{"contacts":[]}' });
      problem(reply, 403, 'no-scope');
    }
  });

  test('one-click POSTs are answered while batches run', async () => {
    server.add('quick@example.com', { topics: 'newsletter' });
    const { unsubscribe } = server.links('quick@example.com');
    const work = Promise.all([1, 2, 3].map((n) => asLines(some(8000, `busy${n}-`))));
    let isDone = false;
    work.then(() => { isDone = true; });
    let clicks = 0;
    while (!isDone) {
      const reply = await server.ask({ method: 'POST', path: unsubscribe, headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'List-Unsubscribe=One-Click' });
      assert.equal(reply.status, 200);
      clicks++;
    }
    for (const reply of await work) {
      assert.equal(json(reply).created, 8000);
    }
    assert.ok(clicks > 3, `${clicks}`);
    assert.deepEqual(server.on('quick@example.com'), []);
  });
});

describe('Idempotency-Key', () => {
  const under = (name) => ({ headers: { 'Idempotency-Key': name } });

  test('asked again it is answered the same, and nothing is done', async () => {
    const rows = [...some(3000, 'idem'), { email: 'bad' }];
    const first = await asJson(rows, under('b1'));
    assert.equal(json(first).created, 3000);
    const before = server.state();
    const again = await asJson(rows, under('b1'));
    assert.equal(again.body, first.body);
    assert.equal(again.get('idempotency-replayed'), 'true');
    problem(await asJson(rows.slice(1), under('b1')), 422, 'idempotency-key-used');
    problem(await asLines(rows, under('b1')), 422, 'idempotency-key-used');
    assert.equal(server.state(), before);
  });

  test('while it is worked on, who asks again is told to wait', async () => {
    const body = JSON.stringify({ contacts: some(9000, 'flight') });
    const replies = await Promise.all([1, 2, 3].map(() => send(body, under('b2'))));
    const done = replies.filter((reply) => reply.status === 200);
    assert.ok(done.length >= 1);
    for (const reply of replies.filter((one) => one.status !== 200)) {
      problem(reply, 409, 'still-running');
      assert.ok(Number(reply.get('retry-after')) > 0);
    }
    assert.equal(new Set(done.map((reply) => reply.body)).size, 1);
    assert.equal(json(done[0]).created, 9000);
  });
});

test('a server killed mid-batch: each row is whole or absent; asked again, the call ends as if nothing had been', async () => {
  const killed = await serve({ env: {} });
  const secret = killed.json(['apikey', 'new', 'k', '--scopes', 'contacts:write', '--json']).key;
  const told = { method: 'POST', path: PATH, headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json', 'Idempotency-Key': 'killed' } };
  const entries = () => Number(killed.sql('SELECT count(*) FROM entry WHERE kind = 1'));
  try {
    let cut = 0;
    for (let round = 0; round < 6; round++) {
      const rows = some(10000, `r${round}-`, { name: 'Whole Name', topics: { newsletter: true, marketing: true } });
      const request = { ...told, body: JSON.stringify({ contacts: rows }), headers: { ...told.headers, 'Idempotency-Key': `killed-${round}` } };
      const before = entries();
      const wire = await Wire.open(killed.port);
      wire.write(compose(request));
      let isOver = false;
      const answered = wire.reply('POST').then((reply) => reply, () => null).finally(() => (isOver = true));
      while (!isOver && entries() === before) {
        await pause(2);
      }
      await pause(round * 15);
      const workers = execFileSync('ps', ['-o', 'pid=', '--ppid', String(killed.child.pid)], { encoding: 'utf8' }).trim().split(/\s+/).map(Number);
      killed.child.kill('SIGKILL');
      for (const pid of workers) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch { /* gone with its parent */ }
      }
      const reply = await answered;
      wire.close();
      await pause(100);
      await killed.begin();
      const added = entries() - before;
      cut += added < 10000;
      if (reply?.status === 200) {
        assert.equal(added, 10000); // what was answered is there
      }
      // Whole: row, entry, counters and choices of each agree.
      assert.equal(Number(killed.sql(`SELECT count(*) FROM contact WHERE email_key LIKE 'r${round}-%' AND name = 'Whole Name' AND status = 1 AND choices <> 0`)), added);
      assert.equal(killed.sql('SELECT sum(contacts) FROM counter').trim(), killed.sql('SELECT count(*) FROM contact').trim());
      assert.equal(killed.sql('PRAGMA integrity_check').trim(), 'ok');
      // Nobody is at it any more: the lease is over. The call goes on, and says what it would have.
      killed.sql('UPDATE api_call SET until = 1 WHERE code = 0');
      const again = await killed.ask(request);
      assert.equal(again.status, 200, again.body);
      const result = JSON.parse(again.body);
      assert.deepEqual([result.created, result.updated, result.unchanged, result.refused], [10000, 0, 0, 0]);
      assert.equal(entries() - before, 10000);
      assert.equal((await killed.ask(request)).body, again.body);
    }
    assert.ok(cut >= 2, `the kill came too late in all but ${cut} rounds`);
  } finally {
    await killed.stop();
  }
});

test('S7: no address is in the log', () => {
  assert.doesNotMatch(server.log, /example\.com/);
});
