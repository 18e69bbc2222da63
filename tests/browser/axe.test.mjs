// axe-core on every page in every state, as `make preview` draws them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, violations } from './lib/browser.mjs';
import { eachPage, pages } from './lib/preview.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

test('A4: axe-core finds nothing on any page and state, light and dark, at 1280 and 320 px', { timeout: 600000 }, async () => {
  assert.ok(pages.length > 50);
  const wrong = [];
  await eachPage(browser, pages, {}, async (page, name) => {
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 800 });
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        wrong.push(...(await violations(page)).map((one) => `${name}, ${colorScheme}, ${width} px: ${one}`));
      }
    }
  });
  assert.deepEqual(wrong, []);
});
