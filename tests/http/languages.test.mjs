// Twelve languages: which one a page is in, that it can be kept, and each recipient's way in all of
// them, without a script.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CONFIRM, MANAGE, keyPair, mint } from './lib/mint.mjs';
import { serve } from './lib/server.mjs';
import { Visitor } from './lib/visitor.mjs';
import { LANGUAGES, isRtl, plain, say } from './lib/words.mjs';

const sender = keyPair();
let server, visitor, keyId, number = 0;
before(async () => {
  server = await serve();
  visitor = new Visitor(server);
  keyId = server.json(['keys', 'add', '--public', Buffer.from(sender.publicKey).toString('base64'), '--owner', 'A sender', '--json']).id;
});
after(() => server?.stop());

function someone({ language, topics = 'newsletter,marketing' } = {}) {
  const email = `reader${++number}@example.com`;
  server.add(email, { topics });
  if (language !== undefined) server.sql(`UPDATE contact SET language = '${language}' WHERE email_key = '${email}'`);
  return email;
}

const sign = (more) => mint({ secret: sender.secretKey, keyId, ...more });
const spoken = (reply) => [/<html lang="([a-z]+)"/.exec(reply.body)?.[1], reply.get('content-language')];
const accept = (value) => ({ 'Accept-Language': value });

function confirmLink(email) {
  const contact = server.sql(`SELECT printf('%016x', public_id) FROM confirmation WHERE email = '${email}' ORDER BY id DESC LIMIT 1`).trim();
  return `/c/${sign({ contact, purpose: CONFIRM })}`;
}

/** The newest mail to that address, once the courier has written it. */
async function mail(to) {
  const folder = join(server.data, 'outbox');
  for (let i = 0; i < 200; i++) {
    let found = [];
    try {
      found = readdirSync(folder).filter((name) => name.endsWith('.eml')).map((name) => readFileSync(join(folder, name), 'utf8'))
        .filter((text) => new RegExp(`^To: .*${to}`, 'm').test(text));
    } catch {
      // nothing was written yet
    }
    if (found.length) return found.at(-1);
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`no mail to ${to}`);
}

/** The plain text of a mail: its first part, decoded. */
function textOf(message) {
  const part = /Content-Type: text\/plain[^]*?\r?\n\r?\n([^]*?)\r?\n--/i.exec(message);
  const head = /Content-Type: text\/plain[^]*?\r?\n\r?\n/i.exec(message)[0];
  const bytes = /base64/i.test(head)
    ? Buffer.from(part[1], 'base64')
    : Buffer.from(part[1].replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1');
  return bytes.toString('utf8');
}

describe('which language', () => {
  test('the address, then the person, then the browser, then the site; and what is none counts for nothing', async () => {
    const known = server.links(someone({ language: 'fr-CA' })).manage;
    const unknown = server.links(someone({ language: '' })).manage;
    const foreign = server.links(someone({ language: 'sv' })).manage;
    server.run(['settings', 'set', 'site_language', 'nl']);
    try {
      for (const [path, header, wanted] of [
        [`${known}?lang=ja`, 'de', 'ja'],
        [known, 'de', 'fr'],
        [`${known}?lang=xx`, 'de', 'fr'],
        [unknown, 'de-AT,de;q=0.9,en;q=0.5', 'de'],
        [foreign, 'sv,he;q=0.3,it;q=0.4', 'it'],
        [unknown, 'sv,fi', 'nl'],
        [unknown, '*', 'nl'],
        [unknown, undefined, 'nl'],
        ['/', 'pl', 'pl'],
        ['/?lang=AR', 'pl', 'ar'],
        ['/join', undefined, 'nl'],
        ['/nowhere', 'tr', 'tr'],
        ['/nowhere?lang=he', 'tr', 'he'],
      ]) {
        const reply = await visitor.get(path, header === undefined ? {} : accept(header));
        assert.deepEqual(spoken(reply), [wanted, wanted], `${path.slice(0, 4)} ${header}`);
        assert.match(reply.get('vary') ?? '', /Accept-Language/, path);
      }
      assert.equal(spoken(await visitor.get('/admin/login', accept('de')))[0], 'en', 'admins read English');
    } finally {
      server.run(['settings', 'set', 'site_language', 'en']);
    }
  });

  test('every page has the list of all twelve, each in its own name, and what was asked for stays with its links', async () => {
    const manage = server.links(someone()).manage;
    for (const path of ['/', '/join', '/how', manage, '/p/broken', '/nowhere']) {
      const { body } = await visitor.get(`${path}?lang=ar`);
      assert.deepEqual([...body.matchAll(/<a href="\?lang=([a-z]+)" lang="\1"/g)].map((found) => found[1]), LANGUAGES, path);
      assert.match(body, /<html lang="ar" dir="rtl">/);
      for (const [, url] of body.matchAll(/ href="(\/(?!assets)[^"]*)"/g)) {
        if (!url.startsWith('/admin')) assert.match(url, /(\?|&amp;)lang=ar$/, `${url} on ${path}`);
      }
    }
  });
});

describe('keeping a language', () => {
  test('offered where another than their own is read; kept, recorded, counted for mails, undone', async () => {
    const email = someone({ language: 'de' });
    const { manage } = server.links(email);
    const own = await visitor.get(manage, accept('ar'));
    assert.deepEqual(spoken(own), ['de', 'de']);
    assert.doesNotMatch(own.body, /value="language"/);
    const arabic = await visitor.get(`${manage}?lang=ar`);
    assert.match(arabic.text, new RegExp(say('ar')('language.lead')));
    const kept = await visitor.press(arabic, 'language');
    assert.equal(kept.status, 200);
    assert.ok(plain(kept.text).includes(say('ar')('notice.language')));
    assert.doesNotMatch(kept.body, /value="language"/);
    assert.equal(server.show(email).language, 'ar');
    const [entry] = server.history(email);
    assert.deepEqual([entry.kind, entry.actor, entry.what], ['details', 'recipient', 'Language: de → ar']);
    assert.deepEqual(server.on(email), ['marketing', 'newsletter']);

    assert.deepEqual(spoken(await visitor.get(manage, accept('en'))), ['ar', 'ar'], 'without asking again');
    await visitor.post('/', { do: 'send_link', email }, accept('en'));
    const letter = textOf(await mail(email));
    assert.ok(letter.includes(say('ar')('letter.link_title')), letter);

    const undone = await visitor.press(kept, 'undo');
    assert.ok(plain(undone.text).includes(say('ar')('notice.undone_all')));
    assert.equal(server.show(email).language, 'de');
    assert.match(undone.body, /value="language"/, 'offered again');
  });

  test('a fresh link’s mail: in their own language, else in that of the page it was asked on', async () => {
    const own = someone({ language: 'it' }), none = someone({ language: '' });
    for (const email of [own, none]) await visitor.post('/?lang=tr', { do: 'send_link', email });
    assert.ok(textOf(await mail(own)).includes(say('it')('letter.link_title')));
    assert.ok(textOf(await mail(none)).includes(say('tr')('letter.link_title')));
  });

  test('who has none on file is asked where they asked for a language, or read another than the site’s', async () => {
    const { manage } = server.links(someone({ language: '' }));
    assert.match((await visitor.get(manage, accept('pl'))).body, /value="language"/);
    assert.match((await visitor.get(`${manage}?lang=en`, accept('pl'))).body, /value="language"/);
    assert.doesNotMatch((await visitor.get(manage, accept('en'))).body, /value="language"/);
  });

  test('pressed twice is kept once; the form says which, whatever the browser prefers by then', async () => {
    const email = someone({ language: '' });
    const page = await visitor.get(server.links(email).manage, accept('tr'));
    await visitor.press(page, 'language');
    const before = server.state();
    await visitor.press(page, 'language');
    assert.equal(server.state(), before);
    assert.equal(server.show(email).language, 'tr');
  });

  test('no other link keeps one: expired, stopped, unsubscribe', async () => {
    const email = someone({ language: 'de' });
    const { unsubscribe } = server.links(email);
    const contact = server.show(email).public_id;
    const expired = `/p/${sign({ contact, purpose: MANAGE, issued: Math.floor(Date.now() / 1000) - 401 * 86400 })}`;
    const stopped = `/p/${sign({ contact, purpose: MANAGE, epoch: 1 })}`;
    const before = server.state();
    assert.equal((await visitor.post(`${expired}?lang=en`, { do: 'language' })).status, 403);
    assert.equal((await visitor.post(`${stopped}?lang=en`, { do: 'language' })).status, 403);
    assert.notEqual((await visitor.post(`${unsubscribe}?lang=en`, { do: 'language' })).status, 200);
    assert.equal(server.state(), before);
  });
});

describe('refusals are in the visitor’s language', () => {
  const long = `do=reason&comment=${'x'.repeat(70000)}`;
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  for (const language of ['en', 'de', 'ar', 'ja']) {
    test(language, async () => {
      const told = say(language);
      const { manage } = server.links(someone());
      for (const [code, key, ask] of [
        [404, 'error.title_404', () => visitor.get('/nowhere', accept(language))],
        [405, 'error.title_405', () => visitor.post(`/how?lang=${language}`, { do: 'x' })],
        [400, 'error.form', () => visitor.post(`${manage}?lang=${language}`, { do: 'dance' })],
        [415, 'error.title_415', () => visitor.post(`${manage}?lang=${language}`, '{}', { 'Content-Type': 'application/json' })],
        [413, 'error.title_413', () => visitor.post(manage, long, accept(language))],
        [413, 'error.title_413', () => visitor.post(`${manage}?x=1&lang=${language}`, long, accept('nl'))],
      ]) {
        const reply = await ask();
        assert.equal(reply.status, code, key);
        assert.ok(reply.text.includes(told(key)), `${code}: ${reply.text}`);
        assert.deepEqual(spoken(reply), [language, language]);
        assert.match(reply.body, isRtl(language) ? / dir="rtl"/ : /<html lang="[a-z]+">/);
      }
    });
  }

  test('at the door: plain text for what is no browser, English where nothing tells, and for admins', async () => {
    const ask = (path, headers) => server.ask({ method: 'POST', path, body: long, headers: { ...form, ...headers } });
    const german = await ask('/p/x', accept('de'));
    assert.match(german.get('content-type'), /^text\/plain/);
    assert.equal(german.body, `413 Content Too Large\n${say('de')('error.title_413')}\n${say('de')('error.advice_413')}\n`);
    for (const [path, headers] of [['/p/x', {}], ['/p/x', accept('sv')], ['/p/x?lang=<b>', {}], ['/admin/topics', accept('de')]]) {
      const reply = await ask(path, headers);
      assert.equal(reply.body, '413 Content Too Large\nThe body is too long.\n', path);
      assert.equal(reply.get('content-language'), 'en');
    }
    const page = await ask('/p/x', { Accept: 'text/html', ...accept('he') });
    assert.match(page.get('content-type'), /^text\/html/);
    assert.match(page.get('content-security-policy'), /default-src 'none'/);
    assert.match(page.get('cache-control'), /no-store/);
  });
});

for (const language of LANGUAGES) {
  describe(`every way in ${language}`, () => {
    const told = say(language);
    const asked = `?lang=${language}`;
    const own = (key) => told(`topic.${key}`);

    /** The page is in that language as a whole, and says that. */
    function says(reply, key, values) {
      assert.deepEqual(spoken(reply), [language, language]);
      assert.equal(/ dir="rtl"/.test(reply.body), isRtl(language));
      assert.doesNotMatch(reply.text, /\{[a-z_]+\}/);
      const page = plain(reply.text);
      assert.ok(page.includes(plain(told(key, values))), `${key}: ${page}`);
    }

    test('preferences: saved in so many words, undone; everything stopped', async () => {
      const email = someone();
      const page = await visitor.get(`${server.links(email).manage}${asked}`);
      says(page, 'manage.title');
      assert.ok(page.text.includes(own('system_alerts')) && page.text.includes(own('newsletter_about')));
      const saved = await visitor.press(page, 'save', { topic: ['newsletter', 'system_alerts'] });
      says(saved, 'notice.on_off', { on: own('system_alerts'), off: own('marketing') });
      assert.deepEqual(server.on(email), ['newsletter', 'system_alerts']);
      says(await visitor.press(saved, 'undo'), 'notice.on_off', { on: own('marketing'), off: own('system_alerts') });
      assert.deepEqual(server.on(email), ['marketing', 'newsletter']);
      const stopped = await visitor.press(page, told('sheet.everything'));
      says(stopped, 'notice.stopped_all');
      assert.equal(server.show(email).status, 'opted_out');
    });

    test('one opt-out: one button, the reason, Undo', async () => {
      const email = someone();
      const page = await visitor.get(`${server.links(email, 'newsletter').unsubscribe}${asked}`);
      says(page, 'unsubscribe.topic', { topic: own('newsletter') });
      const done = await visitor.press(page, 'stop_topic');
      says(done, 'notice.stopped', { topic: own('newsletter') });
      assert.deepEqual(server.on(email), ['marketing']);
      const thanked = await visitor.press(done, 'reason', { reason: 'too_many' });
      says(thanked, 'done.thanks');
      says(await visitor.press(thanked, 'undo'), 'notice.undone_topic', { topic: own('newsletter') });
      assert.deepEqual(server.on(email), ['marketing', 'newsletter']);
    });

    test('a pause, its end in the language’s date, ended', async () => {
      const email = someone();
      const page = await visitor.get(`${server.links(email).manage}?show=until&lang=${language}`);
      const until = new Date(Date.now() + 40 * 86400e3);
      const paused = await visitor.press(page, told('pause.until'), { until: until.toISOString().slice(0, 10) });
      const months = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];
      const day = told('date.day', { day: until.getUTCDate(), month: told(`date.${months[until.getUTCMonth()]}`), year: until.getUTCFullYear() });
      says(paused, 'manage.paused', { until: day });
      says(await visitor.press(page, told('pause.until'), { until: '2001-01-01' }), 'manage.title');
      says(await visitor.press(paused, 'resume'), 'notice.resumed');
      assert.equal(server.show(email).paused_until, null);
    });

    test('history and receipt', async () => {
      const email = someone();
      const { manage } = server.links(email);
      const saved = await visitor.press(await visitor.get(`${manage}${asked}`), 'save', { topic: ['newsletter'] });
      const [, url] = /href="(\/p\/[^"]*\/receipt\?entry=[^"]*)"/.exec(saved.body);
      const receipt = await visitor.get(url.replaceAll('&amp;', '&'));
      says(receipt, 'receipt.lead');
      says(receipt, 'past.topics', { what: told('past.off'), topics: own('marketing') });
      const past = await visitor.get(`${manage}?show=history&lang=${language}`);
      says(past, 'past.title');
      says(past, 'past.topics', { what: told('past.off'), topics: own('marketing') });
      says(past, 'past.by_you');
    });

    test('not you: old links stopped, what a stopped one says, a fresh link by mail', async () => {
      const email = someone({ language });
      const { manage } = server.links(email);
      const page = await visitor.get(`${manage}${asked}`);
      says(page, 'not_you.title');
      says(await visitor.press(page, 'void_links'), 'done.void');
      const dead = await visitor.get(`${manage}${asked}`);
      says(dead, 'link.void');
      says(await visitor.press(dead, 'send_link'), 'asked.title');
      const letter = plain(textOf(await mail(email)));
      assert.ok(letter.includes(told('letter.link_title')) && letter.includes(told('letter.stop')), letter);
      says(await visitor.post(`/${asked}`, { do: 'send_link', email: 'no' }), 'fresh.wrong');
    });

    test('signing up, its mail, the button; the address changed, its mail, the button; the old mailbox told', async () => {
      const email = `new-${language}@example.com`, moved = `moved-${language}@example.com`;
      const form = await visitor.get(`/join${asked}`);
      says(form, 'join.title');
      says(await visitor.press(form, told('join.button'), { email: 'x' }), 'join.no_topic');
      says(await visitor.press(form, told('join.button'), { email, topic: ['newsletter', 'marketing'] }), 'asked.title');
      const letter = plain(textOf(await mail(email)));
      assert.ok(letter.includes(told('letter.join_title')) && letter.includes(`* ${own('newsletter')}`), letter);
      const asks = await visitor.get(confirmLink(email));
      says(asks, 'confirm.join');
      assert.ok(asks.text.includes(own('newsletter')));
      const done = await visitor.press(asks, 'confirm');
      says(done, 'confirm.done');
      assert.deepEqual(server.on(email), ['marketing', 'newsletter']);
      assert.equal(server.show(email).language, language);

      const page = await visitor.get(`${server.links(email).manage}?show=address`);
      says(await visitor.press(page, 'change_address', { email: moved }), 'address.asked', { email: moved });
      assert.ok(plain(textOf(await mail(moved))).includes(told('letter.new_title')));
      const asksAgain = await visitor.get(confirmLink(moved));
      says(asksAgain, 'confirm.address');
      says(await visitor.press(asksAgain, 'confirm'), 'confirm.moved');
      assert.deepEqual(server.on(moved), ['marketing', 'newsletter']);
    });
  });
}

test('the page that confirms is in the visit’s language, its topics too, whatever the sign-up was in', async () => {
  const email = 'both@example.com';
  await visitor.post('/join?lang=de', [['email', email], ['topic', 'product_updates'], ['language', 'de']]);
  const link = confirmLink(email);
  assert.match((await visitor.get(link)).text, /Produktneuigkeiten/);
  const arabic = await visitor.get(`${link}?lang=ar`);
  assert.match(arabic.text, new RegExp(say('ar')('topic.product_updates')));
  assert.doesNotMatch(arabic.text, /Produktneuigkeiten/);
  const done = await visitor.press(arabic, 'confirm');
  assert.match(done.text, new RegExp(say('ar')('topic.product_updates')));
});

test('an admin’s words go before the translated ones, and a name of their own before both', async () => {
  const { manage } = server.links(someone());
  const ada = await new Visitor(server).login();
  const csrf = await ada.csrf();
  const edit = (fields) => ada.post('/admin/topics', { csrf, do: 'edit', key: 'product_updates', name: 'Product Updates', description: 'What is new and what has changed', words: 'shown', ...fields });
  await edit({ name_de: 'Was es Neues gibt' });
  const german = await visitor.get(`${manage}?lang=de`);
  assert.match(german.text, /Was es Neues gibt Was neu ist und was sich geändert hat/);
  await edit({ name: 'Repairs', name_de: '' });
  const renamed = await visitor.get(`${manage}?lang=de`);
  assert.match(renamed.text, /Repairs/);
  assert.doesNotMatch(renamed.text, /Produktneuigkeiten/);
});
