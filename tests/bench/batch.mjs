// bench: people written over the API, ten thousand a call, while one-click POSTs come in.
// usage: node tests/bench/batch.mjs DATA [PORT]: alone, on a data folder that it changes; bench.mjs
// calls batches() against its own server.
import { spawn, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const CALLS = 6;
const ROWS = 10000;
const now = () => Number(process.hrtime.bigint()) / 1e6;

/** Calls from..to of ROWS rows each; one program, one connection, one call after the other. */
async function run(origin, key, rowOf, from, to) {
  const bodies = Array.from({ length: to - from }, (_, n) => from + n).map((call) => JSON.stringify({ contacts: Array.from({ length: ROWS }, (_, n) => rowOf(call * ROWS + n)) }));
  const counts = { created: 0, updated: 0, unchanged: 0, refused: 0 };
  const began = now();
  for (const body of bodies) {
    const reply = await fetch(`${origin}/api/v1/contacts:batch`, { method: 'POST', body,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' } });
    if (reply.status !== 200) throw new Error(`${reply.status}: ${await reply.text()}`);
    const said = await reply.json();
    for (const name of Object.keys(counts)) counts[name] += said[name];
  }
  return { rate: ((to - from) * ROWS) / ((now() - began) / 1000), counts };
}

/** Posts to paths one after the other until told to stop; milliseconds of each. */
export async function clicks(origin, paths, state) {
  const took = [];
  for (let n = 0; !state.ends; n++) {
    const began = now();
    const reply = await fetch(origin + paths[n % paths.length], { method: 'POST', body: 'List-Unsubscribe=One-Click',
      headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    await reply.text();
    if (reply.status !== 200) throw new Error(`one-click: ${reply.status}`);
    took.push(now() - began);
    await new Promise((done) => setTimeout(done, 5));
  }
  took.sort((a, b) => a - b);
  return { p50: took[took.length >> 1], p99: took[Math.min(took.length - 1, Math.ceil(took.length * 0.99) - 1)] };
}

/** Rows for the table. emails: people who are on the list, spread over it; paths: one-click POSTs. */
export async function batches(origin, key, emails, paths) {
  const mark = Date.now().toString(36);
  const jobs = [
    ['batch: new people, durable', (n) => ({ email: `b${(Math.imul(n, 2654435761) >>> 0).toString(36)}.${mark}@host${n % 5000}.example`, name: `Batch ${n}`, topics: { newsletter: true } })],
    ['batch: people who change, durable', (n) => ({ email: emails[n % emails.length], type: ['client', 'partner', 'franchisee'][(n + Math.floor(n / emails.length)) % 3], name: `Changed ${mark} ${n}` })],
    ['batch: people whose topics change, durable', (n) => ({ email: emails[n % 10000], topics: { marketing: Math.floor(n / 10000) % 2 === 0 } })],
    ['batch: people as they are already', (n) => ({ email: emails[n % 30000], topics: { marketing: false } })],
  ];
  const rows = [];
  for (const [job, rowOf] of jobs) {
    const { rate, counts } = await run(origin, key, rowOf, 0, CALLS / 2);
    rows.push({ job, figure: rate, unit: 'rows/s', target: '>= 30,000', counts });
    const state = { ends: false };
    const clicking = clicks(origin, paths, state);
    const beside = await run(origin, key, rowOf, CALLS / 2, CALLS);
    state.ends = true;
    rows.push({ job: '  the same beside one-click POSTs, and these', figure: beside.rate, unit: 'rows/s', ...await clicking, target: 'p99 < 50', counts: beside.counts });
  }
  return rows;
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const data = process.argv[2];
  const port = Number(process.argv[3] ?? 8897);
  const assent = resolve('build/assent');
  const origin = `http://127.0.0.1:${port}`;
  const env = { ...process.env, ASSENT_DATA: data, ASSENT_PUBLIC_URL: origin };
  const emails = execFileSync('sqlite3', [`${data}/assent.db`, `SELECT email_key FROM contact WHERE status = 1 AND id % 13 = 0 LIMIT ${CALLS * ROWS}`], { encoding: 'utf8', maxBuffer: 1 << 28 }).trim().split('\n');
  const key = JSON.parse(execFileSync(assent, ['apikey', 'new', 'bench', '--scopes', 'contacts:write', '--json'], { env, encoding: 'utf8' })).key;
  const some = execFileSync('sqlite3', [`${data}/assent.db`, 'SELECT email_key FROM contact WHERE status = 1 AND id % 1009 = 0 LIMIT 200'], { encoding: 'utf8' }).trim().split('\n');
  const paths = some.map((email) => new URL(JSON.parse(execFileSync(assent, ['link', email, '--json'], { env, encoding: 'utf8' })).unsubscribe).pathname);
  const server = spawn(assent, ['serve', '--quiet', '--port', String(port)], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    for (let i = 0; i < 200; i++) {
      if ((await fetch(`${origin}/readyz`).catch(() => ({ ok: false }))).ok) break;
      await new Promise((done) => setTimeout(done, 100));
    }
    for (const row of await batches(origin, key, emails, paths)) console.log(JSON.stringify(row));
  } finally {
    server.kill('SIGTERM');
    await once(server, 'exit');
  }
}
