// Signed links: what is accepted, what is refused, what a link that is past its time still does.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { serve } from './lib/server.mjs';
import { CONFIRM, MANAGE, UNSUBSCRIBE, keyPair, mint } from './lib/mint.mjs';
import { Visitor } from './lib/visitor.mjs';
import { Wire } from './lib/wire.mjs';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const DAY = 86400;
const now = () => Math.floor(Date.now() / 1000);
const sender = keyPair();
let server;
let keyId;
let number = 0;

before(async () => {
  server = await serve();
  const added = server.json(['keys', 'add', '--public', Buffer.from(sender.publicKey).toString('base64'),
    '--owner', 'A sender', '--json']);
  keyId = added.id;
});
after(() => server?.stop());

function someone(topics = 'newsletter,marketing') {
  const email = `linked${++number}@example.com`;
  server.add(email, { topics });
  return { email, contact: server.show(email).public_id };
}

const sign = (more) => mint({ secret: sender.secretKey, keyId, ...more });
const post = (path) => server.ask({ method: 'POST', path, body: 'List-Unsubscribe=One-Click' });

describe('links minted elsewhere', () => {
  test('G1: an unsubscribe link that tweetnacl signed opts out of its topic', async () => {
    const { email, contact } = someone();
    const reply = await post(`/u/${sign({ contact, topic: 1, purpose: UNSUBSCRIBE })}`);
    assert.equal(reply.status, 200);
    assert.deepEqual(server.on(email), ['marketing']);
  });

  test('a manage link that tweetnacl signed opens the preferences', async () => {
    const { contact } = someone();
    const page = await new Visitor(server).get(`/p/${sign({ contact, purpose: MANAGE })}`);
    assert.equal(page.status, 200);
    assert.ok(page.says(/Newsletter/) && page.says(/System Alerts/));
  });

  test('S6: a link signed by a key the server does not know is refused', async () => {
    const { contact } = someone();
    const before = server.state();
    const stranger = keyPair();
    const token = mint({ secret: stranger.secretKey, keyId: 'deadbeef', contact, purpose: UNSUBSCRIBE });
    assert.equal((await post(`/u/${token}`)).status, 404);
    const borrowed = mint({ secret: stranger.secretKey, keyId, contact, purpose: UNSUBSCRIBE });
    assert.equal((await post(`/u/${borrowed}`)).status, 404);
    assert.equal(server.state(), before);
  });

  test('S6: one kind of token never passes for another', async () => {
    const { contact } = someone();
    const before = server.state();
    for (const [path, purpose] of [['p', UNSUBSCRIBE], ['u', MANAGE], ['p', CONFIRM], ['u', CONFIRM], ['u', 0], ['u', 15]]) {
      const token = sign({ contact, purpose });
      assert.equal((await server.ask({ path: `/${path}/${token}` })).status, 404, `${path} ${purpose}`);
      assert.equal((await server.ask({ method: 'POST', path: `/${path}/${token}`, body: 'do=stop_all',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' } })).status, 404);
    }
    for (const version of [0, 2, 15]) {
      assert.equal((await post(`/u/${sign({ contact, purpose: UNSUBSCRIBE, version })}`)).status, 404);
    }
    assert.equal(server.state(), before);
  });
});

describe('the published vectors', () => {
  const vectors = JSON.parse(readFileSync(new URL('../vectors/links.json', import.meta.url)));
  const purposes = { manage: MANAGE, unsubscribe: UNSUBSCRIBE, confirm: CONFIRM };

  test('tweetnacl mints exactly the good tokens', () => {
    for (const good of vectors.good) {
      const key = vectors.keys[good.key];
      const pair = keyPair(Buffer.from(key.seed, 'hex'));
      assert.equal(Buffer.from(pair.publicKey).toString('hex'), key.public);
      const token = mint({ secret: pair.secretKey, keyId: key.key_id, contact: good.contact, epoch: good.epoch,
        topic: good.topic, issued: good.issued_at, purpose: purposes[good.purpose] });
      assert.equal(token, good.token, good.name);
    }
    assert.ok(vectors.good.length >= 3);
  });

  test('U6 S6: a server that trusts their keys refuses every bad token, and writes nothing', async () => {
    for (const [name, key] of Object.entries(vectors.keys)) {
      const added = server.json(['keys', 'add', '--public', Buffer.from(key.public, 'hex').toString('base64'), '--owner', name, '--json']);
      assert.equal(added.id, key.key_id);
    }
    const before = server.state();
    for (const bad of vectors.bad.filter((one) => !/[^\x21-\x7e]/.test(one.token))) {
      for (const kind of ['p', 'u']) {
        assert.equal((await server.ask({ path: `/${kind}/${bad.token}` })).status, 404, bad.name);
        assert.equal((await server.ask({ method: 'POST', path: `/${kind}/${bad.token}`, body: '' })).status, 404, bad.name);
      }
    }
    assert.equal(server.state(), before);
  });
});

describe('altered links', () => {
  test('U6: every flipped bit is refused, and nothing is written', async () => {
    const { contact } = someone();
    const token = Buffer.from(sign({ contact, topic: 1, purpose: UNSUBSCRIBE }), 'base64url');
    const before = server.state();
    const wire = await Wire.open(server.port);
    for (let bit = 0; bit < token.length * 8; bit++) {
      const altered = Buffer.from(token);
      altered[bit >> 3] ^= 1 << (bit & 7);
      const reply = await wire.ask({ method: 'POST', path: `/u/${altered.toString('base64url')}`, body: '' });
      assert.equal(reply.status, 404, `bit ${bit}`);
      assert.equal(reply.get('location'), undefined);
      assert.equal(reply.get('set-cookie'), undefined);
    }
    wire.close();
    assert.equal(server.state(), before);
  });

  test('U6: every other base64 character at every place is refused, and nothing is written', async () => {
    const { contact } = someone();
    const token = sign({ contact, topic: 1, purpose: UNSUBSCRIBE });
    const before = server.state();
    const wires = await Promise.all(Array.from({ length: 8 }, () => Wire.open(server.port)));
    let place = 0;
    await Promise.all(wires.map(async (wire) => {
      while (place < token.length) {
        const at = place++;
        for (let step = 1; step < 64; step += 9) {
          const c = ALPHABET[(ALPHABET.indexOf(token[at]) + step) % 64];
          const path = `/u/${token.slice(0, at)}${c}${token.slice(at + 1)}`;
          assert.equal((await wire.ask({ method: 'POST', path, body: '' })).status, 404, `character ${at}`);
        }
      }
    }));
    wires.forEach((wire) => wire.close());
    assert.equal(server.state(), before);
  });

  test('U6: too short, too long, padded, the other alphabet, a byte of junk: refused', async () => {
    const { contact } = someone();
    const token = sign({ contact, purpose: UNSUBSCRIBE });
    const before = server.state();
    for (const bad of ['', 'x', token.slice(1), token.slice(0, -1), `${token}A`, `${token}==`, `${token}=`,
      token.replace(/.$/, '+'), token.replace(/.$/, '/'), token.replace(/.$/, '%41'), `${token}${token}`,
      token.replace(/.$/, '.'), 'A'.repeat(112), '-'.repeat(112)]) {
      const reply = await server.ask({ method: 'POST', path: `/u/${bad}`, body: '' });
      assert.ok([404, 405].includes(reply.status), `${JSON.stringify(bad)}: ${reply.status}`);
    }
    assert.equal(server.state(), before);
  });

  test('a broken link gets a page that says what to do next, for people', async () => {
    const visitor = new Visitor(server);
    for (const path of ['/p/', '/u/']) {
      const page = await visitor.get(path + 'A'.repeat(112));
      assert.equal(page.status, 404);
      assert.match(page.get('content-type'), /^text\/html/);
      assert.ok(page.says(/doesn’t work/) && page.says(/What to do next/));
    }
  });
});

describe('links past their time', () => {
  test('an expired manage link shows no choices, and still stops everything, with Undo', async () => {
    const { email, contact } = someone();
    const visitor = new Visitor(server);
    const path = `/p/${sign({ contact, purpose: MANAGE, issued: now() - 401 * DAY })}`;
    const page = await visitor.get(path);
    assert.ok(page.says(/expired/) && !page.says(/Newsletter/));
    const refused = await visitor.post(path, { do: 'save', shown: 'newsletter' });
    assert.equal(refused.status, 403);
    assert.deepEqual(server.on(email), ['marketing', 'newsletter']);
    const done = await visitor.press(page, 'stop_all');
    assert.equal(done.status, 200);
    assert.equal(server.show(email).status, 'opted_out');
    await visitor.press(done, 'undo');
    assert.deepEqual(server.on(email), ['marketing', 'newsletter']);
  });

  test('a manage link of 399 days is good', async () => {
    const { contact } = someone();
    const page = await new Visitor(server).get(`/p/${sign({ contact, purpose: MANAGE, issued: now() - 399 * DAY })}`);
    assert.ok(page.says(/Newsletter/));
  });

  test('a manage link of another epoch is void, and still stops everything', async () => {
    const { email, contact } = someone();
    const visitor = new Visitor(server);
    const page = await visitor.get(`/p/${sign({ contact, purpose: MANAGE, epoch: 3 })}`);
    assert.ok(page.says(/was stopped/) && !page.says(/Newsletter/));
    await visitor.press(page, 'stop_all');
    assert.equal(server.show(email).status, 'opted_out');
  });

  test('an unsubscribe link ignores the epoch', async () => {
    const { email, contact } = someone();
    await post(`/u/${sign({ contact, purpose: UNSUBSCRIBE, epoch: 9, topic: 1 })}`);
    assert.deepEqual(server.on(email), ['marketing']);
  });

  test('a link whose person is gone: a page says so, a mail program is answered 200', async () => {
    const path = `/u/${sign({ contact: '0123456789abcdef', purpose: UNSUBSCRIBE })}`;
    const before = server.state();
    const page = await new Visitor(server).get(path);
    assert.ok(page.says(/nobody/i));
    const reply = await post(path);
    assert.equal(reply.status, 200);
    assert.match(reply.get('content-type'), /^text\/plain/);
    assert.equal(server.state(), before);
  });

  test('a revoked key kills its own links and no others; its retirement kills none', async () => {
    const pair = keyPair();
    const { id } = server.json(['keys', 'add', '--public', Buffer.from(pair.publicKey).toString('base64'), '--owner', 'Another', '--json']);
    const { email, contact } = someone();
    const token = (topic) => mint({ secret: pair.secretKey, keyId: id, contact, topic, purpose: UNSUBSCRIBE });
    server.run(['keys', 'retire', id]);
    assert.equal((await post(`/u/${token(1)}`)).status, 200);
    assert.deepEqual(server.on(email), ['marketing']);
    server.run(['keys', 'revoke', id, '--yes']);
    const before = server.state();
    assert.equal((await post(`/u/${token(3)}`)).status, 410);
    const page = await new Visitor(server).get(`/u/${token(3)}`);
    assert.equal(page.status, 410);
    assert.ok(page.says(/no longer accepted/) && page.says(/What to do next/));
    assert.equal(server.state(), before);
    assert.equal((await post(`/u/${sign({ contact, topic: 3, purpose: UNSUBSCRIBE })}`)).status, 200);
    assert.deepEqual(server.on(email), []);
  });
});

test('L1: ten years on an unsubscribe link still works, and a manage link still stops everything', async () => {
  const later = await serve({
    env: { ASSENT_CLOCK_OFFSET_S: '0' },
    before: async (fresh) => {
      for (const email of ['one@example.com', 'two@example.com', 'three@example.com']) {
        fresh.add(email, { topics: 'newsletter,marketing' });
      }
      fresh.kept = ['one', 'two', 'three'].map((name) => fresh.links(`${name}@example.com`, 'newsletter'));
      fresh.env.ASSENT_CLOCK_OFFSET_S = String(3653 * DAY);
    },
  });
  try {
    const [one, two, three] = later.kept;
    const reply = await later.ask({ method: 'POST', path: one.unsubscribe, body: 'List-Unsubscribe=One-Click' });
    assert.equal(reply.status, 200);
    assert.deepEqual(later.on('one@example.com'), ['marketing']);
    const visitor = new Visitor(later);
    await visitor.press(await visitor.get(two.unsubscribe), 'stop_topic');
    assert.deepEqual(later.on('two@example.com'), ['marketing']);
    const page = await visitor.get(three.manage);
    assert.ok(page.says(/expired/));
    await visitor.press(page, 'stop_all');
    assert.equal(later.show('three@example.com').status, 'opted_out');
  } finally {
    await later.stop();
  }
});
