// Communications → Opt In / Out as an admin uses it: with the script, by keyboard, and without it.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { ADMIN, serve } from '../http/lib/server.mjs';
import { focused, launch, violations } from './lib/browser.mjs';

const PEOPLE = 120;
const name = (i) => `Person ${String(i).padStart(3, '0')}`;
const email = (i) => `person${String(i).padStart(3, '0')}@list.example`;

let server, browser, context, page;

before(async () => {
  server = await serve({
    before: async (fresh) => {
      const rows = Array.from({ length: PEOPLE }, (_, i) => `${email(i)},${name(i)},client,opted_in,yes,${i % 2 ? 'yes' : 'no'}`);
      fresh.import(['email,name,contact_type,status,newsletter,marketing', ...rows].join('\n'));
    },
  });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function signIn(options) {
  await context?.close();
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', ...options });
  page = await context.newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(error.message));
  page.on('console', (said) => {
    if (/Content.Security/i.test(said.text())) page.faults.push(said.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(server.origin)) page.faults.push(`asked elsewhere: ${request.url()}`);
  });
  await page.goto(`${server.origin}/admin/people`);
  await page.fill('#email', ADMIN.email);
  await page.fill('#password', ADMIN.password);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/admin\/people$/);
}

const count = () => page.textContent('.foot__count');
const said = (pattern) => page.waitForFunction((source) => new RegExp(source).test(document.querySelector('#said').textContent), pattern.source);
const shows = (pattern) => page.waitForFunction((source) => new RegExp(source).test(document.querySelector('.foot__count').textContent), pattern.source);
const opens = () => page.waitForSelector('dialog[open] h1, dialog[open] h2');
const closes = () => page.waitForFunction(() => !document.querySelector('dialog[open]'));
const manage = async (i) => {
  await page.fill('#search', email(i));
  await shows(/^1–1 of 1$/);
  await page.click('#list .c-act a');
  await opens();
};

describe('with the script', () => {
  beforeEach(() => signIn());

  test('the list follows what is typed, in place, and the address with it; Back goes back', async () => {
    await page.evaluate(() => {
      globalThis.isSamePage = true;
    });
    await page.type('#search', 'person 01', { delay: 15 });
    await shows(/^1–10 of 10$/);
    assert.equal(new URL(page.url()).search, '?q=person+01');
    await said(/^10 people found$/);
    await page.selectOption('select[name=sub]', 'no');
    await page.waitForSelector('.empty');
    assert.match(await page.textContent('.empty'), /Nobody matches/);
    await page.click('.drops a >> nth=1');
    await shows(/^1–10 of 10$/);
    assert.equal(await page.inputValue('select[name=sub]'), '');
    await page.goBack();
    await page.waitForSelector('.empty');
    assert.equal(await page.inputValue('select[name=sub]'), 'no');
    await page.goBack();
    await page.goBack();
    await shows(/^1–50 of 120$/);
    assert.equal(await page.inputValue('#search'), '');
    assert.ok(await page.evaluate(() => globalThis.isSamePage), 'no page was loaded');
    assert.deepEqual(page.faults, []);
  });

  test('an answer that was overtaken never replaces a newer one', async () => {
    let asked;
    const first = new Promise((done) => {
      asked = done;
    });
    await page.route('**/admin/people?q=person+00', asked);
    await page.fill('#search', 'person 00');
    const held = await first;
    await page.fill('#search', 'person 005');
    await shows(/^1–1 of 1$/);
    await held.continue().catch(() => {});
    await page.waitForTimeout(300);
    assert.match(await count(), /^1–1 of 1$/);
  });

  test('order and pages change in place, and the focus stays with them', async () => {
    await page.click('th >> text=Updated');
    await page.waitForSelector('th[aria-sort=descending] >> text=Updated');
    assert.match(await focused(page), /Updated/);
    await page.click('a[rel=next]');
    await shows(/^51–100 of 120$/);
    assert.match(await focused(page), /Next/);
    await page.click('a[rel=next]');
    await shows(/^101–120 of 120$/);
    await page.click('a[rel=prev]');
    await shows(/^51–100 of 120$/);
  });

  test('A6: the dialog is named by its heading, takes the focus, closes by Esc, gives it back', async () => {
    await page.keyboard.press('/');
    assert.match(await focused(page), /^search/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    assert.equal(await focused(page), `a: Manage ${name(2)}`);
    await page.keyboard.press('Enter');
    await opens();
    assert.equal(await focused(page), `person-title: Manage ${name(2)}`);
    assert.equal(await page.getAttribute('dialog', 'aria-labelledby'), 'person-title');
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press('Escape');
    await closes();
    assert.equal(await focused(page), `a: Manage ${name(2)}`);
    await page.keyboard.press('Enter');
    await opens();
    await page.click('dialog [aria-label=Close]');
    await closes();
    assert.equal(await focused(page), `a: Manage ${name(2)}`);
  });

  test('A2, A3: a save is announced, changes row and cards in place, and can be undone', async () => {
    await manage(10);
    const subscribed = () => page.textContent('.card__n >> nth=1');
    assert.equal(await subscribed(), '120');
    await page.click('dialog .topic >> nth=0');
    await page.click('dialog .btn--primary');
    await closes();
    await said(/^Saved\. Newsletter off\.$/);
    assert.equal(await focused(page), `a: Manage ${name(10)}`);
    assert.match(await page.textContent('#list .c-subs'), /^0 of 4$/);
    assert.equal(await subscribed(), '119');
    assert.deepEqual(server.on(email(10)), []);
    await page.click('#notice >> text=Undo');
    await said(/^Undone/);
    assert.match(await page.textContent('#list .c-subs'), /^1 of 4$/);
    assert.equal(await subscribed(), '120');
    assert.deepEqual(server.on(email(10)), ['newsletter']);
  });

  test('Opted Out turns the switches off, Opted In brings them back; opting in again needs the consent', async () => {
    await manage(11);
    await page.click('dialog label:has(#s-out)');
    assert.equal(await page.locator('dialog .switch:checked').count(), 0);
    await page.click('dialog label:has(#s-in)');
    assert.equal(await page.locator('dialog .switch:checked').count(), 2);
    await page.click('dialog label:has(#s-out)');
    await page.click('dialog .btn--primary');
    await closes();
    assert.equal(server.show(email(11)).status, 'opted_out');

    await page.click('#list .c-act a');
    await opens();
    assert.ok(!(await page.isVisible('#consent')));
    await page.click('dialog label:has(#s-in)');
    assert.ok(await page.isVisible('#consent'));
    await page.click('dialog .topic >> nth=2');
    await page.click('dialog .btn--primary');
    await page.waitForSelector('dialog #fault');
    assert.match(await focused(page), /^fault: Not saved/);
    assert.deepEqual(await violations(page), []);
    assert.equal(server.show(email(11)).status, 'opted_out');
    await page.fill('#consent', 'Signed form 12');
    await page.click('dialog .btn--primary');
    await closes();
    assert.deepEqual(server.on(email(11)), ['marketing']);
  });

  test('two admins, one person: the second is told what changed, and nothing is overwritten', async () => {
    await manage(12);
    server.run(['optout', email(12)]);
    await page.click('dialog .topic >> nth=1');
    await page.click('dialog .btn--primary');
    await page.waitForSelector('dialog #fault');
    assert.match(await page.textContent('#fault'), /Changed meanwhile/);
    assert.match(await page.textContent('#fault'), /[Oo]pted out/);
    assert.equal(server.show(email(12)).status, 'opted_out');
    assert.ok(await page.isChecked('#s-out'), 'the form shows how it stands now');
  });

  test('Copy link copies the personal link, or shows it where the clipboard is out of reach', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.origin });
    await manage(13);
    await page.click('dialog >> text=Copy link');
    await page.waitForSelector('dialog >> text=Link copied');
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), new RegExp(`^${server.origin}/p/[\\w-]{112}$`));
    await page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error('refused'));
    });
    await page.waitForSelector('dialog >> text=Copy link');
    await page.click('dialog >> text=Copy link');
    await page.waitForSelector('#link:focus');
    assert.match(await page.inputValue('#link'), /\/p\/[\w-]{112}$/);
  });

  test('a person is added from the dialog; what is wrong is said there', async () => {
    await page.click('text=Add user');
    await opens();
    await page.fill('dialog #email', 'new@person');
    await page.click('dialog .btn--primary');
    await page.waitForSelector('dialog #email-fault');
    await page.fill('dialog #email', 'new@person.example');
    await page.fill('dialog #name', 'Zoë "<b>" New');
    await page.click('dialog .topic >> nth=0');
    await page.fill('dialog #consent', 'By phone');
    await page.click('dialog .btn--primary');
    await closes();
    await said(/Newsletter on/);
    assert.equal(server.show('new@person.example').name, 'Zoë "<b>" New');
    assert.equal(await page.textContent('.card__n >> nth=0'), '121');
  });

  test('retiring a topic asks first, and says how many people it touches', async () => {
    await page.click('text=Topics');
    await page.click('text=Retire System Alerts');
    await opens();
    assert.match(await page.textContent('dialog'), /0 people have it on/);
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press('Escape');
    await closes();
    assert.equal(await page.locator('.topicrow--retired').count(), 0);
    await page.click('text=Retire System Alerts');
    await opens();
    await page.click('dialog .btn--no');
    await page.waitForSelector('.topicrow--retired');
    await page.click('text=Restore');
    await page.waitForSelector('#notice .notice');
    assert.equal(await page.locator('.topicrow--retired').count(), 0);
  });

  test('a session that is over says so, and the dialog keeps what was typed', async () => {
    await manage(14);
    await context.clearCookies();
    await page.click('dialog .topic >> nth=1');
    await page.click('dialog .btn--primary');
    await page.waitForSelector('dialog #fault');
    assert.match(await page.textContent('dialog #fault'), /session is over/);
    assert.ok(await page.locator('dialog .switch >> nth=1').isChecked());
    const other = await context.newPage();
    await other.goto(`${server.origin}/admin/login`);
    await other.fill('#email', ADMIN.email);
    await other.fill('#password', ADMIN.password);
    await other.keyboard.press('Enter');
    await other.waitForURL(/\/admin\/people$/);
    await page.click('dialog .btn--primary');
    await closes();
    await page.waitForSelector('#notice .notice');
    assert.match(await page.textContent('#notice'), /on/);
  });

  test('row height and keys are remembered in the browser', async () => {
    await page.check('#dense', { force: true });
    await page.uncheck('#keys');
    await page.reload();
    assert.ok(await page.isChecked('#dense'));
    await page.keyboard.press('/');
    assert.doesNotMatch(await focused(page), /^search/);
  });

  test('axe-core finds nothing on the pages as served, light and dark', async () => {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      for (const path of ['/admin/people', '/admin/people?q=nobody+at+all', '/admin/topics', '/admin/help', '/admin/people/new']) {
        await page.goto(server.origin + path);
        assert.deepEqual(await violations(page), [], `${path} ${colorScheme}`);
      }
    }
    assert.deepEqual(page.faults, []);
  });
});

describe('without the script', () => {
  before(() => signIn({ javaScriptEnabled: false }));

  test('search, manage, save and undo are pages of their own', async () => {
    await page.fill('#search', email(20));
    await page.click('text=Search');
    assert.match(await count(), /^1–1 of 1$/);
    await page.click('#list .c-act a');
    assert.equal(await page.textContent('h1'), `Manage ${name(20)}`);
    await page.click('.topic >> nth=3');
    await page.click('text=Save Changes');
    assert.match(await page.textContent('#notice'), /Saved\. System Alerts on\./);
    assert.deepEqual(server.on(email(20)), ['newsletter', 'system_alerts']);
    await page.click('#notice >> text=Undo');
    assert.match(await page.textContent('#notice'), /Undone/);
    assert.deepEqual(server.on(email(20)), ['newsletter']);
  });
});
