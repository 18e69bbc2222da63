// L6: a person has their data as a file, and is erased: by a fresh link of their own, or by an admin
// or the command for who wrote in. Of who is erased no byte stays, and nobody but they bring them back.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { endpoint, until } from './lib/endpoint.mjs';
import { MANAGE, keyPair, mint } from './lib/mint.mjs';
import { mail } from './lib/outbox.mjs';
import { serve } from './lib/server.mjs';
import * as html from './lib/html.mjs';
import { Visitor, idOf } from './lib/visitor.mjs';
import { LANGUAGES, plain, say } from './lib/words.mjs';

const DAY = 86400;
const sender = keyPair();
let server, visitor, ada, api, keyId;
let number = 0;

before(async () => {
  server = await serve({ env: { ASSENT_HOOKS_PRIVATE: '1' } });
  visitor = new Visitor(server);
  ada = await new Visitor(server).login();
  api = server.json(['apikey', 'new', 'a program', '--scopes', 'check,contacts:read,contacts:write', '--json']).key;
  keyId = server.json(['keys', 'add', '--public', Buffer.from(sender.publicKey).toString('base64'), '--owner', 'A sender', '--json']).id;
});
after(() => server?.stop());

function someone(more) {
  const email = `righted${++number}@example.com`;
  server.add(email, { topics: 'newsletter,marketing', name: 'Reinhild Rechtlich', ...more });
  return email;
}

/** A manage link of a sender's, so old. */
const aged = (email, days) => {
  const { public_id: contact, epoch } = server.show(email);
  return `/p/${mint({ secret: sender.secretKey, keyId, contact, epoch, issued: Math.floor(Date.now() / 1000) - days * DAY, purpose: MANAGE })}`;
};

const call = (method, path, body, headers = {}) => server.ask({
  method, path: `/api/v1${path}`, headers: { Authorization: `Bearer ${api}`, 'Content-Type': 'application/json', ...headers },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
});
const lastKinds = (email) => server.history(email).map((entry) => entry.kind);
const fileOf = (reply) => {
  assert.equal(reply.status, 200, reply.body.slice(0, 300));
  assert.match(reply.get('content-type'), /^application\/json/);
  assert.equal(reply.get('content-disposition'), 'attachment; filename="my-data.json"');
  assert.match(reply.get('cache-control'), /no-store/);
  return JSON.parse(reply.body);
};

/** Every file of the data folder, as one text of bytes. */
function bytes(folder = server.data) {
  return readdirSync(folder).map((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? bytes(path) : statSync(path).isFile() ? readFileSync(path).toString('latin1') : '';
  }).join('\n');
}
const scrubbed = () => until('cleaned up', () =>
  server.sql("SELECT count(DISTINCT value) = 1 AND count(*) = 4 FROM meta WHERE key LIKE 'erased_%'").trim() === '1');

/** A text as files may hold it: as it is, in other cases, quoted-printable, base64 at each of its three places. */
function forms(text) {
  const raw = Buffer.from(text);
  const base64 = [0, 1, 2].map((shift) => {
    const coded = Buffer.concat([Buffer.alloc(shift), raw]).toString('base64');
    return coded.slice(shift ? 4 : 0, Math.floor((shift + raw.length) / 3) * 4);
  });
  const quoted = [...raw].map((byte) => (byte > 126 || byte < 33 ? `=${byte.toString(16).toUpperCase().padStart(2, '0')}` : String.fromCharCode(byte))).join('');
  return [text, text.toLowerCase(), text.toUpperCase(), encodeURIComponent(text)].map((form) => Buffer.from(form).toString('latin1'))
    .concat(quoted, quoted.replaceAll('=20', '_'), base64.filter((form) => form.length > 8));
}
const found = (texts) => {
  const all = bytes();
  return texts.flatMap(forms).filter((form) => all.includes(form));
};

describe('download', () => {
  test('a fresh link gives one file with everything, and the history says so', async () => {
    const email = someone();
    const { manage } = server.links(email);
    await visitor.press(await visitor.get(manage), 'save', { topic: ['newsletter'] });
    const [there] = html.all((await visitor.get(`${manage}?lang=de`)).page, (node) => /show=data/.test(node.attrs.href ?? ''));
    const led = await visitor.get(manage + there.attrs.href);
    assert.deepEqual([led.status, led.get('location')], [303, `${manage}/data?lang=de`]);
    const page = await visitor.get(`${manage}/data`);
    assert.equal(page.status, 200);
    assert.ok(!page.text.includes(email) && !page.text.includes('Reinhild'), 'the page itself stays masked');
    const data = fileOf(await visitor.press(page, 'download'));
    assert.equal(data.format, 'assent-person-1');
    assert.deepEqual([data.person.email, data.person.name, data.person.status, data.person.is_suppressed], [email, 'Reinhild Rechtlich', 'opted_in', false]);
    assert.deepEqual(data.topics.filter((topic) => topic.is_on).map((topic) => topic.key), ['newsletter']);
    assert.deepEqual(data.history.map((entry) => entry.kind), ['data_given', 'choices', 'contact_added']);
    const [given, chosen, added] = data.history;
    assert.deepEqual([given.by, given.position], ['recipient', data.position]);
    assert.equal(chosen.network_address, '127.0.0.1');
    assert.match(chosen.receipt_id, /./);
    assert.deepEqual([chosen.before.topics, chosen.after.topics], [['marketing', 'newsletter'].sort().reverse(), ['newsletter']]);
    assert.deepEqual([data.source.position, data.source.note], [added.position, 'ticked the box']);
    for (const key of ['controller', 'mails', 'confirmations', 'last_sent', 'feedback']) {
      assert.ok(key in data, key);
    }
    assert.ok((await visitor.get(`${manage}?show=history`)).says(/What we hold of you was handed out/));
  });

  test('mails, requests and earlier addresses are in it; of admins neither name nor address', async () => {
    const email = someone();
    const path = `/admin/people/${idOf(server, email)}`;
    await ada.press(await ada.get(path), 'save', { email: `new-${email}` });
    const { manage } = server.links(`new-${email}`);
    await visitor.press(await visitor.get(`${manage}?show=address`), 'change_address', { email: `next-${email}` });
    const data = fileOf(await visitor.press(await visitor.get(`${manage}/data`), 'download'));
    assert.deepEqual(data.person.former_emails, [email]);
    assert.deepEqual(data.confirmations.map((row) => [row.kind, row.email]), [['new_address', `next-${email}`]]);
    assert.ok(data.mails.some((row) => row.to === `next-${email}` && row.kind === 'new_address'));
    const edit = data.history.find((entry) => entry.by === 'admin');
    assert.deepEqual([edit.network_address, edit.browser], [null, null]);
    assert.ok(!JSON.stringify(data).includes('Ada Admin'));
  });

  test('an older link gives nothing and erases nothing; it offers a fresh one by mail', async () => {
    const email = someone();
    const old = aged(email, 8);
    const before = server.state();
    const page = await visitor.get(`${old}/data`);
    assert.equal(page.status, 200);
    assert.ok(!html.formWith(page.page, 'download') && !html.formWith(page.page, 'erase'));
    assert.ok(!html.formWith((await visitor.get(`${old}/data?show=erase`)).page, 'erase'));
    for (const act of ['download', 'erase']) {
      const reply = await visitor.post(`${old}/data`, { do: act });
      assert.equal(reply.status, 403);
      assert.ok(!reply.body.includes(email));
    }
    assert.equal(server.state(), before);
    await visitor.press(page, 'send_link');
    const [fresh] = /\/p\/[A-Za-z0-9_-]{112}/.exec(await mail(server, email, /\/p\//));
    assert.equal(fileOf(await visitor.press(await visitor.get(`${fresh}/data`), 'download')).person.email, email);
    assert.equal((await visitor.get(`${aged(email, 6)}/data`)).text.includes('Download'), true);
  });

  test('an unsubscribe link, a voided one and a GET give nothing', async () => {
    const email = someone();
    const { manage, unsubscribe } = server.links(email);
    assert.equal((await visitor.get(`${unsubscribe}/data`)).status, 404);
    assert.equal((await visitor.get(`/p/${unsubscribe.slice(3)}/data`)).status, 303);
    const before = server.state();
    await visitor.get(`${manage}/data?do=download`);
    await visitor.get(`${manage}/data?show=erase&do=erase`);
    assert.equal(server.state(), before);
    await visitor.press(await visitor.get(manage), 'void_links');
    const reply = await visitor.post(`${manage}/data`, { do: 'erase' });
    assert.equal(reply.status, 303);
    assert.equal(server.show(email).email, email);
  });

  for (const language of LANGUAGES) {
    test(`the pages speak ${language}`, async () => {
      const words = say(language);
      const { manage } = server.links(someone());
      const page = await visitor.get(`${manage}/data?lang=${language}`);
      assert.ok(plain(page.text).includes(plain(words('data.get_about'))));
      const ask = await visitor.get(`${manage}/data?show=erase&lang=${language}`);
      assert.ok(plain(ask.text).includes(plain(words('data.stays_about'))));
      assert.ok(plain((await visitor.press(ask, 'erase')).text).includes(plain(words('data.done_lead'))));
    });
  }
});

describe('erased', () => {
  test('asked once, then done; old links stay harmless and say what is held: nothing', async () => {
    const email = someone();
    const { manage, unsubscribe } = server.links(email, 'newsletter');
    const id = idOf(server, email);
    const ask = await visitor.get(html.all((await visitor.get(`${manage}/data`)).page, (node) => /show=erase/.test(node.attrs.href ?? ''))[0].attrs.href);
    assert.equal(server.show(email).email, email);
    const done = await visitor.press(ask, 'erase');
    assert.equal(done.status, 200);
    assert.ok(done.says(/You are erased/) && done.says(/can’t be undone/));
    assert.equal(server.try(['show', email]).status, 1);
    for (let i = 0; i < 2; i++) { // U4, U10
      const reply = await server.ask({ method: 'POST', path: unsubscribe, headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'List-Unsubscribe=One-Click' });
      assert.equal(reply.status, 200);
      assert.equal(reply.get('location') ?? reply.get('set-cookie') ?? null, null);
    }
    const page = await visitor.get(manage);
    assert.equal(page.status, 410);
    assert.ok(page.says(/Nothing is held about them/) && page.says(/stays refused/));
    assert.equal((await visitor.get(unsubscribe)).status, 410);
    assert.equal((await visitor.follow(await visitor.get(`${manage}/data`))).status, 410);
    const [row] = server.sql(`SELECT kind, actor, proof_kind FROM entry WHERE subject = ${BigInt.asIntN(64, BigInt(`0x${id}`))}`).trim().split('\n').slice(-1);
    assert.equal(row, '25|1|1');
    assert.equal(server.sql(`SELECT count(*) FROM entry_private WHERE position = (SELECT max(position) FROM entry WHERE kind = 25)`).trim(), '0', 'who erased themselves leaves no network address');
  });

  test('imports, programs and admins are refused with a reason; the person’s own word brings them back', async () => {
    const email = someone();
    const { manage } = server.links(email);
    await visitor.press(await visitor.get(`${manage}/data?show=erase`), 'erase');
    assert.match(server.import(`email,name,newsletter\n${email.toUpperCase()},Again,yes\n`), /rejected +1\n/);
    rmSync(join(server.data, 'people.csv'));
    rmSync(join(server.data, 'people.csv.rejected.csv'), { force: true });
    const put = await call('PUT', `/contacts/${encodeURIComponent(email)}`, { topics: { newsletter: true }, consent: 'they said so' });
    assert.equal(put.status, 422);
    assert.match(JSON.parse(put.body).type, /#suppressed$/);
    const batch = await call('POST', '/contacts:batch', { contacts: [{ email, consent: 'they said so' }] });
    assert.match(batch.body, /"suppressed"/);
    assert.notEqual(server.try(['add', email, '--topics', 'newsletter', '--consent', 'by phone']).status, 0);
    const form = await ada.get('/admin/people/new');
    const refused = await ada.press(form, 'save', { email, topic: ['newsletter'], consent: 'by phone' });
    assert.equal(refused.status, 422);
    assert.ok(refused.says(/erased or blocked/));
    const verdict = await call('POST', '/check', { topic: 'newsletter', addresses: [email] });
    assert.match(verdict.body, /"suppressed"/);
    // To others the sign-up form says the same of this address as of any.
    const answers = await Promise.all([email, 'never.seen@example.com'].map((who) => new Visitor(server).post('/join', [['email', who], ['topic', 'newsletter'], ['language', 'en']])));
    assert.equal(answers[0].text.replace(email, ''), answers[1].text.replace('never.seen@example.com', ''));
    const [link] = /\/c\/[A-Za-z0-9_-]{112}/.exec(await mail(server, email, /\/c\//));
    assert.equal((await visitor.press(await visitor.get(link), 'confirm')).status, 200);
    assert.deepEqual(server.on(email), ['newsletter']);
    assert.match((await call('POST', '/check', { topic: 'newsletter', addresses: [email] })).body, /"allow"/);
    assert.equal((await visitor.get(manage)).status, 410, 'links of before open nothing of theirs now');
  });

  test('so does the word of whose address was blocked by a complaint before anybody had it', async () => {
    const email = 'complained@example.com';
    const report = await call('POST', '/feedback', { id: 'f1', type: 'complaint', address: email });
    assert.ok([200, 201].includes(report.status), report.body);
    assert.notEqual(server.try(['add', email, '--topics', 'newsletter', '--consent', 'by phone']).status, 0);
    await visitor.post('/join', [['email', email], ['topic', 'newsletter'], ['language', 'en']]);
    const [link] = /\/c\/[A-Za-z0-9_-]{112}/.exec(await mail(server, email, /\/c\//));
    await visitor.press(await visitor.get(link), 'confirm');
    assert.deepEqual(server.on(email), ['newsletter']);
  });
});

describe('for who wrote in', () => {
  test('an admin hands out the file, with a reason that the history keeps', async () => {
    const email = someone();
    const path = `/admin/people/${idOf(server, email)}`;
    assert.ok(html.all((await ada.get(path)).page, (node) => node.attrs.href === `${path}/data`).length);
    const page = await ada.get(`${path}/data`);
    assert.ok(page.says(/Don’t name them/));
    const csrf = await ada.csrf();
    const refused = await ada.post(`${path}/data`, { csrf, reason: '  ' });
    assert.equal(refused.status, 422);
    assert.ok(refused.says(/Say in a line/));
    const data = fileOf(await ada.post(`${path}/data`, { csrf, reason: 'asked by mail' }));
    assert.equal(data.person.email, email);
    assert.deepEqual([data.history[0].kind, data.history[0].by, data.history[0].note], ['data_given', 'admin', 'asked by mail']);
    assert.ok((await ada.get(path)).says(/Data handed out/));
  });

  test('an admin erases, with a reason and a word that it was they; a viewer does neither', async () => {
    const email = someone();
    const path = `/admin/people/${idOf(server, email)}`;
    server.run(['admin', 'add', 'vera@example.com', '--name', 'Vera Viewer', '--role', 'viewer'], 'a password of hers 1\n');
    const vera = await new Visitor(server).login({ email: 'vera@example.com', password: 'a password of hers 1' });
    assert.ok(!html.all((await vera.get(path)).page, (node) => /\/(data|erase)$/.test(node.attrs.href ?? '')).length);
    for (const act of ['data', 'erase']) {
      assert.equal((await vera.get(`${path}/${act}`)).status, 403);
      assert.equal((await vera.post(`${path}/${act}`, { csrf: await vera.csrf(), reason: 'mine', sure: 'yes' })).status, 403);
    }
    const csrf = await ada.csrf();
    for (const fields of [{ sure: 'yes' }, { reason: 'by letter' }, { reason: 'x'.repeat(501), sure: 'yes' }]) {
      assert.equal((await ada.post(`${path}/erase`, { csrf, ...fields })).status, 422);
    }
    assert.equal((await ada.post(`${path}/erase`, { reason: 'by letter', sure: 'yes' })).status, 403, 'S4');
    assert.equal(server.show(email).email, email);
    const done = await ada.post(`${path}/erase`, { csrf, reason: 'by letter of 3 November', sure: 'yes' });
    assert.equal(done.status, 200);
    assert.ok(done.says(/off the list/));
    assert.equal((await ada.post(`${path}/erase`, { csrf, reason: 'again', sure: 'yes' })).status, 404);
    assert.equal(server.sql('SELECT note FROM entry_private WHERE position = (SELECT max(position) FROM entry WHERE kind = 25)').trim(), 'by letter of 3 November');
  });

  test('the command does both', () => {
    const email = someone();
    const data = JSON.parse(server.run(['data', email, '--reason', 'asked by phone']));
    assert.deepEqual([data.person.email, data.history[0].note, data.history[0].by], [email, 'asked by phone', 'operator']);
    assert.equal(lastKinds(email)[0], 'data_given');
    assert.equal(server.try(['erase', email]).status, 2);
    assert.equal(server.try(['erase', email, '--reason', ' ', '--yes']).status, 2);
    const asked = server.try(['erase', email, '--reason', 'by phone'], 'yes\n');
    assert.equal(asked.status, 2, 'no terminal to ask on');
    assert.match(asked.stderr, /--yes/);
    assert.equal(server.show(email).email, email);
    assert.match(server.run(['erase', email, '--reason', 'by phone', '--yes']), /^Erased\./);
    assert.equal(server.try(['erase', email, '--reason', 'by phone', '--yes']).status, 1);
    assert.equal(server.try(['data', 'nobody@example.com']).status, 1);
  });
});

test('L6: after a whole life here not one byte of the person is in any file of the data folder', async (t) => {
  const first = 'Quirin.Zwetschger@Bücherwurm.example';
  const second = 'Quirin.Umgezogen@example.org';
  const third = 'quirin.vielleicht@example.net';
  const name = 'Quirin Żółtodziób';
  const words = ['zwetschger', 'Zwetschger', 'umgezogen', 'vielleicht', 'Żółtodziób', 'żółtodziób', 'xn--bcherwurm-q9a', 'Bücherwurm', 'Quirin', 'quirin', 'Quirinix/9'];
  // Neighbours, so that pages of the database hold and pass on rows of many.
  server.import(`email,name,newsletter\n${Array.from({ length: 300 }, (_, n) => `q${(n * 7919) % 300}uir@example.com,Neighbour ${n},yes`).join('\n')}\n`);
  rmSync(join(server.data, 'people.csv'));
  const to = await endpoint(t, (response) => { response.statusCode = 500; response.end(); });
  server.run(['hooks', 'add', to.url]);
  await visitor.post('/join', [['email', first], ['name', name], ['topic', 'newsletter'], ['language', 'en']], { 'User-Agent': 'Quirinix/9' });
  const [confirm] = /\/c\/[A-Za-z0-9_-]{112}/.exec(await mail(server, 'quirin.zwetschger|Quirin.Zwetschger', /\/c\//));
  await visitor.press(await visitor.get(confirm), 'confirm');
  await visitor.post(server.links(first).manage, { do: 'save', shown: 'marketing', topic: 'marketing' }, { 'User-Agent': 'Quirinix/9' });
  await visitor.post('/', { email: first, do: 'send_link' });
  await visitor.press(await visitor.get(`${server.links(first).manage}?show=address`), 'change_address', { email: second });
  const [move] = /\/c\/[A-Za-z0-9_-]{112}/.exec(await mail(server, second, /\/c\//));
  await visitor.press(await visitor.get(move), 'confirm');
  assert.equal(server.show(second).email, second);
  await visitor.press(await visitor.get(`${server.links(second).manage}?show=address`), 'change_address', { email: third });
  const encoded = encodeURIComponent(second);
  assert.equal((await call('PATCH', `/contacts/${encoded}`, { name: `${name} II`, topics: { marketing: false } }, { 'Idempotency-Key': 'patch-1' })).status, 200);
  assert.equal((await call('POST', '/contacts:batch', { contacts: [{ email: second, name, consent: `${name} said so` }] }, { 'Idempotency-Key': 'batch-1' })).status, 200);
  assert.equal((await call('PUT', `/contacts/${encoded}`, { email: second, topics: { nosuch: true } }, { 'Idempotency-Key': 'put-1' })).status >= 400, true);
  const stopped = await visitor.post(server.links(second).manage, { do: 'stop_all' });
  await visitor.press(stopped, 'reason', { reason: 'other', comment: `I am ${name}, ${second}` });
  // A file that waits for an admin's word holds them, too.
  const mark = 'xYzZy';
  const csrf = await ada.csrf();
  const csv = `email,name,newsletter\n${second},"${name}",yes\nq1uir@example.com,Someone,yes\nbroken,${name},perhaps\n`;
  const uploaded = await ada.post('/admin/import', `--${mark}\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n${csrf}\r\n--${mark}\r\nContent-Disposition: form-data; name="file"; filename="p.csv"\r\nContent-Type: text/csv\r\n\r\n${csv.replace(`broken,${name},perhaps\n`, '')}\r\n--${mark}--\r\n`, { 'Content-Type': `multipart/form-data; boundary=${mark}` });
  assert.equal(uploaded.status, 303, uploaded.text);
  const job = uploaded.get('location');
  await until('checked', async () => Boolean(html.formWith((await ada.get(job)).page, 'start')));
  await until('told', () => to.got.length > 3);
  await mail(server, third, /\/c\//);
  assert.ok(found(words).length > 8, 'it is all there before');

  const ask = await visitor.get(`${server.links(second).manage}/data?show=erase`);
  assert.ok((await visitor.press(ask, 'erase')).says(/You are erased/));
  await scrubbed();
  assert.deepEqual(found(words), []);
  // What waited goes on without them, and brings nothing back.
  await ada.press(await ada.get(job), 'start');
  await until('imported', async () => !html.byId((await ada.get(job)).page, 'job').attrs['data-live']);
  assert.match(server.try(['show', second]).stderr, /not on the list|Nobody|nobody/);
  assert.deepEqual(found(words), []);
  assert.equal(server.log.includes('uirin'), false);
});
