// Hooks, told by the courier: real endpoints that verify, refuse, hang, redirect and go away.
import assert from 'node:assert/strict';
import { lookup } from 'node:dns/promises';
import { hostname } from 'node:os';
import test from 'node:test';
import { Webhook } from 'standardwebhooks';
import { endpoint, pause, signedBy, until } from '../http/lib/endpoint.mjs';
import { folder } from './lib/command.mjs';

const ALLOWED = { ASSENT_HOOKS_PRIVATE: '1' };

function site(t, env = ALLOWED) {
  const at = folder(t);
  Object.assign(at.env, env);
  return at;
}

/** Starts a courier; its end is the test's. */
function courier(at) {
  const child = at.start(['courier', '--wait']);
  at.ends.push(async () => {
    child.kill('SIGTERM');
    await child.ended;
  });
  return child;
}

/** The command while this process answers. */
async function beside(at, args) {
  const child = at.start(args);
  const { code } = await child.ended;
  return { code, ...child.text };
}

const hook = (at, url, ...more) => at.json(['hooks', 'add', url, '--json', ...more]);
const list = (at) => at.json(['hooks', 'list', '--json']);

test('W1, W2: messages verify by standardwebhooks and by Ed25519, and a changed one does not', async (t) => {
  const at = site(t);
  const to = await endpoint(t);
  const { public_key: publicKey, secret } = hook(at, to.url, '--signing', 'both');
  courier(at);
  at.run(['add', 'ada@example.com', '--topics', 'newsletter']);
  at.run(['optout', 'ada@example.com']);
  await until('two messages', () => to.got.length === 2);
  for (const message of to.got) {
    assert.equal(new Webhook(secret).verify(message.body, message.headers).type, message.data.type);
    assert.equal(signedBy(message, publicKey), 1);
    assert.equal(signedBy({ ...message, body: `${message.body} ` }, publicKey), 0);
    assert.throws(() => new Webhook(secret).verify(message.body.replace('ada', 'eve'), message.headers));
    assert.equal(message.headers['content-type'], 'application/json');
    assert.match(message.headers['user-agent'], /^Assent\/\d/);
  }
  assert.deepEqual(to.got.map((one) => one.data.type).sort(), ['contact.added', 'contact.choices_changed']);
});

test('the help of "hooks add" names each kind of change that a hook is told of, and no other', (t) => {
  const at = site(t);
  hook(at, 'https://crm.example.com/in');
  const help = at.run(['hooks', 'add', '--help']);
  const named = help.slice(help.indexOf('Kinds of change:'), help.indexOf('Prints the key')).match(/[a-z]+\.[a-z_]+/g);
  assert.deepEqual(named.sort(), [...list(at)[0].kinds].sort());
});

test('W3: after a rotation both generations sign', async (t) => {
  const at = site(t);
  const to = await endpoint(t);
  const before = hook(at, to.url, '--signing', 'both');
  at.run(['hooks', 'rotate', '1']);
  const now = at.json(['hooks', 'secret', '1', '--json']);
  courier(at);
  assert.match((await beside(at, ['hooks', 'test', '1'])).out, /answered 200/);
  const [message] = to.got;
  assert.equal(message.headers['webhook-signature'].split(' ').length, 4);
  assert.equal(now.older_public_key, before.public_key);
  assert.notEqual(now.public_key, before.public_key);
  for (const one of [before, now]) {
    assert.equal(signedBy(message, one.public_key), 1);
    new Webhook(one.secret).verify(message.body, message.headers);
  }
});

test('W5: a refused message comes again with the same id and body, a new timestamp; W4: 3xx is a failure, 410 stops', async (t) => {
  const at = site(t);
  let elsewhere = 0;
  const trap = await endpoint(t, (response) => {
    elsewhere++;
    response.end();
  });
  const codes = [500, 302, 200, 410];
  const to = await endpoint(t, (response, n) => {
    response.writeHead(codes[n - 1] ?? 200, { location: trap.url });
    response.end();
  });
  hook(at, to.url);
  courier(at);
  at.run(['add', 'ada@example.com']);
  for (let n = 1; n < 3; n++) {
    await until(`failure ${n} is written`, () => at.sql(`SELECT 1 FROM hook_delivery WHERE tries = ${n}`));
    at.sql('UPDATE hook_delivery SET due_at = 0');
  }
  await until('it was taken', () => at.sql('SELECT 1 FROM hook_delivery WHERE outcome = 1'));
  assert.equal(new Set(to.got.map((one) => one.headers['webhook-id'])).size, 1);
  assert.equal(new Set(to.got.map((one) => one.body)).size, 1);
  assert.equal(to.got.length, 3);
  assert.equal(elsewhere, 0);
  const gone = await beside(at, ['hooks', 'test', '1']);
  assert.equal(gone.code, 1);
  assert.match(gone.err, /answered 410/);
  assert.equal(list(at)[0].state, 'failed');
});

test('W4: Retry-After is honoured', async (t) => {
  const at = site(t);
  const to = await endpoint(t, (response) => {
    response.writeHead(503, { 'retry-after': '600' });
    response.end();
  });
  hook(at, to.url);
  courier(at);
  at.run(['add', 'ada@example.com']);
  const wait = Number(await until('it was tried', () => at.sql('SELECT due_at - unixepoch() FROM hook_delivery WHERE tries = 1')));
  assert.ok(wait > 590 && wait <= 600, String(wait));
});

test('an endpoint that never answers delays no other', async (t) => {
  const at = site(t);
  const silent = await endpoint(t, () => {});
  const well = await endpoint(t);
  hook(at, silent.url);
  hook(at, well.url);
  courier(at);
  const csv = ['email', ...Array.from({ length: 100 }, (_, i) => `p${i}@example.com`)].join('\n');
  at.run(['import', at.write('people.csv', `${csv}\n`)]);
  await until('all for the one that answers', () => well.got.length === 102); // 100, and the import's begin and end
  assert.equal(silent.got.length, 8); // its own places, and no more
  assert.equal(list(at)[0].waiting, 102);
});

test('W6: a private address is refused on adding, and on connecting where it was added before', async (t) => {
  const at = site(t, {});
  const to = await endpoint(t);
  for (const url of ['https://127.0.0.1/', 'https://[::1]/', 'https://10.1.2.3/', 'https://169.254.169.254/', 'https://localhost/', 'https://2130706433/', to.url]) {
    assert.equal(at.try(['hooks', 'add', url]).code, 1, url);
  }
  assert.deepEqual(list(at), []);
  hook(at, 'https://hooks.example.com/');
  const { port } = new URL(to.url);
  at.sql(`UPDATE hook SET url = 'https://127.0.0.1:${port}/'`); // as a name would that leads there
  courier(at);
  const done = at.try(['hooks', 'test', '1']);
  assert.equal(done.code, 1);
  assert.match(done.err, /127\.0\.0\.1, a loopback address/);
  at.sql(`UPDATE hook SET url = '${to.url}', failing_since = 0`);
  assert.match(at.try(['hooks', 'test', '1']).err, /[Pp]rotocol/);
  assert.equal(to.got.length, 0);
});

test('a courier that is killed at random loses no message, and each keeps its id', async (t) => {
  const at = site(t);
  const to = await endpoint(t, (response) => setTimeout(() => response.end(), 5));
  hook(at, to.url);
  const people = 120;
  for (let round = 0; round < 6; round++) {
    const child = at.start(['courier', '--wait']);
    const csv = ['email', ...Array.from({ length: people / 6 }, (_, i) => `r${round}p${i}@example.com`)].join('\n');
    at.run(['import', at.write('people.csv', `${csv}\n`)]);
    await pause(Math.random() * 120);
    child.kill('SIGKILL');
    await child.ended;
  }
  courier(at);
  await until('nothing waits', () => list(at)[0].waiting === 0 && at.sql('SELECT position = (SELECT max(position) FROM entry) FROM hook').trim() === '1');
  const ids = new Map();
  for (const { headers, data, body } of to.got) {
    const { position } = data.data;
    assert.equal(ids.get(position)?.id ?? headers['webhook-id'], headers['webhook-id']);
    assert.equal(ids.get(position)?.body ?? body, body);
    ids.set(position, { id: headers['webhook-id'], body });
  }
  const emails = new Set(to.got.filter((one) => one.data.type === 'contact.added').map((one) => one.data.data.email));
  assert.equal(emails.size, people);
  assert.equal(new Set([...ids.values()].map((one) => one.id)).size, ids.size);
});

test('W6: a name that leads to a private address is not connected to', async (t) => {
  const { address } = await lookup(hostname()).catch(() => ({}));
  if (!address || !/^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::1$)/.test(address)) {
    t.skip('this machine has no name for a private address');
    return;
  }
  const at = site(t, {});
  hook(at, `https://${hostname()}/in`);
  courier(at);
  assert.match((await beside(at, ['hooks', 'test', '1'])).err, /not connected: the host is \S+, a (loopback|private) address/);
});

test('stopped, a hook gets nothing; resumed, all that it missed; removed, nothing more; restored, what it missed', async (t) => {
  const at = site(t);
  const to = await endpoint(t);
  hook(at, to.url);
  courier(at);
  at.run(['hooks', 'stop', '1']);
  at.run(['add', 'ada@example.com']);
  assert.match(at.try(['hooks', 'test', '1']).err, /stopped/);
  await pause(600);
  assert.equal(to.got.length, 0);
  at.run(['hooks', 'resume', '1']);
  await until('what was missed', () => to.got.length === 1);
  at.run(['hooks', 'remove', '1']);
  at.run(['optout', 'ada@example.com']);
  await pause(600);
  assert.equal(to.got.length, 1);
  assert.match(at.try(['hooks', 'test', '1']).err, /no hook 1/);
  at.run(['hooks', 'restore', '1']);
  await until('what changed while it was removed', () => to.got.length === 2);
  assert.match(at.run(['hooks', 'restore', '1']), /so already/);
  at.run(['hooks', 'remove', '1']);
  at.sql('UPDATE hook SET removed_at = removed_at - 3601');
  assert.match(at.try(['hooks', 'restore', '1']).err, /too late/);
  assert.match(at.try(['hooks', 'restore', '2']).err, /no hook 2/);
});
