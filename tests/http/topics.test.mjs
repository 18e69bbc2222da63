// Communications → Topics: add, rename, describe, order, retire, restore.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve } from './lib/server.mjs';
import * as html from './lib/html.mjs';
import { Visitor } from './lib/visitor.mjs';

const PEOPLE = 25;
let server;
let visitor;
let csrf;

before(async () => {
  server = await serve({
    before: (fresh) => {
      const rows = ['email,newsletter,marketing'];
      for (let i = 0; i < PEOPLE; i++) {
        rows.push(`t${i}@example.com,${i < 10 ? 'yes' : 'no'},yes`);
      }
      fresh.import(rows.join('\n'));
    },
  });
  visitor = await new Visitor(server).login();
  csrf = await visitor.csrf();
});
after(() => server?.stop());

const keys = (reply) => html.byClass(reply.page, 'topicrow').map((row) => row.attrs.id?.slice(2)).filter(Boolean);
const act = (fields) => visitor.post('/admin/topics', { csrf, ...fields });
const stats = () => server.json(['stats', '--json']);
const topic = (key) => server.json(['topics', '--json']).find((one) => one.key === key);

async function settled(check) {
  for (let i = 0; i < 100; i++) {
    if (check()) {
      return;
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  assert.fail('the counts did not settle');
}

test('a topic is added: keyed by its name, nobody subscribed, on every page at once', async () => {
  const sent = await act({ do: 'add', name: 'Événements & Fêtes', description: 'Twice a year' });
  assert.equal(sent.status, 303);
  const page = await visitor.follow(sent);
  assert.match(html.tidy(html.byId(page.page, 'notice')), /Événements & Fêtes was added/);
  const added = server.json(['topics', '--json']).find((one) => one.name === 'Événements & Fêtes');
  assert.match(added.key, /^[a-z][a-z0-9_]*$/);
  assert.equal(stats().topics[added.key], 0);
  const manage = await new Visitor(server).get(server.links('t1@example.com').manage);
  assert.ok(manage.text.includes('Événements & Fêtes') && manage.text.includes('Twice a year'));
});

test('a name in no Latin letter gets a well-formed key too', async () => {
  assert.equal((await act({ do: 'add', name: '漢字' })).status, 303);
  const added = server.json(['topics', '--json']).find((one) => one.name === '漢字');
  assert.match(added.key, /^[a-z][a-z0-9_]*$/);
});

test('renaming and describing keep the key and who has it on', async () => {
  const before = stats().topics;
  const page = await visitor.follow(await act({ do: 'edit', key: 'newsletter', name: 'The “Letter”', description: 'Each month' }));
  assert.ok(page.says(/The “Letter” was saved/));
  assert.equal(topic('newsletter').name, 'The “Letter”');
  assert.deepEqual(stats().topics, before);
});

test('a topic’s form says whether people may ask for it daily or weekly at most', async () => {
  const ticks = async () => {
    const page = await visitor.get('/admin/topics');
    return html.all(html.byId(page.page, 't-newsletter'), (node) => node.attrs.name === 'offers_frequency')
      .map((node) => 'checked' in node.attrs);
  };
  assert.deepEqual(await ticks(), [false]);
  const fields = { do: 'edit', key: 'newsletter', name: 'The “Letter”', description: 'Each month', options: 'shown' };
  await act({ ...fields, offers_frequency: 'yes' });
  assert.deepEqual(await ticks(), [true]);
  await act(fields);
  assert.deepEqual(await ticks(), [false]);
});

test('a topic’s form says who confirms and what the sign-up form offers; its line shows it', async () => {
  const row = async () => html.byId((await visitor.get('/admin/topics')).page, 't-product_updates');
  const ticked = (node, name) => html.all(node, (one) => one.attrs.name === name).map((one) => 'checked' in one.attrs);
  assert.deepEqual(ticked(await row(), 'double_opt_in'), [true]);
  assert.match(html.tidy(await row()), /Confirmed by mail On the sign-up form/);
  const fields = { do: 'edit', key: 'product_updates', name: 'Product Updates', description: 'What is new', options: 'shown' };
  await act(fields);
  assert.deepEqual(ticked(await row(), 'double_opt_in').concat(ticked(await row(), 'on_join')), [false, false]);
  assert.doesNotMatch(html.tidy(html.byClass(await row(), 'marks')[0]), /Confirmed|sign-up/);
  await act({ ...fields, double_opt_in: 'yes', on_join: 'yes' });
  assert.deepEqual(ticked(await row(), 'on_join'), [true]);
});

test('a topic has words in other languages, and recipients read them; blank falls back', async () => {
  const fields = { do: 'edit', key: 'newsletter', name: 'The “Letter”', description: 'Each month', words: 'shown' };
  await act({ ...fields, name_de: 'Rundbrief <1>', description_ja: '毎月' });
  const row = html.byId((await visitor.get('/admin/topics')).page, 't-newsletter');
  assert.match(html.tidy(row), /Also in de, ja/);
  const value = (name) => html.all(row, (one) => one.attrs.name === name).map((one) => one.attrs.value);
  assert.deepEqual([value('name_de'), value('name_fr'), value('description_ja')], [['Rundbrief <1>'], [''], ['毎月']]);
  const { manage } = server.links('t1@example.com');
  const german = await new Visitor(server).get(`${manage}?lang=de`);
  assert.ok(german.body.includes('Rundbrief &lt;1&gt;') && german.text.includes('Each month'));
  const japanese = await new Visitor(server).get(`${manage}?lang=ja`);
  assert.ok(japanese.text.includes('The “Letter”') && japanese.text.includes('毎月'));

  const refused = await act({ ...fields, name_de: 'Rundbrief', name_tr: 'x'.repeat(81) });
  assert.equal(refused.status, 422);
  assert.ok(refused.says(/The texts in Türkçe are too long/));
  assert.ok(refused.body.includes('x'.repeat(81)), 'what was typed is still there');
  await act({ do: 'edit', key: 'newsletter', name: 'The “Letter”', description: 'Each month' });
  assert.ok((await visitor.get('/admin/topics')).body.includes('Rundbrief &lt;1&gt;'), 'a form without them leaves them');
  await act(fields);
  assert.ok(!(await visitor.get('/admin/topics')).body.includes('Rundbrief'));
});

test('order: up and down, and never past the ends', async () => {
  const first = keys(await visitor.get('/admin/topics'));
  await act({ do: 'down', key: first[0] });
  const second = keys(await visitor.get('/admin/topics'));
  assert.deepEqual(second.slice(0, 2), [first[1], first[0]]);
  await act({ do: 'up', key: first[0] });
  assert.deepEqual(keys(await visitor.get('/admin/topics')), first);
  assert.equal((await act({ do: 'up', key: first[0] })).status, 303);
  assert.deepEqual(keys(await visitor.get('/admin/topics')), first);
  const manage = await new Visitor(server).get(server.links('t1@example.com').manage);
  assert.deepEqual(html.all(manage.page, (node) => node.attrs.name === 'shown').map((node) => node.attrs.value), first);
});

test('retiring says beforehand how many people are touched; afterwards counts follow, history stays', async () => {
  assert.equal(stats().subscribed, PEOPLE);
  const asked = await visitor.get('/admin/topics?retire=marketing');
  const confirm = html.byId(asked.page, 'confirm');
  assert.match(html.tidy(confirm), new RegExp(`Retire Marketing\\?.*${PEOPLE} people`));
  assert.equal(topic('marketing').retired_at, null, 'asking retires nothing');
  const history = server.history('t15@example.com').length;
  const page = await visitor.follow(await visitor.press(asked, 'retire'));
  assert.match(html.tidy(html.byId(page.page, 'notice')), /Marketing was retired/);
  assert.ok(!keys(page).includes('marketing'));
  await settled(() => stats().subscribed === 10);
  const cards = html.byClass((await visitor.get('/admin/people')).page, 'card__n').map(html.tidy);
  assert.deepEqual(cards, [String(PEOPLE), '10', String(PEOPLE)]);
  assert.equal(server.history('t15@example.com').length, history);
  const manage = await new Visitor(server).get(server.links('t15@example.com').manage);
  assert.ok(!manage.text.includes('Marketing'));
});

test('a one-click for a retired topic still answers 200, and turns it off', async () => {
  const page = await visitor.get('/admin/topics');
  assert.ok(page.says(/Restore/));
  const { unsubscribe } = server.links('t16@example.com', 'newsletter');
  const reply = await server.ask({ method: 'POST', path: unsubscribe, body: '' });
  assert.equal(reply.status, 200);
});

test('a person’s form that was open when a topic was retired does not turn it on', async () => {
  await act({ do: 'add', name: 'Short lived' });
  const id = server.show('t3@example.com').public_id;
  const form = await visitor.get(`/admin/people/${id}`);
  await act({ do: 'retire', key: 'short_lived' });
  const refused = await visitor.press(form, 'save', { topic: ['newsletter', 'short_lived'] });
  assert.equal(refused.status, 409);
  assert.ok(refused.says(/Short lived was retired/));
});

test('Restore brings it back with everyone’s choices', async () => {
  const page = await visitor.follow(await act({ do: 'restore', key: 'marketing' }));
  assert.match(html.tidy(html.byId(page.page, 'notice')), /Marketing is in use again/);
  await settled(() => stats().subscribed === PEOPLE);
  assert.equal(server.show('t15@example.com').topics.marketing, true);
});

test('counts that a stop left half-way come right after the next start', async () => {
  const rows = ['email,system_alerts'];
  for (let i = 0; i < 30000; i++) {
    rows.push(`many${i}@example.com,yes`);
  }
  server.import(rows.join('\n'));
  const before = stats().subscribed;
  assert.equal((await act({ do: 'retire', key: 'system_alerts' })).status, 303);
  await server.end();
  const left = stats().subscribed;
  assert.ok(left > before - 30000, 'the stop came in the middle');
  await server.begin();
  await settled(() => stats().subscribed === before - 30000);
  await act({ do: 'restore', key: 'system_alerts' });
  await settled(() => stats().subscribed === before);
});

test('a notice can’t be made up by the address', async () => {
  for (const query of ['did=retire&key=newsletter', 'did=restore&key=short_lived', 'did=add&key=nonsense', 'did=dance&key=newsletter', 'did=add']) {
    const page = await visitor.get(`/admin/topics?${query}`);
    assert.equal(html.tidy(html.byId(page.page, 'notice')), '', query);
  }
});

test('what can’t be is refused with words, and nothing is written', async () => {
  const before = server.state();
  const refusals = [
    [{ do: 'add', name: '' }, 422], [{ do: 'add', name: '   ' }, 422], [{ do: 'add', name: 'x'.repeat(81) }, 422],
    [{ do: 'add', name: 'Fine', description: 'x'.repeat(301) }, 422],
    [{ do: 'add', name: 'Marketing' }, 409], [{ do: 'edit', key: 'newsletter', name: '' }, 422],
    [{ do: 'edit', key: 'nonsense', name: 'N' }, 404], [{ do: 'retire', key: 'nonsense' }, 404], [{ do: 'up', key: '' }, 404],
    [{ do: 'dance', key: 'newsletter' }, 400], [{}, 400],
  ];
  for (const [fields, code] of refusals) {
    const reply = await act(fields);
    assert.equal(reply.status, code, JSON.stringify(fields));
    assert.ok(reply.text.length > 20);
  }
  assert.equal(server.state(), before);
});

test('sixty-three topics and no more', async () => {
  let made = server.json(['topics', '--json']).length;
  for (; made < 63; made++) {
    assert.equal((await act({ do: 'add', name: `Topic number ${made}` })).status, 303);
  }
  const before = server.state();
  assert.equal((await act({ do: 'add', name: 'One too many' })).status, 409);
  assert.equal(server.state(), before);
  const manage = await new Visitor(server).get(server.links('t1@example.com').manage);
  assert.equal(manage.status, 200);
  const saved = await new Visitor(server).press(manage, 'save', { topic: html.all(manage.page, (node) => node.attrs.name === 'shown').map((node) => node.attrs.value) });
  assert.equal(saved.status, 200);
  assert.equal(server.on('t1@example.com').length, 62, 'all but the retired one');
});
