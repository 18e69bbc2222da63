// Debian's Chromium for a test file, and what the tests ask of a page.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// Nothing of its own may go out: no updates, no reports, no guesses about the network.
const quiet = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

/** Chromium, closed by the caller. As root it starts only without its sandbox. */
export async function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: process.getuid() === 0 ? [...quiet, '--no-sandbox'] : quiet,
  });
}

/** Rules of axe-core that look at colours. */
export const COLOURS = ['color-contrast', 'link-in-text-block'];

/** What axe-core finds wrong, by all its rules or those named, one line each; empty when nothing is. Frames are left out: theirs may run
 * no script, so it would wait for half a second and learn nothing; mails have their own tests. */
export async function violations(page, rules) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
  const runOnly = rules && { type: 'rule', values: rules };
  const result = await page.evaluate((only) => globalThis.axe.run({ resultTypes: ['violations'], iframes: false, ...only }), runOnly && { runOnly });
  return result.violations.map((found) => `${found.id}: ${found.help}: ${found.nodes.map((node) => node.html).join(' ')}`);
}

/** Controls smaller than min CSS pixels either way (WCAG 2.5.8; links within a sentence are exempt). */
export async function smallTargets(page, min) {
  return page.evaluate((least) => {
    const wrong = [];
    for (const control of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
      const target = control.closest('label') ?? control;
      const box = target.getBoundingClientRect();
      const isInText = control.matches('p a, li p a, .lead a') && getComputedStyle(control).display === 'inline';
      const isForEnter = control.matches('.hush[aria-hidden=true]'); // what Enter presses; nobody sees it
      if (!control.checkVisibility() || box.bottom <= 0 || isInText || isForEnter) continue;
      if (box.width < least || box.height < least) {
        wrong.push(`${Math.round(box.width)}×${Math.round(box.height)} ${control.outerHTML.slice(0, 100)}`);
      }
    }
    return wrong;
  }, min);
}

/** Tab stops, in order, whose focus does not show. */
export async function hiddenFocus(page, limit = 40) {
  const wrong = [];
  for (let i = 0; i < limit; i++) {
    await page.keyboard.press('Tab');
    const state = await page.evaluate(() => {
      const focused = document.activeElement;
      if (!focused || focused === document.body) return null;
      const shown = focused.closest('.seg label') ?? focused;
      const box = shown.getBoundingClientRect();
      const at = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      const isCovered = !at || !(shown.contains(at) || at.contains(shown) || at.closest('label')?.contains(shown));
      return { html: focused.outerHTML.slice(0, 90), isShown: parseFloat(getComputedStyle(shown).outlineWidth) >= 2, isCovered };
    });
    if (!state) break;
    if (!state.isShown) wrong.push(`no outline: ${state.html}`);
    if (state.isCovered) wrong.push(`covered: ${state.html}`);
  }
  return wrong;
}

export const focused = (page) =>
  page.evaluate(() => `${document.activeElement.id || document.activeElement.tagName.toLowerCase()}: ${document.activeElement.textContent.trim().replace(/\s+/g, ' ')}`);
