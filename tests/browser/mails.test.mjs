// Our own mails as a person sees them: on a phone, light and dark, in all twelve languages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { KINDS, TAGS, everyMail } from '../cli/lib/every_mail.mjs';
import { strict } from '../cli/lib/strict.mjs';
import { launch, smallTargets, violations } from './lib/browser.mjs';

const ends = [];
let mails, browser;
before(async () => {
  mails = await everyMail({ after: (end) => ends.push(end) });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  for (const end of ends.reverse()) {
    await end();
  }
});

for (const scheme of ['light', 'dark']) {
  test(`mails fit a phone and run the right way, ${scheme}`, async () => {
    const context = await browser.newContext({ viewport: { width: 320, height: 640 }, colorScheme: scheme, javaScriptEnabled: true });
    const page = await context.newPage();
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    for (const tag of TAGS) {
      for (const kind of KINDS) {
        await page.setContent(strict(mails.get(`${kind}-${tag}`).raw).html, { waitUntil: 'load' });
        const seen = await page.evaluate(() => {
          const box = (node) => node?.getBoundingClientRect();
          const sheet = document.querySelector('.sheet');
          const light = (colour) => colour.match(/[\d.]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) > 382;
          const title = document.querySelector('h1');
          const range = document.createRange();
          range.selectNodeContents(title);
          const words = range.getBoundingClientRect();
          const sides = { start: words.left - box(sheet).left, end: box(sheet).right - words.right };
          return {
            over: document.documentElement.scrollWidth - innerWidth,
            isRight: sides.end < sides.start,
            isFull: Math.abs(sides.end - sides.start) < 12,
            isLight: [document.body, sheet].map((node) => light(getComputedStyle(node).backgroundColor)),
            address: [...document.querySelectorAll('.address')].map((node) => getComputedStyle(node).direction),
            button: [...document.querySelectorAll('.button')].map((node) => box(node).height),
            // Web mail takes <html> away: what stands in the message's place must say it as well.
            runs: [document.querySelector('.page').lang, document.querySelector('.page').dir],
            isolated: [...document.querySelectorAll('.brand, li')].every((node) => node.firstElementChild?.tagName === 'BDI'),
          };
        });
        const what = `${kind} in ${tag}`;
        assert.equal(seen.over, 0, `${what}: nothing runs out of the page`);
        assert.ok(seen.isFull || seen.isRight === ['ar', 'he'].includes(tag), `${what}: words begin at their side`);
        assert.deepEqual(seen.isLight, [scheme === 'light', scheme === 'light'], what);
        assert.ok(seen.address.every((direction) => direction === 'ltr'), `${what}: an address runs from left to right`);
        assert.ok(seen.button.every((height) => height >= 44), `${what}: a button for a thumb`);
        assert.deepEqual(seen.runs, [tag, ['ar', 'he'].includes(tag) ? 'rtl' : ''], what);
        assert.ok(seen.isolated, `${what}: names are set apart`);
        if (['en', 'ar', 'ja'].includes(tag)) {
          // A mail stands within another page, whose landmarks are not its own.
          assert.deepEqual((await violations(page)).filter((one) => !/^(landmark-one-main|region):/.test(one)), [], what);
          assert.deepEqual(await smallTargets(page, 16), [], what);
        }
      }
    }
    assert.deepEqual(asked.filter((url) => url !== 'about:blank'), [], 'nothing was fetched');
    await context.close();
  });
}
