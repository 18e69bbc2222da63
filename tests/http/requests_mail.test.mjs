// The whole way without a script: sign up, read the mail that the courier wrote, confirm, ask for
// another address, confirm it from its mail, and the old mailbox is told.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { serve } from './lib/server.mjs';
import { Visitor } from './lib/visitor.mjs';

let server;
before(async () => {
  server = await serve();
});
after(() => server?.stop());

/** The text of the mail to that address that fits, once the courier has written it. */
async function mail(to, pattern) {
  for (let i = 0; i < 200; i++) {
    let names = [];
    try {
      names = readdirSync(join(server.data, 'outbox')).filter((name) => name.endsWith('.eml'));
    } catch {
      // nothing was written yet
    }
    for (const name of names) {
      const text = readFileSync(join(server.data, 'outbox', name), 'utf8').replace(/=\r?\n/g, '');
      if (new RegExp(`^To: .*${to}`, 'm').test(text) && pattern.test(text)) {
        return text;
      }
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`no mail to ${to}`);
}

const CONFIRM = /\/c\/[A-Za-z0-9_-]{112}/;

test('sign up, confirm by mail, change the address, confirm by mail, the old mailbox is told', async () => {
  const visitor = new Visitor(server);
  await visitor.post('/join', [['email', 'flow@example.com'], ['topic', 'newsletter'], ['language', 'en']]);
  const [link] = CONFIRM.exec(await mail('flow@example.com', CONFIRM));
  const done = await visitor.press(await visitor.get(link), 'confirm');
  assert.equal(done.status, 200);
  assert.deepEqual(server.on('flow@example.com'), ['newsletter']);
  const manage = await visitor.get(server.links('flow@example.com').manage);
  await visitor.press(manage, 'change_address', { email: 'moved@example.com' });
  const [second] = CONFIRM.exec(await mail('moved@example.com', CONFIRM));
  const moved = await visitor.press(await visitor.get(second), 'confirm');
  assert.match(moved.text, /Your address was changed/);
  assert.deepEqual(server.on('moved@example.com'), ['newsletter']);
  const told = await mail('flow@example.com', /address was changed/);
  assert.match(told, /\/u\/[A-Za-z0-9_-]{112}/);
  assert.doesNotMatch(told, /\/p\/[A-Za-z0-9_-]{112}/);
});
