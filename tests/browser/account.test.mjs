// My account and the second factor by keyboard alone, at 360 px too; what was typed wrong has the focus. axe.test.mjs looks at
// each of their states in light and dark.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ADMIN, serve } from '../http/lib/server.mjs';
import { totp } from '../http/lib/totp.mjs';
import { COLOURS, hiddenFocus, launch, smallTargets, violations } from './lib/browser.mjs';

const WIDE = { width: 1280, height: 900 };
let server;
let browser;
let page;
let secret;
let codes;

before(async () => {
  server = await serve();
  browser = await launch();
  page = await open();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function open(options = {}) {
  const context = await browser.newContext({ viewport: WIDE, ...options });
  const made = await context.newPage();
  await made.goto(`${server.origin}/admin/login`);
  await made.fill('#email', ADMIN.email);
  await made.fill('#password', ADMIN.password);
  await Promise.all([made.waitForURL(/\/admin\/(people|login\/code)/), made.keyboard.press('Enter')]);
  return made;
}

const at = (path) => page.goto(`${server.origin}/admin/${path}`);
const focus = (from = page) => from.evaluate(() => document.activeElement.id);
/** Codes of before may come again, and nobody waits. */
const forget = () => server.sql('UPDATE factor SET last_step = 0; DELETE FROM throttle');

/** Types into the field that has the focus and presses Enter, until the page that answers shows what is named. */
async function answer(text, shown, on = page) {
  await on.keyboard.type(text);
  await Promise.all([on.waitForEvent('framenavigated'), on.keyboard.press('Enter')]);
  await on.waitForSelector(shown);
}

/** At 360 px nothing scrolls sideways and every target is large enough. */
async function fits(what, on = page) {
  await on.setViewportSize({ ...WIDE, width: 360 });
  assert.ok(await on.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${what}: it scrolls sideways`);
  assert.deepEqual((await smallTargets(on, 24)).filter((one) => !one.includes('class="hush"')), [], what);
  await on.setViewportSize(WIDE);
}

test('S2, A1: a second factor is set up by keyboard alone; what is wrong has the focus; the codes are shown once', async () => {
  await at('account');
  await fits('without a second factor');
  assert.deepEqual(await hiddenFocus(page, 60), []);
  await page.focus('a[href="/admin/account/factor"]');
  await Promise.all([page.waitForURL(/factor$/), page.keyboard.press('Enter')]);
  await page.focus('#password');
  await answer('not the password', '#fault');
  assert.equal(await focus(), 'password');
  await fits('a wrong password');
  await answer(ADMIN.password, '.qr');
  await fits('the QR code');
  secret = (await page.innerText('.secret')).trim();
  await page.focus('#code');
  await answer('12345', '#fault');
  assert.equal(await focus(), 'code');
  await answer(totp(secret), '.codes');
  codes = await page.locator('.codes code').allInnerTexts();
  assert.equal(new Set(codes).size, 10);
  await fits('recovery codes');
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('[download]')]);
  assert.match(file.suggestedFilename(), /\.txt$/);
  await at('account/factor');
  assert.equal(await page.locator('.codes').count(), 0, 'shown once');
  await fits('with a second factor');
  forget();
});

test('S2: signing in asks for a code, and takes a recovery code in its place', async () => {
  const other = await open();
  assert.match(other.url(), /\/admin\/login\/code/);
  assert.equal(await focus(other), 'code');
  await answer('123456', '#fault', other);
  assert.equal(await focus(other), 'code');
  await fits('a wrong code', other);
  await answer(totp(secret), '#list', other);
  forget();
  const lost = await open({ javaScriptEnabled: false });
  await lost.click('text=recovery code');
  await lost.waitForURL(/recovery/);
  assert.equal(await focus(lost), 'code');
  await answer(codes[0], 'main', lost);
  assert.match(lost.url(), /\/admin\/(account|people)/);
  await Promise.all([other.context().close(), lost.context().close()]);
});

test('S3: a session is ended from another, and the password changed there; each by the keyboard', async () => {
  await at('account');
  assert.equal(await page.locator('.sessions li').count(), 3);
  await fits('three sessions');
  for (const [colorScheme, rules] of [['light', undefined], ['dark', COLOURS]]) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await violations(page, rules), [], colorScheme);
  }
  await page.focus('[value=end]');
  await Promise.all([page.waitForEvent('framenavigated'), page.keyboard.press('Enter')]);
  await page.waitForFunction(() => /1 session ended/.test(document.querySelector('#notice').textContent));
  assert.equal(await page.locator('.sessions li').count(), 2);
  await page.focus('#old');
  await page.keyboard.type(ADMIN.password);
  await page.keyboard.press('Tab');
  await answer('short', '#new-fault');
  assert.equal(await focus(), 'new');
  assert.ok(await page.evaluate(() => document.activeElement.getBoundingClientRect().bottom < innerHeight), 'it is in sight');
  await fits('a password that is too short');
});

test('A1: on Team, Links & keys and API keys what was typed wrong has the focus; so has a question that is asked', async () => {
  for (const [path, field, wrong] of [['team', 'add-email', 'nobody'], ['keys', 'key-owner', ''], ['api-keys', 'key-name', '']]) {
    await at(path);
    await page.click('summary');
    await page.focus(`#${field}`);
    await answer(wrong, `#${field}-fault`);
    assert.equal(await focus(), field, path);
  }
  await at('keys');
  await page.locator('a', { hasText: 'Revoke' }).first().focus();
  await Promise.all([page.waitForURL(/revoke=/), page.keyboard.press('Enter')]);
  await page.waitForSelector('#confirm');
  assert.equal(await focus(), 'confirm-title');
  await fits('the question');
});
