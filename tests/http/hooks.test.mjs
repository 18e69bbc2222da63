// Setup → Hooks: added, refused with a reason, tried, told, sent again, rotated, stopped, removed and taken back; who may.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { endpoint, signedBy, until } from './lib/endpoint.mjs';
import { serve } from './lib/server.mjs';
import * as html from './lib/html.mjs';
import { Visitor } from './lib/visitor.mjs';

const LIST = '/admin/hooks';
const KINDS = ['contact.added', 'contact.choices_changed'];
const notice = (reply) => html.tidy(html.byId(reply.page, 'notice'));
const idOf = (path) => Number(path.split('/').pop());
const buttons = (reply) => html.all(html.byId(reply.page, 'main'), (node) => node.tag === 'button').map(html.tidy);

let server;
let visitor;
let csrf;

async function begin(env) {
  server = await serve({ env });
  visitor = await new Visitor(server).login();
  csrf = await visitor.csrf();
}

const add = (fields) => visitor.post(LIST, { csrf, do: 'add', about: '', kind: 'contact.added', signing: 'ed25519', ...fields });
const act = (path, what, more = {}) => visitor.post(path, { csrf, do: what, ...more });

/** A hook that is on: its page's path. */
async function added(url, { kinds = KINDS, signing = 'both', about = '' } = {}) {
  const pairs = [['csrf', csrf], ['do', 'add'], ['url', url], ['about', about], ['signing', signing], ...kinds.map((kind) => ['kind', kind])];
  const reply = await visitor.post(LIST, pairs);
  assert.equal(reply.status, 303, reply.text);
  return reply.get('location').split('?')[0];
}

/** The messages on a hook's page: what, how it stands, in words. */
const messages = (reply) => html.byClass(reply.page, 'hookrow').map(html.tidy);

describe('where private addresses are allowed', () => {
  before(() => begin({ ASSENT_HOOKS_PRIVATE: '1' }));
  after(() => server?.stop());

  test('a hook is added, tried with the button, and its message verifies with what the page shows (W1, W2)', async (t) => {
    const to = await endpoint(t);
    const empty = await visitor.get(LIST);
    assert.ok(empty.says(/Nobody is told yet/));
    const sent = await visitor.press(empty, 'add', { url: to.url, about: 'The CRM & more', signing: 'both' });
    assert.match(sent.get('location'), /^\/admin\/hooks\/\d+\?did=add$/);
    const page = await visitor.follow(sent);
    assert.match(notice(page), /The hook was added\. Send a test/);
    assert.ok(page.says(/The CRM & more/) && page.says(/No message yet/));
    const path = sent.get('location').split('?')[0];
    const tried = await visitor.follow(await visitor.press(page, 'Send a test'));
    assert.match(notice(tried), /A test is on its way/);
    await until('the test', () => to.got.length === 1);
    const shown = await visitor.press(tried, 'Show the secret');
    const [secret] = /whsec_[A-Za-z0-9+/=]+/.exec(shown.text);
    const [publicKey] = /whpk_[A-Za-z0-9+/=]+/.exec(shown.text);
    const [message] = to.got;
    assert.equal(new Webhook(secret).verify(message.body, message.headers).type, 'test');
    assert.equal(signedBy(message, publicKey), 1);
    assert.throws(() => new Webhook(secret).verify(`${message.body} `, message.headers));
    const [line] = await until('the page says so', async () => {
      const now = messages(await visitor.get(path));
      return /Taken/.test(now[0]) && now;
    });
    assert.match(line, /^test.* msg_[0-9a-f]{32} Taken answered 200; 1 try/);
    assert.ok((await visitor.get(LIST)).says(/On Last message taken .* \(200\)/));
    assert.doesNotMatch((await visitor.get(path)).text, /whsec_/, 'a secret is shown once, when asked for');
    assert.match(server.sql('SELECT note FROM entry_private ORDER BY position DESC LIMIT 1'), /^secret: shown/);
    await act(path, 'remove');
  });

  test('how often a topic is wanted is in the message where that changed, and where choices did', async (t) => {
    const to = await endpoint(t);
    const path = await added(to.url, { kinds: ['contact.frequency_changed', 'contact.choices_changed'] });
    await visitor.post('/admin/topics', { csrf, do: 'edit', key: 'newsletter', name: 'Newsletter', options: 'shown', offers_frequency: 'yes' });
    server.add('often@example.com', { topics: 'newsletter' });
    const person = new Visitor(server);
    const page = await person.get(server.links('often@example.com').manage);
    const saved = await person.press(page, 'save', { often_newsletter: 'weekly' });
    await until('the first', () => to.got.length === 1);
    await person.press(saved, 'save', { often_newsletter: 'daily', topic: [] });
    await until('the second', () => to.got.length === 2);
    const told = to.got.map(({ data }) => [data.type, data.data.was.frequency, data.data.is.frequency, data.data.is.topics]);
    assert.deepEqual(told, [
      ['contact.frequency_changed', {}, { newsletter: 'weekly' }, ['newsletter']],
      ['contact.choices_changed', { newsletter: 'weekly' }, { newsletter: 'daily' }, []],
    ]);
    await act(path, 'remove');
  });

  test('W3: rotated on the page, both keys are shown and sign; the older one for a day', async (t) => {
    const to = await endpoint(t);
    const path = await added(to.url);
    const keys = async () => [...(await act(path, 'secret')).text.matchAll(/(whpk|whsec)_[A-Za-z0-9+/=]+/g)].map(([key]) => key);
    const before = await keys();
    const page = await visitor.follow(await visitor.press(await visitor.get(path), 'Rotate'));
    assert.match(notice(page), /There is a new key\. The one before signs too for 24 hours/);
    const now = await keys();
    assert.equal(now.length, 4);
    assert.deepEqual(now.filter((key) => before.includes(key)).length, 2);
    await act(path, 'test');
    await until('a message', () => to.got.length === 1);
    for (const key of now) {
      if (key.startsWith('whpk_')) {
        assert.equal(signedBy(to.got[0], key), 1, key);
      } else {
        new Webhook(key).verify(to.got[0].body, to.got[0].headers);
      }
    }
    server.sql('UPDATE hook SET older_until = unixepoch() - 1');
    await act(path, 'test');
    await until('another', () => to.got.length === 2);
    assert.equal((await keys()).length, 2);
    assert.equal(to.got[1].headers['webhook-signature'].split(' ').length, 2);
    assert.equal(signedBy(to.got[1], before.find((key) => key.startsWith('whpk_'))), 0);
    await act(path, 'remove');
  });

  test('W4, W5: what was refused says why and when next; sent again it has the same id; only what ended can be', async (t) => {
    const codes = [500, 200];
    const to = await endpoint(t, (response, n) => {
      response.writeHead(codes[n - 1] ?? 200);
      response.end();
    });
    const path = await added(to.url);
    server.add('again@example.com');
    const failed = await until('the failure is shown', async () => {
      const page = await visitor.get(path);
      return page.says(/it answered 500/) && page;
    });
    assert.match(messages(failed)[0], /contact\.added.* Waits it answered 500; 1 try; next /);
    assert.ok(!buttons(failed).some((words) => words.startsWith('Send again')));
    assert.match(html.tidy(html.byClass(failed.page, 'badge')[0]), /Failing/);
    server.sql('UPDATE hook_delivery SET due_at = 0 WHERE outcome = 0');
    const taken = await until('it is taken', async () => {
      const page = await visitor.get(path);
      return page.says(/Taken/) && page;
    });
    const again = await visitor.press(taken, buttons(taken).find((words) => words.startsWith('Send again')));
    assert.match(notice(await visitor.follow(again)), /It is sent again, with the same id/);
    await until('it came again', () => to.got.length === 3);
    assert.equal(new Set(to.got.map(({ headers }) => headers['webhook-id'])).size, 1);
    const gone = await act(path, 'replay', { delivery: '999' });
    assert.equal(gone.status, 409);
    assert.match(notice(gone), /waits already, or its time is over/);
    await act(path, 'remove');
  });

  test('W4: 410 stops a hook, the page says so and Resume goes on; what was given up is sent again at once', async (t) => {
    const codes = [410];
    const to = await endpoint(t, (response, n) => {
      response.writeHead(codes[n - 1] ?? 200);
      response.end();
    });
    const path = await added(to.url);
    await act(path, 'test');
    const stopped = await until('it stopped', async () => {
      const page = await visitor.get(path);
      return page.says(/Stopped by itself/) && page;
    });
    assert.ok(stopped.says(/Stopped by itself .*it answered 410, which says that it is gone/));
    const refused = await act(path, 'test');
    assert.equal(refused.status, 409);
    assert.match(notice(refused), /This hook is stopped, so nothing is sent\. Resume it first\./);
    const on = await visitor.follow(await visitor.press(stopped, 'Resume'));
    assert.match(notice(on), /The hook goes on with what waited/);
    await until('what waited', () => to.got.length === 2);
    await until('it is written', () => server.sql(`SELECT count(*) FROM hook_delivery WHERE outcome = 1 AND hook = ${idOf(path)}`).trim() === '1');
    server.sql(`UPDATE hook_delivery SET outcome = 2 WHERE hook = ${idOf(path)}`);
    const lost = await visitor.get(path);
    assert.ok(lost.says(/1 was given up/));
    await visitor.press(lost, 'Send given-up ones again');
    await until('once more', () => to.got.length === 3);
    await act(path, 'remove');
  });

  test('W4: a dead endpoint is waited for 15 seconds and delays no other: a hundred reach the quick one meanwhile', async (t) => {
    const dead = await endpoint(t, () => {});
    const quick = await endpoint(t);
    const silent = await added(dead.url, { kinds: ['contact.added'] });
    const path = await added(quick.url, { kinds: ['contact.added'] });
    await act(silent, 'test');
    await until('the dead one holds its connection', () => dead.got.length === 1);
    server.import(['email', ...Array.from({ length: 100 }, (_, i) => `hundred${i}@example.com`)].join('\n'));
    await until('the hundred', () => quick.got.length === 100);
    const tried = () => server.sql(`SELECT id FROM hook_delivery WHERE tries > 0 AND hook = ${idOf(silent)} ORDER BY id LIMIT 1`).trim();
    const first = Number(await until('it was given up on', tried, 40000));
    const page = await visitor.get(`${silent}?before=${first + 1}`);
    assert.match(messages(page)[0], /Waits no answer within 15 seconds; 1 try/);
    await act(silent, 'remove');
    await act(path, 'remove');
  });

  test('stopped, it is told nothing; resumed, all of it', async (t) => {
    const to = await endpoint(t);
    const path = await added(to.url);
    const stopped = await visitor.follow(await visitor.press(await visitor.get(path), 'Stop'));
    assert.match(notice(stopped), /The hook is stopped\. What changes meanwhile waits/);
    server.add('meanwhile@example.com');
    await visitor.press(stopped, 'Resume');
    await until('what was missed', () => to.got.length === 1);
    assert.equal(to.got[0].data.data.email, 'meanwhile@example.com');
    await act(path, 'remove');
  });

  test('removing asks first and can be taken back, with what was missed; an hour later it is too late', async (t) => {
    const to = await endpoint(t);
    const path = await added(to.url);
    const asked = await visitor.get(`${path}?remove=1`);
    assert.match(html.tidy(html.byId(asked.page, 'confirm')), /Remove this hook\? .*Within the hour you can take that back/);
    assert.ok((await visitor.get(LIST)).text.includes(to.url));
    const removed = await visitor.follow(await visitor.press(asked, 'remove'));
    assert.match(notice(removed), new RegExp(`${to.url.replaceAll('.', '\\.')} was removed\\. Nothing more is sent to it\\. Undo`));
    assert.ok(!html.tidy(html.byClass(removed.page, 'topiclist')[0]).includes(to.url));
    assert.equal((await visitor.get(path)).status, 404);
    server.add('missed@example.com');
    const back = await visitor.follow(await visitor.press(removed, 'Undo'));
    assert.match(notice(back), /The hook is back, with its keys and what waited for it/);
    await until('what was missed', () => to.got.length === 1);
    assert.match(server.sql("SELECT group_concat(note) FROM entry_private WHERE note = 'restored'"), /restored/);
    await act(path, 'remove');
    server.sql('UPDATE hook SET removed_at = removed_at - 3600 WHERE removed_at = (SELECT max(removed_at) FROM hook)');
    const late = await act(path, 'undo');
    assert.equal(late.status, 409);
    assert.match(notice(late), /too late to undo that: an hour has passed/);
    assert.equal(notice(await visitor.get(`${LIST}?did=remove&removed=${idOf(path)}`)), '');
  });

  test('messages come in pages of fifty, the newest first', async (t) => {
    const to = await endpoint(t);
    const path = await added(to.url);
    for (let i = 0; i < 51; i++) {
      await act(path, 'test');
    }
    const first = await visitor.get(path);
    assert.equal(messages(first).length, 50);
    const [older] = html.all(first.page, (node) => node.tag === 'a' && /before=/.test(node.attrs.href ?? ''));
    assert.equal(messages(await visitor.get(older.attrs.href)).length, 1);
    await act(path, 'remove');
  });
});

describe('where they are not', () => {
  before(() => begin({}));
  after(() => server?.stop());

  const URLS = [
    ['', /^Give the URL/], ['   ', /^Give the URL/], ['crm', /must begin with https:\/\//], ['http://crm.example.com/', /must begin with https:\/\/, unless the operator set hooks_private/],
    ['ftp://crm.example.com/', /must begin with https:\/\//], ['javascript:alert(1)', /must begin with https:\/\//],
    ['https://me:secret@crm.example.com/', /must not hold a user or password/], ['https://crm.example.com/#here', /must not hold a # part/],
    ['https://crm example.com/', /must be written as % and two digits/], ['https://bücher.example/', /xn-- form/],
    ['https:///in', /host is no name and no address/], ['https://a..b/', /host is no name and no address/], ['https://1.2.3.4.5/', /host is no name and no address/],
    ['https://crm.example.com:0/', /port must be a number from 1 to 65535/], ['https://crm.example.com:99999/', /port must be/],
    ['https://127.0.0.1/', /leads to this machine or into its own network/], ['https://localhost/', /leads to this machine/],
    ['https://10.0.0.8/', /leads to this machine/], ['https://169.254.169.254/latest', /leads to this machine/], ['https://[::1]/', /leads to this machine/],
    ['https://[fd00::1]/', /leads to this machine/], [`https://crm.example.com/${'x'.repeat(500)}`, /longer than 500 characters/],
  ];

  test('W6: each URL that can’t be is refused with its own words, beside the field, and kept as typed', async () => {
    const state = () => server.state() + server.sql('SELECT id, url, about, kinds, state, signing, generation, removed_at FROM hook');
    const before = state();
    for (const [url, words] of URLS) {
      const reply = await add({ url, about: 'kept' });
      assert.equal(reply.status, 422, url);
      const field = html.byId(reply.page, 'hook-url');
      assert.equal(field.attrs.value, url, url);
      assert.equal(field.attrs['aria-invalid'], 'true', url);
      assert.match(html.tidy(html.byId(reply.page, field.attrs['aria-describedby'])), words, url);
      assert.equal(html.byId(reply.page, 'hook-about').attrs.value, 'kept');
      assert.ok('open' in html.byClass(reply.page, 'addtopic')[0].attrs);
    }
    assert.equal(state(), before);
  });

  test('every other field is refused beside itself', async () => {
    const url = 'https://crm.example.com/in';
    const cases = [
      [{ url, about: 'x'.repeat(201) }, 'hook-about', /longer than 200 bytes/],
      [{ url, kind: 'nothing' }, 'hook-kinds', /Choose at least one kind/],
      [{ url, signing: 'rot13' }, 'hook-signing', /Choose how messages are signed/],
    ];
    for (const [fields, id, words] of cases) {
      const reply = await add(fields);
      assert.equal(reply.status, 422);
      assert.match(html.tidy(html.byId(reply.page, `${id}-fault`)), words);
      assert.ok(!html.byId(reply.page, 'hook-url-fault'));
    }
    assert.equal((await act(LIST, 'test')).status, 400);
    assert.equal((await act(`${LIST}/1`, 'add', { url })).status, 400);
    assert.equal((await act(`${LIST}/99`, 'stop')).status, 404);
    assert.equal((await visitor.get(`${LIST}/99`)).status, 404);
  });

  test('an edit is saved, or refused with what was typed; the ledger has who', async () => {
    const path = await added('https://crm.example.com/in', { kinds: ['contact.added'], signing: 'hmac' });
    const refused = await visitor.press(await visitor.get(path), 'edit', { url: 'http://crm.example.com/' });
    assert.equal(refused.status, 422);
    assert.equal(html.byId(refused.page, 'hook-url').attrs.value, 'http://crm.example.com/');
    const saved = await visitor.follow(await visitor.press(refused, 'edit', { url: 'https://other.example.com/', kind: ['topic.added', 'contact.added'] }));
    assert.match(notice(saved), /The hook was saved/);
    const [hook] = server.json(['hooks', 'list', '--json']);
    assert.deepEqual([hook.url, hook.kinds], ['https://other.example.com/', ['contact.added', 'topic.added']]);
    await act(path, 'remove');
  });

  test('S10: viewers and managers see hooks and their public keys, no button and no secret; a POST is refused', async () => {
    const path = await added('https://crm.example.com/in');
    const acts = ['edit', 'stop', 'resume', 'rotate', 'test', 'replay', 'replay_all', 'remove', 'undo', 'secret'];
    // Without position and tries: the courier moves them by itself.
    const state = () => server.state() + server.sql('SELECT id, url, about, kinds, state, signing, generation, removed_at FROM hook');
    for (const role of ['viewer', 'manager']) {
      const email = `${role}@example.com`;
      server.run(['admin', 'add', email, '--role', role], 'a password of mine 1\n');
      const other = await new Visitor(server).login({ email, password: 'a password of mine 1' });
      const token = await other.csrf();
      for (const where of [LIST, path, `${path}?remove=1`]) {
        const page = await other.get(where);
        assert.equal(page.status, 200);
        assert.deepEqual(buttons(page), [], `${role} ${where}`);
        assert.ok(page.says(/Your role may look at hooks/));
        assert.doesNotMatch(page.text, /whsec_/);
      }
      const page = await other.get(path);
      assert.match(page.text, /whpk_/);
      assert.ok('disabled' in html.byId(page.page, 'hook-url').attrs);
      const before = state();
      assert.equal((await other.post(LIST, { csrf: token, do: 'add', url: 'https://evil.example/', kind: 'contact.added', signing: 'hmac' })).status, 403);
      for (const what of acts) {
        assert.equal((await other.post(path, { csrf: token, do: what, url: 'https://evil.example/' })).status, 403, what);
      }
      assert.equal(state(), before);
    }
    assert.equal((await visitor.post(path, { csrf: 'x', do: 'remove' })).status, 403);
    assert.equal((await visitor.post(path, { csrf, do: 'remove' }, { Origin: 'https://x.example', 'Sec-Fetch-Site': 'cross-site' })).status, 403);
    assert.equal((await new Visitor(server).get(LIST)).status, 303);
    await act(path, 'remove');
  });

  test('a notice can’t be made up by the address', async () => {
    const path = await added('https://crm.example.com/in');
    for (const query of ['did=remove', 'did=stop', 'did=rotate', 'did=secret', 'did=dance']) {
      assert.equal(notice(await visitor.get(`${path}?${query}`)), '', query);
    }
    for (const query of ['did=remove', 'did=remove&removed=77', `did=remove&removed=${idOf(path)}`, 'did=add&removed=1']) {
      assert.equal(notice(await visitor.get(`${LIST}?${query}`)), '', query);
    }
    await act(path, 'remove');
  });

  test('thirty-two hooks and no more', async () => {
    for (let i = 0; i < 32; i++) {
      await added(`https://crm${i}.example.com/in`);
    }
    const page = await visitor.get(LIST);
    assert.ok(page.says(/There are 32 hooks, and that is the most/));
    assert.deepEqual(buttons(page), []);
    const reply = await add({ url: 'https://more.example.com/' });
    assert.equal(reply.status, 409);
    assert.match(notice(reply), /32 hooks/);
  });
});
