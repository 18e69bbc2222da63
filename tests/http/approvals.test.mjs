// Setup → Approvals: with two pairs of eyes on, what is hard to take back waits for a second admin.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from './lib/endpoint.mjs';
import { serve } from './lib/server.mjs';
import * as html from './lib/html.mjs';
import { Visitor, idOf } from './lib/visitor.mjs';

const PATH = '/admin/approvals';
const PASSWORD = 'a password of mine 1';
const notice = (reply) => html.tidy(html.byId(reply.page, 'notice'));
const rows = (reply) => html.byClass(reply.page, 'approvalrow').map(html.tidy);
const isOn = () => server.json(['approvals', 'list', '--json']).on;

let server;
let ada;
let bob;
let mia;

before(async () => {
  server = await serve();
  ada = await new Visitor(server).login();
});
after(() => server?.stop());

async function admin(name, role) {
  const email = `${name}@example.com`;
  server.run(['admin', 'add', email, '--role', role], `${PASSWORD}\n`);
  return new Visitor(server).login({ email, password: PASSWORD });
}

test('alone, an owner is told that a second is needed, and can not turn it on', async () => {
  const page = await ada.get(PATH);
  assert.ok(page.says(/A second owner is needed/));
  assert.doesNotMatch(page.body, /value="on"/);
  const reply = await ada.post(PATH, { csrf: await ada.csrf(), do: 'on' });
  assert.equal(reply.status, 409);
  assert.match(notice(reply), /A second owner is needed/);
  assert.equal(server.try(['approvals', 'on']).status, 1);
  bob = await admin('bob', 'owner');
  mia = await admin('mia', 'manager');
  assert.equal((await mia.post(PATH, { csrf: await mia.csrf(), do: 'on' })).status, 403);
  assert.match(notice(await ada.follow(await ada.press(await ada.get(PATH), 'Turn on'))), /From now on a second admin/);
  assert.equal(isOn(), true);
});

test('an erasure is asked for, shown to others with who and why, not done by who asked, done by another, once', async () => {
  server.add('leaving@example.org', { name: 'Lee Ving' });
  const id = idOf(server, 'leaving@example.org');
  const form = await mia.get(`/admin/people/${id}/erase`);
  const asked = await mia.press(form, 'Erase for good', { reason: 'by letter', sure: 'yes' });
  assert.equal(asked.get('location'), `${PATH}?did=asked`);
  assert.match(notice(await mia.follow(asked)), /not done yet: another admin must approve it within 7 days/);
  assert.equal((await mia.press(form, 'Erase for good', { reason: 'by letter', sure: 'yes' })).get('location'), `${PATH}?did=before`);
  assert.equal(server.show('leaving@example.org').public_id, id);

  const own = await mia.get(PATH);
  assert.match(rows(own)[0], /^Erase Lee Ving \(leaving@example\.org\) Reason: by letter Withdraw.*Asked by mia@example\.com \(you\)/);
  assert.doesNotMatch(own.body, /value="approve"/);
  const page = await ada.get(PATH);
  assert.ok((await ada.get('/admin/help')).says(/Approvals 1, 1 waits for you/));
  const [fields] = html.byClass(page.page, 'approvalrow').map((row) => Object.fromEntries(html.fields(html.byTag(row, 'form')[0], 'Approve')));
  const forged = await mia.post(PATH, { ...fields, csrf: await mia.csrf(), do: 'approve' });
  assert.equal(forged.status, 403);
  assert.match(notice(forged), /You asked for that yourself/);
  const blind = await ada.post(PATH, { ...fields, csrf: await ada.csrf(), do: 'approve', seen: 'something else' });
  assert.equal(blind.status, 409);
  assert.match(notice(blind), /not what was asked for, or not what you were shown/);
  assert.equal(server.show('leaving@example.org').public_id, id);

  const [one, two] = await Promise.all([ada, bob].map(async (who) => who.post(PATH, { ...fields, csrf: await who.csrf(), do: 'approve' })));
  assert.deepEqual([one.status, two.status].sort(), [303, 409], 'one of two at once');
  assert.equal(server.try(['show', 'leaving@example.org']).status, 1);
  assert.equal(server.sql("SELECT count(*) FROM entry WHERE kind = 25"), '1\n');
  const done = await ada.get(PATH);
  assert.deepEqual(rows(done), []);
  assert.match(html.tidy(html.byClass(done.page, 'approvalpast')[0]), /Approved Erase person [0-9a-f]{16}, who is gone Asked by mia@example\.com.*Decided by/);
  const activity = await ada.get('/admin/activity');
  assert.ok(activity.says(/by letter/) && activity.says(/asked by: mia@example\.com; approved by: (ada|bob)@example\.com/));
});

test('keys wait for another owner, on both pages; a manager can not approve them', async () => {
  const key = server.json(['keys', 'list', '--json'])[0].id;
  const asked = await ada.press(await ada.get(`/admin/keys?revoke=${key}`), 'Revoke for ever');
  assert.equal(asked.get('location'), `${PATH}?did=asked`);
  server.run(['apikey', 'new', 'Mailer', '--scopes', 'check']);
  const page = await ada.get('/admin/api-keys');
  const [link] = html.all(page.page, (node) => /revoke=/.test(node.attrs.href ?? ''));
  await ada.press(await ada.get(link.attrs.href), 'Revoke for ever');
  assert.equal(server.json(['keys', 'list', '--json'])[0].state, 'signing');
  const seen = await mia.get(PATH);
  assert.equal(rows(seen).length, 2);
  assert.doesNotMatch(seen.body, /value="approve"|value="withdraw"/);
  const withdrawn = await ada.follow(await ada.press(await ada.get(PATH), `Withdraw: Revoke link key ${key} of this server`));
  assert.match(notice(withdrawn), /Withdrawn\. Nothing was done/);
  const declined = await bob.follow(await bob.press(await bob.get(PATH), 'Decline: Revoke the API key of Mailer'));
  assert.match(notice(declined), /Declined\. Nothing was done/);
  assert.equal(server.json(['keys', 'list', '--json'])[0].state, 'signing');
});

test('an import that would opt in more than 100 people waits; the command and opt-outs wait for nobody', async () => {
  const csv = `email,newsletter\n${Array.from({ length: 101 }, (_, i) => `p${i}@example.org,yes`).join('\n')}\n`;
  const boundary = 'b0undary';
  const part = (name, value, more = '') => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
  const body = part('csrf', await mia.csrf()) + part('consent', 'ticked') + part('file', csv, '; filename="people.csv"') + `--${boundary}--\r\n`;
  const up = await mia.post('/admin/import', body, { 'Content-Type': `multipart/form-data; boundary=${boundary}` });
  assert.equal(up.status, 303, up.text);
  const path = up.get('location');
  let job;
  await until('it is checked', async () => (job = await mia.get(path)).says(/101/) && /value="start"/.test(job.body));
  const asked = await mia.post(path, { csrf: await mia.csrf(), do: 'start' });
  assert.equal(asked.get('location'), `${PATH}?did=asked`);
  assert.match(notice(await mia.get(path)), /waits for another admin/);
  assert.match(rows(await ada.get(PATH))[0], /^Import people\.csv: would opt in 101 people/);
  assert.equal(server.try(['show', 'p1@example.org']).status, 1);
  await ada.follow(await ada.press(await ada.get(PATH), 'Approve: Import people.csv: would opt in 101 people'));
  await until('it is imported', async () => (await mia.get(path)).says(/Done|Imported|101/) && server.try(['show', 'p100@example.org']).status === 0);
  server.run(['erase', 'p1@example.org', '--reason', 'by letter', '--yes']);
  assert.equal(server.try(['show', 'p1@example.org']).status, 1);
});

test('turning it off is asked for too; with one owner left the page says so, and the command is the way out', async () => {
  const asked = await ada.follow(await ada.press(await ada.get(PATH), 'Ask to turn it off'));
  assert.match(notice(asked), /another admin must approve it/);
  assert.equal(isOn(), true);
  server.run(['admin', 'disable', 'bob@example.com']);
  const page = await ada.get(PATH);
  assert.ok(page.says(/Only one owner can sign in now/));
  assert.match(rows(page)[0], /^Turn approvals off Withdraw/);
  server.run(['approvals', 'off']);
  assert.equal(isOn(), false);
  assert.equal(server.json(['approvals', 'list', '--json']).waiting.length, 1);
});

test('S10: viewers have no part in it', async () => {
  const vic = await admin('vic', 'viewer');
  assert.equal((await vic.get(PATH)).status, 403);
  assert.doesNotMatch((await vic.get('/admin/people')).body, /\/admin\/approvals/);
  assert.equal((await vic.post(PATH, { csrf: await vic.csrf(), do: 'approve', id: '1' })).status, 403);
  assert.equal((await ada.post(PATH, { csrf: await ada.csrf(), do: 'eat' })).status, 400);
  assert.equal((await ada.post(PATH, { csrf: await ada.csrf(), do: 'approve', id: '999', seen: 'x' })).status, 404);
});
