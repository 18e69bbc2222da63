// What people ask for by mail and confirm by a button: fresh links, sign-ups, another address.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve } from './lib/server.mjs';
import * as html from './lib/html.mjs';
import { CONFIRM, MANAGE, UNSUBSCRIBE, keyPair, mint } from './lib/mint.mjs';
import { Visitor } from './lib/visitor.mjs';

const sender = keyPair();
let server;
let visitor;
let keyId;
let number = 0;

before(async () => {
  server = await serve({ env: { ASSENT_COURIER: 'no' } }); // letters stay where they can be counted
  visitor = new Visitor(server);
  keyId = server.json(['keys', 'add', '--public', Buffer.from(sender.publicKey).toString('base64'), '--owner', 'A sender', '--json']).id;
});
after(() => server?.stop());

const someone = () => `asker${++number}@example.com`;
const letters = (email) => Number(server.sql(`SELECT count(*) FROM letter WHERE address = '${email}'`));
const names = (reply) => reply.headers.map(([name]) => name).sort().join();
const sign = (more) => mint({ secret: sender.secretKey, keyId, ...more });
const headers = { 'Accept-Language': 'en' };

/** The link that the newest letter to email would hold. */
function confirmLink(email) {
  const contact = server.sql(`SELECT printf('%016x', public_id) FROM confirmation WHERE email = '${email}' ORDER BY id DESC LIMIT 1`).trim();
  return `/c/${sign({ contact, purpose: CONFIRM })}`;
}

async function join(email, topics = ['newsletter'], more = []) {
  return visitor.post('/join', [['email', email], ...topics.map((topic) => ['topic', topic]), ['language', 'en'], ...more]);
}

const without = (body, email) => body.replaceAll(email, '').replace(/content-length: [0-9]+/i, '');

test('S8: a fresh link: the same page, status and headers whether or not we know the address', async () => {
  const known = 'known@example.com';
  server.add(known);
  const home = await visitor.get('/');
  const answers = [];
  for (const email of [known, 'knowm@example.com']) {
    const reply = await visitor.press(home, 'send_link', { email });
    assert.equal(reply.status, 200);
    assert.match(reply.text, /Look in your mailbox/);
    assert.match(reply.get('cache-control'), /no-store/);
    assert.equal(reply.get('set-cookie'), undefined);
    assert.equal(letters(email), 1);
    answers.push(reply);
  }
  assert.equal(names(answers[0]), names(answers[1]));
  assert.equal(without(answers[0].body, known), without(answers[1].body, 'knowm@example.com'));
  assert.equal(server.sql('SELECT DISTINCT kind, contact, language FROM letter').trim(), '1|0|en', 'that of the page, whoever it is');
});

test('S8: beyond three mails an hour the page says the same, and no letter is written', async () => {
  const email = someone();
  const replies = [];
  for (let i = 0; i < 5; i++) {
    replies.push(await visitor.post('/', { do: 'send_link', email }));
  }
  assert.equal(letters(email), 3);
  for (const reply of replies) {
    assert.equal(reply.status, 200);
    assert.equal(reply.body, replies[0].body);
    assert.equal(names(reply), names(replies[0]));
  }
});

test('what is no address is asked for again, with what was typed', async () => {
  const reply = await visitor.post('/', { do: 'send_link', email: 'ada at "example' });
  assert.equal(reply.status, 422);
  assert.equal(html.byId(reply.page, 'fresh').attrs.value, 'ada at "example');
  assert.match(reply.text, /Enter an address such as/);
  assert.equal((await visitor.post('/', { email: 'a@example.com' })).status, 400);
  assert.equal(server.sql("SELECT count(*) FROM letter WHERE address LIKE 'ada%'").trim(), '0');
});

test('every dead link offers a fresh one: typed where nobody is known, one button where somebody is', async () => {
  const email = someone();
  server.add(email);
  const contact = server.show(email).public_id;
  const expired = `/p/${sign({ contact, purpose: MANAGE, issued: Math.floor(Date.now() / 1000) - 401 * 86400 })}`;
  const dead = await visitor.get(expired);
  assert.match(dead.text, /Send a fresh link to a•••••@example.com/);
  const sent = await visitor.press(dead, 'send_link');
  assert.equal(sent.status, 200);
  assert.match(sent.text, /A fresh link is on its way to a•••••@example.com/);
  assert.equal(letters(email), 1);
  const good = await visitor.get(server.links(email).manage);
  const stopped = await visitor.press(good, 'void_links');
  await visitor.press(stopped, 'send_link');
  assert.equal(letters(email), 2);
  const broken = await visitor.get('/p/nonsense');
  const other = someone();
  const asked = await visitor.press(broken, 'send_link', { email: other });
  assert.equal(asked.status, 200);
  assert.equal(letters(other), 1);
  const unsubscribe = server.links(email).unsubscribe;
  assert.equal((await visitor.post(unsubscribe, { do: 'send_link' })).status, 403);
  assert.equal(letters(email), 2);
});

test('signing up: the same page whoever it is; one letter; nothing changes before the button', async () => {
  const known = 'member@example.com';
  server.add(known);
  const before = server.state();
  const replies = [];
  for (const email of [known, 'memver@example.com']) {
    const reply = await join(email);
    assert.equal(reply.status, 200);
    assert.equal(letters(email), 1);
    replies.push(without(reply.body, email));
  }
  assert.equal(replies[0], replies[1]);
  assert.equal(server.state(), before);
});

test('the form: by hand, from any site, without cookie; honeypot; what is wrong is said', async () => {
  const page = await visitor.get('/join', headers);
  assert.equal(page.status, 200);
  const boxes = html.all(page.page, (node) => node.attrs.name === 'topic');
  assert.equal(boxes.length, 4);
  assert.ok(boxes.every((box) => !('checked' in box.attrs)), 'nothing is ticked beforehand');
  const empty = await visitor.press(page, 'Sign up', { email: 'no' });
  assert.equal(empty.status, 422);
  assert.match(empty.text, /Enter an address such as.*Choose at least one/);
  assert.equal(html.byId(empty.page, 'email').attrs.value, 'no');

  const email = someone();
  const foreign = await server.ask({
    method: 'POST', path: '/join?lang=de',
    body: `email=${encodeURIComponent(email)}&topic=newsletter&topic=never_was&language=de`,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: 'https://elsewhere.example', 'Sec-Fetch-Site': 'cross-site' },
  });
  assert.equal(foreign.status, 422, 'a topic that never was is no consent');
  const plain = await server.ask({
    method: 'POST', path: '/join?lang=de',
    body: `email=${encodeURIComponent(email)}&topic=newsletter&language=de&homepage=`,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: 'https://elsewhere.example', 'Sec-Fetch-Site': 'cross-site' },
  });
  assert.equal(plain.status, 200);
  assert.match(plain.body, /<html lang="de"/);
  assert.equal(server.sql(`SELECT language FROM letter WHERE address = '${email}'`).trim(), 'de');
  const bot = someone();
  const trapped = await join(bot, ['newsletter'], [['homepage', 'https://spam.example']]);
  assert.equal(trapped.status, 200);
  assert.equal(letters(bot), 0);
});

test('U12: GET and HEAD of a confirm link change nothing; POST confirms, again is the same', async () => {
  const email = someone();
  await join(email, ['newsletter', 'marketing'], [['name', 'Ada <b>']]);
  const link = confirmLink(email);
  const before = server.state();
  const page = await visitor.get(link, headers);
  assert.equal(page.status, 200);
  await server.ask({ method: 'HEAD', path: link });
  assert.match(page.text, /Is this what you want to receive\?.*a•••••@example.com would receive this.*Newsletter.*Marketing/);
  assert.ok(!page.body.includes(email));
  assert.equal((await visitor.get(`${link}?utm=%zz`, headers)).text, page.text, 'what hangs on behind it stops nobody');
  assert.equal(server.state(), before);
  const done = await visitor.press(page, 'confirm');
  assert.equal(done.status, 200);
  assert.match(done.text, /You are signed up/);
  assert.deepEqual(server.on(email), ['marketing', 'newsletter']);
  assert.equal(server.show(email).name, 'Ada <b>');
  const after = server.state();
  const again = await visitor.post(link, { do: 'confirm' });
  assert.match(again.text, /You are signed up/);
  assert.equal(server.state(), after);
  const manage = html.all(done.page, (node) => node.tag === 'a' && /^[/]p[/]/.test(node.attrs.href))[0];
  assert.match((await visitor.get(manage.attrs.href.split('?')[0], headers)).text, /Your email preferences/);
  const undone = await visitor.press(done, 'undo');
  assert.match(undone.text, /Undone/);
  assert.deepEqual(server.on(email), []);
  assert.equal((await visitor.post(link, { what: 'ever' })).status, 400);
});

test('"I did not ask for this" ends it, and keeps further requests quiet', async () => {
  const email = someone();
  await join(email);
  const page = await visitor.get(confirmLink(email), headers);
  const declined = await visitor.press(page, 'decline');
  assert.match(declined.text, /Nothing comes of it/);
  assert.equal((await join(email)).status, 200);
  assert.equal(letters(email), 1);
  assert.notEqual(server.try(['show', email]).status, 0);
});

test('S6 U6: no other token confirms, no confirm token does anything else, no altered one is believed', async () => {
  const email = someone();
  server.add(email);
  const { manage, unsubscribe } = server.links(email);
  await join(someone());
  const link = confirmLink(`asker${number}@example.com`);
  const before = server.state();
  for (const path of [manage, unsubscribe]) {
    const crossed = `/c/${path.slice(3)}`;
    assert.equal((await visitor.get(crossed)).status, 404);
    assert.equal((await visitor.post(crossed, { do: 'confirm' })).status, 404);
  }
  for (const kind of ['p', 'u']) {
    const crossed = `/${kind}/${link.slice(3)}`;
    assert.equal((await visitor.get(crossed)).status, 404);
    assert.equal((await visitor.post(crossed, { do: 'stop_all' })).status, 404);
  }
  for (let i = 3; i < link.length; i += 7) {
    const other = link.slice(0, i) + (link[i] === 'A' ? 'B' : 'A') + link.slice(i + 1);
    assert.equal((await visitor.post(other, { do: 'confirm' })).status, 404, `character ${i}`);
  }
  assert.equal(server.state(), before);
  const person = server.show(email).public_id;
  assert.equal((await visitor.post(`/c/${sign({ contact: person, purpose: CONFIRM })}`, { do: 'confirm' })).status, 410);
  assert.equal((await visitor.post(`/p/${sign({ contact: person, purpose: UNSUBSCRIBE })}`, { do: 'send_link' })).status, 404);
});

test('another address: asked for on the preferences page, confirmed by a button, the old links void', async () => {
  const email = someone();
  const moved = someone();
  server.add(email);
  const { manage } = server.links(email);
  const page = await visitor.get(`${manage}?show=address`, headers);
  const wrong = await visitor.press(page, 'change_address', { email: 'nonsense' });
  assert.equal(wrong.status, 422);
  assert.equal(html.byId(wrong.page, 'address').attrs.value, 'nonsense');
  const asked = await visitor.press(page, 'change_address', { email: moved });
  assert.equal(asked.status, 200);
  assert.match(asked.text, /A message is on its way/);
  assert.equal(letters(moved), 1);
  const taken = 'taken@example.com';
  server.add(taken);
  const same = await visitor.press(page, 'change_address', { email: taken });
  assert.equal(without(same.body, taken), without(asked.body, moved), 'a taken address is not told');
  await visitor.press(page, 'change_address', { email: moved });
  const link = confirmLink(moved);
  const confirm = await visitor.get(link, headers);
  assert.match(confirm.text, /Use this address from now on/);
  assert.equal(server.try(['show', moved]).status, 1);
  const done = await visitor.press(confirm, 'confirm');
  assert.match(done.text, /Your address was changed/);
  assert.deepEqual(server.on(moved), ['newsletter', 'product_updates']);
  assert.match((await visitor.get(manage, headers)).text, /This link was stopped/);
  assert.equal(letters(email), 1, 'the old mailbox is told');
});

test('a link cut short, or with a slash behind it, says what is wrong and offers a fresh one', async () => {
  const email = someone();
  server.add(email);
  const { manage, unsubscribe } = server.links(email);
  for (const path of ['/p', '/p/', '/u', '/u/', `${manage}/`, `${unsubscribe}/`]) {
    const page = await visitor.get(path, headers);
    assert.equal(page.status, 404, path);
    assert.match(page.text, /This link doesn’t work/, path);
    const asked = someone();
    assert.match((await visitor.press(page, 'send_link', { email: asked })).text, /Look in your mailbox/, path);
    assert.equal(letters(asked), 1, path);
  }
  for (const path of ['/c', '/c/', `${confirmLink(email)}/`]) {
    assert.match((await visitor.get(path, headers)).text, /This link doesn’t work/, path);
  }
  assert.equal((await visitor.post(`${unsubscribe}/`, [['List-Unsubscribe', 'One-Click']])).status, 404);
  assert.equal(server.show(email).status, 'opted_in');
});

test('closed, the form says so kindly and takes nothing', async () => {
  server.run(['settings', 'set', 'join_open', 'no']);
  const email = someone();
  const page = await visitor.get('/join', headers);
  assert.equal(page.status, 200);
  assert.match(page.text, /Sign-up is closed/);
  assert.equal(html.byTag(page.page, 'form').length, 0);
  const reply = await join(email);
  assert.equal(reply.status, 403);
  assert.match(reply.text, /Sign-up is closed/);
  assert.equal(letters(email), 0);
  server.run(['settings', 'set', 'join_open', 'yes']);
});
