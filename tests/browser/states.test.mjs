// Every page in every state, as `make preview` draws them: axe-core, reflow, targets, focus.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { hiddenFocus, launch, smallTargets, violations } from './lib/browser.mjs';

const folder = resolve(process.env.ASSENT_BUILD ?? 'build', 'preview');
const pages = readdirSync(folder).filter((name) => name.endsWith('.html'));
const recipients = pages.filter((name) => /^(manage|unsubscribe|done|link|home|error)/.test(name));

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

async function eachPage(names, options, look) {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  for (const name of names) {
    await page.goto(`file://${folder}/${name}`);
    await page.evaluate(() => {
      for (const part of document.querySelectorAll('details')) part.open = true;
    });
    await look(page, name);
  }
  await context.close();
}

for (const colorScheme of ['light', 'dark']) {
  for (const width of [1280, 320]) {
    test(`A4: axe-core finds nothing on any page and state, ${colorScheme}, ${width} px`, { timeout: 180000 }, async () => {
      assert.ok(pages.length > 50);
      await eachPage(pages, { colorScheme, viewport: { width, height: 800 } }, async (page, name) => {
        assert.deepEqual(await violations(page), [], name);
      });
    });
  }
}

test('A4: nothing scrolls sideways at 320 px, at 640 px (1280 at 200 % zoom), at 1280 px', async () => {
  for (const width of [320, 640, 1280]) {
    await eachPage(pages, { viewport: { width, height: 800 } }, async (page, name) => {
      assert.equal(await page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth)), 0, `${name} at ${width}`);
    });
  }
});

test('A1: targets are at least 24 px, and 44 px for recipients', async () => {
  for (const width of [1280, 360]) {
    await eachPage(pages, { viewport: { width, height: 800 } }, async (page, name) => {
      assert.deepEqual(await smallTargets(page, 24), [], `${name} at ${width}`);
    });
    await eachPage(recipients, { viewport: { width, height: 800 } }, async (page, name) => {
      const low = await page.$$eval('.sheet .btn, .sheet .field, .sheet .topic', (all) => all.filter((one) => one.getBoundingClientRect().height < 44).length);
      assert.equal(low, 0, name);
    });
  }
});

test('A1: the focus shows at every tab stop, and nothing covers it', { timeout: 120000 }, async () => {
  const some = ['people', 'people-nobody', 'person', 'person-needs-consent', 'person-new', 'topics', 'login', 'manage', 'done', 'unsubscribe'];
  for (const width of [1280, 360]) {
    await eachPage(some.map((name) => `${name}.html`), { viewport: { width, height: 700 } }, async (page, name) => {
      assert.deepEqual(await hiddenFocus(page), [], `${name} at ${width}`);
    });
  }
});

test('A4: with forced colours a switch still tells on from off', async () => {
  await eachPage(['manage.html', 'person.html'], { forcedColors: 'active' }, async (page, name) => {
    const looks = await page.$$eval('.switch', (all) => all.map((one) => `${one.checked} ${getComputedStyle(one).backgroundColor}`));
    assert.equal(new Set(looks).size, 2, name);
    assert.equal(new Set(looks.map((look) => look.split(' ')[1] + look.split(' ')[2])).size, 2, name);
  });
});

test('the list at 1280 px: no name wraps, the header stays in sight', async () => {
  await eachPage(['people.html'], { viewport: { width: 1280, height: 500 } }, async (page) => {
    const heights = await page.$$eval('.people tbody tr', (rows) => rows.map((row) => row.offsetHeight));
    assert.equal(new Set(heights).size, 1, `rows of ${heights}`);
    await page.mouse.move(700, 300); // over the list: the menu scrolls by itself where it is taller than the window
    await page.mouse.wheel(0, 600);
    await page.waitForFunction(() => scrollY > 300);
    assert.equal(await page.evaluate(() => Math.round(document.querySelector('.people th').getBoundingClientRect().top)), 0);
    await page.check('#dense', { force: true });
    assert.ok((await page.$eval('.people tbody tr', (row) => row.offsetHeight)) < heights[0], 'compact rows are lower');
  });
});

test('pages read from right to left keep their order', async () => {
  await eachPage(['people.html', 'manage.html'], { viewport: { width: 1280, height: 800 } }, async (page, name) => {
    await page.evaluate(() => {
      document.documentElement.dir = 'rtl';
    });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, name);
    const isLeft = await page.evaluate(() => {
      const last = document.querySelector('.c-act, .switch').getBoundingClientRect();
      return last.left < innerWidth / 2;
    });
    assert.ok(isLeft, name);
  });
});
