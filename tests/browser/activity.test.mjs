// Communications → Activity in a browser: wide and narrow, light and dark, by keyboard alone, without
// script; the hash is copied.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve, ADMIN } from '../http/lib/server.mjs';
import { focused, hiddenFocus, launch, smallTargets, violations } from './lib/browser.mjs';

const PATH = '/admin/activity';
let server, browser, entry;

before(async () => {
  server = await serve();
  browser = await launch();
  server.import(`email,name,newsletter\n${Array.from({ length: 70 }, (_, i) => `p${i}@example.com,Person ${i},yes`).join('\n')}\n`);
  server.add('maximiliana@a-very-long-domain-name-that-does-not-end.example', { name: 'Maximiliana Theodora von Hohenzollern-Sigmaringen' });
  server.add('jane@example.com', { name: 'Jane Smith' });
  server.run(['optout', 'jane@example.com', '--note', 'On the phone, with many words that go on and on']);
  server.run(['settings', 'set', 'goodbye_words', 'Farewell']);
  entry = server.sql("SELECT max(position) FROM entry WHERE kind = 2").trim();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function open(path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.wrong = [];
  page.on('console', (message) => message.type() === 'error' && page.wrong.push(message.text()));
  await page.goto(`${server.origin}/admin/login`);
  await page.fill('[name=email]', ADMIN.email);
  await page.fill('[name=password]', ADMIN.password);
  await page.press('[name=password]', 'Enter');
  await page.waitForURL(/\/admin\/people/);
  await page.goto(`${server.origin}${path}`);
  return page;
}

for (const [width, colorScheme] of [[1280, 'light'], [1280, 'dark'], [360, 'light'], [360, 'dark']]) {
  test(`at ${width} px, ${colorScheme}: no fault of axe, no sideways scrolling, targets of 24 px, nothing blocked`, async () => {
    const page = await open(PATH, { viewport: { width, height: 900 }, colorScheme });
    const more = width === 360 && colorScheme === 'dark' ? [`${PATH}?kind=erasing&actor=mailto`, `${PATH}?q=jane%40example.com`, `${PATH}?q=person`, '/admin/help?task=activity'] : [];
    for (const path of [PATH, `${PATH}/${entry}`, ...more]) {
      await page.goto(`${server.origin}${path}`);
      assert.deepEqual(await violations(page), [], path);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), path);
      assert.deepEqual((await smallTargets(page, 24)).filter((one) => !one.includes('class="hush"')), [], path);
    }
    assert.deepEqual(page.wrong, []);
    await page.goto(`${server.origin}${PATH}?from=soon`); // what is refused is shown with its words
    assert.deepEqual(await violations(page), []);
    await page.context().close();
  });
}

/** Tab until what is focused fits. */
async function tabTo(page, fits) {
  for (let i = 0; i < 80; i++) {
    if (await page.evaluate(fits)) {
      return;
    }
    await page.keyboard.press('Tab');
  }
  assert.fail(`not reached; focus is on ${await focused(page)}`);
}

test('by keyboard alone: filter, open an entry, go on to the entry before', async () => {
  const page = await open(PATH);
  await tabTo(page, () => document.activeElement?.name === 'q');
  await page.keyboard.type('jane@example.com');
  await tabTo(page, () => document.activeElement?.name === 'kind');
  await page.keyboard.type('Opted out');
  await page.keyboard.press('Tab');
  await tabTo(page, () => document.activeElement?.textContent === 'Show');
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=jane%40example.com&kind=opted_out/);
  assert.deepEqual(await page.locator('.deed__what a').allInnerTexts(), ['Opted out; Newsletter and Product Updates off']);
  assert.deepEqual(await hiddenFocus(page), []);
  await tabTo(page, () => document.activeElement?.closest('.deed__what'));
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`${PATH}/${entry}$`));
  assert.deepEqual(await hiddenFocus(page), []);
  await tabTo(page, () => document.activeElement?.textContent.startsWith('This person’s entry before'));
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`${PATH}/${Number(entry) - 1}$`));
  await page.context().close();
});

test('the hash is copied, and said', async () => {
  const page = await open(`${PATH}/${entry}`, { permissions: ['clipboard-read', 'clipboard-write'] });
  const hash = await page.inputValue('#entry-hash');
  assert.match(hash, /^[0-9a-f]{64}$/);
  await page.click('text=Copy hash');
  await page.waitForFunction(() => document.querySelector('#said').textContent === 'Hash copied');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), hash);
  await page.context().close();
});

test('without JavaScript: filters, pages, one entry, exports; no button that would do nothing', async () => {
  const page = await open(PATH, { javaScriptEnabled: false });
  await page.selectOption('[name=kind]', 'added');
  await page.selectOption('[name=actor]', 'import');
  await page.click('text="Show"');
  assert.equal(await page.locator('.deed').count(), 50);
  await page.click('text="Older"');
  assert.equal(await page.locator('.deed').count(), 20);
  await page.click('text="Newer"');
  assert.equal(await page.locator('.deed').count(), 50);
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('text="Export CSV"')]);
  assert.equal(file.suggestedFilename(), 'activity.csv');
  await page.click('.deed__what a >> nth=0');
  assert.match(await page.innerText('h1'), /^Added/);
  assert.equal(await page.locator('text=Copy hash').isVisible(), false);
  await page.context().close();
});
