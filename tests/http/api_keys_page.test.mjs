// Setup → API keys: made and shown once, used, revoked for ever; refusals beside their fields; who may.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { serve } from './lib/server.mjs';
import * as html from './lib/html.mjs';
import { Visitor } from './lib/visitor.mjs';

const PATH = '/admin/api-keys';
const KEY = /assent_[A-Za-z0-9_-]{43}/;
const notice = (reply) => html.tidy(html.byId(reply.page, 'notice'));
const rows = (reply) => html.byClass(reply.page, 'keyrow').map(html.tidy);
const dump = () => server.sql('SELECT note FROM entry_private WHERE note IS NOT NULL ORDER BY position');

let server;
let visitor;

before(async () => {
  server = await serve();
  visitor = await new Visitor(server).login();
});
after(() => server?.stop());

/** Fills in the form of a page and sends it; the reply. */
const make = async (page, fields) => visitor.press(page, 'Make key', { name: 'Mailer', scope: ['check'], ...fields });
const call = (key) => server.ask({ path: '/api/v1/topics', headers: { authorization: `Bearer ${key}` } });

test('a key is made, shown on that page alone, opens the API, and is revoked for ever at once', async () => {
  const empty = await visitor.get(PATH);
  assert.equal(empty.get('cache-control'), 'no-store');
  assert.ok(empty.says(/No program has a key yet/));
  const made = await make(empty, { name: 'Newsletter & mailer', scope: ['check', 'links'] });
  assert.equal(made.status, 200);
  assert.equal(made.get('cache-control'), 'no-store');
  assert.ok(made.says(/The key of Newsletter & mailer/) && made.says(/shown this once/));
  const key = html.byId(made.page, 'made-key').attrs.value;
  assert.match(key, new RegExp(`^${KEY.source}$`));
  assert.equal((await call(key)).status, 200);
  const list = await visitor.get(PATH);
  assert.doesNotMatch(list.body, KEY);
  assert.match(rows(list)[0], /^Newsletter & mailer assent_.{4}… In use Revoke.* May do check, links Made .* UTC Expires never Last used/);

  const link = html.all(list.page, (node) => /revoke=/.test(node.attrs.href ?? ''))[0].attrs.href;
  const asked = await visitor.get(link);
  assert.ok(asked.says(/The next call with it is refused, and so is every later one\. This can’t be taken back/));
  assert.equal((await call(key)).status, 200, 'asking changes nothing');
  const gone = await visitor.follow(await visitor.press(asked, 'Revoke for ever'));
  assert.match(notice(gone), /The key of Newsletter & mailer is revoked/);
  assert.match(rows(gone)[0], /Revoked.*Revoked at/);
  assert.equal(JSON.parse((await call(key)).body).type.split('#')[1], 'key-refused');
  const again = await visitor.press(asked, 'Revoke for ever');
  assert.equal(again.status, 404);
  assert.match(notice(again), /was revoked before/);
  assert.match(dump(), /Newsletter & mailer: check, links/);
  assert.equal(server.sql("SELECT count(*) FROM entry WHERE kind IN (23, 24)"), '2\n');
});

test('S7: a key is neither in the database, nor in the log, nor in an address', async () => {
  const made = await make(await visitor.get(PATH), { name: 'Quiet' });
  const key = html.byId(made.page, 'made-key').attrs.value;
  const secret = key.slice(12);
  for (const name of ['assent.db', 'assent.db-wal']) {
    assert.ok(!readFileSync(`${server.data}/${name}`).includes(secret), name);
  }
  assert.ok(!server.log.includes(secret));
  const addresses = html.all(made.page, (node) => node.attrs.href || node.attrs.action).map((node) => node.attrs.href ?? node.attrs.action);
  assert.ok(addresses.every((one) => !one.includes(secret)));
});

test('the form sent twice, as a reload does, makes one key', async () => {
  const page = await visitor.get(PATH);
  assert.equal((await make(page, { name: 'Twice' })).status, 200);
  const again = await make(page, { name: 'Twice' });
  assert.equal(again.status, 409);
  assert.match(notice(again), /A key was made since this form was shown, and none was made now/);
  assert.doesNotMatch(again.body, KEY);
  assert.equal(rows(await visitor.get(PATH)).filter((row) => row.startsWith('Twice')).length, 1);
  assert.equal((await make(again, { name: 'Thrice' })).status, 200, 'that page’s own form works');
});

test('what is wrong stands beside its field, what was typed stays, and nothing was made', async () => {
  const page = await visitor.get(PATH);
  const before = server.state();
  for (const [fields, id, words] of [
    [{ name: ' ' }, 'key-name-fault', /1 to 80 bytes/],
    [{ name: 'é'.repeat(41) }, 'key-name-fault', /1 to 80 bytes/],
    [{ scope: [] }, 'key-scopes-fault', /at least one/],
    [{ scope: ['admin'] }, 'key-scopes-fault', /at least one/],
    [{ expires: '2020-01-01' }, 'key-expires-fault', /a day to come/],
    [{ expires: '31.12.2030' }, 'key-expires-fault', /a day to come/],
  ]) {
    const reply = await make(page, { name: 'Kept', ...fields });
    assert.equal(reply.status, 422, JSON.stringify(fields));
    assert.match(html.tidy(html.byId(reply.page, id)), words);
    assert.equal(html.byClass(reply.page, 'wrong').length, 1);
    if (!fields.name) {
      assert.equal(html.byId(reply.page, 'key-name').attrs.value, 'Kept');
    }
    assert.ok('open' in html.byClass(reply.page, 'addtopic')[0].attrs);
  }
  assert.equal(server.state(), before);
});

test('an expiry is shown', async () => {
  const made = await make(await visitor.get(PATH), { name: 'Until', expires: '2999-12-31' });
  assert.match(rows(made)[0], /Expires 31 Dec 2999, 00:00 UTC/);
});

test('S10: managers and viewers see the list and no button; their POST is refused and changes nothing', async () => {
  const before = rows(await visitor.get(PATH)).length;
  for (const role of ['viewer', 'manager']) {
    const email = `${role}@example.com`;
    server.run(['admin', 'add', email, '--role', role], 'a password of mine 1\n');
    const one = await new Visitor(server).login({ email, password: 'a password of mine 1' });
    const page = await one.get(PATH);
    assert.equal(rows(page).length, before);
    assert.ok(page.says(/Owners alone make and revoke them/));
    assert.doesNotMatch((await one.get(`${PATH}?revoke=1`)).body, /value="revoke"|value="make"|revoke=\d/);
    const csrf = await one.csrf();
    assert.equal((await one.post(PATH, { csrf, do: 'make', name: 'X', scope: 'check', newest: '0' })).status, 403);
    assert.equal((await one.post(PATH, { csrf, do: 'revoke', id: '2' })).status, 403);
  }
  assert.equal(rows(await visitor.get(PATH)).length, before);
});
