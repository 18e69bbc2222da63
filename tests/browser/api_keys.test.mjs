// Setup → API keys in a browser: made by keyboard, copied, reloaded; axe in light and dark, wide and narrow; without script.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve, ADMIN } from '../http/lib/server.mjs';
import { hiddenFocus, launch, smallTargets, violations } from './lib/browser.mjs';

let server;
let browser;

before(async () => {
  server = await serve();
  server.run(['apikey', 'new', 'The CRM', '--scopes', 'contacts:read']);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.wrong = [];
  page.on('console', (message) => message.type() === 'error' && !/4(09|22)/.test(message.text()) && page.wrong.push(message.text()));
  await page.goto(`${server.origin}/admin/login`);
  await page.fill('[name=email]', ADMIN.email);
  await page.fill('[name=password]', ADMIN.password);
  await page.click('main button, .login__box button');
  await page.waitForURL(/\/admin\/people/);
  await page.click('.side__nav >> text=API keys');
  await page.waitForURL(/\/admin\/api-keys$/);
  return page;
}

for (const [width, colorScheme] of [[1280, 'light'], [1280, 'dark'], [360, 'light'], [360, 'dark']]) {
  test(`A4: at ${width} px, ${colorScheme}: list, form, refusal, key and question have no fault of axe`, async () => {
    const page = await open({ viewport: { width, height: 900 }, colorScheme });
    const look = async (what) => {
      assert.deepEqual(await violations(page), [], what);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), what);
      assert.deepEqual((await smallTargets(page, 24)).filter((one) => !one.includes('class="hush"')), [], what);
    };
    await page.click('summary');
    await look('form');
    await page.fill('#key-name', `Mailer ${width} ${colorScheme}`);
    await page.click('[value=make]');
    await page.waitForSelector('#key-scopes-fault');
    await look('refusal');
    await page.check('[value=links]');
    await page.click('[value=make]');
    await page.waitForSelector('#made-key');
    await look('key');
    await page.goto(`${server.origin}/admin/api-keys?revoke=1`);
    await look('question');
    assert.deepEqual(page.wrong, []);
    await page.context().close();
  });
}

test('A1: by keyboard alone a key is made and copied; a reload makes no second one and shows none', async () => {
  const page = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
  assert.deepEqual(await hiddenFocus(page, 30), []);
  await page.focus('summary');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.type('By keyboard');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#made-key');
  const key = await page.inputValue('#made-key');
  assert.match(key, /^assent_.{43}$/);
  await page.focus('[data-copy-field]');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('[data-copy-field]').textContent === 'Copied');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), key);
  await page.reload();
  assert.match(await page.innerText('#notice'), /none was made now/);
  assert.equal(await page.locator('#made-key').count(), 0);
  assert.equal(await page.locator('.keyrow b', { hasText: 'By keyboard' }).count(), 1);
  await page.context().close();
});

test('where the clipboard is out of reach, the key is selected and the button says how to copy', async () => {
  const page = await open();
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await page.reload();
  await page.click('summary');
  await page.fill('#key-name', 'No clipboard');
  await page.check('[value=check]');
  await page.click('[value=make]');
  await page.click('[data-copy-field]');
  assert.match(await page.innerText('[data-copy-field]'), /Ctrl\+C/);
  assert.equal(await page.evaluate(() => getSelection().toString() || document.activeElement.id), await page.inputValue('#made-key'));
  await page.context().close();
});

test('without script a key is made, can be selected, and is revoked', async () => {
  const page = await open({ javaScriptEnabled: false });
  await page.click('summary');
  await page.fill('#key-name', 'Plain');
  await page.check('[value=events]');
  await page.click('[value=make]');
  assert.match(await page.inputValue('#made-key'), /^assent_/);
  assert.equal(await page.locator('[data-copy-field]').isVisible(), false);
  await page.click('text=I have copied it');
  await page.locator('.keyrow', { hasText: 'Plain' }).locator('text=Revoke').click();
  await page.click('text=Revoke for ever');
  assert.match(await page.innerText('#notice'), /The key of Plain is revoked/);
  await page.context().close();
});
