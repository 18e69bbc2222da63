// Setup → Hooks in a browser: wide and narrow, light and dark, by keyboard alone, without script.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve, ADMIN } from '../http/lib/server.mjs';
import { hiddenFocus, launch, smallTargets, violations } from './lib/browser.mjs';

let server;
let browser;

before(async () => {
  server = await serve({
    before: (fresh) => {
      for (const name of ['crm', 'a-rather-long-name-of-a-warehouse.and-its-department']) {
        fresh.run(['hooks', 'add', `https://${name}.example.com/told/of/changes?by=assent`, '--about', 'What it is for', '--signing', 'both']);
      }
      fresh.sql(`INSERT INTO hook_delivery (hook, position, message_id, created_at, due_at, tries, outcome, ended_at, code, fault)
        VALUES (1, 0, randomblob(16), unixepoch(), 0, 2, 1, unixepoch(), 200, ''), (1, 0, randomblob(16), unixepoch(), 0, 10, 2, unixepoch(), 0, 'no answer within 15 seconds')`);
    },
  });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function open(path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.wrong = [];
  page.on('console', (message) => message.type() === 'error' && !/422/.test(message.text()) && page.wrong.push(message.text()));
  await page.goto(`${server.origin}/admin/login`);
  await page.fill('[name=email]', ADMIN.email);
  await page.fill('[name=password]', ADMIN.password);
  await page.click('main button, .login__box button');
  await page.waitForURL(/\/admin\/people/);
  await page.goto(`${server.origin}${path}`);
  return page;
}

/** Presses Tab until what has the focus matches, and says what it is. */
async function tabTo(page, words) {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate(() => (document.activeElement.innerText || document.activeElement.value || document.activeElement.id).trim());
    if (words.test(found)) {
      return found;
    }
  }
  throw new Error(`no tab stop says ${words}`);
}

for (const [width, colorScheme] of [[1280, 'light'], [1280, 'dark'], [360, 'light'], [360, 'dark']]) {
  test(`at ${width} px, ${colorScheme}: list, hook, question and refusal have no fault of axe, no sideways scrolling, targets of 24 px`, async () => {
    const page = await open('/admin/hooks', { viewport: { width, height: 900 }, colorScheme });
    const look = async () => {
      await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
      assert.deepEqual(await violations(page), []);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), page.url());
      assert.deepEqual(await smallTargets(page, 24), []);
    };
    await look();
    await page.fill('#hook-url', 'http://crm.example.com/');
    await page.click('button[value=add]');
    await page.waitForSelector('#hook-url-fault');
    await look();
    await page.goto(`${server.origin}/admin/hooks/1`);
    await page.click('button[value=secret]');
    await page.waitForSelector('text=whsec_');
    await look();
    await page.goto(`${server.origin}/admin/hooks/1?remove=1`);
    await look();
    assert.deepEqual(page.wrong, []);
    await page.context().close();
  });
}

test('A4: at 400 % zoom (320 by 256) nothing scrolls both ways, and the focus shows at every tab stop', async () => {
  for (const path of ['/admin/hooks', '/admin/hooks/1', '/admin/hooks/1?remove=1', '/admin/settings']) {
    const page = await open(path, { viewport: { width: 320, height: 256 } });
    await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), path);
    const isOfPreview = /^covered: <(div class="trial__frame"|iframe)/; // taller than the window: its middle is out of sight
    assert.deepEqual((await hiddenFocus(page, 60)).filter((one) => !isOfPreview.test(one)), [], path);
    await page.context().close();
  }
});

test('by keyboard alone: a hook is added, refused, mended, stopped, removed and brought back', async () => {
  const page = await open('/admin/hooks');
  await tabTo(page, /^Add a hook$/);
  await page.keyboard.press('Enter');
  await tabTo(page, /^hook-url$/);
  await page.keyboard.type('crm.example.com/keyboard');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#hook-url-fault');
  assert.match(await page.innerText('#hook-url-fault'), /must begin with https/);
  await tabTo(page, /^crm\.example\.com\/keyboard$/);
  await page.keyboard.press('Home');
  await page.keyboard.type('https://');
  await page.keyboard.press('Enter');
  await page.waitForURL(/did=add/);
  assert.match(await page.innerText('h1'), /https:\/\/crm\.example\.com\/keyboard/);
  await tabTo(page, /^Stop$/);
  await page.keyboard.press('Enter');
  await page.waitForURL(/did=stop/);
  await tabTo(page, /^Remove hook$/);
  await page.keyboard.press('Enter');
  await page.waitForSelector('#confirm');
  await tabTo(page, /^Remove hook$/);
  await page.keyboard.press('Enter');
  await page.waitForURL(/did=remove/);
  await tabTo(page, /^Undo$/);
  await page.keyboard.press('Enter');
  await page.waitForURL(/did=undo/);
  assert.match(await page.innerText('#notice'), /The hook is back/);
  assert.match(await page.innerText('.hookpart .badge'), /Stopped/);
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test('without script all of it works as well', async () => {
  const page = await open('/admin/hooks', { javaScriptEnabled: false });
  await page.click('summary');
  await page.fill('#hook-url', 'https://plain.example.com/');
  await page.uncheck('[value="topic.added"]');
  await page.click('button[value=add]');
  assert.match(await page.innerText('#notice'), /The hook was added/);
  await page.click('button[value=rotate]');
  assert.equal(await page.locator('code', { hasText: 'whpk_' }).count(), 2);
  await page.click('button[value=test]');
  assert.match(await page.innerText('#notice'), /A test is on its way/);
  await page.click('.btn--danger');
  await page.click('#confirm button');
  await page.click('#notice button');
  assert.match(await page.innerText('#notice'), /The hook is back/);
  await page.context().close();
});
