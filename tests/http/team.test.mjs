// Setup → Team: invited by a link that works once, given a role, kept out again; an owner stays.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { ADMIN, serve } from './lib/server.mjs';
import * as html from './lib/html.mjs';
import { Visitor } from './lib/visitor.mjs';

const PATH = '/admin/team';
const PASSWORD = 'seven orange bicycles';
const notice = (reply) => html.tidy(html.byId(reply.page, 'notice'));
const rows = (reply) => html.byClass(reply.page, 'keyrow').map(html.tidy);
const row = (reply, name) => rows(reply).find((one) => one.startsWith(name));

let server;
let visitor;

before(async () => {
  server = await serve();
  visitor = await new Visitor(server).login();
});
after(() => server?.stop());

const invite = async (fields) => visitor.press(await visitor.get(PATH), 'Invite', fields);
const linkOf = (reply) => new URL(html.byId(reply.page, 'invite-link').attrs.value).pathname;
const idOf = (email) => server.sql(`SELECT id FROM admin WHERE email = '${email}'`).trim();
const act = async (what, email, fields = {}) => visitor.post(PATH, { csrf: await visitor.csrf(), id: idOf(email), do: what, ...fields });

/** Invited, with a password, and signed in. */
async function member(email, fields = {}) {
  const link = linkOf(await invite({ email, ...fields }));
  const guest = new Visitor(server);
  await guest.press(await guest.get(link), 'Set password', { password: PASSWORD, again: PASSWORD });
  return guest.login({ email, password: PASSWORD });
}

test('an invitation is shown once, works once, and whoever opens it signs in with the password they set', async () => {
  const made = await invite({ email: 'Bo@example.com', name: 'Bo', role: 'manager' });
  assert.equal(made.status, 200);
  assert.equal(made.get('cache-control'), 'no-store');
  const link = linkOf(made);
  assert.match(row(made, 'Bo'), /Bo@example\.com Invited .*Role Manager Link works until .* UTC/);
  assert.ok(!(await visitor.get(PATH)).body.includes(link));
  const secret = link.split('/').at(-1);
  for (const name of ['assent.db', 'assent.db-wal']) {
    assert.ok(!readFileSync(`${server.data}/${name}`).includes(secret), name);
  }
  const guest = new Visitor(server);
  const page = await guest.get(link);
  assert.equal(page.status, 200);
  assert.ok(page.says(/Hello Bo\. You are invited/));
  const press = (password, again) => guest.press(page, 'Set password', { password, again });
  for (const [password, again, words] of [['short', 'short', /12 characters/], ['password1234', 'password1234', /most common/], [PASSWORD, 'another one entirely', /not the same/], ['x'.repeat(129), 'x'.repeat(129), /128 characters/]]) {
    const refused = await press(password, again);
    assert.equal(refused.status, 422);
    assert.match(html.tidy(html.byId(refused.page, 'fault')), words);
    assert.ok(!refused.body.includes(password));
  }
  assert.equal((await guest.post(link, { password: PASSWORD, again: PASSWORD }, { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' })).status, 403);
  const done = await press(PASSWORD, PASSWORD);
  assert.equal(done.get('location'), '/admin/login?welcome=1');
  assert.ok((await guest.follow(done)).says(/Your password is set/));
  assert.equal((await guest.get(link)).status, 404);
  assert.equal((await press(PASSWORD, PASSWORD)).status, 404);
  await guest.login({ email: 'bo@example.com', password: PASSWORD });
  assert.match(row(await guest.get(PATH), 'Bo'), /You.*Active.*Last sign-in \d/);
  assert.ok(!server.log.includes(secret));
});

test('a renewed link ends the one before; a cancelled one is over; who is invited can not sign in', async () => {
  const first = linkOf(await invite({ email: 'cy@example.com' }));
  const second = linkOf(await act('renew', 'cy@example.com'));
  const guest = new Visitor(server);
  assert.equal((await guest.get(first)).status, 404);
  assert.equal((await guest.get(second)).status, 200);
  await assert.rejects(new Visitor(server).login({ email: 'cy@example.com', password: '' }), /403/);
  const gone = await visitor.follow(await act('cancel', 'cy@example.com'));
  assert.match(notice(gone), /invitation of cy@example\.com is cancelled/);
  const over = await guest.get(second);
  assert.equal(over.status, 404);
  assert.ok(over.says(/This invitation is over/));
  server.sql(`UPDATE invitation SET expires_at = 1 WHERE admin = 0`);
  const third = linkOf(await invite({ email: 'cy@example.com' }));
  server.sql(`UPDATE invitation SET expires_at = 1 WHERE admin = ${idOf('cy@example.com')}`);
  assert.equal((await guest.get(third)).status, 404);
  assert.match(row(await visitor.get(PATH), 'cy@'), /Invitation is over/);
});

test('disabling ends their session with that click; the login refuses them as it refuses a wrong password', async () => {
  const dee = await member('dee@example.com', { role: 'viewer' });
  assert.equal((await dee.get(PATH)).status, 200);
  const page = await visitor.follow(await act('disable', 'dee@example.com'));
  assert.match(notice(page), /signed out everywhere/);
  assert.match(row(page, 'dee@'), /Disabled/);
  assert.match((await dee.get(PATH)).get('location'), /^\/admin\/login/);
  const login = (password) => new Visitor(server).post('/admin/login', { email: 'dee@example.com', password });
  const [right, wrong] = [await login(PASSWORD), await login('not the password')];
  assert.deepEqual([right.status, right.text], [wrong.status, wrong.text]);
  await visitor.follow(await act('enable', 'dee@example.com'));
  await dee.login({ email: 'dee@example.com', password: PASSWORD });
});

test('roles change from the next request on; managers and viewers look and change nothing', async () => {
  const eve = await member('eve@example.com', { role: 'viewer', name: 'Eve' });
  assert.equal((await eve.post('/admin/topics', { csrf: await eve.csrf(), do: 'add', name: 'X' })).status, 403);
  const edit = await visitor.get(`${PATH}?edit=${idOf('eve@example.com')}`);
  assert.match(notice(await visitor.follow(await visitor.press(edit, 'Save', { role: 'manager' }))), /Eve is changed/);
  assert.notEqual((await eve.post('/admin/topics', { csrf: await eve.csrf(), do: 'add', name: 'X' })).status, 403);
  const page = await eve.get(PATH);
  assert.ok(page.says(/Owners alone invite/));
  assert.doesNotMatch(page.body, /value="(invite|disable|remove)"/);
  const csrf = await eve.csrf();
  for (const what of ['invite', 'renew', 'cancel', 'edit', 'disable', 'enable', 'remove']) {
    assert.equal((await eve.post(PATH, { csrf, do: what, id: idOf(ADMIN.email), role: 'viewer', email: 'f@example.com' })).status, 403, what);
  }
  assert.equal((await act('edit', 'eve@example.com', { role: 'king' })).status, 400);
  assert.equal((await act('dance', 'eve@example.com')).status, 400);
  const notes = server.sql('SELECT note FROM entry_private ORDER BY position');
  assert.match(notes, /eve@example\.com; role: viewer → manager/);
});

test('the last owner stays, also when two owners act at once', async () => {
  for (const what of ['disable', 'remove', 'edit']) {
    const refused = await act(what, ADMIN.email, { role: 'viewer' });
    assert.equal(refused.status, 409, what);
    assert.match(notice(refused), /There must be an owner/);
  }
  const gus = await member('gus@example.com', { role: 'owner' });
  const hers = { csrf: await visitor.csrf(), id: idOf('gus@example.com'), do: 'disable' };
  const his = { csrf: await gus.csrf(), id: idOf(ADMIN.email), do: 'disable' };
  const codes = await Promise.all([visitor.post(PATH, hers), gus.post(PATH, his)]);
  assert.equal(codes.filter((reply) => reply.status === 303 && reply.get('location').startsWith(PATH)).length, 1, codes.map((one) => one.status).join());
  assert.equal(server.sql("SELECT count(*) FROM admin WHERE role = 2 AND disabled_at = 0 AND removed_at = 0 AND password <> ''").trim(), '1');
  server.run(['admin', 'enable', ADMIN.email]);
  server.run(['admin', 'enable', 'gus@example.com']);
  visitor = await new Visitor(server).login();
  const asked = await visitor.get(`${PATH}?remove=${idOf('gus@example.com')}`);
  assert.match(notice(await visitor.follow(await visitor.press(asked, 'Remove'))), /not on the team any more/);
  assert.match(rows(await visitor.get(PATH)).at(-1), /Removed/);
});

test('what is wrong stands beside its field, what was typed stays, and nothing was made', async () => {
  const before = server.state();
  for (const [fields, id, words] of [
    [{ email: 'nobody', name: 'Kept' }, 'add-email-fault', /./],
    [{ email: ADMIN.email }, 'add-email-fault', /on the team/],
    [{ email: 'x@example.com', name: 'é'.repeat(101) }, 'add-name-fault', /200 bytes/],
  ]) {
    const reply = await invite(fields);
    assert.ok([409, 422].includes(reply.status));
    assert.match(html.tidy(html.byId(reply.page, id)), words);
    assert.equal(html.byId(reply.page, 'add-email').attrs.value, fields.email);
  }
  assert.equal((await act('disable', 'none@example.com', { id: '9999' })).status, 404);
  assert.equal(server.state(), before);
  server.run(['ledger', 'verify']);
});
