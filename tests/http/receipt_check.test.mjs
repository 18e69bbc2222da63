// /receipt, where anybody has a receipt checked; the schema that every receipt keeps to; receipts
// that admins hand out; and a check by strangers' tools alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import nacl from 'tweetnacl';
import { serve } from './lib/server.mjs';
import * as html from './lib/html.mjs';
import { Visitor, idOf } from './lib/visitor.mjs';

let server;
let visitor;
let admin;
let receipt; // a file of ours, as it is saved
let receiptPath;

const pathOf = (reply) => html.all(reply.page, (node) => node.tag === 'a' && /\/receipt\?/.test(node.attrs.href ?? ''))[0]?.attrs.href;
const fileAt = async (path, who = visitor) => {
  const reply = await who.get(`${path}&format=json`);
  assert.equal(reply.status, 200, path);
  return reply.body;
};

before(async () => {
  server = await serve();
  visitor = new Visitor(server);
  admin = await new Visitor(server).login();
  server.add('keeper@example.com');
  const { manage } = server.links('keeper@example.com');
  receiptPath = pathOf(await visitor.press(await visitor.get(manage), 'save', { topic: ['newsletter', 'system_alerts'] }));
  receipt = await fileAt(receiptPath);
});
after(() => server?.stop());

/** Hands in a text, a file (bytes), or both, as the form's button does. */
async function check(text, file = '', query = '') {
  const form = html.all((await visitor.get(`/receipt${query}`)).page, (node) => node.tag === 'form')[0];
  assert.equal(form.attrs.enctype, 'multipart/form-data');
  const part = (disposition, value) => [`--BOUND\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`, value, '\r\n'];
  const body = Buffer.concat([...part('name="text"', text), ...part('name="file"; filename="r.json"\r\nContent-Type: application/json', file), '--BOUND--\r\n']
    .map((one) => Buffer.from(one)));
  const reply = await server.ask({
    method: 'POST', path: form.attrs.action, body,
    headers: { Accept: 'text/html', 'Content-Type': 'multipart/form-data; boundary=BOUND', Origin: 'null' },
  });
  reply.page = html.parse(reply.body);
  reply.text = html.tidy(reply.page);
  reply.says = (pattern) => pattern.test(reply.text);
  return reply;
}

test('a receipt that is pasted or uploaded is valid, and the page shows what it says', async () => {
  const before = server.state();
  const { receipt: said } = JSON.parse(receipt);
  for (const reply of [await check(receipt), await check('', receipt), await check('a note', receipt)]) {
    assert.equal(reply.status, 200);
    assert.ok(reply.says(/Valid: signed here/));
    assert.ok(reply.says(/Newsletter: given/) && reply.says(/Product Updates: withdrawn/) && reply.says(/the person themselves/));
    for (const text of [said.receipt_id, said.record_id, said.pii_principal_id, said.ledger.hash, said.controller.site, said.retention]) {
      assert.ok(reply.text.includes(text), text);
    }
    assert.match(reply.get('cache-control'), /no-store/);
    assert.ok(!reply.body.includes('keeper@example.com') && !reply.says(/k•|Test Person/));
  }
  assert.equal(server.state(), before, 'nothing is kept');
  assert.ok((await check(receipt, '', '?lang=de')).says(/Gültig: hier signiert/));
});

test('another program may have indented it, put a mark before it, or changed its line ends', async () => {
  for (const text of [JSON.stringify(JSON.parse(receipt), null, 4), `\ufeff${receipt}`, JSON.stringify(JSON.parse(receipt), null, 1).replaceAll('\n', '\r\n'),
    JSON.stringify({ signature: JSON.parse(receipt).signature, receipt: JSON.parse(receipt).receipt })]) {
    assert.equal((await check('', text)).status, 200);
    assert.equal((await check(text)).status, 200);
  }
});

test('what is not a receipt, or not ours, is refused with a reason, and shows nothing of what it says', async () => {
  const json = JSON.parse(receipt);
  const forged = (change) => {
    const copy = structuredClone(json);
    change(copy);
    return JSON.stringify(copy);
  };
  const other = nacl.sign.keyPair();
  const text = receipt.slice('{"receipt":'.length, receipt.indexOf(',"signature":'));
  const foreign = { ...json, signature: { ...json.signature, value: Buffer.from(nacl.sign.detached(Buffer.from(`assent-receipt-v1\0${text}`), other.secretKey)).toString('base64url') } };
  const cases = [
    ['', /Paste a receipt or choose its file/],
    ['  \r\n ', /Paste a receipt or choose its file/],
    ['x'.repeat(50000), /too long for a receipt/],
    [receipt.replace(/(.{70})/g, '$1\r\n'), /line breaks into it/],
    ['hello', /not the whole and unchanged text/],
    [receipt.slice(0, -9), /not the whole and unchanged text/],
    [`${receipt}Regards`, /not the whole and unchanged text/],
    [receipt.replace('{"receipt":', '{"note":"by the court","receipt":'), /not the whole and unchanged text/],
    [receipt.replace('"position":', '"position":1,"position":'), /not the whole and unchanged text/],
    [receipt.replace(/"position":\d+/, '"position":4.0'), /not the whole and unchanged text/],
    ['['.repeat(30000), /not the whole and unchanged text/],
    [JSON.stringify(foreign), /Not signed here, or changed after/],
    [forged((one) => { one.receipt.controller.name = 'Evil <b>Corp</b>'; }), /Not signed here, or changed after/],
    [forged((one) => { one.signature.key = '00000000'; one.receipt.controller.name = 'Evil'; }), /names another key than ours/],
    [forged((one) => { one.receipt.pii_principal_id = idOf(server, 'keeper@example.com'); one.receipt.event.by = 'admin'; }), /Not signed here, or changed after/],
    [forged((one) => { one.receipt.pii_principal_id = '0000000000000000'; }), /Not signed here, or changed after/],
  ];
  for (const [given, reason] of cases) {
    for (const reply of [await check(given), await check('', given)]) {
      assert.equal(reply.status, 422, given.slice(0, 80));
      assert.ok(reply.says(reason), `${given.slice(0, 80)}: ${reply.text}`);
      assert.ok(!reply.says(/Valid/) && !/<dl|Evil <b>/.test(reply.body));
    }
  }
  const bytes = await check('', Buffer.from([0x7b, 0xff, 0x00, 0x7d]));
  assert.equal(bytes.status, 422);
  const long = await check('', 'x'.repeat(70000)).catch(() => ({ status: 413 }));
  assert.equal(long.status, 413);
  // A form without either field, or of the plain kind, is nothing handed in, or taken as it is.
  assert.equal((await visitor.post('/receipt', '')).status, 422);
  assert.equal((await visitor.post('/receipt', { text: receipt })).status, 200);
});

test('S: one flipped bit is refused over HTTP as well', async () => {
  const bytes = Buffer.from(receipt.trimEnd());
  for (let at = 3; at < bytes.length; at += 41) {
    const copy = Buffer.from(bytes);
    copy[at] ^= 1 << at % 8;
    assert.equal((await check('', copy)).status, 422, `byte ${at}`);
  }
});

test('tweetnacl and the published key alone tell a receipt from a forgery', async () => {
  const { keys } = JSON.parse((await visitor.get('/.well-known/assent/keys.json')).body);
  const { signature } = JSON.parse(receipt);
  const key = Buffer.from(keys.find((one) => one.kid === signature.key && one.purpose === 'assent-receipt-v1').x, 'base64url');
  // The file is {"receipt":TEXT,"signature":…}: TEXT is what was signed, byte for byte.
  const text = receipt.slice('{"receipt":'.length, receipt.lastIndexOf(',"signature":'));
  const holds = (words) => nacl.sign.detached.verify(Buffer.from(`assent-receipt-v1\0${words}`), Buffer.from(signature.value, 'base64url'), key);
  assert.ok(holds(text));
  assert.ok(!holds(text.replace('given', 'taken')) && !holds(`${text} `));
});

test('L8: every kind of receipt, by every link, keeps to the published schema', async () => {
  const reply = await visitor.get('/.well-known/assent/receipt-schema.json');
  assert.match(reply.get('content-type'), /^application\/schema\+json/);
  const ajv = new Ajv({ allErrors: true });
  addFormats(ajv);
  const holds = ajv.compile(JSON.parse(reply.body));
  const seen = new Set();
  const look = async (path, who = visitor) => {
    const json = JSON.parse(await fileAt(path, who));
    assert.ok(holds(json), `${path}: ${ajv.errorsText(holds.errors)} ${JSON.stringify(json)}`);
    const { event, notice, purposes } = json.receipt;
    seen.add(event.type).add(`by ${event.by}`).add(event.entity).add(event.state).add(notice.wording?.replace(/-(set)?\d+$/, '') ?? 'no page');
    purposes.forEach((one) => seen.add(`often ${one.frequency}`).add(`of ${one.id}`));
    return json;
  };

  // by links, pages and buttons
  server.run(['topics', 'set', 'newsletter', '--frequency', 'yes']);
  server.add('all@example.com', { topics: 'newsletter,marketing' });
  const { manage, unsubscribe } = server.links('all@example.com', 'newsletter');
  const fields = { do: 'save', shown: 'newsletter', topic: 'newsletter', often_newsletter: 'weekly' };
  await look(pathOf(await visitor.post(manage, fields)));
  await look(pathOf(await visitor.post(manage, 'do=pause&days=30')));
  await look(pathOf(await visitor.post(manage, 'do=resume')));
  const stopped = await visitor.post(manage, 'do=stop_all');
  await look(pathOf(stopped));
  await look(pathOf(await visitor.press(stopped, 'undo')));
  const topic = await visitor.press(await visitor.get(unsubscribe), 'stop_topic');
  await look(pathOf(topic));
  await look(pathOf(await visitor.post(unsubscribe, 'do=stop_all')));

  // by others: every entry of the history that has one, from the history that admins see
  await server.ask({ method: 'POST', path: server.links('keeper@example.com').unsubscribe, body: 'List-Unsubscribe=One-Click', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
  server.run(['settings', 'set', 'jurisdiction', 'Norge']);
  server.run(['settings', 'set', 'third_parties', 'Ærlig Post']);
  server.run(['settings', 'set', 'brand_privacy_url', 'https://example.org/privacy']);
  server.import('email,status,marketing\nimported@example.com,opted_in,yes\n');
  const mail = `To: u@example.com\nSubject: ${server.links('imported@example.com').unsubscribe.slice(3)}\n\n`;
  server.run(['mailto'], mail);
  const form = await admin.get(`/admin/people/${idOf(server, 'all@example.com')}`);
  await admin.press(form, 'save', { status: 'opted_in', topic: ['marketing'], consent: 'by phone' });
  server.run(['optout', 'all@example.com', '--topic', 'marketing']);
  const key = server.run(['apikey', 'new', 'CRM', '--scopes', 'contacts:write']).trim();
  const put = await server.ask({ method: 'PUT', path: '/api/v1/contacts/api%40example.com', body: '{"topics":{"newsletter":true}}', headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' } });
  assert.ok(put.status < 300, put.body);
  for (const email of ['all@example.com', 'keeper@example.com', 'imported@example.com', 'api@example.com']) {
    const id = idOf(server, email);
    const page = await admin.get(`/admin/people/${id}`);
    const links = html.all(page.page, (node) => node.tag === 'a' && /\/receipt\?/.test(node.attrs.href ?? '')).map((node) => node.attrs.href);
    const kinds = ['contact_added', 'choices', 'undone', 'pause', 'frequency'];
    assert.equal(links.length, server.history(email).filter((entry) => kinds.includes(entry.kind)).length, email);
    for (const link of links) {
      assert.ok(link.startsWith(`/admin/people/${id}/receipt?entry=`));
      const json = await look(link, admin);
      assert.equal((await check(JSON.stringify(json))).status, 200, link);
    }
  }
  for (const wanted of ['contact_added', 'choices', 'undone', 'pause', 'by recipient', 'by one_click', 'by mailto', 'by admin', 'by operator',
    'by import', 'by api', 'pii_principal', 'controller', 'given', 'withdrawn', 'manage', 'unsubscribe', 'no page', 'often weekly', 'of all']) {
    assert.ok(seen.has(wanted), `${wanted} in ${[...seen].join(', ')}`);
  }
});

test('an admin hands out a person’s receipts, in the person’s language; nobody else gets them there', async () => {
  server.import('email,language,newsletter\nhelga@example.com,de,yes\nhugo@example.com,de,yes\n');
  const id = idOf(server, 'helga@example.com');
  const [entry] = server.history('helga@example.com');
  const [other] = server.history('hugo@example.com');
  const path = `/admin/people/${id}/receipt?entry=${entry.position}`;
  const linked = async (position) => html.all((await admin.get(`/admin/activity/${position}`)).page, (node) => /\/receipt\?/.test(node.attrs.href ?? '')).map((node) => node.attrs.href);
  assert.deepEqual(await linked(entry.position), [path], 'Activity leads there');
  assert.deepEqual(await linked(1), [], 'where there is one');
  const page = await admin.get(path);
  assert.equal(page.status, 200);
  assert.ok(page.says(/Beleg/) && page.text.includes('h•••••@example.com') && !page.body.includes('helga@example.com'));
  assert.match(page.get('cache-control'), /no-store/);
  assert.equal(html.all(page.page, (node) => node.attrs.href === `/admin/people/${id}`).length, 1, 'a way back');
  const langs = html.all(page.page, (node) => node.tag === 'a' && /lang=en/.test(node.attrs.href ?? ''));
  assert.ok((await admin.get(`/admin/people/${id}/receipt${langs[0].attrs.href}`)).says(/Put on the list/), 'another language is the same receipt');
  for (const entryOf of [other.position, 1, 999999, 0, -1, 'x', '']) {
    const reply = await admin.get(`/admin/people/${id}/receipt?entry=${entryOf}`);
    assert.equal(reply.status, 404, `${entryOf}`);
    assert.ok(reply.says(/no such receipt/));
  }
  assert.equal((await admin.get('/admin/people/00000000000000ff/receipt?entry=1')).status, 404);
  assert.equal((await admin.post(path, '')).status, 405);
  const stranger = await visitor.get(path);
  assert.equal(stranger.status, 303);
  assert.match(stranger.get('location'), /^\/admin\/login/);
});

test('the form is found: from the front page, from how this works, from each receipt; its own languages too', async () => {
  for (const path of ['/?lang=ar', '/how', receiptPath]) {
    const { page } = await visitor.get(path);
    const links = html.all(page, (node) => node.tag === 'a' && /^\/receipt(\?lang=\w\w)?$/.test(node.attrs.href ?? ''));
    assert.equal(links.length, 1, path);
    assert.equal((await visitor.get(links[0].attrs.href)).status, 200);
  }
  const shown = await visitor.get(receiptPath);
  const [turkish] = html.all(shown.page, (node) => node.tag === 'a' && node.attrs.lang === 'tr');
  const again = await visitor.get(receiptPath.split('?')[0] + turkish.attrs.href);
  assert.equal(again.status, 200);
  assert.ok(again.says(/Belge/), 'a receipt in another language is the same receipt');
});
