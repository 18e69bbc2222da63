// What a recipient does in a browser, with JavaScript and without: clicks, pages, bytes.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { serve } from '../http/lib/server.mjs';
import { launch, violations } from './lib/browser.mjs';

let server, browser, made = 0;

before(async () => {
  server = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

function person() {
  const email = `reader${++made}@letters.example`;
  server.add(email, { topics: 'newsletter,marketing' });
  return email;
}

for (const javaScriptEnabled of [true, false]) {
  describe(`JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, () => {
    let context, page, bytes, faults;

    before(async () => {
      context = await browser.newContext({ javaScriptEnabled, viewport: { width: 360, height: 740 } });
      page = await context.newPage();
      page.on('request', (request) => {
        if (!request.url().startsWith(server.origin)) faults.push(request.url());
      });
      page.on('requestfinished', async (request) => {
        const { responseBodySize, responseHeadersSize } = await request.sizes();
        bytes += responseBodySize + responseHeadersSize;
      });
    });
    after(() => context.close());

    async function visit(path) {
      bytes = 0;
      faults = [];
      await page.goto(server.origin + path, { waitUntil: 'networkidle' });
    }

    test('the preferences: switches, save, what changed, Undo; no cookie, under 15 kB', async () => {
      const email = person();
      await visit(server.links(email).manage);
      assert.ok(bytes > 2000 && bytes <= 15000, `${bytes} bytes`);
      assert.deepEqual(faults, []);
      assert.doesNotMatch(await page.content(), new RegExp(email), 'the address is masked');
      assert.equal(await page.locator('.switch:checked').count(), 2);
      await page.focus('.switch >> nth=0');
      await page.keyboard.press('Space');
      await page.click('.topic >> nth=1');
      await page.click('text=Save preferences');
      assert.equal(await page.textContent('[role=status]'), 'Saved. You now receive Product Updates, and no longer Newsletter.');
      assert.deepEqual(server.on(email), ['marketing', 'product_updates']);
      await page.click('text=Undo');
      assert.match(await page.textContent('[role=status]'), /^Undone\./);
      assert.deepEqual(server.on(email), ['marketing', 'newsletter']);
      assert.deepEqual(await context.cookies(), []);
    });

    test('L2, L5: one click on one page stops a topic; the reason comes after; one click takes it back', async () => {
      const email = person();
      await visit(server.links(email, 'newsletter').unsubscribe);
      assert.equal(await page.textContent('h1'), 'Unsubscribe from Newsletter?');
      assert.equal(await page.locator('input:not([type=hidden]), select, textarea').count(), 0);
      await page.click('.btn--primary');
      assert.deepEqual(server.on(email), ['marketing']);
      assert.equal(await page.textContent('[role=status]'), 'You are unsubscribed from Newsletter.');
      await page.selectOption('#why', { index: 1 });
      await page.fill('#more', 'Three a day, "really"');
      await page.click('text=Send');
      assert.equal(await page.textContent('h1'), 'Thank you');
      assert.deepEqual(server.on(email), ['marketing']);
      await page.click('text=Undo');
      assert.match(await page.textContent('[role=status]'), /You receive Newsletter again/);
      assert.deepEqual(server.on(email), ['marketing', 'newsletter']);
    });

    test('a pause: one press for 30 days, another for a date, the end, Undo; under 15 kB, axe-clean', async () => {
      const email = person();
      await visit(server.links(email).manage);
      await page.click('text=Pause everything for 30 days');
      assert.match(await page.textContent('.rest'), /^Paused until \d+ [A-Z][a-z]+ \d{4}Nothing comes until that day/);
      assert.notEqual(server.show(email).paused_until, null);
      assert.ok(bytes <= 15000, `${bytes} bytes`);
      await page.click('text=End the pause now');
      assert.equal(server.show(email).paused_until, null);
      await page.click('text=Undo');
      assert.match(await page.textContent('[role=status]'), /^Undone\. Everything is paused until/);
      await page.click('text=Change the pause');
      const day = new Date(Date.now() + 100 * 86400000).toISOString().slice(0, 10);
      await page.click('a:has-text("Or until a date")');
      await page.fill('#until', day);
      await page.click('text=Pause until then');
      assert.equal(server.show(email).paused_until, `${day}T00:00:00Z`);
      assert.deepEqual(server.on(email), ['marketing', 'newsletter']);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
      assert.deepEqual(faults, []);
      if (javaScriptEnabled) assert.deepEqual(await violations(page), []);
    });

    test('"Not you?" opens without a script; the owner stops the old links, and can still stop everything', async () => {
      const email = person();
      const { manage } = server.links(email);
      await visit(manage);
      await page.click('text=Not you?');
      await page.click('text=Stop these old links');
      assert.equal(await page.textContent('h1'), 'The old links are stopped');
      await visit(manage);
      assert.equal(await page.textContent('h1'), 'This link was stopped');
      assert.deepEqual(server.on(email), ['marketing', 'newsletter']);
      await page.click('text=Unsubscribe from everything');
      assert.equal(server.show(email).status, 'opted_out');
    });

    test('L3: everything stops from either page', async () => {
      for (const kind of ['manage', 'unsubscribe']) {
        const email = person();
        await visit(server.links(email, 'newsletter')[kind]);
        await page.click('text=Unsubscribe from everything');
        assert.equal(await page.textContent('[role=status]'), 'You are unsubscribed from everything.');
        assert.equal(server.show(email).status, 'opted_out');
      }
    });

    test('a link that was cut says what to do next', async () => {
      await visit(server.links(person()).manage.slice(0, -5));
      assert.equal(await page.textContent('h1'), 'This link doesn’t work');
      assert.match(await page.textContent('.steps'), /Open the message again/);
    });
  });
}

test('U12: opening and leaving the pages changes nothing, whatever scripts a scanner runs', async () => {
  const email = person();
  const links = server.links(email, 'newsletter');
  const state = server.state();
  const page = await browser.newPage();
  for (const path of [links.manage, links.unsubscribe]) {
    await page.goto(server.origin + path, { waitUntil: 'networkidle' });
    await page.evaluate(() => dispatchEvent(new Event('load')));
    await page.goto('about:blank');
  }
  await page.close();
  assert.equal(server.state(), state);
});

test('axe-core finds nothing on the pages as served, light and dark', async () => {
  const links = server.links(person(), 'newsletter');
  for (const colorScheme of ['light', 'dark']) {
    const page = await browser.newPage({ colorScheme });
    for (const path of [links.manage, links.unsubscribe, '/', '/p/nothing', '/nowhere']) {
      await page.goto(server.origin + path);
      assert.deepEqual(await violations(page), [], `${path} ${colorScheme}`);
    }
    await page.close();
  }
});
