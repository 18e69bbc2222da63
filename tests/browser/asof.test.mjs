// Could we have mailed them then, in a browser: form, refusal and answers; axe in light and dark, wide and narrow; without script.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { serve, ADMIN } from '../http/lib/server.mjs';
import { launch, smallTargets, violations } from './lib/browser.mjs';

const DAY = 86400;
const when = (days) => new Date(Date.now() - days * DAY * 1000).toISOString().slice(0, 16);
let server;
let browser;

before(async () => {
  server = await serve();
  const then = (days, args) => execFileSync(resolve(process.env.ASSENT_BUILD ?? 'build', 'assent'), args, { env: { ...server.env, ASSENT_CLOCK_OFFSET_S: String(-days * DAY) }, stdio: 'pipe' });
  then(30, ['add', 'in.with.a.rather.long.name.that.must.break@somewhere.example.org', '--topics', 'newsletter']);
  then(10, ['optout', 'in.with.a.rather.long.name.that.must.break@somewhere.example.org']);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const EMAIL = 'in.with.a.rather.long.name.that.must.break@somewhere.example.org';

async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.wrong = [];
  page.on('console', (message) => message.type() === 'error' && !/4(22)/.test(message.text()) && page.wrong.push(message.text()));
  await page.goto(`${server.origin}/admin/login`);
  await page.fill('[name=email]', ADMIN.email);
  await page.fill('[name=password]', ADMIN.password);
  await page.click('main button, .login__box button');
  await page.waitForURL(/\/admin\/people/);
  return page;
}

for (const [width, colorScheme] of [[1280, 'light'], [1280, 'dark'], [360, 'light'], [360, 'dark']]) {
  test(`A4: at ${width} px, ${colorScheme}: the form in Activity, a refusal and answers have no fault of axe`, async () => {
    const page = await open({ viewport: { width, height: 900 }, colorScheme });
    const look = async (what) => {
      if (process.env.ASSENT_SHOTS) {
        await page.screenshot({ path: `${process.env.ASSENT_SHOTS}/${what}-${width}-${colorScheme}.png`, fullPage: true });
      }
      assert.deepEqual(await violations(page), [], what);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), what);
      assert.deepEqual((await smallTargets(page, 24)).filter((one) => !one.includes('class="hush"')), [], what);
    };
    await page.goto(`${server.origin}/admin/activity`);
    await page.click('#asof summary');
    await look('form');
    await page.fill('#asof-email', 'nobody');
    await page.click('#asof button');
    await page.waitForSelector('#asof-email-fault');
    await look('refusal');
    await page.fill('#asof-email', EMAIL);
    await page.fill('#asof-at', when(20));
    await page.click('.asof button');
    await page.waitForSelector('#answer .badge--yes');
    assert.ok(!page.url().includes('%40'), 'no address in the link');
    await look('yes');
    await page.fill('#asof-at', when(5));
    await page.click('.asof button');
    await page.waitForSelector('#answer .badge--no');
    await look('no');
    assert.deepEqual(page.wrong, []);
    await page.context().close();
  });
}

test('without script the same is asked and answered, and its link opens the answer again', async () => {
  const page = await open({ javaScriptEnabled: false });
  await page.goto(`${server.origin}/admin/activity/asof`);
  await page.fill('#asof-email', EMAIL);
  await page.fill('#asof-at', when(20));
  await page.click('.asof button');
  await page.waitForSelector('#answer .badge--yes');
  await page.goto(page.url());
  assert.equal(await page.locator('#answer .badge--yes').count(), 1);
  await page.context().close();
});
