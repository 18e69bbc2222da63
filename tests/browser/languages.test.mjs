// Each recipient's way in English, German and Arabic, in Chromium with script and without, by the
// words that stand on the page; and every recipients' page in every language: nothing hangs out.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CONFIRM, keyPair, mint } from '../http/lib/mint.mjs';
import { serve } from '../http/lib/server.mjs';
import { LANGUAGES, isRtl, plain, say } from '../http/lib/words.mjs';
import { launch, violations } from './lib/browser.mjs';

const sender = keyPair();
let server, browser, keyId, number = 0;
before(async () => {
  server = await serve({ admin: false, env: { ASSENT_COURIER: 'no' } }); // letters stay, to be counted
  browser = await launch();
  keyId = server.json(['keys', 'add', '--public', Buffer.from(sender.publicKey).toString('base64'), '--owner', 'A sender', '--json']).id;
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

function someone() {
  const email = `reader${++number}@example.com`;
  server.add(email, { topics: 'newsletter,marketing' });
  return email;
}

const letters = (email) => Number(server.sql(`SELECT count(*) FROM letter WHERE address = '${email}'`));

function confirmLink(email) {
  const contact = server.sql(`SELECT printf('%016x', public_id) FROM confirmation WHERE email = '${email}' ORDER BY id DESC LIMIT 1`).trim();
  return `/c/${mint({ secret: sender.secretKey, keyId, contact, purpose: CONFIRM })}`;
}

for (const language of ['en', 'de', 'ar']) {
  for (const javaScriptEnabled of [true, false]) {
    describe(`${language}, ${javaScriptEnabled ? 'with' : 'without'} script`, () => {
      const told = say(language);
      const own = (key) => told(`topic.${key}`);
      let context, page, faults;

      before(async () => {
        context = await browser.newContext({ javaScriptEnabled, locale: language, baseURL: server.origin, viewport: { width: 360, height: 740 }, reducedMotion: 'reduce' });
        page = await context.newPage();
        page.on('pageerror', (error) => faults.push(String(error)));
        page.on('request', (request) => {
          if (!request.url().startsWith(server.origin)) faults.push(request.url());
        });
      });
      after(() => context.close());

      async function open(path) {
        faults = [];
        await page.goto(path);
      }

      /** The page is whole, in that language and its direction, and says that. */
      async function says(key, values) {
        const text = plain(await page.locator('body').innerText());
        assert.ok(text.includes(plain(told(key, values))), `${key}: ${text}`);
        const [lang, dir] = await page.$eval('html', (html) => [html.lang, getComputedStyle(html).direction]);
        assert.deepEqual([lang, dir], [language, isRtl(language) ? 'rtl' : 'ltr']);
        assert.equal(await page.$eval('html', (html) => html.scrollWidth <= innerWidth), true, `${key}: sideways`);
        if (javaScriptEnabled) assert.deepEqual(await violations(page), [], key);
        assert.deepEqual(faults, []);
      }

      const press = (name, options = {}) => page.getByRole('button', { name, exact: true, ...options }).first().click();
      const unfold = (key) => page.locator('summary', { hasText: told(key) }).click();

      test('preferences: by the browser’s language; a switch, saved, undone; everything stopped', async () => {
        const email = someone();
        await open(server.links(email).manage);
        await says('manage.title');
        await page.getByRole('switch', { name: own('marketing') }).click();
        await press(told('manage.save'));
        await says('notice.off', { off: own('marketing') });
        assert.deepEqual(server.on(email), ['newsletter']);
        await press(told('sheet.undo'));
        await says('notice.on', { on: own('marketing') });
        await press(told('sheet.everything'));
        await says('notice.stopped_all');
        assert.equal(server.show(email).status, 'opted_out');
      });

      test('one topic stopped by one button, the reason given, undone', async () => {
        const email = someone();
        await open(server.links(email, 'newsletter').unsubscribe);
        await says('unsubscribe.topic', { topic: own('newsletter') });
        await press(told('unsubscribe.button'));
        await says('notice.stopped', { topic: own('newsletter') });
        assert.deepEqual(server.on(email), ['marketing']);
        await page.selectOption('#why', { label: told('reason.too_many') });
        await press(told('done.send'));
        await says('done.thanks');
        await press(told('sheet.undo'));
        await says('notice.undone_topic', { topic: own('newsletter') });
        assert.deepEqual(server.on(email), ['marketing', 'newsletter']);
      });

      test('a pause for 30 days, until a day, ended', async () => {
        const email = someone();
        await open(server.links(email).manage);
        await press(told('pause.everything'));
        await says('manage.paused_lead');
        const first = server.show(email).paused_until;
        await unfold('pause.change');
        await page.getByRole('link', { name: told('pause.date') }).click();
        await page.fill('#until', new Date(Date.now() + 50 * 86400e3).toISOString().slice(0, 10));
        await press(told('pause.until'));
        await says('notice.paused');
        assert.ok(server.show(email).paused_until > first);
        await press(told('manage.resume'));
        await says('notice.resumed');
        assert.equal(server.show(email).paused_until, null);
      });

      test('another language by the list at the foot, kept, undone', async () => {
        const email = someone();
        const other = language === 'ar' ? 'he' : 'pl';
        await open(server.links(email).manage);
        await page.locator('.langs summary').click();
        await page.locator(`.langs a[lang=${other}]`).click();
        assert.equal(await page.$eval('html', (html) => html.lang), other);
        await press(say(other)('language.keep'));
        assert.match(plain(await page.getByRole('status').innerText()), new RegExp(say(other)('notice.language')));
        assert.equal(server.show(email).language, other);
        await press(say(other)('sheet.undo'));
        assert.equal(server.show(email).language, '');
        assert.deepEqual(faults, []);
      });

      test('what changed, and the receipt of it', async () => {
        const email = someone();
        await open(server.links(email).manage);
        await page.getByRole('switch', { name: own('newsletter') }).click();
        await press(told('manage.save'));
        await page.getByRole('link', { name: told('receipt.title'), exact: true }).click();
        await says('receipt.lead');
        await says('past.topics', { what: told('past.off'), topics: own('newsletter') });
        await page.getByRole('link', { name: told('done.back') }).click();
        await page.getByRole('link', { name: told('past.link') }).click();
        await says('past.title');
        await says('past.by_you');
      });

      test('not you: the old links stopped; a stopped one sends a fresh one', async () => {
        const email = someone();
        const { manage } = server.links(email);
        await open(manage);
        await unfold('not_you.title');
        await says('not_you.owner');
        await press(told('not_you.stop'));
        await says('done.void');
        await page.goto(manage);
        await says('link.void');
        await page.locator('button[value=send_link]').click();
        await says('asked.title');
        assert.equal(letters(email), 1);
      });

      test('a fresh link from the front page', async () => {
        const email = someone();
        await open('/');
        await page.getByLabel(told('fresh.title')).fill(email);
        await press(told('fresh.button'));
        await says('asked.link', { email });
        assert.equal(letters(email), 1);
      });

      test('signed up, confirmed by the mailed link; another address, confirmed', async () => {
        const email = `new${++number}@example.com`, moved = `moved${number}@example.com`;
        await open('/join');
        await says('join.title');
        assert.equal(await page.getByLabel(told('join.trap')).isVisible(), false);
        await page.getByLabel(told('join.email')).fill(email);
        await page.getByRole('switch', { name: own('newsletter') }).click();
        await press(told('join.button'));
        await says('asked.join', { email });
        await open(confirmLink(email));
        await says('confirm.join');
        await press(told('confirm.join_button'));
        await says('confirm.done');
        assert.deepEqual(server.on(email), ['newsletter']);
        assert.equal(server.show(email).language, language);
        await page.getByRole('link', { name: told('confirm.manage') }).click();
        await page.getByRole('link', { name: told('address.title') }).click();
        await page.getByLabel(told('address.email')).fill(moved);
        await press(told('address.button'));
        await says('address.asked', { email: moved });
        await open(confirmLink(moved));
        await says('confirm.address');
        await press(told('confirm.address_button'));
        await says('confirm.moved');
        assert.deepEqual(server.on(moved), ['newsletter']);
      });
    });
  }
}

describe('every recipients’ page in every language, as `make preview` draws them', () => {
  const folder = resolve(process.env.ASSENT_BUILD ?? 'build', 'preview');

  /** What hangs out of the page, its sheet or its button, with all that can be unfolded open. */
  const hangingOut = () => {
    for (const part of document.querySelectorAll('details')) part.open = true;
    const wrong = document.documentElement.scrollWidth > innerWidth ? ['sideways'] : [];
    const sheet = document.querySelector('.sheet').getBoundingClientRect();
    for (const one of document.querySelectorAll('.sheet *')) {
      const box = one.getBoundingClientRect();
      if (box.width <= 1 || one.closest('.hush') || !one.checkVisibility()) continue;
      if (box.right > sheet.right + 1 || box.left < sheet.left - 1) wrong.push(`out: ${one.outerHTML.slice(0, 80)}`);
      if (one.matches('button, .btn, summary, label') && one.scrollWidth > one.clientWidth + 1) wrong.push(`cut: ${one.outerHTML.slice(0, 80)}`);
    }
    return wrong;
  };

  for (const language of LANGUAGES.filter((one) => one !== 'en')) {
    test(language, { timeout: 120000 }, async () => {
      const context = await browser.newContext({ viewport: { width: 320, height: 800 }, reducedMotion: 'reduce' });
      const page = await context.newPage();
      const names = readdirSync(`${folder}/${language}`);
      assert.ok(names.length > 40);
      for (const name of names) {
        await page.goto(`file://${folder}/${language}/${name}`);
        assert.deepEqual(await page.evaluate(hangingOut), [], name);
        if (isRtl(language)) assert.deepEqual(await violations(page), [], name);
      }
      await context.close();
    });
  }
});
