// Faults under a running server: the database locked by another, moved away, the disk full. What can't
// be stored is not acknowledged, the words say so, and all goes on by itself when the cause is gone.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { remove } from './lib/remove.mjs';
import { serve } from './lib/server.mjs';

const ONE_CLICK = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'List-Unsubscribe=One-Click' };
let server;
let count = 0;

before(async () => {
  server = await serve({ admin: false });
});
after(() => server?.stop());

function person(of = server) {
  const email = `f${count++}@example.org`;
  of.add(email);
  return { email, ...of.links(email) };
}
const leave = (who, of = server) => of.ask({ path: who.unsubscribe, ...ONE_CLICK });
const status = (who, of = server) => of.show(who.email).status;

/** Whether somebody can opt out again, and it is stored. */
async function goesOn(of = server) {
  const who = person(of);
  assert.equal((await leave(who, of)).status, 200);
  assert.equal(status(who, of), 'opted_out');
  for (let tries = 0; tries < 4; tries++) { // either worker
    assert.equal((await of.ask({ path: '/readyz' })).status, 200);
  }
}

test('a database that another program holds: 503 with Retry-After, pages are read, and then it goes on', async () => {
  const who = person();
  const holder = spawn('sqlite3', [join(server.data, 'assent.db')], { stdio: ['pipe', 'pipe', 'inherit'] });
  holder.stdin.write('BEGIN IMMEDIATE; SELECT 1;\n');
  await new Promise((done) => holder.stdout.once('data', done));
  const refused = await leave(who);
  assert.equal(refused.status, 503);
  assert.ok(refused.get('retry-after'));
  assert.equal((await server.ask({ path: who.manage })).status, 200);
  assert.equal((await server.ask({ path: '/readyz' })).status, 503);
  const ended = new Promise((done) => holder.once('exit', done));
  holder.stdin.end('ROLLBACK;\n');
  await ended;
  assert.equal(status(who), 'opted_in');
  await goesOn();
});

for (const name of ['assent.db', 'assent.db-wal']) {
  test(`${name} taken away under the server: nothing is acknowledged that a start would not find; put back, it goes on`, async () => {
    const who = person();
    await goesOn();
    const path = join(server.data, name);
    renameSync(path, `${path}.gone`);
    const refused = await leave(who);
    const ready = await server.ask({ path: '/readyz' });
    renameSync(`${path}.gone`, path);
    assert.equal(refused.status, 500);
    assert.match(refused.body, /Nothing was changed/);
    assert.equal(ready.status, 503);
    assert.equal(status(who), 'opted_in');
    await goesOn();
  });
}

test('a full disk: 507 in plain words, nothing is acknowledged, and it goes on once there is room', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'assent-full-'));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'none', folder]).status !== 0) {
    remove(folder);
    t.skip('only root may mount a small disk');
    return;
  }
  const before = process.env.TMPDIR;
  let small;
  try {
    process.env.TMPDIR = folder;
    small = await serve({ admin: false });
    const all = Array.from({ length: 6 }, () => person(small));
    spawnSync('dd', ['if=/dev/zero', `of=${join(folder, 'fill')}`, 'bs=4k']);
    const replies = [];
    for (const who of all) {
      replies.push(await leave(who, small));
    }
    replies.forEach((reply, i) => assert.equal(reply.status === 200, status(all[i], small) === 'opted_out', 'what was told is what is stored'));
    const refused = replies.filter((reply) => reply.status !== 200);
    assert.ok(refused.length > 0);
    assert.deepEqual(refused.map((reply) => reply.status), refused.map(() => 507));
    assert.match(refused[0].body, /disk is full/);
    assert.equal((await small.ask({ path: all[5].manage })).status, 200, 'pages are read');
    const ready = await Promise.all(Array.from({ length: 6 }, () => small.ask({ path: '/readyz' })));
    assert.ok(ready.some((reply) => reply.status === 503));
    rmSync(join(folder, 'fill'));
    await goesOn(small);
  } finally {
    process.env.TMPDIR = before ?? '';
    if (before === undefined) {
      delete process.env.TMPDIR;
    }
    await small?.stop();
    spawnSync('umount', ['-l', folder]);
    remove(folder);
  }
});
