// How often a person wants a topic that offers it: on their page, and in the admins' dialog.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve } from './lib/server.mjs';
import * as html from './lib/html.mjs';
import { Visitor, idOf } from './lib/visitor.mjs';

let server;
let visitor;
let admin;
let number = 0;

before(async () => {
  server = await serve();
  visitor = new Visitor(server);
  admin = await new Visitor(server).login();
  const csrf = await admin.csrf();
  for (const [key, name] of [['newsletter', 'Newsletter'], ['marketing', 'Marketing']]) {
    const saved = await admin.post('/admin/topics', { csrf, do: 'edit', key, name, description: 'About', options: 'shown', offers_frequency: 'yes' });
    assert.equal(saved.status, 303);
  }
});
after(() => server?.stop());

function someone(topics = 'newsletter,product_updates') {
  const email = `often${++number}@example.com`;
  server.add(email, { topics });
  return email;
}

/** What each select of the page stands at. */
const selects = (reply) =>
  Object.fromEntries(html.all(reply.page, (node) => node.tag === 'select' && /^often_/.test(node.attrs.name ?? '')).map((select) => [
    select.attrs.name,
    (html.all(select, (node) => node.tag === 'option' && 'selected' in node.attrs)[0]
      ?? html.all(select, (node) => node.tag === 'option')[0]).attrs.value,
  ]));

test('topics that offer it have a named choice of three; the others have none', async () => {
  const page = await visitor.get(server.links(someone()).manage);
  assert.deepEqual(selects(page), { often_newsletter: 'all', often_marketing: 'all' });
  const label = html.all(page.page, (node) => node.tag === 'label' && node.attrs.class === 'often');
  assert.match(html.tidy(label[0]), /^Newsletter: how often/);
});

test('saving it applies at once, says so, and Undo brings back what was', async () => {
  const email = someone();
  const page = await visitor.get(server.links(email).manage);
  const saved = await visitor.press(page, 'save', { often_newsletter: ['weekly'], often_marketing: ['daily'] });
  assert.equal(saved.status, 200);
  assert.ok(saved.says(/Saved\. Daily at most: Marketing\. Weekly at most: Newsletter\./), saved.text);
  assert.deepEqual(selects(saved), { often_newsletter: 'weekly', often_marketing: 'daily' });
  assert.deepEqual(server.show(email).frequency, { newsletter: 'weekly', marketing: 'daily' });
  assert.deepEqual(server.on(email), ['newsletter', 'product_updates']);
  const [entry] = server.history(email);
  assert.deepEqual([entry.kind, entry.actor, entry.after.frequency], ['frequency', 'recipient', { newsletter: 'weekly', marketing: 'daily' }]);

  const both = await visitor.press(saved, 'save', { often_newsletter: ['daily'], topic: ['newsletter', 'marketing'] });
  assert.ok(both.says(/now receive Marketing, and no longer Product Updates\. Daily at most: Newsletter\./), both.text);
  const undone = await visitor.press(both, 'undo');
  assert.ok(undone.says(/Undone\..*Weekly at most: Newsletter\./), undone.text);
  assert.deepEqual(server.show(email).frequency, { newsletter: 'weekly', marketing: 'daily' });
  assert.deepEqual(server.on(email), ['newsletter', 'product_updates']);
});

test('opting out of everything keeps it for when they come back', async () => {
  const email = someone();
  const page = await visitor.get(server.links(email).manage);
  const saved = await visitor.press(page, 'save', { often_newsletter: ['weekly'] });
  await visitor.press(saved, 'Unsubscribe from everything');
  const again = await visitor.get(server.links(email).manage);
  assert.equal(selects(again).often_newsletter, 'weekly');
  await visitor.press(again, 'save', { topic: ['newsletter'] });
  assert.equal(server.show(email).frequency.newsletter, 'weekly');
});

test('a form that makes no sense is refused and writes nothing', async () => {
  const email = someone();
  const { manage } = server.links(email);
  const before = server.state();
  for (const body of ['do=save&often_newsletter=hourly', 'do=save&often_nothing=daily', 'do=save&often_newsletter=daily&often_newsletter=weekly', 'do=save&often_=daily']) {
    assert.equal((await visitor.post(manage, body)).status, 400, body);
  }
  assert.equal((await visitor.post(manage, 'do=save&often_product_updates=daily')).status, 200);
  assert.equal(server.state(), before, 'a topic that does not offer it takes none');
});

test('an unsubscribe link can’t set it', async () => {
  const email = someone();
  const { unsubscribe } = server.links(email, 'newsletter');
  await visitor.post(unsubscribe, 'do=stop_all&often_newsletter=weekly');
  assert.equal(server.show(email).frequency.newsletter, 'all');
});

test('admins see and set it in the person’s dialog', async () => {
  const email = someone();
  const path = `/admin/people/${idOf(server, email)}`;
  const form = await admin.get(path);
  assert.deepEqual(selects(form), { often_newsletter: 'all', often_marketing: 'all' });
  const saved = await admin.follow(await admin.press(form, 'save', { often_newsletter: ['daily'] }));
  assert.ok(saved.says(/Saved\. Newsletter daily at most\./), saved.text.slice(0, 300));
  assert.equal(selects(saved).often_newsletter, 'daily');
  assert.equal(server.show(email).frequency.newsletter, 'daily');
  const undone = await admin.follow(await admin.press(saved, 'undo'));
  assert.ok(undone.says(/Undone: Newsletter every message/), undone.text.slice(0, 300));
  assert.equal(server.show(email).frequency.newsletter, 'all');

  const fresh = await admin.get('/admin/people/new');
  const added = await admin.press(fresh, 'save', { email: 'often-new@example.com', consent: 'by phone', topic: ['newsletter'], often_newsletter: ['weekly'] });
  assert.ok(added.status === 303 || added.status === 200, `${added.status}`);
  assert.equal(server.show('often-new@example.com').frequency.newsletter, 'weekly');
});

test('the export has it, and goes back in as it came out', async () => {
  const email = someone('newsletter,marketing');
  await visitor.press(await visitor.get(server.links(email).manage), 'save', { often_newsletter: 'weekly', often_marketing: 'daily' });
  assert.deepEqual(server.show(email).frequency, { newsletter: 'weekly', marketing: 'daily' });
  const reply = await admin.take(`/admin/people/export?q=${email}`);
  const [head, row] = reply.body.replace(/^\uFEFF/, '').trim().split('\r\n').map((line) => line.split(','));
  const columns = head.filter((title) => /_frequency$/.test(title));
  assert.deepEqual(columns, ['newsletter_frequency', 'marketing_frequency'], 'of the topics that offer it');
  assert.deepEqual(columns.map((title) => row[head.indexOf(title)]), ['weekly', 'daily']);
  const before = server.show(email);
  await visitor.press(await visitor.get(server.links(email).manage), 'save', { often_newsletter: 'all', often_marketing: 'weekly' });
  assert.match(server.import(reply.body), /updated|1/);
  const after = server.show(email);
  assert.deepEqual([after.frequency, after.topics, after.status], [before.frequency, before.topics, before.status]);
});
