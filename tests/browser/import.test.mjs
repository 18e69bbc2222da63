// Communications → Import in a browser: a file's whole way, by keyboard alone, on phones, in the
// dark, and without script.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { remove } from '../http/lib/remove.mjs';
import { serve, ADMIN } from '../http/lib/server.mjs';
import { hiddenFocus, launch, smallTargets, violations } from './lib/browser.mjs';

const PATH = '/admin/import';
let server;
let browser;
let folder;

before(async () => {
  server = await serve();
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), 'assent-import-'));
  server.add('known@example.com', { name: 'Known' });
});
after(async () => {
  await browser?.close();
  await server?.stop();
  remove(folder);
});

function csv(name, rows) {
  const path = join(folder, name);
  writeFileSync(path, `Email,Name,Newsletter,Phone\n${rows.join('\n')}\n`);
  return path;
}

async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.wrong = [];
  page.on('console', (message) => message.type() === 'error' && page.wrong.push(message.text()));
  await page.goto(`${server.origin}/admin/login?next=${PATH}`);
  await page.fill('[name=email]', ADMIN.email);
  await page.fill('[name=password]', ADMIN.password);
  await page.press('[name=password]', 'Enter');
  await page.waitForSelector('#file');
  return page;
}

const heading = (page, words) => page.waitForFunction((want) => document.querySelector('#job h2')?.textContent === want, words);

/** What stands in every state: no fault, nothing cut, targets to hit, focus to see. */
async function look(page) {
  assert.deepEqual(await violations(page), []);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'no sideways scrolling');
  assert.deepEqual(await smallTargets(page, 24), []);
}

for (const [width, colorScheme] of [[1280, 'light'], [360, 'dark']]) {
  test(`at ${width} px, ${colorScheme}: each state of an import is whole`, async () => {
    const page = await open({ viewport: { width, height: 900 }, colorScheme });
    await look(page);
    await page.setInputFiles('#file', csv('a-file-with-a-name-that-is-much-too-long-for-a-phone-and-has-no-gap.csv', [
      `w${width}@example.com,New,yes,1`, `known@example.com,Known as ${width},no,2`,
      'a-very-long-address-that-is-none-and-does-not-break-anywhere-because-it-has-no-gap,X,yes,3',
    ]));
    await page.click('text=Upload and check');
    await heading(page, 'This is what would change');
    await look(page);
    assert.deepEqual(await hiddenFocus(page, 30), []);
    await page.click('text=Import 2 people');
    await heading(page, 'Imported');
    await look(page);
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('text=Download 1 rejected row')]);
    assert.match(readFileSync(await file.path(), 'utf8'), /a-very-long-address/);
    await page.click('text=Take it back');
    await heading(page, 'Taken back');
    await look(page);
    assert.deepEqual(page.wrong, []);
    await page.context().close();
  });
}

test('the keyboard alone goes the whole way', async () => {
  const page = await open();
  const chooser = page.waitForEvent('filechooser'); // asked for well before, as it takes a moment to be heard
  await page.focus('#file');
  await page.evaluate(() => new Promise(requestAnimationFrame));
  await page.keyboard.press('Space');
  await (await chooser).setFiles(csv('keys.csv', ['keys@example.com,Keys,yes,']));
  await page.focus('text=Upload and check');
  await page.keyboard.press('Enter');
  await heading(page, 'This is what would change');
  await page.focus('button[value=start]');
  await page.keyboard.press('Enter');
  await heading(page, 'Imported');
  assert.deepEqual(server.on('keys@example.com'), ['newsletter']);
  await page.context().close();
});

test('the bar moves by itself, survives a reload, and Stop keeps the focus where it was', async () => {
  const page = await open();
  await page.setInputFiles('#file', csv('many.csv', Array.from({ length: 60000 }, (_, i) => `m${i}@example.com,M,yes,`)));
  await page.click('text=Upload and check');
  await heading(page, 'This is what would change');
  await page.click('button[value=start]');
  await page.reload();
  await page.waitForFunction(() => Number(document.querySelector('progress')?.value ?? 1000) > 0);
  if (await page.locator('button[value=stop]').count()) {
    await page.focus('button[value=stop]');
    await page.keyboard.press('Enter');
  }
  await page.waitForFunction(() => ['Imported', 'Stopped before its end'].includes(document.querySelector('#job h2')?.textContent));
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test('without script: the same way, and the page loads itself while it is worked on', async () => {
  const page = await open({ javaScriptEnabled: false });
  await page.setInputFiles('#file', csv('plain.csv', ['plain@example.com,Plain,yes,']));
  await page.click('text=Upload and check');
  await page.waitForSelector('button[value=start]');
  await page.click('button[value=start]');
  await page.waitForSelector('button[value=undo]');
  assert.deepEqual(server.on('plain@example.com'), ['newsletter']);
  await page.context().close();
});
