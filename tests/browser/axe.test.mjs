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
const layout = async (page, colorScheme) => {
  await page.emulateMedia({ colorScheme });
  return page.evaluate(() => {
    window.scrollTo(0, 0);
    return [...document.querySelectorAll('body *')].map((one) => {
      const { x, y, width, height } = one.getBoundingClientRect();
      return `${one.tagName} ${x} ${y} ${width} ${height} ${one.checkVisibility({ visibilityProperty: true })}`;
    }).join('\n');
  });
};

/** What the page's script moved between the two looks is no difference: then both are taken anew. */
async function differs(page, light) {
  for (let tries = 0, before = light; tries < 5; tries++, before = await layout(page, 'light')) {
    if ((await layout(page, 'dark')) === before) return false;
  }
  return true;
}

test('A4: axe-core finds nothing on any page and state, light and dark, at 1280 and 320 px', { timeout: 600000 }, async () => {
  assert.ok(pages.length > 50);
  const wrong = [];
  await eachPage(browser, pages, {}, async (page, name) => {
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 800 });
      const light = await layout(page, 'light');
      wrong.push(...(await violations(page)).map((one) => `${name}, light, ${width} px: ${one}`));
      if (await differs(page, light)) wrong.push(`${name}, ${width} px: the dark differs in more than colours`);
      await page.emulateMedia({ colorScheme: 'dark' });
      wrong.push(...(await violations(page, COLOURS)).map((one) => `${name}, dark, ${width} px: ${one}`));
    }
  });
  assert.deepEqual(wrong, []);
});
