// What stood on the page: kept by its hash, named by the entry, shown again to the person and to
// admins; a topic that is renamed meanwhile changes nothing of what was seen.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as html from './lib/html.mjs';
import { serve } from './lib/server.mjs';
import { idOf, Visitor } from './lib/visitor.mjs';
import { wording } from './lib/wording.mjs';

let server, admin, recipient;
before(async () => {
  server = await serve();
  admin = await new Visitor(server).login();
  recipient = new Visitor(server);
});
after(() => server?.stop());

let count = 0;
function someone(topics = 'newsletter') {
  const email = `reader${++count}@example.org`;
  server.add(email, { topics });
  return email;
}

const newest = () => Number(server.sql('SELECT max(number) FROM wording_set').trim());
const latest = () => Number(server.sql('SELECT wording FROM entry ORDER BY position DESC LIMIT 1').trim());
const field = (page) => html.all(page, (node) => node.attrs.name === 'wording').map((node) => Number(node.attrs.value));

async function rename(key, name) {
  const page = await admin.get('/admin/topics');
  const csrf = html.all(page.page, (node) => node.attrs.name === 'csrf')[0].attrs.value;
  const reply = await admin.follow(await admin.post('/admin/topics', { csrf, do: 'edit', key, name, description: 'Now and then' }));
  assert.equal(reply.status, 200);
}

test('L5: an entry names the texts that its page showed, though a topic was renamed meanwhile', async () => {
  const email = someone();
  const { manage } = server.links(email);
  const page = await recipient.get(`${manage}?lang=de`);
  const set = newest();
  assert.deepEqual([...new Set(field(page.page))], [wording('manage', 'de', set)]);
  await rename('marketing', 'Offers and fairs');
  assert.equal(newest(), set + 1);
  await recipient.press(page, 'save', { topic: ['marketing'] });
  assert.equal(latest(), wording('manage', 'de', set));

  const past = await recipient.get(`${manage}?show=history`);
  const link = html.all(past.page, (node) => /\/wording\?entry=/.test(node.attrs.href ?? ''))[0];
  const seen = await recipient.get(link.attrs.href);
  assert.equal(seen.status, 200);
  assert.ok(seen.says(/What you saw/));
  assert.ok(seen.says(/Wählen Sie/), 'the words of the German page');
  assert.ok(seen.says(/Angebote, Veranstaltungen/), 'the topic as it was');
  assert.ok(!seen.says(/Offers and fairs/));
  assert.equal(html.all(seen.page, (node) => node.tag === 'ul' && node.attrs.lang === 'de').length, 2);
  const shown = server.json(['wording', 'show', String(latest()), '--json']);
  assert.ok(seen.says(new RegExp(shown.hash)), 'its hash');
  const now = server.json(['wording', 'show', `manage-set${set + 1}`, '--language', 'de', '--json']);
  assert.match(now.texts.topics.text, /marketing\.name = Offers and fairs\n/);
});

test('the words around come in each of the twelve languages, the texts in theirs, with their direction', async () => {
  const email = someone();
  const { manage } = server.links(email);
  await recipient.press(await recipient.get(`${manage}?lang=ar`), 'save', { topic: ['marketing'] });
  const entry = server.history(email)[0].position;
  const titles = new Set();
  for (const lang of ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'tr', 'ja', 'ar', 'he']) {
    const seen = await recipient.get(`${manage}/wording?entry=${entry}&lang=${lang}`);
    assert.equal(seen.status, 200);
    titles.add(html.tidy(html.all(seen.page, (node) => node.tag === 'h1')[0]));
    const texts = html.all(seen.page, (node) => node.tag === 'ul' && node.attrs.lang === 'ar');
    assert.equal(texts.length, 2);
    assert.ok(texts.every((node) => node.attrs.dir === 'rtl'));
  }
  assert.equal(titles.size, 12);
});

test('nobody sees what others saw; what has no page is not found', async () => {
  const [one, other] = [someone(), someone()];
  const { manage, unsubscribe } = server.links(one);
  await recipient.press(await recipient.get(server.links(other).manage), 'save', { topic: ['marketing'] });
  const theirs = server.history(other)[0].position;
  const added = server.history(one)[0].position;
  for (const path of [`${manage}/wording?entry=${theirs}`, `${manage}/wording?entry=${added}`, `${manage}/wording`, `${manage}/wording?entry=-1`,
    `${manage}/wording?entry=999999`, `/p/${unsubscribe.slice(3)}/wording?entry=${added}`, '/p/nothing/wording?entry=1']) {
    assert.equal((await recipient.get(path)).status, 404, path);
  }
});

test('an unsubscribe link shows what its own page said, from its receipt, and no other topic or act', async () => {
  const email = someone('newsletter,marketing');
  const { manage, unsubscribe } = server.links(email, 'newsletter');
  await recipient.press(await recipient.get(manage), 'save', { topic: ['newsletter', 'system_alerts'] });
  const others = server.history(email)[0].position;
  const done = await recipient.press(await recipient.get(`${unsubscribe}?lang=de`), 'stop_topic');
  const href = (reply, pattern) => html.all(reply.page, (node) => pattern.test(node.attrs.href ?? ''))[0]?.attrs.href;
  const receipt = await recipient.get(href(done, /receipt\?entry=/));
  const seen = await recipient.get(href(receipt, /\/u\/.*wording\?entry=/));
  assert.equal(seen.status, 200);
  assert.ok(seen.says(/Was Sie gesehen haben/));
  assert.ok(seen.says(/Newsletter/) && !seen.says(/Offers and fairs|System/), 'its own topic alone');
  assert.ok(seen.says(new RegExp(JSON.parse((await recipient.get(`${href(done, /receipt\?entry=/)}&format=json`)).body).receipt.notice.hash)));
  assert.equal((await recipient.get(href(seen, /receipt\?entry=/))).status, 200, 'back to the receipt');
  assert.ok(href(await recipient.get(`${manage}/receipt?entry=${others}`), /\/p\/.*wording\?entry=/));
  assert.equal((await recipient.get(`${unsubscribe}/wording?entry=${others}`)).status, 404);
  await recipient.post(unsubscribe, 'List-Unsubscribe=One-Click');
  const clicked = await recipient.post(server.links(email, 'system_alerts').unsubscribe, 'List-Unsubscribe=One-Click');
  assert.equal(clicked.status, 200);
  const own = server.history(email)[0].position;
  assert.equal(href(await recipient.get(`${server.links(email, 'system_alerts').unsubscribe}/receipt?entry=${own}`), /wording\?entry=/), undefined, 'nobody read a page');
});

test('a number that was forged is not taken, and nothing is refused for it', async () => {
  const email = someone();
  const { manage } = server.links(email);
  const good = wording('manage', 'en', newest());
  let on = 'marketing';
  for (const forged of ['', 'x', '-5', '0', '10', '99999999999999', String(wording('manage', 'en', 2000000)), String(wording('join', 'en', 1))]) {
    const reply = await recipient.post(manage, [['do', 'save'], ['wording', forged], ['topic', on], ['shown', 'newsletter'], ['shown', 'marketing']]);
    assert.equal(reply.status, 200);
    assert.deepEqual(server.on(email), [on]);
    assert.equal(latest(), good, forged);
    on = on === 'marketing' ? 'newsletter' : 'marketing';
  }
});

test('each page names itself: unsubscribe, done, an expired link, sign-up', async () => {
  const email = someone('newsletter,marketing');
  const { unsubscribe, manage } = server.links(email, 'newsletter');
  const set = newest();
  const page = await recipient.get(unsubscribe);
  assert.deepEqual([...new Set(field(page.page))], [wording('unsubscribe', 'en', set)]);
  const done = await recipient.press(page, 'stop_topic');
  assert.equal(latest(), wording('unsubscribe', 'en', set));
  assert.deepEqual([...new Set(field(done.page))], [wording('unsubscribe_done', 'en', set)]);
  await recipient.press(done, 'undo');
  assert.equal(latest(), wording('unsubscribe_done', 'en', set));
  await recipient.press(await recipient.get(manage), 'void_links');
  const over = await recipient.get(manage);
  await recipient.press(over, 'stop_all');
  assert.equal(latest(), wording('link', 'en', set));
  assert.deepEqual([...new Set(field((await recipient.get('/join?lang=ja')).page))], [wording('join', 'ja', set)]);
});

test('a receipt names the texts and their hash, as the command does', async () => {
  const email = someone();
  const { manage } = server.links(email);
  await recipient.press(await recipient.get(manage), 'save', { topic: ['marketing'] });
  const file = JSON.parse((await recipient.get(`${manage}/receipt?entry=${server.history(email)[0].position}&format=json`)).body);
  const shown = server.json(['wording', 'show', file.receipt.notice.wording, '--json']);
  assert.equal(file.receipt.notice.hash, shown.hash);
  assert.equal(shown.wording, latest());
});

test('admins see it from the person’s history, the list of sets, and a number of the time before', async () => {
  const email = someone();
  await recipient.press(await recipient.get(server.links(email).manage), 'save', { topic: ['marketing'] });
  const person = await admin.get(`/admin/people/${idOf(server, email)}`);
  const link = html.all(person.page, (node) => (node.attrs.href ?? '').startsWith('/admin/wording/'))[0];
  assert.equal(link.attrs.href, `/admin/wording/${latest()}`);
  const shown = await admin.get(link.attrs.href);
  assert.equal(shown.status, 200);
  assert.ok(shown.says(new RegExp(`manage-set${newest()}`)));
  assert.ok(shown.says(/Your email preferences/));
  assert.ok(shown.says(new RegExp(server.json(['wording', 'show', '--json']).hash)));
  const list = await admin.get('/admin/wording');
  assert.ok(list.says(new RegExp(`Set ${newest()}`)) && list.says(/The first one/));
  const old = await admin.get('/admin/wording/10');
  assert.ok(old.says(/manage-10/) && old.says(/counted by hand/));
  for (const path of ['/admin/wording/99', '/admin/wording/99999999999', `/admin/wording/${wording('manage', 'en', 2000000)}`]) {
    assert.equal((await admin.get(path)).status, 404, path);
  }
});

test('the ledger covers the texts: one that was altered is named', async () => {
  assert.equal(server.try(['ledger', 'verify']).status, 0);
  const position = server.sql('SELECT position FROM wording_set WHERE number = 1').trim();
  server.sql("DROP TRIGGER wording_text_is_never_updated; UPDATE wording_text SET text = replace(text, 'Sign up', 'Sign here') WHERE text LIKE 'join.title = Sign up%'");
  const found = server.try(['ledger', 'verify']);
  assert.equal(found.status, 1);
  assert.match(found.stdout + found.stderr, new RegExp(`${position}.*texts that people chose by`));
});
