// A sender's reference on a link (?c=…): kept through forms, in the history of what the link did, and never in the way.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { assent } from '../cli/lib/command.mjs';
import { serve } from './lib/server.mjs';
import * as html from './lib/html.mjs';
import { Visitor } from './lib/visitor.mjs';

const REF = 'Spring: 50 % off & “more”';
const ONE_CLICK = 'List-Unsubscribe=One-Click';
let server;
let people = 0;

before(async () => {
  server = await serve();
  server.run(['settings', 'set', 'mailto_address', 'unsubscribe@example.com']);
});
after(() => server?.stop());

/** A person with links that carry the reference. */
function someone(ref = REF) {
  const email = `camp${++people}@example.com`;
  server.add(email, { topics: 'newsletter,marketing' });
  const links = server.json(['link', email, '--topic', 'newsletter', '--campaign', ref, '--json']);
  const path = (url) => url.slice(server.origin.length);
  return { email, links, manage: path(links.manage), unsubscribe: path(links.unsubscribe) };
}
const newest = (email) => server.history(email)[0];

test('U2: a one-click POST to the address in the header line: out, and the reference in the history', async () => {
  const { email, links, unsubscribe } = someone();
  const [, address] = /^<([^>]+)>/.exec(links.headers['List-Unsubscribe']);
  assert.equal(address, links.unsubscribe);
  assert.equal(new URL(address).searchParams.get('c'), REF);
  const reply = await server.ask({ method: 'POST', path: unsubscribe, body: ONE_CLICK, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  assert.equal(reply.status, 200);
  assert.deepEqual(server.on(email), ['marketing']);
  assert.equal(newest(email).actor, 'one_click');
  assert.equal(newest(email).campaign, REF);
  assert.match(server.run(['history', email]), /on the link: Spring: 50 % off & “more”/);
});

test('forms of both pages, Undo, another language and the reason keep the reference', async () => {
  const { email, manage, unsubscribe } = someone();
  const visitor = new Visitor(server);
  const page = await visitor.get(unsubscribe);
  // A form without an address of its own goes to the page's own address, as browsers send it.
  assert.equal(html.formWith(page.page, 'stop_topic').attrs.action, undefined);
  const done = await visitor.post(unsubscribe, { do: 'stop_topic' });
  assert.ok(done.says(/unsubscribed|won’t/i));
  assert.equal(newest(email).campaign, REF);
  const undoes = html.all(done.page, (node) => node.attrs.name === 'undoes')[0].attrs.value;
  await visitor.post(unsubscribe, { do: 'undo', undoes });
  assert.equal(newest(email).kind, 'undone');
  assert.equal(newest(email).campaign, REF);
  const manager = await visitor.get(manage);
  const german = html.all(manager.page, (node) => node.tag === 'a' && node.attrs.lang === 'de')[0].attrs.href;
  assert.equal(new URLSearchParams(german).get('c'), REF);
  const there = manage.split('?')[0] + german;
  const inGerman = await visitor.get(there);
  const keep = html.formWith(inGerman.page, 'language').attrs.action;
  await visitor.post(manage.split('?')[0] + keep, { do: 'language' });
  assert.equal(newest(email).kind, 'details');
  assert.equal(newest(email).campaign, REF);
  await visitor.post(there, [['do', 'save'], ['shown', 'marketing'], ['shown', 'newsletter']]);
  assert.equal(newest(email).campaign, REF);
  const admin = await new Visitor(server).login();
  assert.ok((await admin.get(`/admin/people/${server.show(email).public_id}`)).says(/On the link: Spring: 50 % off & “more”/));
});

test('U2: a broken reference is no reference, and never blocks: neither the button nor one click nor the page', async () => {
  for (const query of ['?c=', '?c=%zz', '?c=%ff', '?c=%0A', '?c=%00', `?c=${'x'.repeat(65)}`, '?c', '?&&=', '?c=a%', `?c=${'%41'.repeat(400)}`]) {
    const { email, manage, unsubscribe } = someone('x');
    const [one, two] = [unsubscribe.split('?')[0] + query, manage.split('?')[0] + query];
    assert.equal((await server.ask({ path: one })).status, 200, query);
    assert.equal((await server.ask({ path: two })).status, 200, query);
    const saved = await new Visitor(server).post(two, [['do', 'save'], ['shown', 'marketing']]);
    assert.equal(saved.status, 200, query);
    assert.equal((await server.ask({ method: 'POST', path: one, body: ONE_CLICK })).status, 200);
    assert.deepEqual(server.on(email), [], query);
    assert.deepEqual(server.history(email).filter((entry) => entry.campaign), [], query);
  }
});

test('U11: a mail to the mailto address keeps it too', () => {
  const { email, links } = someone();
  const subject = new URL(links.mailto).searchParams.get('subject');
  const message = `From: <${email}>\r\nTo: <unsubscribe@example.com>\r\nSubject: ${subject}\r\n\r\n`;
  const done = spawnSync(assent, ['mailto'], { input: message, env: server.env });
  assert.equal(done.status, 0, done.stderr.toString());
  assert.deepEqual(server.on(email), ['marketing']);
  assert.equal(newest(email).actor, 'mailto');
  assert.equal(newest(email).campaign, REF);
});

test('the feed of changes has it, as hooks do; and the reason of a report', async () => {
  const { email, unsubscribe } = someone();
  const { key } = server.json(['apikey', 'new', 'feed', '--scopes', 'events,contacts:write', '--json']);
  const ask = (request) => server.ask({ ...request, headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' } });
  const after = Number(server.sql('SELECT max(position) FROM entry'));
  await server.ask({ method: 'POST', path: unsubscribe, body: ONE_CLICK });
  await ask({ method: 'POST', path: '/api/v1/feedback', body: JSON.stringify({ id: 'feed-1', type: 'complaint', address: email }) });
  const reply = await ask({ path: `/api/v1/events?after=${after}` });
  assert.equal(reply.status, 200, reply.body);
  const [left, reported] = JSON.parse(reply.body).map((event) => event.data);
  assert.deepEqual([left.email, left.actor, left.campaign, left.reason], [email, 'one_click', REF, undefined]);
  assert.deepEqual([reported.email, reported.actor, reported.campaign, reported.reason], [email, 'api', undefined, 'complaint']);
});

test('the reference is no authority: another one on the same link does the same, and a page never says it', async () => {
  const { email, unsubscribe } = someone();
  const other = `${unsubscribe.split('?')[0]}?c=${encodeURIComponent('<b>forged</b>')}`;
  const page = await server.ask({ path: other });
  assert.ok(!page.body.includes('<b>forged'));
  await server.ask({ method: 'POST', path: other, body: ONE_CLICK });
  assert.deepEqual(server.on(email), ['marketing']);
  assert.equal(newest(email).campaign, '<b>forged</b>');
});

test('link and links refuse a reference that is none', () => {
  for (const ref of ['', 'x'.repeat(65), 'two\nlines']) {
    const done = spawnSync(assent, ['link', 'camp1@example.com', '--campaign', ref], { env: server.env });
    assert.equal(done.status, 2);
    assert.match(done.stderr.toString(), /--campaign takes 1 to 64 bytes/);
  }
  const made = spawnSync(assent, ['links', '-', '--campaign', 'a b', '--json'], { env: server.env, input: 'camp1@example.com\n' });
  assert.match(JSON.parse(made.stdout).manage, /\?c=a%20b$/);
});
