// What code that got into a worker can reach: nothing but the data folder and the clients that
// called. Code of that kind is loaded into a real server here, and tries.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { remove } from './lib/remove.mjs';
import { serve } from './lib/server.mjs';

const place = mkdtempSync(join(tmpdir(), 'assent-probe-'));
const secret = join(place, 'secret');
const build = resolve(process.env.ASSENT_BUILD ?? 'build');
const source = new URL('lib/probe.c', import.meta.url).pathname;
const alone = join(place, 'alone');
let server;
let listener;
let calls = 0;

/** A user namespace is what an ordinary user needs to shut a process in; some systems forbid it. */
const mayBeShutIn = process.getuid() === 0 || spawnSync('unshare', ['-U', 'true']).status === 0;
const needsRoot = { skip: mayBeShutIn ? false : 'this system lets an ordinary user shut in nothing' };

const ordinary = (...words) => execFileSync(alone, words, { encoding: 'utf8' }).trim();
const worker = async (path) => (await server.ask({ path: `/probe/${path}` })).body;

before(async () => {
  writeFileSync(secret, 'secret');
  const flags = readFileSync('/usr/share/kore/features', 'utf8').trim().split(/\s+/);
  execFileSync('cc', ['-DALONE', '-D_GNU_SOURCE', '-o', alone, source]);
  execFileSync('cc', ['-D_GNU_SOURCE', '-fPIC', '-shared', ...flags, '-isystem', '/usr/include/kore', '-o', join(place, 'probe.so'), source]);
  mkdirSync(join(place, 'build'));
  copyFileSync(join(build, 'assent'), join(place, 'build/assent'));
  symlinkSync(join(build, 'assent.so'), join(place, 'build/assent.so'));
  writeFileSync(join(place, 'kore.conf'), readFileSync('kore.conf', 'utf8')
    .replace('include listen.conf', `include listen.conf\nload ${place}/probe.so`)
    .replace('    route / ', '    route ^/probe/.*$ probe\n    route / '));
  listener = net.createServer((socket) => {
    calls++;
    socket.destroy();
  });
  await new Promise((done) => listener.listen(0, '127.0.0.1', done));
  server = await serve({ admin: false, program: join(place, 'build/assent') });
});
after(async () => {
  listener?.close();
  if (server) {
    server.log = server.log.replaceAll('sandbox violation', 'violation, meant');
  }
  await server?.stop();
  remove(place);
});

/** The worker dies of it, and says nothing more; the server serves on. */
async function isDeadly(path) {
  const before = server.log.split('sandbox violation').length;
  await assert.rejects(server.ask({ path: `/probe/${path}` }), 'the connection breaks');
  for (let i = 0; i < 200 && server.log.split('sandbox violation').length === before; i++) {
    await new Promise((done) => setTimeout(done, 20));
  }
  assert.ok(server.log.split('sandbox violation').length > before, 'it is said in the log');
  assert.equal((await server.ask({ path: '/readyz' })).status, 200);
}

// A sanitized build looks around in its process and writes what it finds: it is not shut in.
describe('code that runs in a worker', { skip: build.endsWith('/san') }, () => {
  test('opens no file outside the data folder, by no path and no descriptor', needsRoot, async () => {
    for (const path of [secret, '/etc/passwd', '/proc/self/environ']) {
      assert.equal(ordinary('outside', path), 'open', `${path} is there to be opened`);
      assert.equal(await worker(`outside?${path}`), 'shut', path);
    }
    assert.equal(await worker('inside?/assent.db'), 'open', 'the data is what it may read');
    assert.equal(await worker('folders'), '0', 'and no descriptor leads to a folder');
  });

  test('runs no program', async () => {
    assert.equal(ordinary('exec'), '', 'an ordinary process becomes another');
    await isDeadly('exec');
  });

  test('connects to nobody', async () => {
    assert.equal(ordinary('connect', String(listener.address().port)), 'connected');
    await new Promise((done) => setTimeout(done, 20));
    const before = calls;
    await isDeadly(`connect?${listener.address().port}`);
    assert.equal(calls, before);
  });

  test('finds no other root folder', async () => {
    await isDeadly('chroot');
  });

  test('has no right of root left', async () => {
    const workers = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(server.child.pid)], { encoding: 'utf8' })
      .split('\n').filter((line) => line.includes('[wrk')).map((line) => line.trim().split(/\s+/)[0]);
    assert.ok(workers.length >= 2);
    for (const pid of workers) {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb']) {
        assert.match(status, new RegExp(`^${set}:\\t0+$`, 'm'), set);
      }
      assert.match(status, /^NoNewPrivs:\t1$/m);
      assert.match(status, /^Seccomp:\t2$/m);
    }
  });
});

test('who it belongs to: started by root, the server is the user who owns the data folder',
  { skip: process.getuid() === 0 ? false : 'only root may become another user' }, async () => {
    const NOBODY = 65534;
    const owned = await serve({ admin: false, env: {}, owner: NOBODY });
    const pids = [owned.child.pid, ...readFileSync(`/proc/${owned.child.pid}/task/${owned.child.pid}/children`, 'utf8').trim().split(' ')];
    for (const pid of pids) {
      assert.match(readFileSync(`/proc/${pid}/status`, 'utf8'), new RegExp(`^Uid:\\t${NOBODY}\\t${NOBODY}\\t${NOBODY}`, 'm'));
    }
    owned.run(['add', 'x@example.org']);
    const made = execFileSync('find', [owned.data, '!', '-user', String(NOBODY)], { encoding: 'utf8' });
    assert.equal(made, '', 'no file of root\'s is left there');
    await owned.stop();
  });
