// The recipient's own page, /p/TOKEN, without script or cookie.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve } from './lib/server.mjs';
import * as html from './lib/html.mjs';
import { Visitor } from './lib/visitor.mjs';
import { wording } from './lib/wording.mjs';

let server;
let visitor;
let number = 0;

before(async () => {
  server = await serve();
  visitor = new Visitor(server);
});
after(() => server?.stop());

function someone(topics = 'newsletter,marketing') {
  const email = `reader${++number}@example.com`;
  server.add(email, { topics });
  return email;
}

const boxes = (reply) =>
  html.all(reply.page, (node) => node.attrs.name === 'topic').map((box) => [box.attrs.value, 'checked' in box.attrs]);

test('the page shows the masked address and every topic as it is; no cookie, no script', async () => {
  const email = someone();
  const page = await visitor.get(server.links(email).manage);
  assert.equal(page.status, 200);
  assert.deepEqual(boxes(page), [['newsletter', true], ['product_updates', false], ['marketing', true], ['system_alerts', false]]);
  assert.ok(page.text.includes('r•••••@example.com'));
  assert.ok(!page.body.includes(email) && !page.says(/Test Person/));
  assert.equal(page.get('set-cookie'), undefined);
  assert.doesNotMatch(page.body, /<script| style=| on[a-z]+=/);
});

test('S5: recipient pages are no-store, noindex, no-referrer, and ask no third party', async () => {
  const { manage, unsubscribe } = server.links(someone(), 'newsletter');
  for (const path of [manage, unsubscribe, '/p/broken', '/u/broken']) {
    const page = await visitor.get(path);
    assert.match(page.get('cache-control'), /no-store/);
    assert.match(page.get('x-robots-tag'), /noindex/);
    assert.equal(page.get('referrer-policy'), 'no-referrer');
    assert.equal(page.get('x-content-type-options'), 'nosniff');
    assert.match(page.get('content-security-policy'), /default-src 'none'/);
    assert.match(page.get('content-security-policy'), /frame-ancestors 'none'/);
    assert.doesNotMatch(page.get('content-security-policy'), /unsafe/);
    for (const [, url] of page.body.matchAll(/(?:src|href|action)="([^"]*)"/g)) {
      assert.match(url, /^(\/|#|\?|$)/, `${url} on ${path}`);
    }
  }
});

test('saving applies at once, says exactly what changed, and Undo takes back exactly that', async () => {
  const email = someone();
  const page = await visitor.get(server.links(email).manage);
  const saved = await visitor.press(page, 'save', { topic: ['newsletter', 'system_alerts'] });
  assert.equal(saved.status, 200);
  assert.ok(saved.says(/now receive System Alerts, and no longer Marketing/));
  assert.deepEqual(server.on(email), ['newsletter', 'system_alerts']);
  assert.deepEqual(boxes(saved), [['newsletter', true], ['product_updates', false], ['marketing', false], ['system_alerts', true]]);
  const undone = await visitor.press(saved, 'undo');
  assert.equal(undone.status, 200);
  assert.deepEqual(server.on(email), ['marketing', 'newsletter']);
});

test('saving what is there already changes nothing and says so', async () => {
  const email = someone();
  const page = await visitor.get(server.links(email).manage);
  const before = server.state();
  const saved = await visitor.press(page, 'save');
  assert.ok(saved.says(/Nothing was different/));
  assert.equal(server.state(), before);
});

test('L3: "Unsubscribe from everything" stands on the page and stops everything; Undo brings it back', async () => {
  const email = someone('newsletter,product_updates,system_alerts');
  const page = await visitor.get(server.links(email).manage);
  const done = await visitor.press(page, 'Unsubscribe from everything');
  assert.equal(done.status, 200);
  assert.equal(server.show(email).status, 'opted_out');
  assert.deepEqual(server.on(email), []);
  await visitor.press(done, 'undo');
  assert.equal(server.show(email).status, 'opted_in');
  assert.deepEqual(server.on(email), ['newsletter', 'product_updates', 'system_alerts']);
});

test('a recipient who had opted out and turns one topic on is opted in to that topic, no other', async () => {
  const email = someone('newsletter,product_updates,system_alerts');
  server.run(['optout', email]);
  const page = await visitor.get(server.links(email).manage);
  const saved = await visitor.press(page, 'save', { topic: ['marketing'] });
  assert.equal(saved.status, 200);
  assert.equal(server.show(email).status, 'opted_in');
  assert.deepEqual(server.on(email), ['marketing']);
});

test('L5: withdrawing takes no more clicks than giving; the entry holds who, when, wording, proof, from where', async () => {
  const email = someone('newsletter');
  await visitor.press(await visitor.get(server.links(email).manage), 'save', { topic: ['marketing'] });
  const row = server.sql('SELECT e.actor, e.at > 1000000000, e.wording, e.proof_kind, length(e.proof), p.address, p.agent FROM entry e JOIN entry_private p USING (position) ORDER BY position DESC LIMIT 1').trim();
  assert.equal(row, `1|1|${wording('manage', 'en', 1)}|1|8|127.0.0.1|Mozilla/5.0 (test)`);
});

test('a box that was not on the page is left alone', async () => {
  const email = someone('newsletter,marketing');
  const { manage } = server.links(email);
  await visitor.post(manage, [['do', 'save'], ['shown', 'newsletter']]);
  assert.deepEqual(server.on(email), ['marketing']);
  await visitor.post(manage, [['do', 'save'], ['topic', 'system_alerts'], ['shown', 'newsletter']]);
  assert.deepEqual(server.on(email), ['marketing'], 'ticked, but not shown');
});

test('a topic that never was is refused with 400, and nothing is written', async () => {
  const email = someone();
  const { manage } = server.links(email);
  const before = server.state();
  for (const fields of [
    [['do', 'save'], ['shown', 'newsletter'], ['shown', 'nonsense']],
    [['do', 'save'], ['shown', 'newsletter'], ['topic', '']],
    [['do', 'save'], ['shown', 'newsletter\u0000']],
    [['do', 'dance']],
    [['List-Unsubscribe', 'One-Click']],
    [],
  ]) {
    assert.equal((await visitor.post(manage, fields)).status, 400, JSON.stringify(fields));
  }
  assert.equal(server.state(), before);
});

test('Undo after an hour, or after someone else’s change, is refused and says so', async () => {
  const email = someone();
  const page = await visitor.get(server.links(email).manage);
  const saved = await visitor.press(page, 'save', { topic: ['newsletter'] });
  server.run(['optout', email]);
  const late = await visitor.press(saved, 'undo');
  assert.ok(late.says(/too late/));
  assert.equal(server.show(email).status, 'opted_out');
});

test('another person’s position can’t be undone by a link', async () => {
  const mine = someone();
  const other = someone();
  await visitor.press(await visitor.get(server.links(other).manage), 'save', { topic: [] });
  const position = server.sql('SELECT max(position) FROM entry').trim();
  const before = server.state();
  const reply = await visitor.post(server.links(mine).manage, { do: 'undo', undoes: position });
  assert.equal(reply.status, 200);
  assert.equal(server.state(), before);
});

test('the recipient page with its style sheet is under 15 kB', async () => {
  const page = await visitor.get(server.links(someone()).manage);
  let bytes = page.bytes.length + page.head.length;
  for (const [, url] of page.body.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
    const asset = await visitor.get(url);
    assert.equal(asset.status, 200, url);
    bytes += asset.bytes.length + asset.head.length;
  }
  assert.ok(bytes < 15000, `${bytes} bytes`);
});

test('the front page names who writes, and says where the way out is', async () => {
  const page = await visitor.get('/');
  assert.equal(page.status, 200);
  assert.ok(html.byTag(page.page, 'h1').length === 1);
  const robots = await server.ask({ path: '/robots.txt' });
  assert.equal(robots.status, 200);
  assert.match(robots.body, /Disallow: \/p\//);
});
