// Communications → Requests in a browser: axe in light and dark, wide and narrow; a request's whole way by keyboard.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve, ADMIN } from '../http/lib/server.mjs';
import { hiddenFocus, launch, smallTargets, violations } from './lib/browser.mjs';

let server;
let browser;

before(async () => {
  server = await serve();
  server.add('jane@example.org');
  server.run(['requests', 'add', '--kind', 'access', '--way', 'letter', '--received', '2026-01-31', '--who', 'Jane Roe, 1 Long Street, Somewhere', '--email', 'jane@example.org']);
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
  page.on('console', (message) => message.type() === 'error' && !/422/.test(message.text()) && page.wrong.push(message.text()));
  await page.goto(`${server.origin}/admin/login`);
  await page.fill('[name=email]', ADMIN.email);
  await page.fill('[name=password]', ADMIN.password);
  await page.click('main button, .login__box button');
  await page.waitForURL(/\/admin\/people/);
  await page.click('.side__nav >> text=Requests');
  await page.waitForURL(/\/admin\/requests$/);
  return page;
}

for (const [width, colorScheme] of [[1280, 'dark'], [360, 'light']]) {
  test(`A4: at ${width} px, ${colorScheme}: list, form, refusal and one request have no fault of axe`, async () => {
    const page = await open({ viewport: { width, height: 900 }, colorScheme });
    const look = async (what) => {
      assert.deepEqual(await violations(page), [], what);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), what);
      assert.deepEqual((await smallTargets(page, 24)).filter((one) => !one.includes('class="hush"')), [], what);
    };
    await page.click('summary');
    await look('list and form');
    await page.click('[value=add]');
    await page.waitForSelector('#r-who-fault');
    await look('refusal');
    await page.goto(`${server.origin}/admin/requests/1`);
    await page.click('summary');
    await look('one');
    assert.deepEqual(page.wrong, []);
    await page.context().close();
  });
}

test('A1: by keyboard alone, without script, a request is noted, closed, and that undone', async () => {
  const page = await open({ javaScriptEnabled: false });
  await page.focus('summary');
  await page.keyboard.press('Enter');
  await page.focus('#r-who');
  await page.keyboard.type('Kim Poe');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/admin\/requests\/\d+\?did=add$/);
  assert.match(await page.textContent('#notice'), /Noted\. It is due on/);
  await page.focus('[value=done]');
  await page.keyboard.press('Enter');
  await page.waitForURL(/did=done$/);
  await page.focus('#notice button');
  await page.keyboard.press('Enter');
  await page.waitForURL(/did=undo$/);
  assert.match(await page.textContent('#notice'), /Undone: open, and due on/);
  assert.deepEqual(await hiddenFocus(page), []);
  await page.context().close();
});
