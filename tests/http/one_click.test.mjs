// Unsubscribing from a mail program (RFC 8058) and from the one-button page: the bytes that
// mailbox providers send, and the state after each.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { serve } from './lib/server.mjs';
import { Wire, compose, multipart } from './lib/wire.mjs';
import { Visitor } from './lib/visitor.mjs';

const ONE_CLICK = 'List-Unsubscribe=One-Click';
const FORM = 'application/x-www-form-urlencoded';
let server;
let number = 0;

before(async () => {
  server = await serve();
});
after(() => server?.stop());

function someone(topics = 'newsletter,marketing') {
  const email = `person${++number}@example.com`;
  server.add(email, { topics });
  return email;
}

function assertPlain(reply) {
  assert.equal(reply.status, 200);
  assert.match(reply.get('content-type'), /^text\/plain/);
  assert.equal(reply.get('location'), undefined);
  assert.equal(reply.get('set-cookie'), undefined);
  assert.ok(reply.bytes.length > 0 && reply.bytes.length < 200, `a short body: ${reply.bytes.length}`);
}

describe('one-click', () => {
  const form = multipart({ 'List-Unsubscribe': 'One-Click' });
  const ways = {
    'urlencoded': [{ 'Content-Type': FORM }, ONE_CLICK],
    'urlencoded with a charset': [{ 'Content-Type': `${FORM}; charset=UTF-8` }, ONE_CLICK],
    'multipart': [{ 'Content-Type': form.type }, form.body],
    'multipart with a quoted boundary': [
      { 'Content-Type': form.type.replace(/boundary=(.*)/, 'boundary="$1"') }, form.body],
    'an empty body with the right type': [{ 'Content-Type': FORM }, ''],
    'an empty body with no type': [{}, ''],
    'the body with no type': [{}, ONE_CLICK],
    'the body as text/plain': [{ 'Content-Type': 'text/plain' }, ONE_CLICK],
    'a JSON body': [{ 'Content-Type': 'application/json' }, '{"List-Unsubscribe":"One-Click"}'],
    'JSON that says it is a form': [{ 'Content-Type': FORM }, '{"List-Unsubscribe":"One-Click"}'],
    'multipart without a boundary': [{ 'Content-Type': 'multipart/form-data' }, form.body],
    'multipart that is cut off': [{ 'Content-Type': form.type }, form.body.slice(0, 40)],
    'a type that is no type': [{ 'Content-Type': ';;;' }, ONE_CLICK],
    'a body that is no UTF-8': [{ 'Content-Type': FORM }, Buffer.from([0x61, 0x3d, 0xff, 0xfe])],
    'a broken percent escape': [{ 'Content-Type': FORM }, 'List-Unsubscribe=%zz'],
    'fields nobody knows': [{ 'Content-Type': FORM }, `${ONE_CLICK}&do=dance&topic=nothing`],
  };
  for (const [name, [headers, body]] of Object.entries(ways)) {
    test(`U2 U3 U4: ${name} acts, bare of cookie and Origin, and answers 200 with a short text`, async () => {
      const email = someone();
      const reply = await server.ask({
        method: 'POST', path: server.links(email, 'newsletter').unsubscribe, headers, body });
      assertPlain(reply);
      assert.deepEqual(server.on(email), ['marketing']);
      assert.equal(server.history(email)[0].actor, 'one_click');
    });
  }

  test('U2: a POST with Content-Length 0 written out, and one with a body of 60,000 bytes, act', async () => {
    for (const body of ['', `${ONE_CLICK}&x=${'a'.repeat(60000)}`]) {
      const email = someone();
      assertPlain(await server.ask({ method: 'POST', path: server.links(email).unsubscribe, body }));
      assert.equal(server.show(email).status, 'opted_out');
    }
  });

  test('U3: a cookie, an Origin of elsewhere and a Referer change nothing about it', async () => {
    const email = someone();
    assertPlain(await server.ask({
      method: 'POST', path: server.links(email, 'newsletter').unsubscribe, body: ONE_CLICK,
      headers: { 'Content-Type': FORM, Origin: 'https://mail.example.net', Cookie: 'assent=zzz; a=b',
        Referer: 'https://mail.example.net/inbox', 'Sec-Fetch-Site': 'cross-site' } }));
    assert.deepEqual(server.on(email), ['marketing']);
  });

  test('U5: the URI alone names recipient and topic; only that topic changes', async () => {
    const email = someone('newsletter,product_updates,marketing,system_alerts');
    const other = someone('newsletter,product_updates,marketing,system_alerts');
    await server.ask({ method: 'POST', path: server.links(email, 'product_updates').unsubscribe, body: ONE_CLICK });
    assert.deepEqual(server.on(email), ['marketing', 'newsletter', 'system_alerts']);
    assert.equal(server.on(other).length, 4);
  });

  test('a link without a topic opts out of everything', async () => {
    const email = someone();
    assertPlain(await server.ask({ method: 'POST', path: server.links(email).unsubscribe, body: ONE_CLICK }));
    assert.equal(server.show(email).status, 'opted_out');
    assert.deepEqual(server.on(email), []);
  });

  test('U10: the second POST answers the same bytes and adds no second change', async () => {
    const email = someone();
    const path = server.links(email, 'newsletter').unsubscribe;
    const first = await server.ask({ method: 'POST', path, body: ONE_CLICK });
    const changes = server.history(email).length;
    const second = await server.ask({ method: 'POST', path, body: ONE_CLICK });
    assertPlain(first);
    assertPlain(second);
    assert.equal(second.body, first.body);
    assert.equal(server.history(email).length, changes);
  });

  test('U10: fifty at once are one change, and all are answered 200', async () => {
    const email = someone();
    const path = server.links(email, 'newsletter').unsubscribe;
    const before = server.history(email).length;
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => server.ask({ method: 'POST', path, body: ONE_CLICK })));
    for (const reply of replies) {
      assertPlain(reply);
    }
    assert.equal(server.history(email).length, before + 1);
    assert.deepEqual(server.on(email), ['marketing']);
  });

  test('a client that leaves before the answer is unsubscribed all the same, and the server serves on', async () => {
    const people = Array.from({ length: 40 }, () => someone());
    const requests = people.map((email) => compose({ method: 'POST', path: server.links(email, 'newsletter').unsubscribe, body: ONE_CLICK }));
    await Promise.all(requests.map(async (request) => {
      const wire = await Wire.open(server.port);
      wire.write(request);
      await new Promise((done) => setImmediate(done));
      wire.end();
    }));
    for (let i = 0; i < 100 && people.some((email) => server.on(email).length > 1); i++) {
      await new Promise((done) => setTimeout(done, 20));
    }
    for (const email of people) {
      assert.deepEqual(server.on(email), ['marketing']);
    }
    assert.equal((await server.ask({ path: '/readyz' })).status, 200);
  });

  test('U4: a link whose person was opted out by an admin, and one of a retired topic, answer 200', async () => {
    const email = someone();
    const path = server.links(email, 'newsletter').unsubscribe;
    server.run(['optout', email]);
    const changes = server.history(email).length;
    for (let times = 0; times < 2; times++) {
      assertPlain(await server.ask({ method: 'POST', path, body: ONE_CLICK }));
      // Their own no stands beside the admin's, once: it holds when that is taken back.
      assert.equal(server.history(email).length, changes + 1);
    }
  });

  test('G2: the next look from another process already refuses', async () => {
    const email = someone();
    await server.ask({ method: 'POST', path: server.links(email, 'marketing').unsubscribe, body: ONE_CLICK });
    assert.equal(server.show(email).topics.marketing, false);
  });

  test('L5: the ledger keeps who, when, by which proof and from where', async () => {
    const email = someone();
    const path = server.links(email, 'newsletter').unsubscribe;
    await server.ask({ method: 'POST', path, body: ONE_CLICK, headers: { 'User-Agent': 'MailProgram/7' } });
    const [row] = server.sql('SELECT e.actor, e.proof_kind, length(e.proof), e.at > 1000000000, p.address, p.agent FROM entry e JOIN entry_private p USING (position) ORDER BY position DESC LIMIT 1').trim().split('\n');
    assert.equal(row, '2|1|8|1|127.0.0.1|MailProgram/7');
  });
});

describe('the one-button page', () => {
  test('U7 L2: GET shows one button that acts, no field to fill; POST by it opts out', async () => {
    const email = someone();
    const visitor = new Visitor(server);
    const page = await visitor.get(server.links(email, 'newsletter').unsubscribe);
    assert.equal(page.status, 200);
    assert.ok(page.says(/Newsletter/));
    assert.ok(!page.body.includes(email), 'the address is masked');
    assert.ok(!page.says(/Test Person|Marketing/), 'no name, no other choice');
    assert.doesNotMatch(page.body, /<input(?! type=hidden name=wording )|<textarea|<select|<script/);
    assert.equal(page.get('set-cookie'), undefined);
    const done = await visitor.press(page, 'stop_topic');
    assert.equal(done.status, 200);
    assert.match(done.get('content-type'), /^text\/html/);
    assert.ok(done.says(/unsubscribed from Newsletter/));
    assert.deepEqual(server.on(email), ['marketing']);
    assert.equal(server.history(email)[0].actor, 'recipient');
  });

  test('A3: Undo on the page that confirms brings back exactly what was', async () => {
    const email = someone('newsletter,marketing,system_alerts');
    const visitor = new Visitor(server);
    const page = await visitor.get(server.links(email, 'newsletter').unsubscribe);
    const done = await visitor.press(page, 'stop_all');
    assert.equal(server.show(email).status, 'opted_out');
    const undone = await visitor.press(done, 'undo');
    assert.equal(undone.status, 200);
    assert.deepEqual(server.on(email), ['marketing', 'newsletter', 'system_alerts']);
    assert.equal(server.show(email).status, 'opted_in');
  });

  test('the reason can be given after the opt-out and only then, and is kept', async () => {
    const email = someone();
    const visitor = new Visitor(server);
    const page = await visitor.get(server.links(email, 'newsletter').unsubscribe);
    assert.ok(!page.body.includes('name="reason"'));
    const done = await visitor.press(page, 'stop_topic');
    const thanks = await visitor.press(done, 'reason', { reason: 'too_many', comment: 'Ünïcode <b>&' });
    assert.equal(thanks.status, 200);
    assert.ok(thanks.says(/thank/i));
    assert.deepEqual(server.on(email), ['marketing']);
    assert.match(server.sql('SELECT e.kind, e.leave_reason, p.note FROM entry e JOIN entry_private p USING (position) ORDER BY position DESC LIMIT 1'), /^5\|1\|Ünïcode <b>&/);
  });

  test('S6: an unsubscribe link can’t save choices, and can’t undo what an admin did', async () => {
    const email = someone();
    const { unsubscribe } = server.links(email, 'newsletter');
    await server.ask({ method: 'POST', path: unsubscribe, headers: { 'Content-Type': FORM },
      body: 'do=save&shown=system_alerts&topic=system_alerts' });
    assert.equal(server.show(email).topics.system_alerts, false);
    server.run(['optout', email]);
    const position = server.sql('SELECT max(position) FROM entry').trim();
    await new Visitor(server).post(unsubscribe, { do: 'undo', undoes: position });
    assert.equal(server.show(email).status, 'opted_out');
  });

  test('a field that makes no sense is refused with 400 and writes nothing', async () => {
    const email = someone();
    const { unsubscribe } = server.links(email, 'newsletter');
    const visitor = new Visitor(server);
    const before = server.state();
    for (const fields of [{ do: 'undo' }, { do: 'undo', undoes: '-1' }, { do: 'undo', undoes: '1e9' },
      { do: 'reason', undoes: '1', reason: 'nonsense' }, { do: 'reason', undoes: '1', comment: 'x'.repeat(1001) }]) {
      assert.equal((await visitor.post(unsubscribe, fields)).status, 400, JSON.stringify(fields));
    }
    assert.equal(server.state(), before);
  });
});

describe('what the link maker returns', () => {
  test('U1 G1: the header lines, byte for byte, beside the link for the body', () => {
    const email = someone();
    const { urls } = server.links(email, 'newsletter');
    assert.deepEqual(Object.keys(urls).sort(), ['advice', 'headers', 'manage', 'unsubscribe', 'verdict']);
    assert.equal(urls.headers['List-Unsubscribe'], `<${urls.unsubscribe}>`);
    assert.equal(urls.headers['List-Unsubscribe-Post'], 'List-Unsubscribe=One-Click');
    assert.match(urls.unsubscribe, new RegExp(`^${server.origin}/u/[A-Za-z0-9_-]{112}$`));
    assert.match(urls.manage, new RegExp(`^${server.origin}/p/[A-Za-z0-9_-]{112}$`));
  });
});

test('U15: ten thousand valid POSTs from one address are all taken, in bounded time', async () => {
  const people = 10000;
  const rows = ['email,name,newsletter'];
  for (let i = 0; i < people; i++) {
    rows.push(`crowd${i}@example.com,Crowd ${i},yes`);
  }
  server.import(rows.join('\r\n'));
  const list = `${server.data}/crowd.txt`;
  const { writeFileSync } = await import('node:fs');
  writeFileSync(list, rows.slice(1).map((row) => row.split(',')[0]).join('\n'));
  const [head, ...lines] = (await server.runAsync(['links', list, '--topic', 'newsletter'])).trim().split('\n');
  const column = head.split(',').indexOf('unsubscribe');
  const paths = lines.map((line) => new URL(line.split(',')[column]).pathname);
  assert.equal(paths.length, people);
  const before = JSON.parse(server.run(['stats', '--json']));
  const began = Date.now();
  let next = 0;
  await Promise.all(Array.from({ length: 64 }, async () => {
    const wire = await Wire.open(server.port);
    while (next < people) {
      const reply = await wire.ask({ method: 'POST', path: paths[next++], body: ONE_CLICK,
        headers: { 'Content-Type': FORM } });
      assert.equal(reply.status, 200);
    }
    wire.close();
  }));
  const took = Date.now() - began;
  assert.ok(took < 60000, `took ${took} ms`);
  const after = JSON.parse(server.run(['stats', '--json']));
  assert.equal(after.topics.newsletter, before.topics.newsletter - people);
});
