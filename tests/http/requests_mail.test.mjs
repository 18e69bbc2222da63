// The whole way without a script: sign up, read the mail that the courier wrote, confirm, ask for
// another address, confirm it from its mail, and the old mailbox is told.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mail } from './lib/outbox.mjs';
import { serve } from './lib/server.mjs';
import { Visitor } from './lib/visitor.mjs';

let server;
before(async () => {
  server = await serve();
});
after(() => server?.stop());

const CONFIRM = /\/c\/[A-Za-z0-9_-]{112}/;

test('sign up, confirm by mail, change the address, confirm by mail, the old mailbox is told', async () => {
  const visitor = new Visitor(server);
  await visitor.post('/join', [['email', 'flow@example.com'], ['topic', 'newsletter'], ['language', 'en']]);
  const [link] = CONFIRM.exec(await mail(server, 'flow@example.com', CONFIRM));
  const done = await visitor.press(await visitor.get(link), 'confirm');
  assert.equal(done.status, 200);
  assert.deepEqual(server.on('flow@example.com'), ['newsletter']);
  const manage = await visitor.get(`${server.links('flow@example.com').manage}?show=address`);
  await visitor.press(manage, 'change_address', { email: 'moved@example.com' });
  const [second] = CONFIRM.exec(await mail(server, 'moved@example.com', CONFIRM));
  const moved = await visitor.press(await visitor.get(second), 'confirm');
  assert.match(moved.text, /Your address was changed/);
  assert.deepEqual(server.on('moved@example.com'), ['newsletter']);
  const told = await mail(server, 'flow@example.com', /address was changed/);
  assert.match(told, /\/u\/[A-Za-z0-9_-]{112}/);
  assert.doesNotMatch(told, /\/p\/[A-Za-z0-9_-]{112}/);
});

test('where a topic needs no confirmation, the mail says what holds, not that nothing was changed', async () => {
  server.run(['topics', 'set', 'newsletter', '--double-opt-in', 'no']);
  await new Visitor(server).post('/join', [['email', 'atonce@example.com'], ['topic', 'newsletter'], ['language', 'en']]);
  assert.deepEqual(server.on('atonce@example.com'), ['newsletter']);
  const told = await mail(server, 'atonce@example.com', /\/p\/[A-Za-z0-9_-]{112}/);
  assert.match(told, /You are subscribed/);
  assert.doesNotMatch(told, /already|nothing was changed|again/i);
  server.run(['topics', 'set', 'newsletter', '--double-opt-in', 'yes']);
});
