// Setup → Settings in a browser: wide and narrow, light and dark, by keyboard, without script; what is saved shows in the preview.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve, ADMIN } from '../http/lib/server.mjs';
import { hiddenFocus, launch, smallTargets, violations } from './lib/browser.mjs';

let server;
let browser;

before(async () => {
  server = await serve({ before: (fresh) => fresh.import('email,name,newsletter\nada@example.com,Ada,yes\n') });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 50"><rect width="50" height="50" fill="#d97706"/></svg>';

async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.wrong = [];
  page.on('console', (message) => message.type() === 'error' && !/422/.test(message.text()) && page.wrong.push(message.text()));
  await page.goto(`${server.origin}/admin/login`);
  await page.fill('[name=email]', ADMIN.email);
  await page.fill('[name=password]', ADMIN.password);
  await page.click('main button, .login__box button');
  await page.waitForURL(/\/admin\/people/);
  await page.goto(`${server.origin}/admin/settings`);
  return page;
}

for (const [width, colorScheme] of [[1280, 'light'], [1280, 'dark'], [360, 'light'], [360, 'dark']]) {
  test(`at ${width} px, ${colorScheme}: no fault of axe, no sideways scrolling, targets of 24 px, nothing blocked`, async () => {
    const page = await open({ viewport: { width, height: 900 }, colorScheme });
    assert.deepEqual(await violations(page), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    assert.deepEqual(await smallTargets(page, 24), []);
    await page.fill('#f-brand_color', '#ffcc00');
    await page.click('.btn--primary[value=save]');
    await page.waitForSelector('#faults');
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(page.wrong, []);
    await page.context().close();
  });
}

test('the keyboard reaches everything, and shows where it is', async () => {
  const page = await open();
  assert.deepEqual(await hiddenFocus(page, 45), []);
  await page.context().close();
});

test('without script: a refusal leads to its field, the offer is taken, logo and words show in the preview', async () => {
  const page = await open({ javaScriptEnabled: false });
  await page.fill('#f-welcome_words', 'Good to see you.');
  await page.fill('#f-brand_color', '#ffcc00');
  await page.press('#f-brand_color', 'Enter');
  await page.click('#faults a');
  assert.match(page.url(), /#f-brand_color$/);
  await page.click('[name=take]');
  await page.waitForSelector('#notice .notice');
  assert.match(await page.innerText('#notice'), /Saved: Colour and Welcome words\./);
  const colour = await page.inputValue('#f-brand_color');
  await page.setInputFiles('#logo', { name: 'logo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(LOGO) });
  await page.click('button[value=logo]');
  assert.match(await page.innerText('#notice'), /The logo was saved/);
  await page.selectOption('#p-lang', 'de');
  await page.click('.trial button');
  const frame = page.frameLocator('iframe');
  assert.match(await frame.locator('body').innerText(), /Good to see you\./);
  assert.equal(await frame.locator('.brand img').getAttribute('alt'), 'Assent');
  const handle = await page.$('iframe');
  const inner = await handle.contentFrame();
  assert.match(inner.url(), /lang=de/);
  assert.ok(inner.url().startsWith(server.origin));
  assert.match(colour, /^#[0-9a-f]{6}$/);
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test('a recipient sees the brand: its colour on the button, its logo at once at its size', async () => {
  const page = await browser.newPage();
  await page.goto(new URL(server.links('ada@example.com').manage, server.origin).href);
  const logo = await page.evaluate(() => {
    const image = document.querySelector('.brand img');
    return { natural: image.naturalWidth > 0, width: image.width, height: image.height };
  });
  assert.deepEqual(logo, { natural: true, width: 200, height: 50 });
  const [colour, accent] = await page.evaluate(() => [
    getComputedStyle(document.querySelector('.btn--primary')).backgroundColor,
    getComputedStyle(document.documentElement).getPropertyValue('--accent').trim(),
  ]);
  assert.equal(accent, server.json(['settings', 'list', '--json']).brand_color);
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(accent.slice(at, at + 2), 16));
  assert.equal(colour, `rgb(${red}, ${green}, ${blue})`);
  assert.deepEqual(await violations(page), []);
  await page.close();
});

/** Presses Tab until the element that a selector names has the focus. */
async function tabTo(page, selector) {
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) {
      return;
    }
  }
  throw new Error(`no tab stop is ${selector}`);
}

for (const javaScriptEnabled of [true, false]) {
  test(`by keyboard alone, ${javaScriptEnabled ? 'with' : 'without'} script: what is typed is previewed unsaved, then another page of it; the logo’s Undo is reached`, async () => {
    const page = await open({ javaScriptEnabled });
    const saved = () => server.json(['settings', 'list', '--json']);
    const before = saved();
    await tabTo(page, '#f-brand_name');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('Tried by keyboard');
    await tabTo(page, 'button[value=preview]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('iframe[src*="brand_name=Tried"]');
    assert.match(await page.frameLocator('iframe').locator('body').innerHTML(), /Tried by keyboard/); // as words, or as the logo's
    assert.equal(await page.inputValue('#f-brand_name'), 'Tried by keyboard');
    assert.deepEqual(saved(), before);
    await tabTo(page, '#p-page');
    await page.keyboard.type('Unsubscribe');
    await tabTo(page, '.trial button');
    await page.keyboard.press('Enter');
    await page.waitForURL(/page=unsubscribe/);
    assert.match(await page.frameLocator('iframe').locator('h1').innerText(), /unsubscribe/i);
    await page.goto(`${server.origin}/admin/settings`);
    await page.setInputFiles('#logo', { name: 'logo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(LOGO.replace('d97706', javaScriptEnabled ? '0000aa' : '00aa00')) });
    await tabTo(page, 'button[value=logo]');
    await page.keyboard.press('Enter');
    await page.waitForURL(/did=logo/);
    const changed = await page.getAttribute('.logo img', 'src');
    await tabTo(page, '#notice button');
    await page.keyboard.press('Enter');
    await page.waitForURL(/did=undo/);
    assert.notEqual(await page.locator('.logo img').getAttribute('src').catch(() => null), changed);
    assert.deepEqual(page.wrong, []);
    await page.context().close();
  });
}
