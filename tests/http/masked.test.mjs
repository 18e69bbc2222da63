// S10: a viewer to whom addresses are masked finds no whole address anywhere, nor a way to guess one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve } from './lib/server.mjs';
import * as html from './lib/html.mjs';
import { Visitor } from './lib/visitor.mjs';

const PASSWORD = 'a password of mine 1';
/** Whole addresses that are on the list, in files, in notes, in mails, of admins. */
const SECRETS = ['zelda.quux@example.com', 'nameless.one@example.org', "o'hara+x@example.net", 'noted.person@example.com',
  'asker.by.letter@example.com', 'imported.row@example.com', 'rejected..row@example.com', 'sender.of.mails@example.com', 'manager.too@example.com'];
const WORDS = SECRETS.map((one) => one.split('@')[0].slice(1));

let server;
let viewer;
let seer;
let ids;

/** A file that waits for an admin's word, with examples of its rows on its page. */
async function upload(rows) {
  const owner = await new Visitor(server).login();
  const field = (name, value) => `--b\r\nContent-Disposition: form-data; ${name}\r\n\r\n${value}\r\n`;
  const sent = await owner.post('/admin/import', `${field('name="csrf"', await owner.csrf())}${field('name="file"; filename="rows.csv"', rows)}--b--\r\n`,
    { 'Content-Type': 'multipart/form-data; boundary=b' });
  assert.equal(sent.status, 303, sent.text);
}

before(async () => {
  server = await serve({ env: { ASSENT_COURIER: 'no' } });
  server.import(['email,name,newsletter', 'zelda.quux@example.com,Zelda Q,yes', 'nameless.one@example.org,,yes', "o'hara+x@example.net,Pat,yes",
    ...Array.from({ length: 60 }, (_, i) => `pat${i}.hidden${i}@example.net,Pat ${String(i).padStart(2, '0')},yes`)].join('\n'));
  server.run(['optout', 'zelda.quux@example.com', '--note', 'noted.person@example.com wrote in']);
  server.run(['requests', 'add', '--kind', 'access', '--way', 'letter', '--who', 'asker.by.letter@example.com']);
  server.run(['settings', 'set', 'sender_address', 'sender.of.mails@example.com']);
  for (const [email, role] of [['viewer@example.com', 'viewer'], ['seer@example.com', 'viewer'], ['manager.too@example.com', 'manager']]) {
    server.run(['admin', 'add', email, '--role', role], `${PASSWORD}\n`);
  }
  server.run(['admin', 'role', 'seer@example.com', 'viewer', '--addresses', 'whole']);
  await upload('email,name\nimported.row@example.com,Imp\nrejected..row@example.com,Rej\nzelda.quux@example.com,Zed\n');
  viewer = await new Visitor(server).login({ email: 'viewer@example.com', password: PASSWORD });
  seer = await new Visitor(server).login({ email: 'seer@example.com', password: PASSWORD });
  await new Visitor(server).post('/', { do: 'send_link', email: 'zelda.quux@example.com' });
  server.run(['courier', '--once']); // a mail in the outbox
  ids = Object.fromEntries(['zelda.quux@example.com', 'nameless.one@example.org'].map((email) => [email, server.show(email).public_id]));
});
after(() => server?.stop());

/** Whether a text tells more of an address than its first letter and its domain. */
function told(text) {
  const plain = decodeURIComponent(html.unescape(text).replace(/%(?![0-9a-f]{2})/gi, '%25').replace(/%(?:[89a-f][0-9a-f])+/gi, '?'));
  const packed = [...text.matchAll(/[A-Za-z0-9_-]{16,}/g)].map(([word]) => Buffer.from(word, 'base64url').toString('latin1')).join(' ');
  return WORDS.filter((word) => `${plain} ${packed}`.toLowerCase().includes(word));
}

const names = (reply) => html.byClass(reply.page, 'c-who').map((cell) => html.tidy(html.byClass(cell, 'cut')[0]));
const list = (query, visitor = viewer) => visitor.get(`/admin/people?${query}`);

test('every page that can be reached by links is without whole addresses, and so is what it refuses', async () => {
  const seen = new Set();
  const left = ['/admin/people', '/admin/people?sort=email', '/admin/people?q=pat', '/admin/activity', '/admin/activity/asof', '/admin/outbox', '/admin/import', '/admin/requests',
    '/admin/settings', '/admin/wording', '/admin/api', '/admin/team', `/admin/settings/preview/mail?page=mail_link`,
    `/admin/activity?person=${ids['zelda.quux@example.com']}`, `/admin/activity/asof?person=${ids['zelda.quux@example.com']}`];
  const kinds = new Map();
  while (left.length && seen.size < 400) {
    const path = left.shift();
    const kind = path.replace(/[0-9a-f]{16}|\d+/g, '#').replace(/=[^&]*/g, '');
    if (seen.has(path) || (kinds.get(kind) ?? 0) >= 6) {
      continue;
    }
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    seen.add(path);
    const reply = await viewer.get(path);
    assert.ok(reply.status < 500, path);
    assert.deepEqual(told(reply.body), [], `${path}: ${reply.status}`);
    assert.deepEqual(told(reply.get('location') ?? ''), [], path);
    left.push(...html.all(reply.page, (node) => /^\/admin\//.test(node.attrs.href ?? node.attrs.src ?? '')).map((node) => html.unescape(node.attrs.href ?? node.attrs.src)));
  }
  assert.ok(seen.size > 60, `${seen.size} pages`);
  for (const part of ['/admin/people/', '/admin/activity/', '/admin/outbox/', '/admin/import/', '/admin/requests/']) {
    assert.ok([...seen].some((path) => path.startsWith(part) && /\d/.test(path)), part);
  }
  const whole = (await seer.get('/admin/people?q=zelda')).body;
  assert.deepEqual(told(whole), ['elda.quux'], 'the check sees what is there to be seen');
});

test('files, JSON and mails: masked, or refused with the reason', async () => {
  const json = await viewer.get(`/admin/activity/${server.sql('SELECT max(position) FROM entry WHERE contact = 1').trim()}/json`);
  assert.equal(json.status, 200);
  assert.deepEqual(told(json.body), []);
  for (const path of ['/admin/people/export', '/admin/activity/export?format=csv', '/admin/activity/export?format=ndjson', '/admin/import/1/rejected']) {
    const refused = await viewer.take(path);
    assert.equal(refused.status, 403, path);
    assert.ok(refused.says(/Addresses are shown to you masked/), path);
    assert.notEqual((await seer.take(path)).status, 403, path);
  }
  for (const path of ['/admin/outbox/1', '/admin/outbox/1/html', '/admin/outbox/1/eml']) {
    assert.equal((await viewer.get(path)).status, 403, path);
    assert.deepEqual(told((await viewer.get(path)).body), [], path);
  }
  const page = await list('q=pat');
  assert.doesNotMatch(page.body, /\/admin\/people\/export|sort=email/);
});

test('search: parts of names, and whole addresses; no part of an address is a hint', async () => {
  assert.deepEqual(names(await list('q=zelda')), ['Zelda Q']);
  assert.deepEqual(names(await list('q=ZELDA.quux%40example.com')), ['Zelda Q'], 'a whole address is confirmed');
  const nobody = ['quux', 'zelda.', 'zelda.quux', 'elda.quux%40example.com', 'zelda.quux%40example.co', 'zelda.quux%40', '%40example.com', 'example.com', 'nameless', 'hidden7'];
  const without = (reply, part) => reply.text.replaceAll('viewer@example.com', '').replaceAll(decodeURIComponent(part), '');
  const empty = without(await list('q=xyzzy'), 'xyzzy');
  for (const part of nobody) {
    const reply = await list(`q=${part}`);
    assert.deepEqual(names(reply), [], part);
    assert.equal(without(reply, part), empty, `${part}: the same page as nobody's`);
    assert.notDeepEqual(names(await list(`q=${part}`, seer)), [], `a seer finds ${part}`);
    const activity = await viewer.get(`/admin/activity?q=${part}`);
    assert.equal(activity.status, 400, `Activity: ${part}`);
  }
  assert.equal((await viewer.get('/admin/activity?q=zelda.quux%40example.com')).status, 200);
  assert.equal((await viewer.get('/admin/activity?q=zelda')).status, 200);
  assert.deepEqual(names(await list('q=zelda.quux%40example.com&status=in')), [], 'filters hold');
  assert.deepEqual(names(await list('q=zelda.quux%40example.com&status=out')), ['Zelda Q']);
});

test('search: pages, their numbers and both ways through them; order by address is by name', async () => {
  const first = await list('q=pat');
  assert.equal(names(first).length, 50);
  assert.ok(first.says(/1–50 of 61/), first.text.slice(-300));
  const next = html.all(first.page, (node) => node.attrs.rel === 'next')[0].attrs.href;
  const second = await viewer.get(next);
  assert.equal(names(second).length, 11);
  assert.equal(new Set([...names(first), ...names(second)]).size, 61);
  const back = html.all(second.page, (node) => node.attrs.rel === 'prev')[0].attrs.href;
  assert.deepEqual(names(await viewer.get(back)), names(first));
  assert.deepEqual(names(await list('sort=email')), names(await list('')));
  const cursor = new URL(html.all((await list('sort=email', seer)).page, (node) => node.attrs.rel === 'next')[0].attrs.href, server.origin).searchParams.get('after');
  assert.deepEqual(names(await list(`sort=email&after=${cursor}`)), names(await list('')), 'a place in the order of addresses leads nowhere');
});

test('what was typed and one’s own address are shown; a seer sees all', async () => {
  const page = await list('q=zelda.quux%40example.com');
  assert.equal(html.byId(page.page, 'search').attrs.value, 'zelda.quux@example.com');
  assert.ok(page.body.includes('viewer@example.com'));
  assert.ok((await seer.get('/admin/team')).body.includes('manager.too@example.com'));
  assert.ok(!(await viewer.get('/admin/team')).body.includes('manager.too@'));
});
