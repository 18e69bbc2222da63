// A4: the whole way of a recipient by keyboard alone at 400 % zoom (320 by 256), without script:
// sign up, confirm, choose, read what changed and its receipt, ask for another address.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mail } from '../http/lib/outbox.mjs';
import { serve } from '../http/lib/server.mjs';
import { hiddenFocus, launch, violations } from './lib/browser.mjs';

const CONFIRM = /\/c\/[A-Za-z0-9_-]{112}/;
let server;
let browser;
let page;

before(async () => {
  server = await serve();
  browser = await launch();
  const context = await browser.newContext({ viewport: { width: 320, height: 256 }, locale: 'en', javaScriptEnabled: false });
  page = await context.newPage();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Presses Tab until a control has the focus whose name or value fits; it must be in sight. */
async function tabTo(words) {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    const [name, inSight] = await page.evaluate(() => {
      const at = document.activeElement;
      const label = at.labels?.[0]?.textContent ?? '';
      const box = (at.closest('label') ?? at).getBoundingClientRect();
      return [(at.matches('a, button, summary') ? at.textContent : label).trim(), box.bottom > 0 && box.top < innerHeight];
    });
    if (words.test(name)) {
      assert.ok(inSight, `${name}: out of sight`);
      return;
    }
  }
  throw new Error(`no tab stop is called ${words} on ${page.url()}`);
}

/** Tabs to a control and presses key; where that leads to another page, that has come when it returns. */
async function press(words, key = 'Enter') {
  await tabTo(words);
  const leads = key === 'Enter' && await page.evaluate(() => document.activeElement.matches('a[href], button:not([type=button])'));
  await Promise.all([leads && page.waitForEvent('framenavigated'), page.keyboard.press(key)]);
  await page.waitForLoadState();
}

/** What must hold wherever the keyboard led to. */
async function isFine(title) {
  await page.waitForSelector('h1');
  assert.match(await page.innerText('h1'), title);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${page.url()} scrolls sideways`);
}

const heading = (title) => page.waitForFunction((words) => new RegExp(words, 'i').test(document.querySelector('h1')?.textContent ?? ''), title.source);

test('signing up: a mail is on its way', async () => {
  await page.goto(`${server.origin}/join`);
  await isFine(/./);
  await tabTo(/^Email|address/i);
  await page.keyboard.type('keys@example.org');
  await press(/Newsletter/, 'Space');
  await page.keyboard.press('Enter');
  await heading(/mailbox/);
  await isFine(/mailbox/i);
});

test('confirming: the button of the mail’s page, then Undo, then the button again', async () => {
  const [link] = CONFIRM.exec(await mail(server, 'keys@example.org', CONFIRM));
  await page.goto(server.origin + link);
  await isFine(/./);
  assert.equal(server.sql("SELECT count(*) FROM contact WHERE email_key = 'keys@example.org'").trim(), '0');
  await page.keyboard.press('Tab');
  await page.goto(server.origin + link);
  await press(/^(Yes|Confirm|Sign)/i);
  await page.waitForSelector('[value=undo]');
  assert.deepEqual(server.on('keys@example.org'), ['newsletter']);
  await isFine(/./);
  await press(/^Undo$/);
  await page.waitForSelector('[value=confirm]');
  assert.equal(server.show('keys@example.org').status, 'opted_out');
  await press(/^(Yes|Confirm|Sign)/i);
  await page.waitForSelector('[value=undo]');
  assert.deepEqual(server.on('keys@example.org'), ['newsletter']);
});

test('choosing, what changed, a receipt, and back', async () => {
  await page.goto(server.origin + server.links('keys@example.org').manage);
  await isFine(/./);
  await press(/Marketing/, 'Space');
  await press(/^Save/);
  await page.waitForSelector('.notice');
  assert.deepEqual(server.on('keys@example.org'), ['marketing', 'newsletter']);
  await press(/What changed/);
  await page.waitForSelector('.past');
  await isFine(/changed/i);
  await press(/^Receipt$/);
  await page.waitForSelector('.facts');
  await isFine(/^Receipt/);
  await press(/Back|preferences/i);
  await page.waitForSelector('[value=save]');
});

test('another address: the form opens and mails the new one, whose button moves', async () => {
  await press(/^Change my address/);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'address', 'the field that was asked for has the focus');
  await page.keyboard.type('other.keys@example.org');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.notice');
  const [link] = CONFIRM.exec(await mail(server, 'other.keys@example.org', CONFIRM));
  await page.goto(server.origin + link);
  await press(/^(Yes|Confirm|Change|This)/i);
  await heading(/changed/);
  await isFine(/changed/i);
  assert.deepEqual(server.on('other.keys@example.org'), ['marketing', 'newsletter']);
});

test('axe and the focus on each of these pages', async () => {
  const context = await browser.newContext({ viewport: { width: 320, height: 256 }, locale: 'en' });
  const other = await context.newPage();
  const { manage } = server.links('other.keys@example.org');
  for (const path of ['/join', manage, `${manage}?show=history`, '/', '/how']) {
    await other.goto(server.origin + path);
    await other.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
    assert.deepEqual(await violations(other), [], path);
    assert.deepEqual(await hiddenFocus(other, 40), [], path);
  }
  await context.close();
});

test('L6: one’s data as a file, and erasing oneself, each by its button; then the page says what is held', async () => {
  const { manage } = server.links('other.keys@example.org');
  await page.goto(server.origin + manage);
  await press(/^Your data/);
  await heading(/Your data/);
  const [file] = await Promise.all([page.waitForEvent('download'), tabTo(/^Download as a file/).then(() => page.keyboard.press('Enter'))]);
  assert.equal(file.suggestedFilename(), 'my-data.json');
  await page.goto(`${server.origin}${manage}/data`);
  await press(/^Erase me…/);
  await heading(/Erase everything/);
  await press(/^No, go back/);
  await press(/^Erase me…/);
  await press(/^Erase everything about me/);
  await heading(/You are erased/);
  await isFine(/erased/i);
  await page.goto(server.origin + manage);
  await heading(/nobody/i);
});
