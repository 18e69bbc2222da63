// Every page in every state, as `make preview` draws them: reflow, targets, focus.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { hiddenFocus, launch, smallTargets } from './lib/browser.mjs';
import { eachPage as walk, pages, recipients } from './lib/preview.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());
const eachPage = (...how) => walk(browser, ...how);

test('A4: nothing scrolls sideways at 320 px, at 640 px (1280 at 200 % zoom), at 1280 px', async () => {
  const wrong = [];
  await eachPage(pages, {}, async (page, name) => {
    for (const width of [320, 640, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (over > 0) wrong.push(`${name} at ${width}: ${over} px`);
    }
  });
  assert.deepEqual(wrong, []);
});

test('A1: targets are at least 24 px, and 44 px for recipients', async () => {
  const wrong = [];
  await eachPage(pages, {}, async (page, name) => {
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 });
      wrong.push(...(await smallTargets(page, 24)).map((one) => `${name} at ${width}: ${one}`));
      if (recipients.includes(name)) {
        const low = await page.$$eval('.sheet .btn, .sheet .field, .sheet .topic', (all) => all.filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML.slice(0, 100)));
        wrong.push(...low.map((one) => `${name} at ${width}, below 44: ${one}`));
      }
    }
  });
  assert.deepEqual(wrong, []);
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

test('the list: a name too long for its column keeps its beginning, in either direction, and stands where the others stand', async () => {
  await eachPage(['people.html'], { viewport: { width: 1280, height: 800 } }, async (page) => {
    const seen = await page.$$eval('.c-who .cut', (all) => ['Maximiliana '.repeat(20), 'عبد الرحمن '.repeat(20), 'فرح'].map((name, i) => {
      const cell = all[i];
      cell.textContent = name;
      const text = document.createRange();
      text.setStart(cell.firstChild, 0);
      text.setEnd(cell.firstChild, i === 2 ? 3 : 1);
      const [box, first] = [cell.getBoundingClientRect(), text.getBoundingClientRect()];
      return first.left >= box.left - 1 && first.right <= box.right + 1 && (i === 1 || first.left - box.left < 2);
    }));
    assert.deepEqual(seen, [true, true, true]);
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
