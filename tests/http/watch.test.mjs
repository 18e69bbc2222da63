// What the server does when something ends or stops a part of it from outside: nobody waits for
// ever, nothing is told that is not so, and it mends itself.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { remove } from './lib/remove.mjs';
import { serve } from './lib/server.mjs';

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const ONE_CLICK = {
  method: 'POST',
  headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  body: 'List-Unsubscribe=One-Click',
};
const CALL = { socket: 41, exit: 60 }; // numbers of x86-64
const THREADS = ['loop', 'checkpointer', 'writer', 'helper', 'offload', 'bulk', 'passwords', 'keeper']; // in the order of their start

const tools = mkdtempSync(join(tmpdir(), 'assent-grip-'));
const grip = join(tools, 'grip');
execFileSync('cc', ['-o', grip, new URL('lib/grip.c', import.meta.url).pathname]);
process.once('exit', () => remove(tools));

/** Whether one process may take hold of a thread of another here. */
const mayGrip = (() => {
  const sleeper = spawn('sleep', ['60'], { stdio: 'ignore' });
  const tried = spawnSync(grip, ['call', String(sleeper.pid), String(CALL.exit)]);
  sleeper.kill('SIGKILL');
  return tried.status === 0;
})();
const needsGrip = { skip: mayGrip ? false : 'tracing another process is not allowed here' };

let server;
let count = 0;

function workers() {
  return execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(server.child.pid)], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('[wrk'))
    .map((line) => Number(line.trim().split(/\s+/)[0]));
}

/** The id of one of a worker's threads, once all have begun. */
async function thread(pid, name) {
  const all = () => readdirSync(`/proc/${pid}/task`).map(Number).sort((a, b) => a - b);
  await until('its threads begin', 10000, () => all().length === THREADS.length);
  return all()[THREADS.indexOf(name)];
}

const lives = (pid) => existsSync(`/proc/${pid}`);

/** limit_ms is by a machine that has nothing else to do: ten times that is waited. */
async function until(what, limit_ms, is) {
  const end = Date.now() + 10 * limit_ms;
  while (!(await is())) {
    assert.ok(Date.now() < end, `${what}: not within ${10 * limit_ms} ms`);
    await pause(20);
  }
}

function person() {
  const email = `w${count++}@example.org`;
  server.add(email);
  return { email, path: server.links(email).unsubscribe };
}

/** Some one-clicks, enough to reach both workers: each answered, each stored. */
async function writesAreMade() {
  const all = Array.from({ length: 6 }, person);
  const replies = await Promise.all(all.map(({ path }) => server.ask({ path, ...ONE_CLICK })));
  assert.deepEqual(replies.map((reply) => reply.status), all.map(() => 200));
  assert.deepEqual(all.map(({ email }) => server.show(email).status), all.map(() => 'opted_out'));
}

before(async () => {
  server = await serve({ admin: false });
});
after(() => server?.stop());

describe('a worker that is stopped and goes on', () => {
  for (const [what, wait_ms] of [['while its writer waits for more to do', 30], ['when it is long idle', 1500]]) {
    test(`${what}: changes are made as before`, async () => {
      const began = workers();
      await writesAreMade();
      await pause(wait_ms);
      began.forEach((pid) => process.kill(pid, 'SIGSTOP'));
      await pause(200);
      began.forEach((pid) => process.kill(pid, 'SIGCONT'));
      await pause(50);
      await writesAreMade();
      assert.deepEqual(workers(), began);
    });
  }

  test('while a change is on its way: the change is made', needsGrip, async () => {
    const began = workers();
    const { email, path } = person();
    const holds = await Promise.all(began.map((pid) => thread(pid, 'writer').then(hold)));
    const reply = server.ask({ path, ...ONE_CLICK });
    await pause(100);
    began.forEach((pid) => process.kill(pid, 'SIGSTOP'));
    await pause(1500);
    began.forEach((pid) => process.kill(pid, 'SIGCONT'));
    holds.forEach((release) => release());
    assert.equal((await reply).status, 200);
    assert.equal(server.show(email).status, 'opted_out');
    assert.deepEqual(workers(), began);
  });
});

/** Stops one thread; the function that lets go of it. */
async function hold(id) {
  const child = spawn(grip, ['hold', String(id)], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise((done, fail) => {
    child.stdout.once('data', done);
    child.once('exit', () => fail(new Error('the thread could not be held')));
  });
  return () => child.stdin.end();
}

describe('a thread that dies', needsGrip, () => {
  afterEach(() => {
    server.log = server.log.replaceAll('sandbox violation', 'violation, meant');
  });

  for (const name of THREADS.slice(1)) {
    test(`${name}: noticed within seconds; the worker is replaced, and changes are made`, async () => {
      const [pid] = workers();
      assert.equal(spawnSync(grip, ['call', String(await thread(pid, name)), String(CALL.exit)]).status, 0);
      await until('the worker ends', 4000, () => !lives(pid));
      await until('another comes', 3000, () => workers().length === 2);
      assert.match(server.log, /has died; it is ended, and another takes its place/);
      await writesAreMade();
    });
  }

  test('no client waits for a dead writer: the connection breaks, and nothing was told', async () => {
    const all = workers();
    const writers = await Promise.all(all.map((pid) => thread(pid, 'writer')));
    writers.forEach((id) => spawnSync(grip, ['call', String(id), String(CALL.exit)]));
    const { email, path } = person();
    const began = Date.now();
    const reply = await server.ask({ path, ...ONE_CLICK }).catch(() => null);
    assert.ok(Date.now() - began < 20000);
    if (reply?.status === 200) {
      assert.equal(server.show(email).status, 'opted_out');
    }
    await until('both are replaced', 5000, () => workers().length === 2 && !workers().some((pid) => all.includes(pid)));
    await writesAreMade();
  });

  for (const name of THREADS) {
    // A sanitized build is not shut in: see sandbox.test.mjs.
    test(`what the sandbox forbids, tried by the ${name}, ends the whole worker at once`, { skip: /san$/.test(process.env.ASSENT_BUILD ?? '') }, async () => {
      const [pid] = workers();
      assert.equal(spawnSync(grip, ['call', String(await thread(pid, name)), String(CALL.socket)]).status, 0);
      await until('the worker ends', 500, () => !lives(pid));
      await until('another comes', 3000, () => workers().length === 2);
      await until('it is said', 1000, () => server.log.includes('sandbox violation'));
      await writesAreMade();
    });
  }
});

test('/readyz says 503 while a writer is stuck, and 200 again afterwards', needsGrip, async () => {
  const holds = await Promise.all(workers().map((pid) => thread(pid, 'writer').then(hold)));
  const began = Date.now();
  const replies = await Promise.all(Array.from({ length: 4 }, () => server.ask({ path: '/readyz' })));
  const took = Date.now() - began;
  const alive = await server.ask({ path: '/healthz' });
  holds.forEach((release) => release());
  assert.deepEqual(replies.map((reply) => [reply.status, reply.body]), replies.map(() => [503, 'cannot write\n']));
  assert.ok(took < 20000, `${took} ms`);
  assert.equal(alive.status, 200);
  await until('ready again', 3000, async () => (await server.ask({ path: '/readyz' })).status === 200);
  await writesAreMade();
});

test('kill -9 of the parent alone: the workers end within seconds, and the next server starts at once', async () => {
  const orphans = workers();
  assert.equal(orphans.length, 2);
  server.child.kill('SIGKILL');
  await server.gone;
  await until('the workers end', 3000, () => !orphans.some(lives));
  await server.begin();
  await writesAreMade();
});

test('a stop that the parent hears together with the end of its workers is not forgotten', async () => {
  const { child } = server;
  const all = workers();
  process.kill(child.pid, 'SIGSTOP');
  all.forEach((pid) => process.kill(pid, 'SIGKILL'));
  const state = (pid) => /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))[1];
  await until('the workers end', 3000, () => all.every((pid) => state(pid) === 'Z'));
  process.kill(child.pid, 'SIGTERM');
  process.kill(child.pid, 'SIGCONT');
  await until('the parent ends', 3000, () => child.exitCode !== null);
  assert.equal(child.exitCode, 0);
  await server.begin();
  await writesAreMade();
});

test('kill -9 of the parent while its workers are stopped: they end once they go on', async () => {
  const orphans = workers();
  orphans.forEach((pid) => process.kill(pid, 'SIGSTOP'));
  server.child.kill('SIGKILL');
  await server.gone;
  orphans.forEach((pid) => process.kill(pid, 'SIGCONT'));
  await until('the workers end', 3000, () => !orphans.some(lives));
  await server.begin();
  await writesAreMade();
});
