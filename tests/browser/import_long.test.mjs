// A file that the server would refuse for its length is refused before it is sent: a browser that is
// still sending shows a broken connection, and no words.
import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, mkdtempSync, openSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { remove } from '../http/lib/remove.mjs';
import { serve, ADMIN } from '../http/lib/server.mjs';
import { launch } from './lib/browser.mjs';

let server;
let browser;
let folder;
before(async () => {
  server = await serve();
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), 'assent-import-'));
});
after(async () => {
  await browser?.close();
  await server?.stop();
  remove(folder);
});

test('a file above 256 MB is not sent, and the form says why; another one is', async () => {
  const long = join(folder, 'long.csv');
  const fd = openSync(long, 'w');
  ftruncateSync(fd, 256000001); // takes no room on the disk
  closeSync(fd);
  const short = join(folder, 'short.csv');
  writeFileSync(short, 'email\nshort@example.org\n');
  const page = await browser.newPage();
  await page.goto(`${server.origin}/admin/login?next=/admin/import`);
  await page.fill('[name=email]', ADMIN.email);
  await page.fill('[name=password]', ADMIN.password);
  await page.press('[name=password]', 'Enter');
  await page.setInputFiles('#file', long);
  assert.match(await page.$eval('#file', (input) => input.validationMessage), /longer than 256 MB/);
  await page.click('.upload button.btn--primary');
  assert.equal(new URL(page.url()).pathname, '/admin/import');
  await page.setInputFiles('#file', short);
  assert.equal(await page.$eval('#file', (input) => input.validationMessage), '');
  await page.click('.upload button.btn--primary');
  await page.waitForURL(/\/admin\/import\/\d+$/);
});
