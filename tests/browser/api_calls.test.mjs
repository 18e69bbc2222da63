// Setup → API and the page of problems in a browser: axe in light and dark, wide and narrow; copied; without script.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve, ADMIN } from '../http/lib/server.mjs';
import { hiddenFocus, launch, smallTargets, violations } from './lib/browser.mjs';

let server;
let browser;
before(async () => {
  server = await serve();
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
  page.on('console', (message) => message.type() === 'error' && page.wrong.push(message.text()));
  await page.goto(`${server.origin}/admin/login`);
  await page.fill('[name=email]', ADMIN.email);
  await page.fill('[name=password]', ADMIN.password);
  await page.click('main button, .login__box button');
  await page.waitForURL(/\/admin\/people/);
  await page.click('.side__nav a[href="/admin/api"]');
  await page.waitForURL(/\/admin\/api$/);
  return page;
}

for (const [width, colorScheme] of [[1280, 'light'], [1280, 'dark'], [360, 'light'], [360, 'dark']]) {
  test(`A4: at ${width} px, ${colorScheme}: the calls and the problems have no fault of axe, and fit`, async () => {
    const page = await open({ viewport: { width, height: 900 }, colorScheme });
    for (const path of ['/admin/api', '/api/v1/problems#needs-consent']) {
      await page.goto(server.origin + path);
      assert.deepEqual(await violations(page), [], path);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), path);
      if (process.env.ASSENT_SHOTS) {
        await page.screenshot({ path: `${process.env.ASSENT_SHOTS}/${path.replace(/\W/g, '_')}-${width}-${colorScheme}.png`, fullPage: width === 1280 });
      }
    }
    await page.goto(`${server.origin}/admin/api`);
    assert.deepEqual(await hiddenFocus(page), []);
    assert.deepEqual(page.wrong, []);
    await page.context().close();
  });
}

test('an example is copied as it stands, by keyboard', async () => {
  const page = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
  const button = page.locator('[data-copy-field=ex-check]');
  await button.focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('[data-copy-field=ex-check]').textContent === 'Copied');
  assert.equal((await page.evaluate(() => navigator.clipboard.readText())).trim(), (await page.textContent('#ex-check')).trim());
  await page.context().close();
});

test('without script every example is there to be read and selected, and no button that does nothing', async () => {
  const page = await open({ javaScriptEnabled: false });
  assert.ok(await page.isVisible('#ex-python'));
  assert.equal(await page.locator('[data-copy-field]:visible').count(), 0);
  await page.context().close();
});
