// A recipient's pages by keyboard alone, in a narrow window, in forced colours; and how many presses
// leaving and coming back take.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { serve } from '../http/lib/server.mjs';
import { launch, violations } from './lib/browser.mjs';

let server;
let browser;
let number = 0;

before(async () => {
  server = await serve({ admin: false });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

function someone(topics = 'newsletter,marketing') {
  const email = `reader${++number}@example.com`;
  server.add(email, { topics });
  return email;
}

async function open(path, options = {}) {
  const context = await browser.newContext({ reducedMotion: 'reduce', baseURL: server.origin, ...options });
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(server.origin)) {
      page.faults.push(`a request to ${request.url()}`);
    }
  });
  await page.goto(path);
  return page;
}

async function done(page) {
  assert.deepEqual(page.faults, []);
  assert.deepEqual(await page.context().cookies(), [], 'no cookie');
  await page.context().close();
}

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? 'with script' : 'without script', () => {
    test('L5: withdrawing is as easy as giving: the same number of presses', async () => {
      const email = someone('newsletter');
      const presses = async (act) => {
        const page = await open(server.links(email).manage, { javaScriptEnabled });
        const count = await act(page);
        await page.context().close();
        return count;
      };
      const toggle = async (page) => {
        await page.getByLabel(/Newsletter/).click();
        await page.getByRole('button', { name: 'Save preferences' }).click();
        await page.getByRole('status').waitFor();
        return 2;
      };
      const leave = await presses(toggle);
      assert.deepEqual(server.on(email), []);
      const join = await presses(toggle);
      assert.deepEqual(server.on(email), ['newsletter']);
      const everything = await presses(async (page) => {
        await page.getByRole('button', { name: 'Unsubscribe from everything' }).click();
        await page.getByRole('status').waitFor();
        return 1;
      });
      assert.ok(leave <= join && everything <= join);
      assert.equal(server.show(email).status, 'opted_out');
    });
  });
}

test('A5: keyboard only: Tab reaches each switch, Space toggles it, Enter saves', async () => {
  const email = someone('newsletter');
  const page = await open(server.links(email).manage);
  const toggle = page.getByRole('switch', { name: /Product Updates/ });
  for (let i = 0; i < 10 && !(await toggle.evaluate((node) => node === document.activeElement)); i++) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Space');
  assert.equal(await toggle.isChecked(), true);
  const label = await toggle.evaluate((node) => node.closest('label').textContent);
  await page.keyboard.press('Space');
  assert.equal(await toggle.evaluate((node) => node.closest('label').textContent), label, 'the label does not change with the state');
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await page.getByRole('status').waitFor();
  assert.deepEqual(server.on(email), ['newsletter', 'product_updates']);
  await done(page);
});

test('A5: the switches stand in a named group', async () => {
  const page = await open(server.links(someone()).manage);
  assert.equal(await page.getByRole('group', { name: 'Topics' }).getByRole('switch').count(), 4);
  await done(page);
});

for (const colorScheme of ['light', 'dark']) {
  for (const width of [320, 1280]) {
    test(`A4: axe-core finds nothing and nothing scrolls sideways on the live pages, ${colorScheme}, ${width} px`, async () => {
      const email = someone();
      const { manage, unsubscribe } = server.links(email, 'newsletter');
      const page = await open('/', { colorScheme, viewport: { width, height: 720 } });
      const look = async (name) => {
        assert.deepEqual(await violations(page), [], name);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, name);
      };
      await look('home');
      for (const path of [manage, unsubscribe, '/u/broken', '/nowhere']) {
        await page.goto(path);
        await look(path.slice(0, 3));
      }
      await page.goto(unsubscribe);
      await page.getByRole('button', { name: 'Unsubscribe', exact: true }).click();
      await page.getByRole('status').waitFor();
      await look('done');
      await done(page);
    });
  }
}

test('A4: with forced colours a switch that is on looks other than one that is off', async () => {
  const page = await open(server.links(someone('newsletter')).manage, { forcedColors: 'active' });
  const [on, off] = await Promise.all([0, 1].map((n) => page.locator('.switch').nth(n).screenshot()));
  assert.ok(!on.equals(off));
  await done(page);
});
