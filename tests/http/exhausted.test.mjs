// What a running server does without descriptors, without memory, and with pages of its database
// destroyed under it: it tells plainly, never a wrong yes, and goes on by itself when the cause is gone.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readSync, readdirSync, writeSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { serve } from './lib/server.mjs';

const ONE_CLICK = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'List-Unsubscribe=One-Click' };
const PAGE = 4096;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
let server;
let key;
let count = 0;

before(async () => {
  server = await serve({ admin: false });
  key = server.json(['apikey', 'new', 'mailer', '--scopes', 'check', '--json']).key;
});
after(() => server?.stop());

const workers = () =>
  execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(server.child.pid)], { encoding: 'utf8' })
    .split('\n').filter((line) => line.includes('[wrk')).map((line) => Number(line.trim().split(/\s+/)[0]));

function person() {
  const email = `x${count++}@example.org`;
  server.add(email);
  return { email, ...server.links(email) };
}
const leave = (who) => server.ask({ path: who.unsubscribe, ...ONE_CLICK });
const outcome = (reply) => reply.then((it) => it.status, () => 'broken off');
/** What a sender is told of addresses: lines of address, tab, verdict. */
const check = (emails) =>
  server.ask({ path: '/api/v1/check?topic=newsletter', method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'text/plain' }, body: `${emails.join('\n')}\n` });
async function goesOn() {
  for (let tries = 0; tries < 4; tries++) { // either worker
    const who = person();
    assert.equal((await server.ask({ path: who.manage })).status, 200);
    assert.equal((await leave(who)).status, 200);
    assert.equal(server.show(who.email).status, 'opted_out');
  }
}
const limit = (pid, what) => execFileSync('prlimit', ['--pid', String(pid), what]);
/** Part of a processor's time that the workers take meanwhile. */
async function share(work) {
  const ticks = () => workers().map((pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')).reduce((sum, at) => sum + Number(at[11]) + Number(at[12]), 0);
  const [began, before] = [Date.now(), ticks()];
  await work();
  return ((ticks() - before) * 10) / (Date.now() - began);
}

/** Fills up both workers, whichever of them takes more of the connections: until each has every
 *  descriptor that it may have. The sockets. */
async function fill(limits) {
  const idle = [];
  const isFull = ([pid, most]) => {
    const has = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
    return Array.from({ length: most }, (_, number) => number).every((number) => has.has(number));
  };
  for (let tries = 0; !limits.every(isFull); tries++) {
    assert.ok(tries < 500, 'the workers are never full');
    const more = Array.from({ length: 10 }, () => net.connect(server.port, '127.0.0.1').on('error', () => {}));
    await Promise.all(more.map((socket) => new Promise((done) => socket.once('connect', done).once('close', done))));
    idle.push(...more);
    await pause(20);
  }
  return idle;
}

test('all descriptors in use: who is there is told so, nobody waits, and it goes on when some are free', async () => {
  const who = person();
  const limits = workers().map((pid) => [pid, 4 + readdirSync(`/proc/${pid}/fd`).length]);
  limits.forEach(([pid, most]) => limit(pid, `--nofile=${most}:`));
  const idle = await fill(limits);
  for (let tries = 0; tries < 3; tries++) {
    const reply = await server.ask({ path: who.manage });
    assert.equal(reply.status, 503);
    assert.equal(reply.get('retry-after'), '5');
    assert.match(reply.body, /The server is full/);
  }
  idle.forEach((socket) => socket.destroy());
  workers().forEach((pid) => limit(pid, '--nofile=4096:'));
  await goesOn();
  assert.match(server.log, /no descriptor is left/);
});

test('not even one descriptor: no processor is used up, and who waits is answered afterwards', async () => {
  const who = person();
  workers().forEach((pid) => limit(pid, '--nofile=10:'));
  const waiting = Array.from({ length: 4 }, () => server.ask({ path: who.manage }));
  assert.ok((await share(() => pause(700))) < 0.2);
  workers().forEach((pid) => limit(pid, '--nofile=4096:'));
  assert.deepEqual((await Promise.all(waiting)).map((reply) => reply.status), [200, 200, 200, 200]);
  await goesOn();
});

// AddressSanitizer tells of an address space that is full as of a fault.
test('no memory: what was acknowledged is stored, and a worker that ended is replaced', { skip: /san$/.test(process.env.ASSENT_BUILD ?? '') }, async () => {
  const all = Array.from({ length: 12 }, person);
  const before = workers();
  for (const pid of before) {
    limit(pid, `--as=${Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[0]) * PAGE}:`);
  }
  const eaters = Array.from({ length: 6 }, (_, i) => outcome(check(Array.from({ length: 40000 }, (_, n) => `nobody${i}-${n}@example.org`))));
  const told = await Promise.all(all.map((who) => outcome(leave(who))));
  await Promise.all(eaters);
  all.forEach((who, i) => told[i] === 200 && assert.equal(server.show(who.email).status, 'opted_out'));
  await pause(100);
  workers().forEach((pid) => limit(pid, '--as=unlimited:'));
  await goesOn();
  assert.notDeepEqual(workers(), before, 'memory did run out');
  server.run(['ledger', 'verify']);
});

/** The first page of a table destroyed while work goes on; put back afterwards. */
async function destroyed(table, work) {
  const fd = openSync(join(server.data, 'assent.db'), 'r+');
  server.sql('PRAGMA wal_checkpoint(TRUNCATE)');
  const at = (Number(server.sql(`SELECT rootpage FROM sqlite_master WHERE name = '${table}'`)) - 1) * PAGE;
  const kept = Buffer.alloc(PAGE);
  readSync(fd, kept, 0, PAGE, at);
  try {
    writeSync(fd, Buffer.alloc(PAGE, 0xa5), 0, PAGE, at);
    server.sql("UPDATE meta SET value = value WHERE key = 'public_id_key'"); // nobody's cache is good any more
    await work();
  } finally {
    writeSync(fd, kept, 0, PAGE, at);
    server.sql("UPDATE meta SET value = value WHERE key = 'public_id_key'");
    closeSync(fd);
  }
}

for (const table of ['contact', 'entry']) {
  test(`a page of table ${table} destroyed: no wrong yes, plain words, the doctor tells; put back, it goes on`, async () => {
    const [stays, left] = [person(), person()];
    await leave(left);
    await destroyed(table, async () => {
      for (let tries = 0; tries < 4; tries++) { // either worker
        const [page, post, sender] = [await server.ask({ path: stays.manage }), await leave(stays), await check([left.email])];
        assert.ok(page.status === 500 || (table === 'entry' && page.status === 200));
        assert.equal(post.status, 500);
        assert.match(post.body, /Nothing was changed/);
        assert.ok(sender.status === 500 || sender.body.endsWith('\topted_out\n'), 'no yes for who said no');
      }
      const { findings } = JSON.parse(server.try(['doctor', '--json']).stdout);
      assert.equal(findings.find((row) => row.check === 'integrity').level, 'broken');
      assert.equal(findings.find((row) => row.check === 'ledger').level, table === 'entry' ? 'broken' : 'ok');
      assert.equal((await server.ask({ path: '/readyz' })).status, 503);
      assert.match(server.log, /: corrupt/);
    });
    assert.equal(server.show(stays.email).status, 'opted_in');
    assert.equal(server.show(left.email).status, 'opted_out');
    await goesOn();
    server.run(['ledger', 'verify']);
  });
}
