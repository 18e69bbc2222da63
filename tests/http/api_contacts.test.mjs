// One person over the API: read and written under conditions, erased; a write asked twice is done
// once; an opt-out stands.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { serve } from './lib/server.mjs';

let server, reader, writer;
const newKey = (name, scopes) => server.json(['apikey', 'new', name, '--scopes', scopes, '--json']).key;
before(async () => {
  server = await serve();
  reader = newKey('reader', 'contacts:read');
  writer = newKey('writer', 'contacts:read contacts:write');
});
after(() => server?.stop());

const path = (who) => `/api/v1/contacts/${encodeURIComponent(who)}`;
function call(method, who, { body, headers = {}, key = writer, type = 'application/json' } = {}) {
  const text = typeof body === 'object' && !Buffer.isBuffer(body) ? JSON.stringify(body) : body;
  return server.ask({
    method,
    path: path(who),
    headers: { Authorization: `Bearer ${key}`, ...(body !== undefined && { 'Content-Type': type }), ...headers },
    body: text,
  });
}
const get = (who, more) => call('GET', who, more);
const put = (who, body, headers) => call('PUT', who, { body, headers });
const patch = (who, body, headers) => call('PATCH', who, { body, headers, type: 'application/merge-patch+json' });

function json(reply, status) {
  assert.equal(reply.status, status, reply.body);
  assert.equal(reply.get('content-type'), 'application/json');
  return JSON.parse(reply.body);
}
function problem(reply, status, type) {
  assert.equal(reply.status, status, reply.body);
  assert.equal(reply.get('content-type'), 'application/problem+json');
  const body = JSON.parse(reply.body);
  assert.equal(body.type, `${server.origin}/api/v1/problems#${type}`);
  assert.equal(body.status, status);
  return body;
}
const on = (person) => Object.entries(person.topics).filter(([, topic]) => topic.subscribed).map(([key]) => key).sort();
let people = 0;
const somebody = () => `person${++people}@example.com`;

describe('reading', () => {
  test('a person is shown whole, by address in any case, and by id', async () => {
    const reply = await put('Anna.Adams+x@Example.com', { name: 'Anna', type: 'partner', language: 'pt-br', topics: { newsletter: true } });
    const made = json(reply, 201);
    assert.match(made.id, /^[0-9a-f]{16}$/);
    assert.equal(reply.get('location'), `${server.origin}/api/v1/contacts/${made.id}`);
    assert.deepEqual(made, {
      id: made.id,
      email: 'Anna.Adams+x@Example.com',
      name: 'Anna',
      type: 'partner',
      language: 'pt-BR',
      status: 'opted_in',
      subscribed: true,
      topics: Object.fromEntries(['newsletter', 'product_updates', 'marketing', 'system_alerts']
        .map((key) => [key, { subscribed: key === 'newsletter', frequency: 'all' }])),
      paused_until: null,
      created_at: made.created_at,
      changed_at: made.created_at,
      position: made.position,
    });
    assert.match(made.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    for (const who of ['anna.adams+x@example.com', 'ANNA.ADAMS+X@EXAMPLE.COM', made.id, made.id.toUpperCase()]) {
      const found = await get(who, { key: reader });
      assert.deepEqual(json(found, 200), made);
      assert.equal(found.get('cache-control'), 'no-store');
    }
    assert.equal(server.history('anna.adams+x@example.com')[0].actor, 'api');
    assert.match(server.run(['history', 'anna.adams+x@example.com']), /by the program [^,\n]+, API key \d+\n/, 'a key’s name stands in the history');
  });

  test('U14: an address beyond ASCII is percent-encoded UTF-8', async () => {
    const made = json(await put('用户@例え.jp', {}), 201);
    assert.equal(made.email, '用户@例え.jp');
    assert.equal(json(await get('用户@xn--r8jz45g.jp'), 200).id, made.id);
  });

  test('nobody, and what can be nobody, is no-contact', async () => {
    for (const who of ['nobody@example.com', '0123456789abcdef', 'no address', '%', 'a@b@c', '\0a@example.com']) {
      problem(await get(who), 404, 'no-contact');
    }
    problem(await server.ask({ path: '/api/v1/contacts/%zz', headers: { Authorization: `Bearer ${reader}` } }), 404, 'no-contact');
    problem(await server.ask({ path: '/api/v1/contacts/a%00@example.com', headers: { Authorization: `Bearer ${reader}` } }), 404, 'no-contact');
  });

  test('a tag changes with the person, and what has not changed is 304', async () => {
    const who = somebody();
    const first = (await put(who, { name: 'A' })).get('etag');
    assert.match(first, /^"[0-9a-z-]+"$/);
    const same = await get(who, { headers: { 'If-None-Match': `W/"x", ${first}` } });
    assert.equal(same.status, 304);
    assert.equal(same.get('etag'), first);
    assert.equal((await get(who, { headers: { 'If-None-Match': '*' } })).status, 304);
    const second = (await patch(who, { name: 'B' })).get('etag');
    assert.notEqual(second, first);
    assert.equal((await get(who, { headers: { 'If-None-Match': first } })).status, 200);
    server.run(['pause', who, '--days', '7']);
    const third = (await get(who)).get('etag');
    assert.notEqual(third, second);
  });
});

describe('S10: scopes', () => {
  test('each method wants its own', async () => {
    const who = somebody();
    await put(who, {});
    const writeOnly = newKey('w', 'contacts:write');
    const other = newKey('o', 'check links events');
    problem(await get(who, { key: writeOnly }), 403, 'no-scope');
    problem(await get(who, { key: other }), 403, 'no-scope');
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const body = method === 'DELETE' ? undefined : {};
      problem(await call(method, who, { body, key: reader }), 403, 'no-scope');
      problem(await call(method, who, { body, key: other }), 403, 'no-scope');
      assert.equal((await server.ask({ method, path: path(who), body: body && '{}' })).status, 401);
    }
    assert.equal((await call('PUT', who, { body: { name: 'x' }, key: writeOnly })).status, 200);
    problem(await call('POST', who, { body: {} }), 405, 'method');
  });
});

describe('writing', () => {
  test('PUT says the whole: what is left out is emptied; the status stays', async () => {
    const who = somebody();
    await put(who, { name: 'A', type: 'franchisee', language: 'de', topics: { newsletter: true, marketing: { subscribed: true, frequency: 'weekly' } }, paused_until: '2027-02-01' });
    const empty = json(await put(who, { topics: { marketing: true } }), 200);
    assert.deepEqual([empty.name, empty.type, empty.language, empty.paused_until, on(empty)], ['', 'client', null, null, ['marketing']]);
    assert.equal(empty.topics.marketing.frequency, 'all');
    assert.equal(empty.status, 'opted_in');
    await patch(who, { status: 'opted_out' });
    assert.equal(json(await put(who, {}), 200).status, 'opted_out');
  });

  test('what was read can be written back, and changes nothing', async () => {
    const who = somebody();
    const made = await put(who, { name: 'Round', topics: { newsletter: { subscribed: true, frequency: 'daily' } }, paused_until: '2027-02-01' });
    const again = await put(who, JSON.parse(made.body));
    assert.equal(again.body, made.body);
    assert.equal(again.get('etag'), made.get('etag'));
    assert.equal(server.history(who).length, 1);
  });

  test('PATCH merges (RFC 7396): what is not named stays, null empties', async () => {
    const who = somebody();
    await put(who, { name: 'A', language: 'de', topics: { newsletter: true, marketing: true }, paused_until: '2027-02-01' });
    const first = json(await patch(who, { topics: { newsletter: null, system_alerts: { subscribed: true, frequency: 'weekly' } } }), 200);
    assert.deepEqual(on(first), ['marketing', 'system_alerts']);
    assert.deepEqual([first.name, first.language, first.paused_until], ['A', 'de', '2027-02-01T00:00:00Z']);
    const second = json(await patch(who, { name: null, language: null, paused_until: null, topics: null }), 200);
    assert.deepEqual([second.name, second.language, second.paused_until, on(second), second.status], ['', null, null, [], 'opted_in']);
    assert.equal(second.topics.system_alerts.frequency, 'weekly');
    problem(await patch('nobody@example.com', {}), 404, 'no-contact');
    assert.equal((await call('PATCH', who, { body: { name: 'J' } })).status, 200); // application/json will do
  });

  test('an address can be changed, to one that nobody has', async () => {
    const [who, next, taken] = [somebody(), somebody(), somebody()];
    const { id } = json(await put(who, {}), 201);
    await put(taken, {});
    problem(await patch(who, { email: taken.toUpperCase() }), 409, 'email-taken');
    assert.equal(json(await patch(who, { email: next }), 200).email, next);
    problem(await get(who), 404, 'no-contact');
    assert.equal(json(await get(id), 200).email, next);
    assert.equal(json(await put(next, { email: next.toUpperCase() }), 200).email, next.toUpperCase());
    problem(await put(somebody(), { email: 'other@example.com' }), 422, 'bad-member');
    problem(await put('0123456789abcdef', {}), 404, 'no-contact');
  });

  test('each member that can not be taken is named', async () => {
    const who = somebody();
    await put(who, { name: 'stays' });
    const before = server.state();
    for (const [body, word] of [
      [{ nmae: 'x' }, 'nmae'], [{ email: 'no' }, 'email'], [{ email: null }, 'email'], [{ name: 7 }, 'name'], [{ name: 'x'.repeat(201) }, 'name'],
      [{ type: 'boss' }, 'type'], [{ type: null }, 'type'], [{ status: 'perhaps' }, 'status'], [{ status: null }, 'status'], [{ status: true }, 'status'],
      [{ language: 'not a language' }, 'language'], [{ language: [] }, 'language'], [{ topics: [] }, 'topics'], [{ topics: { newsletter: 1 } }, 'topic'],
      [{ topics: { newsletter: { subscribed: 'yes' } } }, 'subscribed'], [{ topics: { newsletter: { frequency: 'hourly' } } }, 'frequency'],
      [{ topics: { newsletter: { on: true } } }, 'subscribed and frequency'], [{ paused_until: '2001-01-01' }, 'paused_until'],
      [{ paused_until: '2027-02-01T12:00:00Z' }, 'paused_until'], [{ paused_until: 5 }, 'paused_until'], [{ consent: 'x'.repeat(1001) }, 'consent'], [{ consent: {} }, 'consent'],
    ]) {
      const { detail } = problem(await patch(who, body), 422, 'bad-member');
      assert.ok(detail.includes(word), `${JSON.stringify(body)}: ${detail}`);
    }
    assert.match(problem(await patch(who, { topics: { nothing: true } }), 422, 'unknown-topic').detail, /"nothing"/);
    assert.equal(server.state(), before);
  });

  test('JSON from strangers: no, and why, and nothing written', async () => {
    const who = somebody();
    await put(who, { name: 'stays' });
    const before = server.state();
    for (const body of ['', '{', '[]', 'null', '"x"', '{"name":"a","name":"b"}', '{"name":"a\\u0000b"}', '{"name":"\\ud800"}', '{"na\\u0000me":"x"}',
      '{"name":"a"} {}', '{"name":\'a\'}', '{"name":NaN}', `{"topics":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`, `${'['.repeat(60000)}`,
      Buffer.from([0x7b, 0x22, 0x6e, 0x61, 0x6d, 0x65, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]), Buffer.from('{"name":"a\0b"}'), '{"status":1e999999}']) {
      const { detail } = problem(await patch(who, body), 400, 'bad-body');
      assert.ok(detail.length > 10);
    }
    problem(await patch(who, `{"name":"${'x'.repeat(70000)}"}`), 413, 'body-too-long');
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx']) {
      problem(await call('PATCH', who, { body: {}, type }), 415, 'body-type');
    }
    problem(await call('PUT', who, { body: {}, type: 'application/merge-patch+json' }), 415, 'body-type');
    assert.equal(server.state(), before);
  });

  test('a topic that is retired can be turned off, not on', async () => {
    const who = somebody();
    await put(who, { topics: { system_alerts: true } });
    server.sql("UPDATE topic SET retired_at = 1 WHERE key = 'system_alerts'");
    assert.deepEqual(on(json(await get(who), 200)), ['system_alerts']);
    problem(await put(somebody(), { topics: { system_alerts: true } }), 422, 'topic-retired');
    assert.deepEqual(on(json(await patch(who, { topics: { system_alerts: false } }), 200)), []);
    problem(await patch(who, { topics: { system_alerts: true } }), 422, 'topic-retired');
    server.sql("UPDATE topic SET retired_at = 0 WHERE key = 'system_alerts'");
  });
});

describe('an opt-out stands', () => {
  test('opting back in needs its reason, which is kept', async () => {
    const who = somebody();
    await put(who, { topics: { newsletter: true } });
    const out = json(await patch(who, { status: 'opted_out', topics: { newsletter: true } }), 200);
    assert.deepEqual([out.status, on(out), out.subscribed], ['opted_out', [], false]);
    const before = server.state();
    for (const body of [{ status: 'opted_in' }, { topics: { newsletter: true } }, { status: 'opted_in', name: 'New', consent: ' ' }]) {
      problem(await patch(who, body), 422, 'needs-consent');
      problem(await put(who, body), 422, 'needs-consent');
    }
    assert.equal(server.state(), before);
    const back = json(await patch(who, { status: 'opted_in', topics: { newsletter: true }, consent: 'wrote to us on 3 May' }), 200);
    assert.deepEqual([back.status, on(back)], ['opted_in', ['newsletter']]);
    assert.ok(JSON.stringify(server.history(who)[0]).includes('wrote to us on 3 May'));
  });

  test('what a recipient turned off by their own hand is not turned on without a reason', async () => {
    const who = somebody();
    await put(who, { topics: { newsletter: true, marketing: true } });
    const { unsubscribe } = server.links(who, 'newsletter');
    await server.ask({ method: 'POST', path: unsubscribe, headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'List-Unsubscribe=One-Click' });
    problem(await patch(who, { topics: { newsletter: true } }), 422, 'needs-consent');
    assert.deepEqual(on(json(await get(who), 200)), ['marketing']);
    assert.deepEqual(on(json(await patch(who, { topics: { newsletter: true }, consent: 'asked by phone' }), 200)), ['marketing', 'newsletter']);
  });
});

describe('L6: erasing', () => {
  test('nothing of the person stays but a keyed hash, which refuses the address for good', async () => {
    const who = 'Erika.Erase@example.com';
    const { id } = json(await call('PUT', who, { body: { name: 'Erika Erasable', topics: { newsletter: true } }, headers: { 'Idempotency-Key': 'erika-1' } }), 201);
    await patch(who, { name: 'Erika Renamed' });
    const { unsubscribe, manage } = server.links(who);
    const gone = await call('DELETE', who);
    assert.equal(gone.status, 204);
    assert.equal(gone.body, '');
    problem(await get(who), 404, 'no-contact');
    problem(await get(id), 404, 'no-contact');
    problem(await call('DELETE', who), 404, 'no-contact');
    for (const table of ['contact', 'entry_private', 'letter', 'confirmation', 'api_call']) {
      assert.doesNotMatch(server.sql(`SELECT * FROM ${table}`), /erika/i, table);
    }
    problem(await put(who.toLowerCase(), { topics: { newsletter: true }, consent: 'they said so' }), 422, 'suppressed');
    problem(await patch((await put(somebody(), {})).get('location').split('/').pop(), { email: who }), 422, 'suppressed');
    server.import(`email,newsletter\n${who},yes\n`);
    problem(await get(who), 404, 'no-contact');
    // A PUT that was answered before is not answered with her data again.
    problem(await call('PUT', who, { body: { name: 'Erika Erasable', topics: { newsletter: true } }, headers: { 'Idempotency-Key': 'erika-1' } }), 422, 'suppressed');
    for (const link of [unsubscribe, manage]) {
      assert.ok((await server.ask({ path: link })).status < 500);
    }
    assert.equal((await server.ask({ method: 'POST', path: unsubscribe, headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'List-Unsubscribe=One-Click' })).status, 200);
    assert.equal(server.sql('SELECT sum(contacts) FROM counter').trim(), server.sql('SELECT count(*) FROM contact').trim());
    const topics = server.sql('SELECT group_concat(contacts) FROM (SELECT contacts FROM topic_counter ORDER BY topic)').trim();
    const choices = server.sql('SELECT sum(choices >> 1 & 1), sum(choices >> 2 & 1), sum(choices >> 3 & 1), sum(choices >> 4 & 1) FROM contact').trim();
    assert.equal(topics.split(',').slice(0, 4).join('|'), choices);
  });
});

describe('If-Match', () => {
  test('a write is done on what was read, or not at all', async () => {
    const who = somebody();
    const first = (await put(who, { name: 'A' })).get('etag');
    const second = (await patch(who, { name: 'B' }, { 'If-Match': first })).get('etag');
    for (const tag of [first, '"x"', `W/${second}`, 'x']) {
      problem(await patch(who, { name: 'C' }, { 'If-Match': tag }), 412, 'changed');
      problem(await put(who, {}, { 'If-Match': tag }), 412, 'changed');
      problem(await call('DELETE', who, { headers: { 'If-Match': tag } }), 412, 'changed');
    }
    assert.equal(json(await patch(who, { name: 'C' }, { 'If-Match': `"x", ${second}` }), 200).name, 'C');
    assert.equal((await patch(who, { name: 'D' }, { 'If-Match': '*' })).status, 200);
    problem(await put(somebody(), {}, { 'If-Match': '*' }), 412, 'changed');
  });

  test('If-None-Match: * adds, and never changes', async () => {
    const who = somebody();
    assert.equal((await put(who, { name: 'A' }, { 'If-None-Match': '*' })).status, 201);
    problem(await put(who, { name: 'B' }, { 'If-None-Match': '*' }), 412, 'changed');
    assert.equal(json(await get(who), 200).name, 'A');
  });

  test('50 clients write the same person: one wins each round', async () => {
    const who = somebody();
    let tag = (await put(who, { name: 'start' })).get('etag');
    const keys = Array.from({ length: 5 }, (_, n) => newKey(`crowd ${n}`, 'contacts:write'));
    for (let round = 0; round < 10; round++) {
      const replies = await Promise.all(Array.from({ length: 50 }, (_, n) =>
        call('PATCH', who, { body: { name: `round ${round} client ${n}` }, headers: { 'If-Match': tag }, key: keys[n % 5] })));
      const won = replies.filter((reply) => reply.status === 200);
      assert.equal(won.length, 1);
      assert.equal(replies.filter((reply) => reply.status === 412).length, 49);
      const now = await get(who);
      assert.equal(now.body, won[0].body);
      tag = won[0].get('etag');
      assert.equal(now.get('etag'), tag);
    }
    assert.equal(server.history(who).length, 11);
  });
});

describe('Idempotency-Key', () => {
  const under = (key) => ({ 'Idempotency-Key': key });

  test('asked again, a write is answered again, and not done again', async () => {
    const who = somebody();
    const first = await call('PUT', who, { body: { name: 'once' }, headers: under('"8e03978e-40d5-43dd-bc93-6894a57f9324"') });
    assert.equal(first.status, 201);
    assert.equal(first.get('idempotency-replayed'), undefined);
    await patch(who, { name: 'later' });
    const again = await call('PUT', who, { body: { name: 'once' }, headers: under('8e03978e-40d5-43dd-bc93-6894a57f9324') });
    assert.equal(again.status, 201);
    assert.equal(again.body, first.body);
    assert.equal(again.get('etag'), first.get('etag'));
    assert.equal(again.get('location'), first.get('location'));
    assert.equal(again.get('idempotency-replayed'), 'true');
    assert.equal(json(await get(who), 200).name, 'later');
  });

  test('it is for one request: another body, address, method or condition is refused', async () => {
    const [who, other] = [somebody(), somebody()];
    await put(other, {});
    await call('PUT', who, { body: { name: 'a' }, headers: under('k1') });
    problem(await call('PUT', who, { body: { name: 'b' }, headers: under('k1') }), 422, 'idempotency-key-used');
    problem(await call('PUT', other, { body: { name: 'a' }, headers: under('k1') }), 422, 'idempotency-key-used');
    problem(await call('PATCH', who, { body: { name: 'a' }, headers: under('k1') }), 422, 'idempotency-key-used');
    problem(await call('PUT', who, { body: { name: 'a' }, headers: { ...under('k1'), 'If-Match': '*' } }), 422, 'idempotency-key-used');
    assert.equal(json(await get(other), 200).name, '');
    // Another program's keys are its own.
    assert.equal((await call('PUT', other, { body: { name: 'mine' }, headers: under('k1'), key: newKey('second', 'contacts:write') })).status, 200);
  });

  test('refusals and erasures are answered again, too', async () => {
    const who = somebody();
    await put(who, { status: 'opted_out' });
    problem(await call('PATCH', who, { body: { status: 'opted_in' }, headers: under('k2') }), 422, 'needs-consent');
    const again = await call('PATCH', who, { body: { status: 'opted_in' }, headers: under('k2') });
    problem(again, 422, 'needs-consent');
    assert.equal(again.get('idempotency-replayed'), 'true');
    assert.equal((await call('DELETE', who, { headers: under('k3') })).status, 204);
    assert.equal((await call('DELETE', who, { headers: under('k3') })).status, 204);
    problem(await call('DELETE', who), 404, 'no-contact');
  });

  test('50 at once under one key: one entry in the ledger, one answer', async () => {
    const who = somebody();
    const replies = await Promise.all(Array.from({ length: 50 }, () => call('PUT', who, { body: { name: 'crowd' }, headers: under('k4') })));
    assert.deepEqual([...new Set(replies.map((reply) => `${reply.status} ${reply.body}`))].length, 1);
    assert.equal(replies[0].status, 201);
    assert.equal(server.history(who).length, 1);
  });

  test('what is no key is refused', async () => {
    for (const key of ['""', 'a b', 'x'.repeat(256)]) {
      problem(await call('PUT', somebody(), { body: {}, headers: under(key) }), 400, 'bad-idempotency-key');
    }
    for (const headers of [under(''), under('é'), { 'If-Match': '' }, { 'If-Match': '"é"' }]) {
      assert.equal((await call('PUT', somebody(), { body: {}, headers })).status, 400);
    }
  });

  test('it is kept a day', async () => {
    const who = somebody();
    await call('PUT', who, { body: { name: 'day' }, headers: under('k5') });
    server.sql("UPDATE api_call SET at = at - 86401");
    const again = await call('PUT', who, { body: { name: 'day' }, headers: under('k5') });
    assert.equal(again.status, 200);
    assert.equal(again.get('idempotency-replayed'), undefined);
  });
});

test('S7: neither addresses nor keys are in the log', () => {
  assert.doesNotMatch(server.log, /example\.com|Erika|8e03978e/);
});
