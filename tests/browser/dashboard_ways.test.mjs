// The dashboard by keyboard alone, in a narrow window, in forced colours, and without script.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ADMIN, serve } from '../http/lib/server.mjs';
import { focused, launch } from './lib/browser.mjs';

const PEOPLE = 130;
let server;
let browser;
let number = 0;

before(async () => {
  server = await serve({
    before: (fresh) => {
      const rows = ['email,name,contact_type,status,newsletter,marketing'];
      for (let i = 0; i < PEOPLE; i++) {
        const out = i % 4 === 0;
        rows.push(`user${String(i).padStart(3, '0')}@example.com,Person ${String(i).padStart(3, '0')},${['client', 'partner', 'franchisee'][i % 3]},${out ? 'opted_out' : 'opted_in'},${out ? 'no' : 'yes'},no`);
      }
      fresh.import(rows.join('\n'));
    },
  });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A page signed in; what it asks of other hosts and every error of its script are kept. */
async function signedIn(options = {}) {
  const context = await browser.newContext({ reducedMotion: 'reduce', baseURL: server.origin, ...options });
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('console', (line) => {
    if (line.type() === 'error' && !/status of 4\d\d/.test(line.text())) {
      page.faults.push(line.text());
    }
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(server.origin)) {
      page.faults.push(`a request to ${request.url()}`);
    }
  });
  await page.goto('/admin/people');
  await page.getByLabel('Email').fill(ADMIN.email);
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/admin/people');
  return page;
}

async function done(page) {
  assert.deepEqual(page.faults, []);
  await page.context().close();
}

function someone(topics = 'newsletter,marketing') {
  const email = `flow${++number}@example.com`;
  server.add(email, { topics, name: `Flow Person ${number}` });
  return { email, name: `Flow Person ${number}` };
}

const emails = (page) => page.locator('#list .c-email').allTextContents();
const dialog = (page) => page.getByRole('dialog');
const said = (page) => page.locator('[role=status]');

async function search(page, text, rows) {
  await page.getByLabel('Search by name or email').fill(text);
  await page.waitForFunction((count) => document.querySelectorAll('#list tbody tr').length === count && !document.querySelector('#list[aria-busy]'), rows);
}

describe('the list, with script', () => {
  test('the filters offer exactly the options of the mission', async () => {
    const page = await signedIn();
    const options = (label) => page.getByLabel(label, { exact: true }).locator('option').allTextContents();
    assert.deepEqual(await options('Status'), ['All Status', 'Opted In', 'Opted Out']);
    assert.deepEqual(await options('Subscription'), ['All Subscriptions', 'Subscribed', 'Unsubscribed']);
    assert.equal((await options('Contact type')).length, 4);
    await done(page);
  });

  test('what a search finds is announced; nothing found says how to widen it', async () => {
    const page = await signedIn();
    await search(page, 'user02', 10);
    await page.waitForFunction(() => document.querySelector('#said').textContent === '10 people found');
    await search(page, 'nobody at all', 0);
    await page.getByRole('link', { name: 'Show everyone' }).click();
    await page.waitForFunction(() => document.querySelectorAll('#list tbody tr').length === 50);
    await done(page);
  });
});

describe('Manage, with script', () => {
  test('A5 A6: by keyboard alone: open, toggle by Space, Esc closes and saves nothing, focus returns', async () => {
    const { email, name } = someone();
    const page = await signedIn();
    await page.keyboard.press('/');
    await page.keyboard.type(email);
    await page.waitForFunction(() => document.querySelectorAll('#list tbody tr').length === 1);
    await page.keyboard.press('ArrowDown');
    assert.match(await focused(page), new RegExp(`Manage ${name}`));
    await page.keyboard.press('Enter');
    await dialog(page).waitFor();
    const toggle = dialog(page).getByRole('switch', { name: /Marketing/ });
    assert.equal(await toggle.isChecked(), true);
    await toggle.focus();
    await page.keyboard.press('Space');
    assert.equal(await toggle.isChecked(), false);
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'hidden' });
    assert.match(await focused(page), new RegExp(`Manage ${name}`));
    assert.deepEqual(server.on(email), ['marketing', 'newsletter']);
    await page.keyboard.press('Enter');
    await dialog(page).waitFor();
    await dialog(page).getByRole('switch', { name: /Marketing/ }).focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await dialog(page).waitFor({ state: 'hidden' });
    assert.deepEqual(server.on(email), ['newsletter']);
    await done(page);
  });

  test('A6: Tab stays in the dialog', async () => {
    const { email, name } = someone();
    const page = await signedIn();
    await search(page, email, 1);
    await page.getByRole('link', { name: `Manage ${name}` }).click();
    await dialog(page).waitFor();
    for (let i = 0; i < 30; i++) {
      await page.keyboard.press('Tab');
      const inside = await page.evaluate(() => document.activeElement === document.body || Boolean(document.activeElement.closest('dialog')));
      assert.ok(inside, `stop ${i}`);
    }
    await done(page);
  });

});

describe('without script', () => {
  test('login, search by button, filter, manage on a page of its own, save, undo', async () => {
    const { email, name } = someone();
    const page = await signedIn({ javaScriptEnabled: false });
    await page.getByLabel('Search by name or email').fill(email);
    await page.getByLabel('Status', { exact: true }).selectOption({ label: 'Opted In' });
    await page.getByRole('button', { name: 'Search' }).click();
    assert.match(page.url(), /q=flow\d+(%40|@)example\.com&status=in/);
    assert.deepEqual(await emails(page), [email]);
    await page.getByRole('link', { name: `Manage ${name}` }).click();
    await page.getByLabel(/Marketing/).uncheck();
    await page.getByRole('button', { name: 'Save Changes' }).click();
    await page.waitForURL(/\?said=\d+$/);
    assert.match(await said(page).first().textContent(), /Marketing off/);
    assert.deepEqual(server.on(email), ['newsletter']);
    await page.getByRole('button', { name: 'Undo' }).click();
    assert.deepEqual(server.on(email), ['marketing', 'newsletter']);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(/\/admin\/login\?left=1/);
    await done(page);
  });

  test('topics: retiring asks first and says how many people are touched', async () => {
    const page = await signedIn({ javaScriptEnabled: false });
    await page.getByRole('link', { name: 'Topics' }).click();
    await page.getByRole('link', { name: 'Retire System Alerts' }).click();
    assert.match(await page.locator('#confirm').textContent(), /\d+ (person|people)/);
    await page.getByRole('button', { name: 'Retire System Alerts' }).click();
    assert.match(await said(page).first().textContent(), /System Alerts was retired/);
    await page.getByRole('button', { name: 'Restore System Alerts' }).click();
    assert.match(await said(page).first().textContent(), /in use again/);
    await done(page);
  });
});

describe('reading and seeing', () => {
  const paths = ['/admin/people', '/admin/people?q=nobody-at-all', '/admin/people/new', '/admin/topics', '/admin/topics?retire=marketing', '/admin/help'];
  for (const width of [320, 360]) {
    test(`A4: at ${width} px nothing scrolls sideways, and name, status and Manage are in sight`, async () => {
      const page = await signedIn({ viewport: { width, height: 720 } });
      for (const path of paths) {
        await page.goto(path);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, path);
      }
      await page.goto('/admin/topics'); // the marked word is bold, and still lets its neighbours stand beside it
      const rows = await page.locator('.side__nav ul').first().locator('a').evaluateAll((links) => new Set(links.map((link) => Math.round(link.getBoundingClientRect().top))).size);
      assert.ok(rows <= 2, 'a group of the menu is two rows at most');
      await page.goto('/admin/people');
      const row = page.locator('#list tbody tr').first();
      for (const part of ['.c-who', '.c-status', '.c-act']) {
        assert.ok(await row.locator(part).isVisible(), part);
        const box = await row.locator(part).boundingBox();
        assert.ok(box.x >= 0 && box.x + box.width <= width + 1, part);
      }
      await row.getByRole('link', { name: /Manage/ }).click();
      await dialog(page).waitFor();
      assert.equal(await page.evaluate(() => document.querySelector('dialog').scrollWidth <= innerWidth), true);
      await done(page);
    });
  }

  test('A4: with forced colours switches, status and focus can still be told', async () => {
    const page = await signedIn({ forcedColors: 'active' });
    await page.goto(`/admin/people/${server.show('user001@example.com').public_id}`);
    const [on, off] = await Promise.all([0, 1].map((n) => page.locator('.switch').nth(n).screenshot()));
    assert.ok(!on.equals(off), 'a switch that is on looks other than one that is off');
    await page.locator('.switch').first().focus();
    const outline = await page.locator('.switch').first().evaluate((node) => getComputedStyle(node).outlineStyle);
    assert.notEqual(outline, 'none');
    await done(page);
  });
});
