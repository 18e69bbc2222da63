// Pages for those who see little, print, or have other colours: at 400 % zoom, with forced colours,
// on paper, by name for a screen reader, and as HTML that a checker takes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { HtmlValidate, StaticConfigLoader } from 'html-validate';
import { hiddenFocus, launch } from './lib/browser.mjs';
import { eachPage as walk, folder, pages, recipients } from './lib/preview.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());
const eachPage = (...how) => walk(browser, ...how);

test('every page in every state is HTML without a fault', async () => {
  assert.ok(pages.length > 60);
  const checker = new HtmlValidate(new StaticConfigLoader({
    extends: ['html-validate:standard', 'html-validate:a11y'],
    rules: {
      'meta-refresh': 'off', // without script an import's page follows it by itself, and ends in words (WCAG 2.2.1: it loses nothing)
      'no-implicit-button-type': 'off', // submit is what is meant
      'no-redundant-role': 'off', // the list's table is laid out in blocks on phones, which takes its roles
    },
  }));
  const faults = [];
  for (const name of pages) {
    const report = await checker.validateString(readFileSync(join(folder, name), 'utf8'), name);
    for (const { messages } of report.results) faults.push(...messages.map((one) => `${name}:${one.line} ${one.ruleId}: ${one.message}`));
  }
  assert.deepEqual(faults, []);
});

test('A4: at 400 % zoom (320 by 256) nothing scrolls both ways', async () => {
  await eachPage(pages, { viewport: { width: 320, height: 256 } }, async (page, name) => {
    assert.equal(await page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth)), 0, name);
  });
});

test('A4: at 400 % zoom the focus shows at every tab stop', async () => {
  const pressed = ['manage.html', 'unsubscribe.html', 'done.html', 'person.html', 'join.html', 'join-wrong.html', 'confirm.html', 'confirm-done.html',
    'past.html', 'receipt.html', 'manage-address-wrong.html', 'hooks.html', 'hook.html', 'hooks-bad-url.html'];
  await eachPage(pressed, { viewport: { width: 320, height: 256 } }, async (page, name) => {
    assert.deepEqual(await hiddenFocus(page), [], name);
  });
});

test('A4: with forced colours every control has an edge, and the focus shows', async () => {
  await eachPage(pages, { forcedColors: 'active', viewport: { width: 1280, height: 800 } }, async (page, name) => {
    const bare = await page.$$eval('.btn, .field, .switch', (all) => all.filter((one) => {
      const style = getComputedStyle(one);
      return one.checkVisibility() && (parseFloat(style.borderTopWidth) < 1 || style.borderTopStyle === 'none' || style.borderTopColor === style.backgroundColor);
    }).map((one) => one.outerHTML.slice(0, 120)));
    assert.deepEqual(bare, [], name);
  });
  await eachPage(['manage.html', 'person.html'], { forcedColors: 'active', viewport: { width: 1280, height: 800 } }, async (page, name) => {
    assert.deepEqual(await hiddenFocus(page), [], name);
  });
});

test('on paper: no buttons, black on white, addresses behind links, switches that tell on from off', async () => {
  for (const colorScheme of ['light', 'dark']) {
    await eachPage(recipients, { colorScheme }, async (page, name) => {
      await page.emulateMedia({ media: 'print' });
      const wrong = await page.evaluate(() => {
        const seen = [];
        for (const button of document.querySelectorAll('button')) if (button.checkVisibility()) seen.push(`shown: ${button.textContent}`);
        for (const part of document.querySelectorAll('main h1, main p, main b, main dt, main dd, .foot p, .foot a')) {
          if (part.checkVisibility() && getComputedStyle(part).color !== 'rgb(0, 0, 0)') seen.push(`${getComputedStyle(part).color}: ${part.textContent}`);
        }
        for (const part of [document.body, document.querySelector('main')]) {
          if (getComputedStyle(part).backgroundColor !== 'rgb(255, 255, 255)') seen.push(`on ${getComputedStyle(part).backgroundColor}`);
        }
        for (const link of document.querySelectorAll('main a[href], .foot a')) {
          const leadsOut = link.getAttribute('href').startsWith('http'); // what leads within holds a link's secret, and no host
          if (link.checkVisibility() && leadsOut !== getComputedStyle(link, '::after').content.includes(link.getAttribute('href'))) seen.push(`${leadsOut ? 'no address' : 'a path'}: ${link.textContent}`);
          if (link.closest('.langs') && link.checkVisibility()) seen.push(`shown: ${link.textContent}`);
        }
        const looks = [...document.querySelectorAll('.switch')].map((one) => `${one.checked} ${getComputedStyle(one).backgroundColor}`);
        if (new Set(looks).size !== new Set(looks.map((look) => look.split(' ')[0])).size) seen.push(`switches: ${looks}`);
        return seen;
      });
      assert.deepEqual(wrong, [], `${name}, ${colorScheme}`);
    });
  }
});

/** Role and name of every control, as Chromium tells assistive programs. */
async function controls(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  const roles = /^(button|link|switch|checkbox|radio|textbox|searchbox|combobox|listbox|Date|DateTime|DisclosureTriangle)$/;
  return nodes.filter((node) => !node.ignored && roles.test(node.role?.value ?? '')).map((node) => `${node.role.value}: ${node.name?.value ?? ''}`);
}

test('A5: every control of every page has a name in the accessibility tree', async () => {
  await eachPage(pages, { viewport: { width: 1280, height: 800 } }, async (page, name) => {
    assert.deepEqual((await controls(page)).filter((one) => /: *$/.test(one)), [], name);
  });
});

test('A5: what a screen reader hears on the recipients’ pages', async () => {
  const heard = {
    'manage.html': ['switch: Newsletter Stories and news, about once a month', 'button: Save preferences', 'button: Pause everything for 30 days',
      'link: Or until a date', 'link: Change my address', 'button: Unsubscribe from everything', 'button: Stop these old links', 'link: How this works'],
    'manage-until.html': ['Date: Or until a date', 'button: Pause until then'],
    'manage-address.html': ['textbox: Your new address', 'button: Send the message'],
    'manage-paused.html': ['button: End the pause now'],
    'manage-saved.html': ['button: Undo'],
    'unsubscribe.html': ['button: Unsubscribe', 'button: Unsubscribe from everything', 'link: How this works'],
    'done.html': ['button: Undo', 'button: Send'],
    'link-expired.html': ['button: Unsubscribe from everything', 'link: How this works'],
    'link-void.html': ['button: Unsubscribe from everything'],
  };
  await eachPage(Object.keys(heard), {}, async (page, name) => {
    const has = (await controls(page)).map((one) => one.replace(/\s+/g, ' ').trim());
    for (const one of heard[name]) assert.ok(has.includes(one), `${name}: "${one}" is not among ${JSON.stringify(has)}`);
    assert.equal(await page.getByRole('main').count(), 1, name);
    assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1, name);
  });
});
