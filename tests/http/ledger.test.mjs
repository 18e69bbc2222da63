// The ledger's signed head: published, in a file, and verifiable with public tools.
import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { serve } from './lib/server.mjs';

let server;
before(async () => {
  server = await serve();
});
after(() => server?.stop());

const AT = '/.well-known/assent/checkpoint';
const file = () => join(server.data, 'checkpoints.txt');

/** What done() gives, once it gives anything. */
async function soon(done) {
  for (let i = 0; i < 200; i++) {
    const found = await done();
    if (found) {
      return found;
    }
    await new Promise((next) => setTimeout(next, 50));
  }
  return assert.fail('it never came');
}

const published = async () => {
  const reply = await server.ask({ path: AT });
  return reply.status === 200 ? reply : null;
};

/** C2SP's signed note, from its description alone. */
async function opened(note) {
  const [text, seals] = [note.slice(0, note.indexOf('\n\n') + 1), note.slice(note.indexOf('\n\n') + 2)];
  const [origin, position, hash, at] = text.split('\n');
  const [, name, seal] = /^\u2014 (\S+) (\S+)\n$/.exec(seals);
  assert.equal(name, origin);
  const bytes = Buffer.from(seal, 'base64');
  const { keys } = JSON.parse((await server.ask({ path: '/.well-known/assent/keys.json' })).body);
  const jwk = keys.find((key) => key.purpose === 'assent-checkpoint-v1');
  assert.equal(origin, `assent-checkpoint-v1/${jwk.kid}`);
  const raw = Buffer.from(jwk.x, 'base64url');
  const id = createHash('sha256').update(`${name}\n\x01`).update(raw).digest().subarray(0, 4);
  assert.deepEqual(bytes.subarray(0, 4), id);
  assert.equal(jwk.verifier, `${name}+${id.toString('hex')}+${Buffer.concat([Buffer.from([1]), raw]).toString('base64')}`);
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  assert.ok(verify(null, Buffer.from(text), key, bytes.subarray(4)));
  assert.ok(!verify(null, Buffer.from(text.replace(/\d/, 'x')), key, bytes.subarray(4)));
  return { position: Number(position), hash: Buffer.from(hash, 'base64').toString('hex'), at };
}

test('a server signs the head at its first start, publishes it and puts it into the file', async () => {
  const reply = await soon(published);
  assert.equal(reply.get('content-type'), 'text/plain; charset=utf-8');
  assert.equal(reply.get('cache-control'), 'public, max-age=60');
  const { position, hash, at } = await opened(reply.body);
  assert.equal(hash, server.sql(`SELECT lower(hex(hash)) FROM entry WHERE position = ${position}`).trim());
  assert.ok(Math.abs(Date.parse(at) - Date.now()) < 120000);
  await soon(() => existsSync(file()) && readFileSync(file(), 'utf8') === `${reply.body}\n`);
  assert.equal((await server.ask({ path: AT, method: 'POST' })).status, 405);
});

test('the command signs at once; the server publishes it', async () => {
  server.add('anna@example.org');
  const note = server.run(['ledger', 'checkpoint']);
  assert.equal((await server.ask({ path: AT })).body, note);
  assert.ok(readFileSync(file(), 'utf8').endsWith(`${note}\n`));
  const { position } = await opened(note);
  const head = server.json(['ledger', '--json']);
  assert.deepEqual([head.position, head.checkpoint.position, head.checkpoint.note], [position, position, note]);
  assert.equal(server.json(['ledger', 'checkpoint', '--json']).is_new, false, 'nothing new to sign');
  assert.ok(server.run(['ledger']).endsWith(note));
});

test('each key says what it is for, and no two are the same', async () => {
  const { keys } = JSON.parse((await server.ask({ path: '/.well-known/assent/keys.json' })).body);
  assert.deepEqual(keys.map((key) => key.purpose), ['assent-receipt-v1', 'assent-checkpoint-v1']);
  assert.notEqual(keys[0].x, keys[1].x);
  assert.notEqual(keys[0].kid, keys[1].kid);
});
