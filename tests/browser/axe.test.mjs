// axe-core on every page in every state, as `make preview` draws them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { COLOURS, launch, violations } from './lib/browser.mjs';
import { eachPage, pages } from './lib/preview.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** Each element with its box and whether it is shown: what all rules look at but those of colours. */
const layout = (page) => page.evaluate(() => [...document.querySelectorAll('body *')].map((one) => {
  const { x, y, width, height } = one.getBoundingClientRect();
  return `${one.tagName} ${x} ${y} ${width} ${height} ${one.checkVisibility({ visibilityProperty: true })}`;
}).join('\n'));

test('A4: axe-core finds nothing on any page and state, light and dark, at 1280 and 320 px', { timeout: 600000 }, async () => {
  assert.ok(pages.length > 50);
  const wrong = [];
  await eachPage(browser, pages, {}, async (page, name) => {
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme: 'light' });
      const light = await layout(page);
      wrong.push(...(await violations(page)).map((one) => `${name}, light, ${width} px: ${one}`));
      await page.emulateMedia({ colorScheme: 'dark' });
      if ((await layout(page)) !== light) wrong.push(`${name}, ${width} px: the dark differs in more than colours`);
      wrong.push(...(await violations(page, COLOURS)).map((one) => `${name}, dark, ${width} px: ${one}`));
    }
  });
  assert.deepEqual(wrong, []);
});
