// Every page in every state, as `make preview` draws them into a folder.
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';

export const folder = resolve(process.env.ASSENT_BUILD ?? 'build', 'preview');
export const pages = readdirSync(folder).filter((name) => name.endsWith('.html'));
export const recipients = pages.filter((name) => /^(manage|unsubscribe|done|link|home|how|error|join|confirm|fresh|past|receipt|ask)/.test(name));

/** Opens each page named, with all that folds unfolded, and calls look(page, name). */
export async function eachPage(browser, names, options, look) {
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
