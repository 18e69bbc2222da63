// bench: the API's feed: events a second of one client that was away and catches up, and the peak of
// memory. Alone, with a folder that has a ledger already: node tests/bench/events.mjs DATA [PORT]
import http from 'node:http';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const now = () => Number(process.hrtime.bigint()) / 1e6;

/** The whole feed from the beginning, a million positions a call, counted and thrown away. */
async function catchUp(port, key) {
  let events = 0;
  let position = 0;
  const began = now();
  for (;;) {
    const reply = await new Promise((done, fail) => {
      http.get({ port, host: '127.0.0.1', path: `/api/v1/events?after=${position}&limit=1000000`,
        headers: { authorization: `Bearer ${key}`, accept: 'application/x-ndjson' } }, done).on('error', fail);
    });
    if (reply.statusCode !== 200) throw new Error(`events answered ${reply.statusCode}`);
    reply.on('data', (chunk) => {
      for (let at = -1; (at = chunk.indexOf(10, at + 1)) >= 0;) events++;
    });
    await once(reply, 'end');
    if (!reply.complete) throw new Error('events broke off');
    const next = Number(reply.headers['assent-position']);
    if (next === position) break;
    position = next;
  }
  return { events, ms: now() - began };
}

/** What each process of the server holds of its own (Linux), in MB: at most since the last call that
 * forgets, and now. The list that they share is left out. */
function held(pids, forgets) {
  return pids.map((pid) => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const mb = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1024;
      if (forgets) writeFileSync(`/proc/${pid}/clear_refs`, '5');
      return { pid, peak: mb('VmHWM') - mb('RssShmem'), now: mb('VmRSS') - mb('RssShmem') };
    } catch {
      return { pid, peak: 0, now: 0 };
    }
  });
}

/** Adds its rows. key: of the scope events; pids: the server's processes. */
export async function eventRows({ rows, port, key, pids }) {
  await catchUp(port, key);
  const before = held(pids(), true);
  const times = [];
  for (let i = 0; i < 5; i++) times.push(await catchUp(port, key));
  times.sort((a, b) => a.ms - b.ms);
  rows.push({ job: `events, catching up with ${times[2].events}`, figure: times[2].events / (times[2].ms / 1000), unit: 'events/s',
    p50: times[2].ms, target: '>= 200,000' });
  const more = held(before.map(({ pid }) => pid)).map(({ peak }, n) => peak - before[n].now);
  rows.push({ job: "memory: what the events added to a process's own, at most", figure: Math.max(...more), unit: 'MB' });
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const [data, port = '8898'] = process.argv.slice(2);
  const env = { ...process.env, ASSENT_DATA: resolve(data), ASSENT_PUBLIC_URL: `http://127.0.0.1:${port}` };
  const assent = resolve('build/assent');
  const { key } = JSON.parse(execFileSync(assent, ['apikey', 'new', 'bench', '--scopes', 'events', '--json'], { env }));
  const server = spawn(assent, ['serve', '--quiet', '--port', port], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const family = () => { // the server and all its children
    const all = [server.pid];
    for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one)).sort((a, b) => a - b)) {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        if (all.includes(Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))) all.push(Number(name));
      } catch { /* gone */ }
    }
    return all;
  };
  const rows = [];
  try {
    for (let i = 0; i < 100; i++) {
      if (await fetch(`http://127.0.0.1:${port}/readyz`).then((reply) => reply.ok, () => false)) break;
      await new Promise((done) => setTimeout(done, 100));
    }
    await eventRows({ rows, port, key, pids: family });
    console.table(rows);
  } finally {
    server.kill('SIGTERM');
    await once(server, 'exit');
  }
}
