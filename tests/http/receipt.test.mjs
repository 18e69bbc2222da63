// A person's own history, and receipts of their changes, signed.
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
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
});
after(() => server?.stop());

function someone(topics = 'newsletter,marketing') {
  const email = `keeper${++number}@example.com`;
  server.add(email, { topics, name: 'Wilhelmina Secret' });
  return email;
}

const receiptUrl = (reply) => html.all(reply.page, (node) => node.tag === 'a' && /\/receipt\?/.test(node.attrs.href ?? ''))[0]?.attrs.href;
const file = async (url) => {
  const reply = await visitor.get(`${url}&format=json`);
  assert.equal(reply.status, 200);
  assert.match(reply.get('content-type'), /^application\/json/);
  assert.match(reply.get('content-disposition'), /^attachment; filename="receipt-\d+\.json"$/);
  assert.match(reply.get('cache-control'), /no-store/);
  return reply.body;
};

/** RFC 8785, for what receipts hold: keys sorted, no blanks. */
const canonical = (value) => {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(',')}]`;
  }
  return value && typeof value === 'object'
    ? `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`
    : JSON.stringify(value);
};

async function verified(body) {
  const { receipt, signature } = JSON.parse(body);
  const text = canonical(receipt);
  assert.ok(body.startsWith(`{"receipt":${text},"signature":`), 'the file holds the canonical bytes');
  const jwk = JSON.parse((await visitor.get('/.well-known/assent/keys.json')).body).keys.find((key) => key.kid === signature.key);
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const signed = (bytes) => verify(null, Buffer.concat([Buffer.from('assent-receipt-v1\0'), Buffer.from(bytes)]), key, Buffer.from(signature.value, 'base64url'));
  assert.ok(signed(text));
  assert.ok(!signed(text.replace('"state"', '"State"')), 'any other text is not signed');
  return receipt;
}

test('L8: after a change the page offers a receipt with the record’s fields, signed', async () => {
  const email = someone();
  server.run(['settings', 'set', 'jurisdiction', 'Norway']);
  const page = await visitor.get(server.links(email).manage);
  assert.equal(receiptUrl(page), undefined, 'nothing was changed yet');
  const saved = await visitor.press(page, 'save', { topic: ['newsletter', 'system_alerts'] });
  const url = receiptUrl(saved);
  const receipt = await verified(await file(url));
  const [entry] = server.history(email);
  assert.deepEqual(Object.keys(receipt), ['controller', 'event', 'jurisdiction', 'lawful_basis', 'ledger', 'notice', 'pii_categories', 'pii_principal_id',
    'purposes', 'receipt_id', 'record_id', 'retention', 'schema_version', 'standard', 'storage', 'third_parties', 'withdrawal_method']);
  assert.equal(receipt.pii_principal_id, idOf(server, email));
  assert.deepEqual(receipt.purposes.map(({ id, state }) => [id, state]), [['newsletter', 'given'], ['marketing', 'withdrawn'], ['system_alerts', 'given']]);
  assert.deepEqual([receipt.event.type, receipt.event.entity, receipt.event.state, receipt.event.time], ['choices', 'pii_principal', 'given', entry.at]);
  assert.deepEqual([receipt.ledger.position, receipt.jurisdiction, receipt.notice.wording], [entry.position, 'Norway', 'manage-set1']);
  assert.match(receipt.notice.hash, /^[0-9a-f]{64}$/);
  assert.equal(receipt.ledger.hash, server.sql(`SELECT lower(hex(hash)) FROM entry WHERE position = ${entry.position}`).trim());
  assert.match(receipt.receipt_id, /^[0-9a-f]{32}$/);
  assert.ok(receipt.controller.name && receipt.retention && receipt.storage && receipt.withdrawal_method);
  assert.equal(receipt.retention, 'As long as the address is on the list; the record of changes stays as proof. The network address and browser of a change: 400 days.');
  assert.equal(await file(url), await file(url), 'asked twice it is the same receipt');
  const shown = await visitor.get(url);
  assert.equal(shown.status, 200);
  assert.ok(shown.says(/Receipt/) && shown.text.includes(receipt.receipt_id) && shown.says(/Marketing: withdrawn/));
  assert.ok(!shown.body.includes(email) && !shown.says(/Wilhelmina/));
  assert.ok((await visitor.get(`${url}&lang=pl`)).says(/przeglądarka zmiany: 400 dni\./));
  server.run(['settings', 'set', 'client_days', '1']);
  server.run(['settings', 'set', 'retention', 'Three years']);
  assert.equal((await verified(await file(url))).retention, 'Three years. The network address and browser of a change: 1 day.');
  server.run(['settings', 'set', 'client_days', '400']);
  server.run(['settings', 'set', 'retention', '']);
});

test('every change that counts has one: stops, pauses, frequency, Undo, all at the notice', async () => {
  const email = someone();
  const { manage } = server.links(email);
  for (const [button, type] of [['30', 'pause'], ['resume', 'pause'], ['Unsubscribe from everything', 'choices'], ['undo', 'undone']]) {
    const reply = button === 'undo'
      ? await visitor.press(await visitor.post(manage, 'do=stop_all'), 'undo')
      : button === 'resume' ? await visitor.post(manage, 'do=resume')
        : button === '30' ? await visitor.post(manage, 'do=pause&days=30') : await visitor.press(await visitor.get(manage), button);
    if (button === 'Unsubscribe from everything') {
      await visitor.press(reply, 'undo');
    }
    assert.ok(receiptUrl(reply) || button === '30', button);
    if (receiptUrl(reply)) {
      assert.equal((await verified(await file(receiptUrl(reply)))).event.type, type, button);
    }
  }
});

test('L5: a receipt says in which language the page was read; another language is the same page', async () => {
  const { unsubscribe } = server.links(someone(), 'newsletter');
  const stopped = await visitor.post(`${unsubscribe}?lang=de`, 'do=stop_topic');
  const receipt = await verified(await file(receiptUrl(stopped).replace('lang=de', 'lang=en')));
  assert.deepEqual([receipt.notice.language, receipt.notice.wording], ['de', 'unsubscribe-set1']);
  assert.ok((await visitor.get(receiptUrl(stopped))).says(/Beleg/));
  const [, undoes] = /name="undoes" value="(\d+)"/.exec(stopped.body);
  assert.equal((await visitor.post(unsubscribe, `do=undo&undoes=${undoes}`)).says(/You receive Newsletter again/), true);
});

test('a receipt of another person’s change, or of none, is not found', async () => {
  const mine = someone();
  const theirs = someone();
  const { manage, unsubscribe } = server.links(mine, 'newsletter');
  const [other] = server.history(theirs);
  const before = server.state();
  for (const path of [manage, unsubscribe]) {
    for (const entry of [other.position, 1, 999999, 0, -1, 'x', '']) {
      assert.equal((await visitor.get(`${path}/receipt?entry=${entry}`)).status, 404, `${entry}`);
      assert.equal((await visitor.get(`${path}/receipt?entry=${entry}&format=json`)).status, 404, `${entry}`);
    }
  }
  assert.equal((await visitor.get('/p/broken/receipt?entry=1')).status, 404);
  assert.equal((await visitor.post(`${manage}/receipt?entry=${other.position}`, 'do=undo')).status, 405);
  assert.equal(server.state(), before);
});

test('an unsubscribe link gets the receipt of its own act alone, and that names no other choice', async () => {
  const email = someone('newsletter,marketing,system_alerts');
  const { manage, unsubscribe } = server.links(email, 'newsletter');
  const [added] = server.history(email);
  assert.equal((await visitor.get(`${unsubscribe}/receipt?entry=${added.position}`)).status, 404);
  const stopped = await visitor.press(await visitor.get(unsubscribe), 'stop_topic');
  const topic = await visitor.get(receiptUrl(stopped));
  assert.equal(topic.status, 200);
  assert.ok(topic.says(/Newsletter: withdrawn/) && !topic.says(/Marketing|System Alerts|Wilhelmina/));
  const undone = await visitor.press(stopped, 'undo');
  assert.ok((await visitor.get(receiptUrl(undone))).says(/Newsletter: given/));
  const all = await visitor.post(unsubscribe, 'do=stop_all');
  const receipt = await verified(await file(receiptUrl(all)));
  assert.deepEqual(receipt.purposes, [{ frequency: 'all', id: 'all', name: null, state: 'withdrawn' }]);
  assert.doesNotMatch(JSON.stringify(receipt), /marketing|system_alerts|Marketing/);
  await visitor.press(all, 'undo');
  const saved = await visitor.press(await visitor.get(manage), 'save', { topic: [] });
  const position = /entry=(\d+)/.exec(receiptUrl(saved))[1];
  assert.equal((await visitor.get(`${unsubscribe}/receipt?entry=${position}`)).status, 404, 'made by the other link');
});

test('the history says what changed, when and by whom, but no name, address, note or reason', async () => {
  const email = someone();
  const id = idOf(server, email);
  const form = await admin.get(`/admin/people/${id}`);
  await admin.press(form, 'save', { name: 'Brunhilde Hidden', topic: ['newsletter', 'system_alerts'] });
  const { manage, unsubscribe } = server.links(email, 'newsletter');
  await server.ask({ method: 'POST', path: unsubscribe, body: '' });
  const stopped = await visitor.post(manage, 'do=stop_all');
  await visitor.press(stopped, 'reason', { reason: 'too_many', comment: 'a private word' });
  server.run(['pause', email, '--end', '--note', 'an operator’s note']);
  const link = html.all((await visitor.get(manage)).page, (node) => node.tag === 'a' && /show=history/.test(node.attrs.href ?? ''))[0].attrs.href;
  const before = server.state();
  const page = await visitor.get(`${manage}${link}`);
  assert.equal(page.status, 200);
  assert.equal(server.state(), before);
  const lines = html.all(page.page, (node) => node.tag === 'li').map(html.tidy);
  assert.match(lines[0], /^A reason was given.* · you, on a page of ours/);
  assert.match(lines[1], /^Unsubscribed from everything ?Off: System Alerts.* · you, on a page of ours/);
  assert.match(lines[2], /^Off: Newsletter.* · your mail program/);
  assert.match(lines[3], /^On: System Alerts ?Off: Marketing.* · an administrator/);
  assert.match(lines.at(-1), /^Put on the list/);
  for (const secret of ['Brunhilde', 'Wilhelmina', email, 'a private word', 'note', 'Too many', '127.0.0.1', 'Mozilla', 'admin@', 'Test Admin']) {
    assert.ok(!page.text.includes(secret), secret);
  }
  const own = await visitor.get(html.all(page.page, (node) => /\/receipt\?/.test(node.attrs.href ?? ''))[0].attrs.href);
  assert.equal(own.status, 200);
});

test('the history is whole, twenty lines a page, and opens by a good manage link alone', async () => {
  const email = someone();
  const { manage, unsubscribe } = server.links(email);
  for (let i = 0; i < 43; i++) {
    await visitor.post(manage, `do=save&shown=newsletter${i % 2 ? '&topic=newsletter' : ''}`);
  }
  const count = Number(server.sql(`SELECT count(*) FROM entry WHERE contact = (SELECT id FROM contact WHERE email_key = '${email.toLowerCase()}')`));
  assert.equal(count, 44);
  const lines = (page) => html.all(page.page, (node) => node.tag === 'li').map(html.tidy);
  const link = (page, words) => html.all(page.page, (node) => node.tag === 'a' && html.tidy(node) === words)[0]?.attrs.href;
  let page = await visitor.get(`${manage}?show=history&lang=en&c=spring%20sale`);
  const pages = [page];
  assert.equal(link(page, 'Newest changes'), undefined);
  while (link(page, 'Older changes')) {
    page = await visitor.get(link(page, 'Older changes'));
    pages.push(page);
  }
  assert.deepEqual(pages.map((one) => lines(one).length), [20, 20, 4]);
  assert.match(lines(pages[2]).at(-1), /^Put on the list/);
  assert.match(lines(pages[0])[0], /^Off: Newsletter/);
  assert.equal(html.all(pages[1].page, (node) => node.tag === 'h2').map(html.tidy)[0], String(new Date().getUTCFullYear()));
  const positions = pages.flatMap((one) => html.all(one.page, (node) => /receipt\?entry=/.test(node.attrs?.href ?? '')).map((node) => Number(/entry=(\d+)/.exec(node.attrs.href)[1])));
  assert.deepEqual(positions, [...new Set(positions)].sort((a, b) => b - a), 'each once, newest first');
  for (const one of pages) {
    for (const node of html.all(one.page, (found) => found.tag === 'a' && /^\/[pu]\//.test(found.attrs.href ?? ''))) {
      assert.match(node.attrs.href, /[?&]lang=en.*&c=spring%20sale/, 'links keep language and campaign');
    }
    assert.ok(html.all(one.page, (found) => found.attrs?.lang === 'de').every((found) => /show=history/.test(found.attrs.href)));
  }
  assert.match(html.all(pages[1].page, (found) => found.attrs?.lang === 'de')[0].attrs.href, /^\?lang=de&show=history&before=\d+&c=spring%20sale$/);
  assert.equal(lines(await visitor.get(link(pages[2], 'Newest changes')))[0], lines(pages[0])[0]);
  const receipt = await visitor.get(html.all(pages[0].page, (node) => /receipt\?entry=/.test(node.attrs?.href ?? ''))[0].attrs.href);
  for (const node of html.all(receipt.page, (found) => found.tag === 'a' && /^\/p\//.test(found.attrs.href ?? ''))) {
    assert.match(node.attrs.href, /&c=spring%20sale/, 'a receipt keeps them, too');
  }
  /* Another's change, one that is none, and rubbish: the newest page. */
  for (const before of ['1', '999999999', 'x', '-1', '0', '9223372036854775808']) {
    assert.equal(lines(await visitor.get(`${manage}?show=history&before=${before}`))[0], lines(pages[0])[0], before);
  }
  assert.ok(!(await visitor.get(`${unsubscribe}?show=history`)).says(/What changed/));
  await visitor.post(manage, 'do=void_links');
  const gone = await visitor.get(`${manage}?show=history`);
  assert.ok(gone.says(/This link was stopped/) && !gone.says(/newest first/));
});

test('the reason is asked after saving with everything off, never before', async () => {
  const email = someone('newsletter');
  const page = await visitor.get(server.links(email).manage);
  assert.ok(!page.says(/Would you tell us why/));
  const saved = await visitor.press(page, 'save', { topic: [] });
  assert.ok(saved.says(/Would you tell us why/));
  const thanks = await visitor.press(saved, 'reason', { reason: 'not_relevant' });
  assert.ok(thanks.says(/Thank you/));
  await visitor.press(thanks, 'undo');
  assert.deepEqual(server.on(email), ['newsletter']);
});
