// Communications → Outbox in a browser: wide and narrow, light and dark, by keyboard alone, without
// script; a mail in its frame, where nothing runs and nothing is fetched.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { serve, ADMIN } from '../http/lib/server.mjs';
import { focused, hiddenFocus, launch, smallTargets, violations } from './lib/browser.mjs';

let server;
let browser;
let mail;
const PATH = '/admin/outbox';

before(async () => {
  server = await serve({ env: { ASSENT_COURIER: 'no' } }); // what waits, waits
  browser = await launch();
  const form = { method: 'POST', path: '/join', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'email=flow%40example.com&topic=newsletter&language=en' };
  assert.equal((await server.ask(form)).status, 200);
  server.run(['courier', '--once']);
  mail = server.sql("SELECT id FROM letter WHERE outcome = 1 AND address = 'flow@example.com'").trim();
  put(2, 'gone@example.com', '550 5.1.1 <gone@example.com>: Recipient address rejected: User unknown');
  put(2, 'maximiliana.theodora.von.hohenzollern-sigmaringen@a-very-long-domain-name.example', 'Could not resolve host: mail.example.com');
  put(0, 'slow@example.com', '451 4.7.1 Greylisted');
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

function put(outcome, address, fault) {
  server.sql(`INSERT INTO letter (message_id, kind, contact, confirmation, address, language, created_at, due_at, tries, outcome, ended_at, fault, subject)
    VALUES (randomblob(16), 1, 0, 0, '${address}', '', unixepoch(), unixepoch() + 9000, 3, ${outcome}, ${outcome === 0 ? 0 : 'unixepoch()'}, '${fault}', 'Your link')`);
}

async function open(path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.wrong = [];
  page.asked = [];
  page.on('console', (message) => message.type() === 'error' && page.wrong.push(message.text()));
  page.on('request', (request) => page.asked.push(request.url()));
  await page.goto(`${server.origin}/admin/login`);
  await page.fill('[name=email]', ADMIN.email);
  await page.fill('[name=password]', ADMIN.password);
  await page.press('[name=password]', 'Enter');
  await page.waitForURL(/\/admin\/people/);
  await page.goto(`${server.origin}${path}`);
  return page;
}

for (const [width, colorScheme] of [[1280, 'light'], [1280, 'dark'], [360, 'light'], [360, 'dark']]) {
  test(`at ${width} px, ${colorScheme}: no fault of axe, no sideways scrolling, targets of 24 px, nothing blocked`, async () => {
    const page = await open(PATH, { viewport: { width, height: 900 }, colorScheme });
    for (const path of [PATH, `${PATH}?q=nobody%40example.com`, `${PATH}?state=dead`, `${PATH}/${mail}`, '/admin/help?task=outbox']) {
      await page.goto(`${server.origin}${path}`);
      assert.deepEqual(await violations(page), [], path);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), path);
      assert.deepEqual((await smallTargets(page, 24)).filter((one) => !one.includes('class="hush"')), [], path);
    }
    assert.deepEqual(page.wrong, []);
    await page.context().close();
  });
}

test('a mail is shown as its reader sees it, in a frame where nothing runs; nobody else is asked', async () => {
  const page = await open(`${PATH}/${mail}`);
  const frame = page.frames().find((one) => one.url().endsWith('/html'));
  await frame.waitForSelector('h1');
  assert.equal(await frame.locator('h1').innerText(), 'One step left');
  assert.equal(await frame.evaluate(() => globalThis.origin), 'null');
  assert.ok(page.asked.every((url) => url.startsWith(server.origin)));
  assert.deepEqual(page.wrong, []);
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('text=Download .eml')]);
  assert.equal(file.suggestedFilename(), `${mail}.eml`);
  assert.equal(readFileSync(await file.path(), 'utf8'), readFileSync(join(server.data, 'outbox', `${mail}.eml`), 'utf8'));
  await page.click('.maillinks a');
  await page.waitForURL(/\/c\//);
  assert.ok(await page.locator('button[value=confirm]').count());
  await page.context().close();
});

test('the keyboard reaches everything, and shows where it is', async () => {
  const page = await open(PATH);
  assert.deepEqual(await hiddenFocus(page, 40), []);
  await page.goto(`${server.origin}${PATH}/${mail}`);
  assert.deepEqual(await hiddenFocus(page, 20), []);
  await page.context().close();
});

for (const javaScriptEnabled of [true, false]) {
  test(`by keyboard alone, ${javaScriptEnabled ? 'with' : 'without'} script: what was given up is found from the menu, tried again, and the badge goes down`, async () => {
    server.sql("UPDATE letter SET outcome = 2, ended_at = unixepoch() WHERE address = 'gone@example.com'");
    const page = await open('/admin/people', { javaScriptEnabled });
    const press = async (name) => {
      for (let i = 0; i < 60; i++) {
        await page.keyboard.press('Tab');
        if ((await focused(page)).includes(name)) {
          await page.keyboard.press('Enter');
          await page.waitForLoadState();
          return;
        }
      }
      throw new Error(`Tab never reached ${name}`);
    };
    const badge = async () => (await page.locator('.count').count() ? Number(await page.locator('.count').innerText()) : 0);
    const before = await badge();
    assert.ok(before >= 1);
    await press('Outbox');
    await page.waitForURL(/\/admin\/outbox$/);
    await press('Given up');
    await page.waitForURL(/state=dead/);
    await press('gone@example.com');
    await page.waitForURL(/\/admin\/outbox\/\d+$/);
    await press('Try again');
    await page.waitForURL(/did=again/);
    assert.match(await page.locator('#notice').innerText(), /It waits to be tried again/);
    assert.equal(await badge(), before - 1);
    await page.context().close();
  });
}
