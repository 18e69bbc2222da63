// Setup → Links & keys: rotate, add, revoke; what came back by each key; refusals; who may.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { until } from './lib/endpoint.mjs';
import { serve } from './lib/server.mjs';
import * as html from './lib/html.mjs';
import { MANAGE, UNSUBSCRIBE, keyPair, mint } from './lib/mint.mjs';
import { Visitor } from './lib/visitor.mjs';

const PATH = '/admin/keys';
const now = () => Math.floor(Date.now() / 1000);
const notice = (reply) => html.tidy(html.byId(reply.page, 'notice'));
const rows = (reply) => html.byClass(reply.page, 'keyrow').map(html.tidy);
const keys = () => server.json(['keys', 'list', '--json']);
const uses = (id) => keys().find((one) => one.id === id).uses;

let server;
let visitor;
let contact;

before(async () => {
  server = await serve();
  visitor = await new Visitor(server).login();
  server.add('linked@example.com');
  contact = server.show('linked@example.com').public_id;
});
after(() => server?.stop());

/** A sender's key, added on the page; its id and how it signs. */
async function sender(owner) {
  const pair = keyPair();
  const done = await visitor.press(await visitor.get(PATH), 'Add key', { owner, public: Buffer.from(pair.publicKey).toString('hex') });
  assert.equal(done.status, 303);
  const keyId = new URL(done.get('location'), server.origin).searchParams.get('id');
  assert.match(notice(await visitor.follow(done)), new RegExp(`Links signed with key ${keyId} of ${owner} are believed`));
  return { keyId, sign: (more) => mint({ secret: pair.secretKey, keyId, contact, issued: now() - 3600, ...more }) };
}

test('rotating makes a key file as the command does; links from before stay good, new ones are signed anew', async () => {
  const [old] = keys();
  const before = server.links('linked@example.com');
  const page = await visitor.get(PATH);
  assert.match(rows(page)[0], new RegExp(`^This server ${old.id} signs this server’s links Signing`));
  const done = await visitor.follow(await visitor.press(page, 'Make a new key'));
  assert.match(notice(done), /Links are signed with the new key [0-9a-f]{8} from now on\. Those that were sent stay good/);
  const [made, retired] = keys();
  assert.equal(made.state, 'signing');
  assert.equal(made.signs_here, true);
  assert.deepEqual([retired.id, retired.state, retired.signs_here], [old.id, 'verifying', false]);
  const file = statSync(join(server.data, 'keys', `${made.id}.key`));
  assert.equal(file.mode & 0o777, 0o600);
  assert.equal(file.size, 64);
  assert.equal(readdirSync(join(server.data, 'keys')).filter((name) => name.startsWith('.')).length, 0);
  const later = server.links('linked@example.com');
  assert.equal(Buffer.from(later.manage.slice(3), 'base64url').subarray(1, 5).toString('hex'), made.id);
  for (const links of [before, later]) {
    assert.equal((await server.ask({ path: links.manage })).status, 200);
  }
  const again = await visitor.press(page, 'Make a new key');
  assert.equal(again.status, 409);
  assert.match(notice(again), /A key was added since this form was shown/);
  assert.equal(keys().length, 2);
});

test('a new key whose file can not be written changes nothing, and the page says what to do', async () => {
  const folder = join(server.data, 'keys');
  const before = server.state();
  renameSync(folder, `${folder}.away`);
  writeFileSync(folder, '');
  try {
    const reply = await visitor.press(await visitor.get(PATH), 'Make a new key');
    assert.equal(reply.status, 503);
    assert.match(notice(reply), /could not be written, and nothing has changed.*assent keys rotate/);
  } finally {
    rmSync(folder);
    renameSync(`${folder}.away`, folder);
  }
  assert.equal(server.state(), before);
});

test('uses are counted by key: pages, one-clicks, and what looks like a machine apart; nobody is refused', async () => {
  const { keyId, sign } = await sender('Mailer');
  assert.equal((await server.ask({ path: `/p/${sign({ purpose: MANAGE })}` })).status, 200);
  const unsubscribe = `/u/${sign({ purpose: UNSUBSCRIBE, topic: 1 })}`;
  assert.equal((await server.ask({ path: unsubscribe })).status, 200);
  assert.equal((await server.ask({ method: 'POST', path: unsubscribe, body: 'List-Unsubscribe=One-Click' })).status, 200);
  // A filter that opens a fresh link; then one that opens many within a second.
  assert.equal((await server.ask({ path: `/p/${sign({ purpose: MANAGE, issued: now() })}` })).status, 200);
  const many = Array.from({ length: 30 }, (_, i) => `/p/${sign({ purpose: MANAGE, issued: now() - 4000 - i })}`);
  const replies = await Promise.all(many.map((path) => server.ask({ path })));
  assert.ok(replies.every((reply) => reply.status === 200));
  // A person who opens a fresh link, and answers.
  const fresh = `/u/${sign({ purpose: UNSUBSCRIBE, topic: 2, issued: now() })}`;
  await server.ask({ path: fresh });
  await server.ask({ method: 'POST', path: fresh, body: 'List-Unsubscribe=One-Click' });
  assert.equal((await server.ask({ path: `/p/${sign({ purpose: MANAGE })}x` })).status, 404, 'counts nowhere');
  await until('all is written', () => {
    const seen = uses(keyId);
    return seen.opened + seen.machine === 34 && seen.acted === 2;
  });
  const seen = uses(keyId);
  assert.ok(seen.machine >= 6 && seen.opened >= 2, JSON.stringify(seen));
  const page = await visitor.get(PATH);
  assert.match(rows(page).find((row) => row.startsWith('Mailer')),
    new RegExp(`${seen.opened} pages opened by people, 2 forms or one-clicks sent, ${seen.machine} opened by what looks like a machine`));
  const [chart] = html.byTag(page.page, 'svg').filter((node) => node.attrs.class === 'linkchart');
  assert.equal(chart.attrs.role, 'img');
  assert.equal(html.byTag(chart, 'rect').length, 60);
  const [table] = html.byTag(page.page, 'table');
  assert.equal(html.byTag(table, 'tr').length, 31);
  assert.deepEqual(html.byTag(html.byTag(table, 'tr')[30], 'td').slice(1, 3).map(html.tidy), ['machine', 'acted'].map((of) => String(keys().reduce((sum, key) => sum + key.uses[of], 0))));
  assert.doesNotMatch(server.sql('SELECT * FROM link_use'), /127\.0\.0|linked/);
  const line = server.run(['keys', 'list']).split('\n').find((one) => one.startsWith(keyId));
  assert.match(line, new RegExp(`signing .* ${seen.opened} +2 +${seen.machine} +0  Mailer`));
});

test('revoking says first how often links of it were used, then is for ever, and its links are counted as refused', async () => {
  const { keyId, sign } = await sender('Lost mailer');
  const path = `/p/${sign({ purpose: MANAGE })}`;
  await server.ask({ path });
  await until('the use is written', () => uses(keyId).opened === 1);
  const asked = await visitor.get(`${PATH}?revoke=${keyId}`);
  assert.ok(asked.says(new RegExp(`Revoke key ${keyId} \\(Lost mailer\\)\\? In the last 30 days its links were used 1 time\\.`)));
  assert.equal((await server.ask({ path })).status, 200, 'asking changes nothing');
  assert.match(notice(await visitor.follow(await visitor.press(asked, 'Revoke for ever'))), /Key [0-9a-f]{8} of Lost mailer is revoked/);
  assert.equal((await server.ask({ path })).status, 410);
  await until('the refusal is written', () => uses(keyId).refused === 1);
  const again = await visitor.press(asked, 'Revoke for ever');
  assert.equal(again.status, 409);
  assert.match(notice(again), /was revoked before/);
  const signing = keys().find((one) => one.signs_here).id;
  assert.ok((await visitor.get(`${PATH}?revoke=${signing}`)).says(/This server signs its links with it now\. Make a new key first/));
  assert.doesNotMatch((await visitor.get(`${PATH}?revoke=00000000`)).body, /value="revoke"/);
});

test('what is no sound key is refused beside its field, and nothing was added', async () => {
  const before = server.state();
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' });
  const secret = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  for (const [fields, id, words] of [
    [{ owner: ' ' }, 'key-owner-fault', /1 to 80 bytes/],
    [{ public: 'hello' }, 'key-public-fault', /no public key in a form/],
    [{ public: rsa }, 'key-public-fault', /another kind/],
    [{ public: secret }, 'key-public-fault', /private key/],
    [{ public: `02${'00'.repeat(31)}` }, 'key-public-fault', /no sound Ed25519 key/],
    [{ public: '00'.repeat(32) }, 'key-public-fault', /small order/],
    [{ public: keys()[0].public }, 'key-public-fault', /in the list already/],
  ]) {
    const sound = Buffer.from(keyPair().publicKey).toString('base64');
    const reply = await visitor.press(await visitor.get(PATH), 'Add key', { owner: 'Kept', public: sound, ...fields });
    assert.equal(reply.status, /already/.test(words.source) ? 409 : 422, JSON.stringify(fields));
    assert.match(html.tidy(html.byId(reply.page, id)), words);
    assert.equal(html.byClass(reply.page, 'wrong').length, 1);
    assert.ok(!reply.body.includes('BEGIN PRIVATE'), 'a secret is not sent back');
    assert.equal(html.byId(reply.page, 'key-owner').attrs.value, fields.owner ?? 'Kept');
  }
  assert.equal(server.state(), before);
});

test('a PEM of OpenSSL is taken', async () => {
  const pem = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' });
  const done = await visitor.press(await visitor.get(PATH), 'Add key', { owner: 'By PEM', public: pem });
  assert.equal(done.status, 303);
  assert.match(rows(await visitor.get(PATH))[0], /^By PEM [0-9a-f]{8} Signing/);
});

test('S10: managers and viewers see the list and no button; their POST is refused and changes nothing', async () => {
  const count = keys().length;
  for (const role of ['viewer', 'manager']) {
    const email = `${role}@example.com`;
    server.run(['admin', 'add', email, '--role', role], 'a password of mine 1\n');
    const one = await new Visitor(server).login({ email, password: 'a password of mine 1' });
    const page = await one.get(`${PATH}?revoke=${keys()[0].id}`);
    assert.equal(rows(page).length, count);
    assert.ok(page.says(/Owners alone rotate, add and revoke/));
    assert.doesNotMatch(page.body, /value="(rotate|add|revoke)"/);
    const csrf = await one.csrf();
    for (const fields of [{ do: 'rotate', newest: keys()[0].id }, { do: 'revoke', id: keys()[0].id }]) {
      assert.equal((await one.post(PATH, { csrf, ...fields })).status, 403);
    }
  }
  assert.equal((await visitor.post(PATH, { csrf: await visitor.csrf(), do: 'eat' })).status, 400);
  assert.equal(keys().length, count);
  assert.equal(readFileSync(join(server.data, 'keys', 'master.key')).length, 32);
});
