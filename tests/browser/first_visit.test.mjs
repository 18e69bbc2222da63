// The first visit to a recipient's page: what it costs over the wire, in each language.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve } from '../http/lib/server.mjs';
import { launch } from './lib/browser.mjs';

const MOST = 15000; // bytes of page, style sheet and icon together
const languages = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'tr', 'ja', 'ar', 'he'];
let server, browser, links;
before(async () => {
  server = await serve({ admin: false });
  server.add('someone@example.com');
  links = server.links('someone@example.com', 'newsletter');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test('a first visit is one page and one style sheet, 15 kB together, no script, font or picture', async (t) => {
  for (const [kind, path] of [['manage', links.manage], ['unsubscribe', links.unsubscribe]]) {
    const sizes = [];
    for (const language of languages) {
      const context = await browser.newContext();
      const page = await context.newPage();
      const asked = [];
      page.on('request', (request) => asked.push([request.resourceType(), request.url()]));
      await page.goto(`${server.origin}${path}?lang=${language}`, { waitUntil: 'load' });
      // Chromium asks for the icon of its tab as well, sooner or later: the same small file on every page.
      const icon = await page.$eval('link[rel=icon]', (link) => link.href);
      const needed = asked.filter(([, url]) => url !== icon);
      assert.deepEqual(needed.map(([type]) => type), ['document', 'stylesheet'], language);
      let size = 0;
      for (const url of [...needed.map(([, one]) => one), icon]) {
        const { pathname, search } = new URL(url);
        const reply = await server.ask({ path: pathname + search });
        assert.equal(reply.status, 200);
        size += reply.bytes.length;
      }
      assert.ok(size <= MOST, `${kind} in ${language}: ${size} bytes`);
      sizes.push(size);
      await context.close();
    }
    t.diagnostic(`${kind}: ${Math.min(...sizes)} to ${Math.max(...sizes)} bytes with the icon`);
  }
});

test('how soon it is painted (told, not judged)', async (t) => {
  const paints = [];
  for (let i = 0; i < 5; i++) {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    await page.goto(server.origin + links.manage, { waitUntil: 'load' });
    paints.push(await page.evaluate(() => new Promise((done) => {
      const look = () => {
        const [first] = performance.getEntriesByName('first-contentful-paint');
        if (first) done(first.startTime);
        else setTimeout(look, 10);
      };
      look();
    })));
    await context.close();
  }
  t.diagnostic(`first contentful paint on loopback, new context: ${paints.map((ms) => Math.round(ms)).join(', ')} ms`);
  assert.equal(paints.length, 5);
});
